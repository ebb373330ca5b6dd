"""Letters and forms hold all of their text, inject nothing, and carry the fonts they need."""

import io
import re
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typst
from docx import Document
from fontTools.ttLib import TTFont
from PIL import Image

from common.documents import FONTS, TEMPLATES, docx, pdf, pictures, qr_svg
from tests.common.letters import LETTER, LONG

AT = datetime(2026, 5, 18, 9, 0, tzinfo=UTC)
INJECTIONS = [
    "{{ 7*7 }}",
    "{% for x in y %}",
    "{# 注释 #}",
    "{{ self.__init__.__globals__ }}",
    "#set page(fill: red)",
    "#read(\"/etc/passwd\")",
    "#import \"@preview/evil:1.0.0\"",
    "$ x^2 $ *粗* _斜_ = 标题",
    "<w:t>x</w:t></w:r></w:p><w:p/>",
    "<w:fldSimple w:instr=\"DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe\"/>",
    "{ HYPERLINK \"http://evil.example\" }",
    "&lt;b&gt; & ]]> <!-- -->",
    "<a href='javascript:alert(1)'>点</a>",
    "\\u0000 \\n %s {0}",
    "</text><script>alert(1)</script>",
]  # fmt: skip


def words(content):
    """The text of a Word file, paragraph by paragraph."""
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


class TestWordLetter:
    def test_holds_everything_in_the_order_of_the_standard(self):
        found = [text for text in words(docx("letter.docx", LETTER)) if text]

        assert found == [
            "A类",
            "示范市住房和城乡建设局",
            "示建函〔2026〕38号\t签发人：王建国",
            LETTER["title"],
            LETTER["salutation"],
            LETTER["opening"],
            "一、关于增设公共充电桩的问题",
            *[LONG] * 3,
            "二、关于规范充电服务收费的问题",
            *[LONG] * 5,
            "三、关于加强设施安全管理的问题",
            *[LONG] * 4,
            LETTER["co_opinion_note"],
            LETTER["closing"],
            LETTER["unit"],
            LETTER["date"],
            "（承办人：李明，联系电话：0000-1234567，公开方式：全文公开）",
            "抄送：市人大常委会代表工作委员会，市人民政府办公室，城东区人大常委会。",
            "示范市住房和城乡建设局办公室\t2026年5月18日印发",
        ]

    @pytest.mark.parametrize("text", INJECTIONS)
    def test_sets_any_text_as_text(self, text):
        letter = LETTER | {
            "title": text,
            "items": [{"number": "一", "request": text, "answer": text}],
            "copies": [text],
        }

        content = docx("letter.docx", letter)

        found = words(content)
        assert found.count(text) == 2
        assert f"一、{text}" in found
        assert f"抄送：{text}。" in found
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {
                name: archive.read(name).decode("utf-8", "ignore") for name in archive.namelist()
            }
        assert "fldSimple" not in parts["word/document.xml"].replace("&lt;w:fldSimple", "")
        assert not any(
            "TargetMode" in part for name, part in parts.items() if name.endswith(".rels")
        )

    def test_drops_what_xml_cannot_hold(self):
        assert "题目" in words(docx("letter.docx", LETTER | {"title": "题\x00\x07\x0c目\ud800"}))

    def test_leaves_out_what_is_not_there(self):
        assert [text for text in words(docx("letter.docx", {"title": "只有题目"})) if text] == [
            "只有题目"
        ]

    def test_has_paper_margins_and_lines_of_the_standard(self):
        section = Document(TEMPLATES / "letter.docx").sections[0]

        assert [
            round(length.mm)
            for length in (
                section.page_width,
                section.page_height,
                section.top_margin,
                section.left_margin,
                section.right_margin,
                section.bottom_margin,
            )
        ] == [210, 297, 37, 28, 26, 35]


class TestPdfLetter:
    def test_carries_its_fonts_and_is_archival(self):
        content = pdf("letter.typ", LETTER, at=AT)

        assert content.startswith(b"%PDF-1.7")
        assert b"pdfaid:part" in content
        assert b"NotoSerifCJKsc" in content

    def test_is_the_same_twice(self):
        assert pdf("letter.typ", LETTER, at=AT) == pdf("letter.typ", LETTER, at=AT)

    def test_takes_the_time_of_a_clock_with_parts_of_a_second(self):
        assert pdf("letter.typ", LETTER, at=AT.replace(microsecond=5)).startswith(b"%PDF-")

    def test_grows_by_pages_and_is_never_cut_off(self):
        def pages(paragraphs):
            item = {"number": "一", "request": "全部", "answer": "\n".join([LONG] * paragraphs)}
            return len(pictures("letter.typ", LETTER | {"items": [item]}, 20))

        # 22 lines a page, three lines a paragraph
        assert [pages(n) for n in (1, 12, 120)] == [2, 3, 18]

    def test_writes_nothing_outside_the_text_area_however_long_a_word(self):
        item = {"number": "一", "request": "长词", "answer": "http://a.example/" + "x" * 2000}
        letter = LETTER | {"items": [item], "agency": "示范市" * 20, "title": "长标题" * 40}

        for page in pictures("letter.typ", letter, 60):
            picture = Image.open(io.BytesIO(page)).convert("L").point(lambda v: 255 * (v < 200))
            left, _, right, _ = picture.getbbox()
            # 28 mm at the left, 26 mm at the right, with a millimetre for the tolerance of a glyph
            assert left >= (28 - 1) * 60 / 25.4
            assert right <= (210 - 26 + 1) * 60 / 25.4

    @pytest.mark.parametrize("text", INJECTIONS)
    def test_sets_any_text_as_text(self, text):
        plain = pictures("letter.typ", LETTER | {"closing": "甲" * 20}, 20)
        page = pictures("letter.typ", LETTER | {"closing": text}, 20)

        assert len(plain) == len(page)
        assert Image.open(io.BytesIO(page[-1])).convert("RGB").getpixel((2, 2)) == (255, 255, 255)

    def test_reads_no_file_and_fetches_nothing(self):
        with pytest.raises(typst.TypstError):
            typst.Compiler(root=str(TEMPLATES)).compile(
                input=b'#read("/../../manage.py")', format="pdf"
            )

    def test_takes_less_than_a_second(self):
        pdf("letter.typ", LETTER)
        started = time.perf_counter()

        pdf("letter.typ", LETTER | {"clerk": "另一人"})

        assert time.perf_counter() - started < 1

    def test_an_empty_letter_is_still_a_page(self):
        assert len(pictures("letter.typ", {}, 20)) == 1


SUGGESTION = {
    "paper_title": "示范市第十五届人民代表大会第三次会议\n代表建议、批评和意见",
    "mark": "大会期间",
    "number": "0123",
    "title": "关于加强老旧小区充电设施建设的建议",
    "lead": [{"label": "领衔代表", "value": "张伟"}],
    "facts": [
        {"label": "类别", "value": "城乡建设与管理"},
        {"label": "公开方式", "value": "全文公开"},
    ],
    "sections": [{"heading": "情况", "text": "\n".join([LONG] * 30)}],
    "attachments": ["现场照片.jpg"],
    "signed": "张伟",
    "submitted_on": "2026年1月20日",
    "cosigners": [
        {"name": f"代表{n}", "delegation": "城东代表团", "credential_no": f"{n:04}"}
        for n in range(40)
    ],
    "short_code": "7K3M-9QXT",
    "qr_svg": qr_svg("https://jianyi.example.gov.cn/r/7K3M9QXT"),
}
RECEIPT = {
    "form_title": "代表建议办理情况征询意见表",
    "facts": [{"label": "建议编号", "value": "第0123号"}],
    "questions": [{"label": "对办理结果", "choices": ["满意", "基本满意", "不满意"], "chosen": ""}],
    "texts": [{"label": "意见", "lines": 8}],
    "contact": [{"label": "通讯地址", "value": ""}],
    "signatures": ["代表签名", "日期"],
    "return_to": "市人大常委会代表工作委员会",
    "note": "本表一式两份。",
    "copies": ["第一联", "第二联"],
    "short_code": "7K3M-9QXT",
    "qr_svg": qr_svg("https://jianyi.example.gov.cn/r/7K3M9QXT"),
}
TABLE = {
    "title": "代表建议交办清单",
    "subtitle": "示范市住房和城乡建设局",
    "columns": [{"label": "编号", "width": 0.6}, {"label": "标题", "width": 3}, {"label": "签收"}],
    "rows": [[f"{n:04}", LONG, None] for n in range(60)],
    "landscape": True,
    "note": "请于5个工作日内签收。",
}


@pytest.mark.parametrize(
    ("template", "data", "pages"),
    [("suggestion.typ", SUGGESTION, 5), ("receipt.typ", RECEIPT, 2), ("table.typ", TABLE, 6)],
)
def test_a_form_is_set_on_the_pages_it_needs(template, data, pages):
    assert pdf(template, data, at=AT).startswith(b"%PDF-")
    assert len(pictures(template, data, 20)) == pages


@pytest.mark.parametrize("template", ["suggestion.typ", "receipt.typ", "table.typ"])
def test_a_form_without_content_is_still_a_page(template):
    assert len(pictures(template, {}, 20)) == 1


def test_a_qr_code_is_one_plain_path():
    drawn = qr_svg("https://jianyi.example.gov.cn/r/7K3M9QXT")

    assert drawn.count("<path") == 1
    assert "<script" not in drawn


class TestFont:
    def test_has_the_characters_of_official_use_and_of_rare_names(self):
        with TTFont(FONTS / "NotoSerifSC-Regular.otf", lazy=True) as font:
            known = {chr(code) for code in font.getBestCmap()}
        levels_one_and_two = {
            bytes([high, low]).decode("gb2312")
            for high in range(0xB0, 0xF8)
            for low in range(0xA1, 0xFF)
            if not (high == 0xD7 and low > 0xF9)
        }
        rare = set("㛃𠮷䶮䲟㼆𬍛𬱟𫖯𬬮喆堃犇煊玥翀璟昇勍赟烎珺骉旻㙦𬘫")
        marks = set("〔〕《》“”—…·√✓□■●▲①②③ⅠⅡ％℃㎡，。、；：？！（）")

        assert (levels_one_and_two | rare | marks) - known == set()

    def test_is_small_enough_and_lies_beside_its_licence(self):
        assert (FONTS / "NotoSerifSC-Regular.otf").stat().st_size <= 15 * 1024 * 1024
        assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text("utf-8")

    def test_sets_a_rare_name_with_a_glyph_and_no_empty_box(self):
        def drawn(name):
            return pictures("table.typ", {"title": name}, 40)[0]

        assert drawn("𠮷") != drawn("\U0002ffff")
        assert drawn("𬱟") != drawn("𠮷")


def test_every_template_names_its_keys():
    for template in Path(TEMPLATES).glob("*.typ"):
        used = set(re.findall(r'get\(data, "(\w+)"', template.read_text("utf-8")))
        head = template.read_text("utf-8").split("#import")[0]
        assert {key for key in used if key not in head} == set()
