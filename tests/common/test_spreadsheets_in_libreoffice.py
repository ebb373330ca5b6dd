"""What a real office suite makes of our exports; runs where LibreOffice is installed."""

import csv
import shutil
import subprocess

import pytest

from common.spreadsheets.writing import Column, SheetOf, workbook_bytes
from tests.common.test_spreadsheets_writing import PAYLOADS

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed"),
]


def test_no_payload_is_evaluated_and_all_stay_as_they_were(tmp_path):
    rows = [(number, text) for number, text in enumerate(PAYLOADS)]
    columns = [Column("号", lambda row: str(row[0])), Column("文", lambda row: row[1])]
    (tmp_path / "export.xlsx").write_bytes(workbook_bytes([SheetOf("台账", columns, rows)]))

    subprocess.run(
        [
            shutil.which("soffice"), "--headless", f"-env:UserInstallation=file://{tmp_path}/profile",
            "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false",
            "--outdir", str(tmp_path), str(tmp_path / "export.xlsx"),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip

    with (tmp_path / "export.csv").open(encoding="utf-8", newline="") as file:
        shown = {int(row["号"]): row["文"] for row in csv.DictReader(file)}
    # LibreOffice makes every kind of line break one of its own; nothing else may change.
    assert {n: text.replace("\r", "\n") for n, text in shown.items()} == {
        n: text.replace("\r", "\n") for n, text in rows
    }
