"""The same columns as .csv, for those who process figures elsewhere."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from common.spreadsheets.columns import FORMULA_START, Column, cell_value

BYTE_ORDER_MARK = "\ufeff"


def csv_lines(columns: Sequence[Column[Any]], rows: Iterable[Any]) -> Iterator[str]:
    """
    Yield the lines of a .csv file that Excel opens as UTF-8, the headings first.

    A text that would start a formula gets an apostrophe in front: .csv has no other mark.
    """
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK + writer.writerow([_escaped(column.heading) for column in columns])
    for row in rows:
        yield writer.writerow(
            [_escaped(cell_value(column.kind, column.getter(row))) for column in columns]
        )


class _Echo:
    def write(self, line: str) -> str:
        """Hand a line back to whoever writes it out."""
        return line


def _escaped(value: object) -> object:
    if isinstance(value, str) and value.startswith(FORMULA_START):
        return f"'{value}"
    return "" if value is None else value
