"""
Build the Word template of a reply (答复函) after GB/T 9704-2012.

The paper an office edits names the fonts of the standard, which the computers of offices have; the
PDF carries its own (assets/fonts).
"""
# ruff: noqa: SLF001 - python-docx has no words for borders, grids and floating tables

from pathlib import Path

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

TARGET = Path(__file__).resolve().parent.parent / "assets/documents/letter.docx"
BODY, TITLE, HEADING = "仿宋", "方正小标宋简体", "黑体"
RED = RGBColor(0xD7, 0x00, 0x0F)
LINE = Pt(29)  # 22 lines on 225 mm


def build() -> None:
    """Write the template."""
    document = Document()
    lay_out_page(document)
    head(document)
    body(document)
    foot(document)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = "答复函", "", ""
    document.save(str(TARGET))


def lay_out_page(document: Paper) -> None:
    """Set paper, margins, grid, the body style and page numbers (clauses 5.1, 5.2, 7.5)."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), "580")
    style = document.styles["Normal"]
    style.font.size = Pt(16)
    set_font(style.element.get_or_add_rPr(), BODY)
    layout = style.paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    layout.space_before = layout.space_after = Pt(0)
    layout.widow_control = False
    document.settings.odd_and_even_pages_header_footer = True
    number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)


def head(document: Paper) -> None:
    """Write class mark, name of the agency, number, signer, red line and title."""
    write(document, "{{ class_mark }}", font=HEADING, align=WD_ALIGN_PARAGRAPH.RIGHT)
    write(document, "")
    agency = write(
        document, "{{ agency }}", font=TITLE, size=40, align=WD_ALIGN_PARAGRAPH.CENTER, colour=RED
    )
    agency.paragraph_format.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
    write(document, "")
    numbered = write(
        document,
        "{{ doc_number }}{% if signer %}\t签发人：{{ signer }}{% endif %}",
    )
    numbered.paragraph_format.left_indent = numbered.paragraph_format.right_indent = Pt(16)
    numbered.paragraph_format.tab_stops.add_tab_stop(Mm(150), WD_TAB_ALIGNMENT.RIGHT)
    bordered(write(document, "", size=4), "top", "D7000F", 18).paragraph_format.line_spacing = Pt(6)
    write(document, "")
    title = write(document, "{{ title }}", font=TITLE, size=22, align=WD_ALIGN_PARAGRAPH.CENTER)
    title.paragraph_format.line_spacing = Pt(34)
    write(document, "")


def body(document: Paper) -> None:
    """Write salutation, opening, one answer per item, the note on co-opinions and the closing."""
    write(document, "{{ salutation }}")
    paragraphs_of(document, "opening")
    write(document, "{%p for item in items %}")
    write(document, "{%p if item.request %}")
    heading = write(
        document,
        "{% if item.number %}{{ item.number }}、{% endif %}{{ item.request }}",
        font=HEADING,
        indent=True,
    )
    heading.paragraph_format.keep_with_next = True
    write(document, "{%p endif %}")
    paragraphs_of(document, "item.answer")
    write(document, "{%p endfor %}")
    paragraphs_of(document, "co_opinion_note")
    paragraphs_of(document, "closing")


def foot(document: Paper) -> None:
    """Write unit and day, the clerk, and the record (版记) at the foot of the last page."""
    write(document, "").paragraph_format.keep_with_next = True
    unit = write(document, "{{ unit }}", align=WD_ALIGN_PARAGRAPH.RIGHT)
    unit.paragraph_format.right_indent = Pt(32)
    unit.paragraph_format.keep_with_next = True
    day = write(document, "{{ date }}", align=WD_ALIGN_PARAGRAPH.RIGHT)
    day.paragraph_format.right_indent = Pt(64)
    write(document, "{%p if clerk or phone or disclosure %}")
    write(
        document,
        "（{% if clerk %}承办人：{{ clerk }}{% endif %}{% if clerk and phone %}，{% endif %}"
        "{% if phone %}联系电话：{{ phone }}{% endif %}{% if disclosure %}{% if clerk or phone %}，"
        "{% endif %}公开方式：{{ disclosure }}{% endif %}）",
        indent=True,
    )
    write(document, "{%p endif %}")
    write(document, "")
    table = document.add_table(rows=2, cols=1)
    at_the_foot(table)
    record(table.cell(0, 0), "{% if copies %}抄送：{{ copies|join('，') }}。{% endif %}", "top")
    record(
        table.cell(1, 0),
        "{{ printed_by }}{% if printed_on %}\t{{ printed_on }}印发{% endif %}",
        "both",
    )
    # A floating table hangs on the paragraph after it.
    write(document, "", size=2).paragraph_format.line_spacing = Pt(2)


def paragraphs_of(document: Paper, name: str) -> None:
    """Repeat an indented paragraph for each line of a text."""
    write(document, f"{{%p for line in {name}|lines %}}")
    write(document, "{{ line }}", indent=True, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    write(document, "{%p endfor %}")


def write(
    document: Paper,
    text: str,
    *,
    font: str = BODY,
    size: float = 16,
    align: WD_ALIGN_PARAGRAPH | None = None,
    colour: RGBColor | None = None,
    indent: bool = False,
) -> Paragraph:
    """Add a paragraph."""
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    dress(run, font, size)
    if colour is not None:
        run.font.color.rgb = colour
    if align is not None:
        paragraph.alignment = align
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(32)
    return paragraph


def dress(run: Run, font: str, size: float) -> None:
    """Give a run its font and size."""
    run.font.size = Pt(size)
    set_font(run._element.get_or_add_rPr(), font)


def set_font(properties: BaseOxmlElement, font: str) -> None:
    """Name a font for Chinese and Latin characters alike."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), font)


def bordered(paragraph: Paragraph, side: str, colour: str, eighths: int) -> Paragraph:
    """Draw a line along one side of a paragraph."""
    borders = OxmlElement("w:pBdr")
    line = OxmlElement(f"w:{side}")
    for key, value in (("val", "single"), ("sz", str(eighths)), ("space", "4"), ("color", colour)):
        line.set(qn(f"w:{key}"), value)
    borders.append(line)
    properties = paragraph._p.get_or_add_pPr()
    # Word minds the order of the elements.
    properties.insert_element_before(borders, "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    return paragraph


def number(paragraph: Paragraph, align: WD_ALIGN_PARAGRAPH) -> None:
    """Write a page number as — 1 — one character in from the edge."""
    paragraph.alignment = align
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(14)
    dress(paragraph.add_run("— "), "宋体", 14)
    field = paragraph.add_run()
    dress(field, "宋体", 14)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        field._element.append(element)
    dress(paragraph.add_run(" —"), "宋体", 14)


def at_the_foot(table: Table) -> None:
    """Let a table float at the foot of the page it falls on."""
    properties = table._tbl.tblPr
    place = OxmlElement("w:tblpPr")
    for key, value in (
        ("horzAnchor", "margin"), ("vertAnchor", "margin"),
        ("tblpXSpec", "center"), ("tblpYSpec", "bottom"),
    ):  # fmt: skip
        place.set(qn(f"w:{key}"), value)
    properties.insert(0, place)
    width = properties.find(qn("w:tblW"))
    if width is None:
        width = OxmlElement("w:tblW")
        properties.append(width)
    width.set(qn("w:type"), "dxa")
    width.set(qn("w:w"), str(int(Mm(156).twips)))


def record(cell: _Cell, text: str, lines: str) -> None:
    """Fill a cell of the record with its lines above and below (clause 7.4)."""
    paragraph = cell.paragraphs[0]
    dress(paragraph.add_run(text), BODY, 14)
    paragraph.paragraph_format.line_spacing = Pt(24)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(14)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(148), WD_TAB_ALIGNMENT.RIGHT)
    borders = OxmlElement("w:tcBorders")
    widths = {"top": {"top": 8}, "both": {"top": 6, "bottom": 8}}[lines]
    for side, eighths in widths.items():
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", str(eighths)), ("color", "000000")):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    cell._tc.get_or_add_tcPr().append(borders)


if __name__ == "__main__":
    build()
