"""Files as WPS, Word, Excel, LibreOffice, scanners and telephones write them."""

import io
import zipfile
import zlib

import openpyxl
from PIL import Image

from tests.common.files import excel, ofd, pdf, picture, repacked, word
from tests.common.workbooks import HEADER, MAIN, package, sheet

PROPERTIES = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties">'
    '<property name="KSOProductBuildVer"/><property name="ICV"/></Properties>'
)
OFD_SPACE = "http://www.ofdspec.org/2016"


def wps_word():
    """A .docx with what WPS adds to one: its own properties and a part of custom data."""
    return repacked(
        word("关于加强老旧小区充电设施建设的建议"),
        {
            "docProps/custom.xml": PROPERTIES,
            "customXml/item1.xml": '<s:customData xmlns:s="http://www.wps.cn/officeDocument/2013/'
            'wpsCustomData"><customSectProps/></s:customData>',
            "customXml/itemProps1.xml": '<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats'
            '.org/officeDocument/2006/customXml"/>',
        },
    )


def wps_excel():
    """An .xlsx of WPS with a picture in a cell, which WPS keeps behind a function of its own."""
    cell = (
        '<row r="3"><c r="A3" t="str"><f>_xlfn.DISPIMG("ID_A1",1)</f>'
        '<v>=DISPIMG("ID_A1",1)</v></c></row>'
    )
    return package(
        {
            "docProps/custom.xml": PROPERTIES,
            "xl/cellimages.xml": '<etc:cellImages xmlns:etc="http://www.wps.cn/officeDocument/'
            '2017/etCustomData"/>',
            "xl/media/image1.png": picture("PNG"),
            "xl/worksheets/sheet1.xml": sheet(cell),
        }
    ).getvalue()


def excel_with_everyday_formulas():
    """A workbook with sums, look-ups, a pivot's word, and a chart."""
    book = openpyxl.Workbook()
    book.active.append(["单位", "件数"])
    book.active.append(["市交通运输局", 3])
    for formula in (
        "=SUM(B2:B2)",
        '=VLOOKUP(A2,A:B,2,FALSE)&"件"',
        '=IF(B2>0,"有|\'无","")'.replace("|'", "/"),
        '=HYPERLINK("https://www.npc.gov.cn/","全国人大")',
        '=INDIRECT("A"&2)',
        "=RECALL+1",
    ):
        book.active.append([formula])
    chart = openpyxl.chart.BarChart()
    chart.add_data(openpyxl.chart.Reference(book.active, min_col=2, min_row=1, max_row=2))
    book.active.add_chart(chart, "D2")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


class _Pipe(io.RawIOBase):
    """A stream that cannot go back: zip then puts sizes behind the parts (bit 3)."""

    def __init__(self):
        self.content = b""

    def writable(self):
        return True

    def write(self, piece):
        self.content += bytes(piece)
        return len(piece)


def streamed(content):
    """A container written in one go, as web services and LibreOffice do."""
    pipe = _Pipe()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return pipe.content


def stored(content, comment=b""):
    """A container whose parts are not compressed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        new.comment = comment
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return file.getvalue()


def with_folders(content):
    """A container that lists its folders as well, as packers of archives do."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for folder in sorted({name.rpartition("/")[0] for name in old.namelist()} - {""}):
            new.writestr(f"{folder}/", b"")
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return file.getvalue()


def with_byte_order_mark(content, name):
    """A container with one part that begins with the mark of UTF-8."""
    return repacked(content, {name: lambda part: b"\xef\xbb\xbf" + part})


def ofd_without_prefix():
    """An OFD document whose maker uses the default namespace."""
    return ofd(
        {
            "OFD.xml": f'<?xml version="1.0" encoding="utf-8"?><OFD xmlns="{OFD_SPACE}" '
            'Version="1.1" DocType="OFD"><DocBody><DocRoot>Doc_0/Document.xml</DocRoot></DocBody>'
            "</OFD>"
        }
    )


def ofd_of_a_document_system():
    """An OFD document with pages, resources, a seal, an address and attachments of text."""
    space = f'xmlns:ofd="{OFD_SPACE}"'
    return ofd(
        {
            "Doc_0/Pages/Page_0/Content.xml": f"<ofd:Page {space}><ofd:Content/></ofd:Page>",
            "Doc_0/DocumentRes.xml": f"<ofd:Res {space}/>",
            "Doc_0/PublicRes.xml": f"<ofd:Res {space}/>",
            "Doc_0/Res/image_1.png": picture("PNG"),
            "Doc_0/Res/image_2.jb2": b"\x97JB2\r\n\x1a\n" + b"\1" * 200,
            "Doc_0/Res/font_1.otf": b"OTTO" + b"x" * 400,
            "Doc_0/Signs/Signatures.xml": f"<ofd:Signatures {space}/>",
            "Doc_0/Signs/Sign_0/Seal.esl": b"\x30\x82\x02\x00" + b"s" * 300,
            "Doc_0/Signs/Sign_0/Signature.xml": f"<ofd:Signature {space}/>",
            "Doc_0/Annots/Annotations.xml": f'<ofd:Annotations {space}><ofd:Action><ofd:URI '
            'URI="https://www.npc.gov.cn/"/></ofd:Action></ofd:Annotations>',
            "Doc_0/Attachs/Attachments.xml": f"<ofd:Attachments {space}/>",
            "Doc_0/Tags/CustomTag.xml": '<公文体 xmlns="http://example.gov.cn/oa"/>',
        }
    )  # fmt: skip


def pdf_saved_again():
    """A PDF with a second part behind its first end, as editors append one."""
    return pdf() + b"4 0 obj\n<</Type/Annot/Subtype/Text>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def pdf_of_a_scanner():
    """A PDF that is one picture, noise and all, with metadata."""
    image = picture(size=(800, 600))
    length = str(len(image)).encode()
    return pdf(
        b"4 0 obj\n<</Type/Metadata/Subtype/XML/Length 12>>\nstream\n<x:xmpmeta/>\nendstream\n"
        b"endobj\n5 0 obj\n<</Subtype/Image/Filter/DCTDecode/Length " + length + b">>\nstream\n"
        + image + b"\nendstream\nendobj"
    )  # fmt: skip


def pdf_that_speaks_of_scripts():
    """A PDF whose text is about what other PDFs carry."""
    text = zlib.compress(b"BT (/JavaScript /Launch /EmbeddedFile) Tj ET")
    return pdf(
        b"4 0 obj\n<</Filter/FlateDecode/Length " + str(len(text)).encode() + b">>\nstream\n"
        + text + b"\nendstream\nendobj"
    )  # fmt: skip


def photo_of_a_telephone():
    """A JPEG with two pictures in it (MPO), as telephones write them."""
    first, second = (Image.new("RGB", (80, 60), colour) for colour in ("red", "blue"))
    file = io.BytesIO()
    first.save(file, "MPO", save_all=True, append_images=[second])
    return file.getvalue()


def animated_png():
    """A PNG that moves: its first picture is what is kept."""
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "green")]
    file = io.BytesIO()
    frames[0].save(file, "PNG", save_all=True, append_images=frames[1:])
    return file.getvalue()


SHAPES = {
    "wps.docx": wps_word,
    "wps.xlsx": wps_excel,
    "公式.xlsx": excel_with_everyday_formulas,
    "streamed.docx": lambda: streamed(word("x")),
    "streamed.xlsx": lambda: streamed(excel()),
    "streamed.ofd": lambda: streamed(ofd()),
    "stored.docx": lambda: stored(word("x")),
    "stored.xlsx": lambda: stored(excel(), b"made by a program"),
    "folders.docx": lambda: with_folders(word("x")),
    "folders.ofd": lambda: with_folders(ofd_of_a_document_system()),
    "mark.docx": lambda: with_byte_order_mark(word("x"), "docProps/app.xml"),
    "mark.ofd": lambda: with_byte_order_mark(ofd(), "Doc_0/Document.xml"),
    "svg.docx": lambda: repacked(
        word("x"), {"word/media/image1.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>'}
    ),
    "metafile.docx": lambda: repacked(
        word("x"), {"word/media/image1.emf": b"\x01\0\0\0" + b"\0" * 200}
    ),
    "comments.docx": lambda: repacked(
        word("x"),
        {
            "word/comments.xml": HEADER + '<w:comments xmlns:w="http://schemas.openxmlformats.org/'
            'wordprocessingml/2006/main"/>'
        },
    ),
    "printer.xlsx": lambda: package(
        {"xl/printerSettings/printerSettings1.bin": b"\x50\0\x72\0" + b"\0" * 400}
    ).getvalue(),
    "shared.xlsx": lambda: package(
        {"xl/sharedStrings.xml": f'{HEADER}<sst xmlns="{MAIN}"><si><t>=RTD("x")</t></si></sst>'}
    ).getvalue(),
    "plain-prefix.ofd": ofd_without_prefix,
    "公文.ofd": ofd_of_a_document_system,
    "again.pdf": pdf_saved_again,
    "scanner.pdf": pdf_of_a_scanner,
    "speaks.pdf": pdf_that_speaks_of_scripts,
    "two.pdf": lambda: pdf().replace(b"%PDF-1.4", b"%PDF-2.0"),
    "late-end.pdf": lambda: pdf() + b"\0" * 900,
    "form.pdf": lambda: pdf(b"4 0 obj\n<</AcroForm<</Fields[]>>>>\nendobj"),
    "phone.jpg": photo_of_a_telephone,
    "baseline.JPG": lambda: picture(quality=30, subsampling=2),
    "interlaced.png": lambda: picture("PNG", interlace=1),
    "deep.png": lambda: picture("PNG", "I;16"),
    "moving.png": animated_png,
    "profile.jpg": lambda: picture(icc_profile=b"x" * 300),
    "wide.jpg": lambda: picture(size=(8000, 300)),
}
