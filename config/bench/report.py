"""The table that people read, and the same as JSON."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from typing import Any

from config.bench.stopwatch import Result

_HEADS = (
    "事项",
    "身份",
    "中位ms",
    "p95",
    "最快",
    "重算",
    "查询",
    "SQL",
    "最重",
    "目标",
    "达标",
    "增长",
)
_MET = {True: "是", False: "否", None: "—"}
#: Quality: each page's time may grow so much with the archive.
MOST_GROWTH = 1.5
#: Below this a difference is the machine's, not the page's.
_NOISE = 15.0


def as_json(size: int, counted: dict[str, int], results: Iterable[Result]) -> str:
    """Write a run as JSON."""
    found = [each.as_json() for each in results]
    whole = {"suggestions": size, "rows": counted, "results": found}
    return json.dumps(whole, ensure_ascii=False, indent=1)


def growth(results: Iterable[Result], earlier: dict[str, Any]) -> dict[tuple[str, str], float]:
    """Compare with a run on a smaller archive: times the median grew."""
    before = {(each["name"], each["who"]): each["median"] for each in earlier["results"]}
    return {
        (each.name, each.who): round(each.median / before[each.name, each.who], 2)
        for each in results
        if before.get((each.name, each.who))
    }


def has_outgrown(results: Iterable[Result], grown: dict[tuple[str, str], float]) -> list[Result]:
    """Find what grew more than it may, beyond the noise of a few milliseconds."""
    return [
        each
        for each in results
        if (times := grown.get((each.name, each.who), 0)) > MOST_GROWTH
        and each.median - each.median / times > _NOISE
    ]


def table(results: Iterable[Result], grown: dict[tuple[str, str], float]) -> str:
    """Lay the results out in columns; Chinese characters count as two."""
    rows = [_HEADS, *(_row(each, grown) for each in results)]
    widths = [max(_width(row[n]) for row in rows) for n in range(len(_HEADS))]
    return "\n".join(
        "  ".join(_padded(text, width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _row(found: Result, grown: dict[tuple[str, str], float]) -> tuple[str, ...]:
    goal = "" if found.goal is None else f"≤{found.goal:g}"
    if found.goal_queries is not None:
        goal += f" ≤{found.goal_queries}条"
    times = grown.get((found.name, found.who))
    texts = (
        found.name,
        found.who,
        f"{found.median:g}",
        f"{found.p95:g}",
        f"{found.least:g}",
        "" if found.anew is None else f"{found.anew:g}",
        "" if found.queries is None else str(found.queries),
        "" if found.sql is None else f"{found.sql:g}",
        "" if found.heaviest is None else f"{found.heaviest:g}",
        goal,
        _MET[found.is_met],
        f"×{times:g}" if times else "",
    )
    return (*texts[:-1], f"{texts[-1]} {found.note}".strip())


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
