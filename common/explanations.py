"""Why a period ends on its last day: what is stored beside a deadline, and how a page tells it."""

from datetime import date
from typing import TypedDict


class Run(TypedDict):
    """Consecutive days with one name."""

    first: str
    last: str
    days: int
    name: str


class Explanation(TypedDict):
    """Why a period ends on its last day, in values that JSON can hold (days as ISO text)."""

    start: str
    amount: int
    unit: str
    amount_text: str
    rule: str
    counted_from: str
    corresponding_day: str | None
    is_month_end: bool
    skipped: list[Run]
    make_up_workdays: list[Run]
    moved_from: str | None
    moved_because: str | None
    due_on: str
    provisional_from: str | None


def rule_text(unit: str, *, moved: bool) -> str:
    """Cite the rule by which a period in this unit is counted, and the one that moved its end."""
    rule = {
        "calendar_day": "按日计算，开始的当日不计入，自下一日开始计算（《民法典》第二百零一条）",
        "workday": "按工作日计算，开始的当日不计入，周末和法定休假日不计，调休上班日计入",
        "month": "按月计算，开始的当日不计入，到期月的对应日为最后一日，没有对应日的，"
        "月末日为最后一日（《民法典》第二百零一条、第二百零二条）",
    }[unit]
    if moved:
        rule += "；最后一日是法定休假日的，以休假日结束的次日为最后一日（《民法典》第二百零三条）"
    return rule + "。"


def sentences(explanation: Explanation) -> list[str]:
    """Tell an explanation in sentences for a page ("这一天是怎么算出来的")."""
    first_day = _day(explanation["counted_from"])
    told = [
        (
            f"自{_day(explanation['start'])}起{explanation['amount_text']}，"
            f"当日不计入，从{first_day}开始计算。"
        )
    ]
    if explanation["corresponding_day"]:
        kind = "没有对应日，取月末日" if explanation["is_month_end"] else "到期月的对应日为"
        told.append(f"{kind}{_day(explanation['corresponding_day'])}。")
    if explanation["moved_from"]:
        told.append(
            f"最后一日{_day(explanation['moved_from'])}是{explanation['moved_because']}，"
            f"顺延至{_day(explanation['due_on'])}。"
        )
    elif explanation["skipped"]:
        told.append(f"跳过{_told(explanation['skipped'])}。")
    if explanation["make_up_workdays"]:
        told.append(f"计入调休上班日{_told(explanation['make_up_workdays'])}。")
    if explanation["provisional_from"]:
        told.append(
            f"{_day(explanation['provisional_from'])}起尚无国务院放假安排，暂按周末推算，"
            "安排公布后重新计算。"
        )
    return told


def _day(iso: str) -> str:
    on = date.fromisoformat(iso)
    return f"{on.year}年{on.month}月{on.day}日（周{'一二三四五六日'[on.weekday()]}）"


def _short(iso: str) -> str:
    on = date.fromisoformat(iso)
    return f"{on.month}月{on.day}日"


def _told(runs: list[Run]) -> str:
    return "、".join(
        _short(run["first"])
        + (f"至{_short(run['last'])}" if run["days"] > 1 else "")
        + f"（{run['name']}）"
        for run in runs
    )
