"""A ledger that comes out of any program is the same ledger: no row lost, no cell wrong."""

import io
import sys
from datetime import date

import pytest

from ledgers.services.reading import read_ledger
from ledgers.workbook import PROMISES, RECEIPTS, SHEETS, SUGGESTIONS
from tests.ledgers.golden_workbooks import ROWS, VARIANTS


def expected():
    """What the ledger says, cell by cell."""
    return {title: [_cells(title, row) for row in ROWS[title]] for title in SHEETS}


def _cells(title, row):
    return {heading.name: _value(row.get(heading.name)) for heading in SHEETS[title]}


def _value(value):
    """Write a value as people read it: yes and no in words, a text without what surrounds it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date | int) or value is None:
        return value
    return "、".join(value) if isinstance(value, tuple) else str(value).strip()


def said_by(content):
    ledger = read_ledger(io.BytesIO(content))
    assert ledger.faults == []
    records = zip(
        (SUGGESTIONS, RECEIPTS, PROMISES),
        (ledger.suggestions, ledger.receipts, ledger.promises),
        strict=True,
    )
    return {
        title: [{name: _value(value) for name, value in record.cells.items()} for record in found]
        for title, found in records
    }


@pytest.mark.parametrize("name", VARIANTS)
def test_a_ledger_is_read_whole_whoever_wrote_it(name):
    assert said_by(VARIANTS[name]()) == expected()


@pytest.mark.long
def test_forty_workbooks_lose_no_row_and_no_cell():
    right = expected()
    rows = sum(map(len, right.values())) * len(VARIANTS)
    cells = sum(len(row) for page in right.values() for row in page) * len(VARIANTS)
    lost = wrong = 0
    for make in VARIANTS.values():
        said = said_by(make())
        for title, page in right.items():
            lost += abs(len(page) - len(said[title]))
            for row, read in zip(page, said[title], strict=False):
                wrong += sum(row[name] != read[name] for name in row)

    sys.stdout.write(
        f"\n#24 {len(VARIANTS)} workbooks: rows lost {lost}/{rows}, cells wrong {wrong}/{cells}\n"
    )
    assert len(VARIANTS) >= 40
    assert (lost, wrong) == (0, 0)
