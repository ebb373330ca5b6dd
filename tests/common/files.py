"""Files made on the spot: benign ones of the kinds that are taken in, and hostile ones."""

import io
import zipfile
import zlib

import docx
import openpyxl
from PIL import Image

from common.documents import docx as letter_docx
from common.documents import pdf as letter_pdf
from tests.common.letters import LETTER

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"


def pdf(body=b"", trailer=b""):
    """A one-page PDF with more objects and a fuller trailer."""
    return (
        b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
        b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
        b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>\nendobj\n"
        + body
        + b"\ntrailer\n<</Root 1 0 R"
        + trailer
        + b">>\n%%EOF\n"
    )


def object_stream(objects, dictionary=b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode"):
    """An object of a PDF that holds packed objects."""
    packed = zlib.compress(objects)
    length = str(len(packed)).encode()
    return (
        b"9 0 obj\n<<" + dictionary + b"/Length " + length + b">>\nstream\n"
        + packed + b"\nendstream\nendobj\n"
    )  # fmt: skip


def word(*paragraphs):
    """A Word file as python-docx writes it."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def excel():
    """A workbook as openpyxl writes it."""
    book = openpyxl.Workbook()
    book.active.append(["编号", "=1+1"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def ofd(changed=None):
    """An OFD document of one page."""
    parts = {
        "OFD.xml": '<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/'
        '2016" Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml'
        "</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": '<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"/>',
    } | (changed or {})
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def repacked(content, changed):
    """A container with some parts added or changed by a function of their bytes."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            change = changed.get(name)
            part = old.read(name)
            new.writestr(name, change(part) if callable(change) else change or part)
        for name, part in changed.items():
            if name not in old.namelist():
                new.writestr(name, part)
    return file.getvalue()


def in_document(xml):
    """A Word file with raw XML at the start of its body."""
    return repacked(
        word("正文"),
        {"word/document.xml": lambda part: part.replace(b"<w:body>", b"<w:body>" + xml.encode())},
    )


def with_relationship(kind, target, mode="External"):
    """A Word file with one more relationship."""
    added = (
        f'<Relationship Id="rIdX" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/>'
        "</Relationships>"
    )
    return repacked(
        word("正文"),
        {
            "word/_rels/document.xml.rels": lambda part: part.replace(
                b"</Relationships>", added.encode()
            )
        },
    )


def retyped(content, old, new):
    """A container whose content types are changed."""
    return repacked(
        content, {"[Content_Types].xml": lambda part: part.replace(old.encode(), new.encode())}
    )


def picture(kind="JPEG", mode="RGB", size=(60, 40), **options):
    """A picture with a gradient."""
    image = Image.linear_gradient("L").resize(size).convert(mode)
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def letter():
    """Our own letter as PDF and as Word file."""
    return letter_pdf("letter.typ", LETTER), letter_docx("letter.docx", LETTER)
