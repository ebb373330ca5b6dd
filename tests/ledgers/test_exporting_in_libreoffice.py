"""A whole ledger full of formulas as a real office suite reads it; where LibreOffice is."""

import shutil
import subprocess
import sys
from io import BytesIO

import pytest
from openpyxl import load_workbook

from common.spreadsheets.values import ERRORS
from common.spreadsheets.writing import Kind
from ledgers.workbook import SHEETS
from tests.common.test_spreadsheets_writing import PAYLOADS
from tests.factories.ledgers import case_row, exported, receipt_row, take_in_rows

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db,
    pytest.mark.skipif(not shutil.which("soffice"), reason="没有 LibreOffice（libreoffice-calc）"),
]
#: Columns that must be a number of a case, or whose words decide something.
BOUND = {"编号", "届次会议", "历年编号", "督办领导", "承办角色", "领衔代表"}


def hostile_ledger():
    """A session in which every free column of every sheet holds each payload once."""

    def filled(title, payload):
        free = [each for each in SHEETS[title] if each.kind == Kind.TEXT and not each.words]
        return {
            each.name: payload
            for each in free
            if each.name not in BOUND and len(payload) <= (each.longest or len(payload))
        }

    cases, receipts, promises = [], [], []
    # The errors of a spreadsheet are none of its texts: an import refuses them.
    for n, payload in enumerate(each for each in PAYLOADS if each not in ERRORS):
        cases.append(case_row(f"{n}", **filled("建议台账", payload), 重点督办="是"))
        receipts.append(receipt_row(f"{n}", 结果评价="不满意") | filled("承办明细", payload))
        promises.append({"编号": f"{n}"} | filled("承诺事项", payload))
    return take_in_rows(cases, receipts, promises).session


def cells_of(content):
    """Return the cells of a workbook as (sheet, place): (type, value)."""
    book = load_workbook(BytesIO(content))
    return {
        (sheet.title, cell.coordinate): (cell.data_type, cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def in_libreoffice(content, folder):
    """Let LibreOffice open a workbook, compute it, and save it again."""
    (folder / "ledger.xlsx").write_bytes(content)
    subprocess.run(
        [
            shutil.which("soffice"), "--headless", f"-env:UserInstallation=file://{folder}/profile",
            "--convert-to", "xlsx", "--outdir", str(folder / "out"), str(folder / "ledger.xlsx"),
        ],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return (folder / "out" / "ledger.xlsx").read_bytes()


def as_read(value):
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


def test_no_cell_of_a_ledger_is_computed_and_all_texts_stay(tmp_path):
    content = exported(hostile_ledger()).read()

    ours, theirs = cells_of(content), cells_of(in_libreoffice(content, tmp_path))

    texts = {place for place, (kind, _) in ours.items() if kind == "s"}
    formulas = [
        place for found in (ours, theirs) for place, (kind, _) in found.items() if kind == "f"
    ]
    changed = [
        (place, ours[place], theirs.get(place))
        for place in texts
        if as_read(ours[place][1]) != as_read(theirs.get(place, ("", None))[1])
    ]
    sys.stdout.write(
        f"\n#21 {len(PAYLOADS)} payloads in every free column, {len(ours)} cells: formulas "
        f"{len(formulas)}, texts changed by LibreOffice {len(changed)}/{len(texts)}\n"
    )
    assert (formulas, changed[:3]) == ([], [])
    assert len(texts) > 1_000
