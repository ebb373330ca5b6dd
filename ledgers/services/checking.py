"""What cannot be in a ledger, whatever the congress: each fault names its cell."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ledgers.services.reading import Ledger, Record

#: (sheet part, later, earlier): no day of the first kind lies before one of the second.
_CASE_DAYS = (("交办日期", "提出日期"), ("应办复日期", "交办日期"), ("办结日期", "交办日期"))
_RECEIPT_DAYS = (("签收日期", "交办日期"), ("协办意见日期", "交办日期"), ("答复日期", "交办日期"))
_VERDICT_DAYS = (("反馈日期", "答复日期"), ("反馈日期", "协办意见日期"))
_PROMISE_DAYS = (("完成日期", "承诺日期"), ("销号日期", "承诺日期"), ("销号日期", "完成日期"))


def check(ledger: Ledger) -> None:
    """Put on the ledger's faults whatever contradicts itself."""
    cases = _check_cases(ledger.suggestions)
    holders = _check_receipts(ledger.receipts, cases)
    _check_promises(ledger.promises, cases, holders)


def _check_cases(records: list[Record]) -> dict[str, Record]:
    cases: dict[str, Record] = {}
    session = next((record["届次会议"] for record in records if record["届次会议"]), None)
    for record in records:
        number = record["编号"]
        if number in cases:
            record.fault("编号", f"编号“{number}”与第{cases[number].row.number}行重复。")
        elif number:
            cases[number] = record
        if record["届次会议"] and record["届次会议"] != session:
            record.fault("届次会议", f"一份台账只能有一次会议，前面各行是“{session}”。")
        _check_key(record)
        _check_days(record, record.cells, _CASE_DAYS)
    return cases


def _check_key(record: Record) -> None:
    if record["重点督办"]:
        return
    for heading in ("督办领导类别", "督办领导"):
        if record[heading]:
            record.fault(heading, f"填了{heading}，“重点督办”应为“是”。")


def _check_receipts(
    records: list[Record], cases: dict[str, Record]
) -> dict[tuple[str, str], Record]:
    rounds: set[tuple[str, str, int]] = set()
    holders: dict[tuple[str, str], Record] = {}
    sole: dict[str, str] = {}
    for record in records:
        number, unit = record["编号"], record["承办单位"]
        if not _is_known(record, cases) or not unit:
            continue
        key = (number, unit, round_of(record))
        if key in rounds:
            record.fault("承办单位", f"“{unit}”在{number}第{key[2]}轮中出现了两次。")
            continue
        rounds.add(key)
        _check_same(record, holders.setdefault((number, unit), record))
        if record["承办角色"] == "独办" and sole.setdefault(number, unit) != unit:
            record.fault("承办角色", f"{number}已由“{sole[number]}”独办，不能有两个独办单位。")
        _check_receipt(record, cases[number])
    return holders


def _check_same(record: Record, first: Record) -> None:
    for heading in ("承办角色", "归口系统"):
        if record[heading] and first[heading] and record[heading] != first[heading]:
            record.fault(
                heading,
                f"同一单位各轮的{heading}应当一致，第{first.row.number}行是“{first[heading]}”。",
            )


def _check_receipt(record: Record, case: Record) -> None:
    if record["轮次"] == 0:
        record.fault("轮次", "轮次从1开始。")
    _check_days(record, {**record.cells, "交办日期": case["交办日期"]}, _RECEIPT_DAYS)
    _check_days(record, record.cells, _VERDICT_DAYS)
    if round_of(record) == 1 and record["承办角色"] != "协办":
        days = {"答复日期": record["答复日期"], "办结日期": case["办结日期"]}
        _check_days(case, days, (("办结日期", "答复日期"),))
    if not record["态度评价"] and not record["结果评价"]:
        for heading in ("反馈日期", "不满意原因"):
            if record[heading]:
                record.fault(heading, f"填了{heading}，但没有态度评价和结果评价。")


def _check_promises(
    records: list[Record], cases: dict[str, Record], holders: dict[tuple[str, str], Record]
) -> None:
    for record in records:
        number, unit = record["编号"], record["承办单位"]
        if _is_known(record, cases) and unit and (number, unit) not in holders:
            record.fault("承办单位", f"“{unit}”没有承办{number}，承诺无从说起。")
        _check_days(record, record.cells, _PROMISE_DAYS)


def _is_known(record: Record, cases: dict[str, Record]) -> bool:
    if record["编号"] and record["编号"] not in cases:
        record.fault("编号", f"“建议台账”中没有编号“{record['编号']}”。")
    return record["编号"] in cases


def _check_days(
    record: Record, days: dict[str, date | None], order: Iterable[tuple[str, str]]
) -> None:
    for later, earlier in order:
        after, before = days.get(later), days.get(earlier)
        if after and before and after < before:
            record.fault(later, f"{later}（{after:%Y-%m-%d}）早于{earlier}（{before:%Y-%m-%d}）。")


def round_of(record: Record) -> int:
    """Return the round a receipt row speaks of; a ledger that says none knows only the first."""
    return record["轮次"] or 1
