"""Workbooks made on the spot: benign ones of several programs, and hostile ones."""

import io
import stat
import zipfile

HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

PARTS = {
    "[Content_Types].xml": f'{HEADER}<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType='
    '"application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET_MAIN}"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": f'{HEADER}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>",
    "xl/workbook.xml": f'{HEADER}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="建议台账" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{HEADER}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    "</Relationships>",
}
ROWS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>编号</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>标题</t></is></c></row>'
    '<row r="2"><c r="A2" t="inlineStr"><is><t>0001</t></is></c>'
    '<c r="B2" t="inlineStr"><is><t>关于增设充电桩的建议</t></is></c></row>'
)


def sheet(rows=ROWS, before="", after=""):
    """A worksheet part around raw rows."""
    data = f"<sheetData>{rows}</sheetData>"
    return f'{HEADER}<worksheet xmlns="{MAIN}">{before}{data}{after}</worksheet>'


def package(changed=None, *, compression=zipfile.ZIP_DEFLATED):
    """A minimal workbook with some parts changed, added, or (None) left out."""
    parts = PARTS | {"xl/worksheets/sheet1.xml": sheet()} | (changed or {})
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in parts.items():
            if content is not None:
                archive.writestr(name, content)
    return file


def with_link(target="/etc/passwd"):
    """A workbook with a symbolic link among its parts."""
    file = package()
    with zipfile.ZipFile(file, "a") as archive:
        link = zipfile.ZipInfo("xl/media/link.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, target)
    return file


def relationships(kind, target, mode="External"):
    """A relationships part with one relationship."""
    return (
        f'{HEADER}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId9" '
        f'Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    )


def content_types(*types):
    """The content types of the minimal workbook with more of them."""
    added = "".join(
        f'<Override PartName="/xl/part{n}.bin" ContentType="{kind}"/>'
        for n, kind in enumerate(types)
    )
    return PARTS["[Content_Types].xml"].replace("</Types>", f"{added}</Types>")


def with_words(part):
    """The minimal workbook with a part of shared strings, declared as one."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    declared = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    types = PARTS["[Content_Types].xml"].replace("</Types>", declared)
    return package({"[Content_Types].xml": types, "xl/sharedStrings.xml": part})
