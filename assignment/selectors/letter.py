"""The letter that hands a unit its suggestions of a batch (交办函)."""

from __future__ import annotations

from datetime import date
from typing import Any

from assignment.models import Assignment, Batch
from congress.models import Unit
from congress.words import words_of


def letter_of(batch: Batch, unit: Unit, receipts: list[Assignment]) -> dict[str, Any]:
    """Return what the templates of a letter (``letter.docx``, ``letter.typ``) need."""
    congress, words = batch.congress, words_of(batch.congress)
    sender = f"{congress.short_name}人大{words.standing_committee}{words.working_committee}"
    return {
        "agency": sender,
        "doc_number": f"　　〔{batch.handed_over_on.year}〕　　号",
        "title": f"关于交办{batch.session}代表建议的函",
        "salutation": f"{unit}：",
        "opening": f"现将{batch.session}代表建议{len(receipts)}件交由你单位办理，"
        "请按照下列要求按期办理并答复代表。",
        "items": [_item(place, receipt) for place, receipt in enumerate(receipts, start=1)],
        "closing": batch.requirements,
        "unit": sender,
        "date": _day(batch.handed_over_on),
        "phone": congress.help_phone,
    }


def _item(place: int, receipt: Assignment) -> dict[str, str]:
    case = receipt.suggestion
    proposer = case.lead_deputy or case.delegation
    lines = [f"承办角色：{receipt.get_role_display()}；领衔：{proposer}。"]
    if receipt.part:
        lines.append(f"承办部分：{receipt.part}。")
    if receipt.answer_deadline:
        what = "答复代表" if receipt.answers else "向主办单位提出协办意见"
        lines.append(f"请于{_day(receipt.answer_deadline.due_on)}前{what}。")
    return {
        "number": str(place),
        "request": f"{case.number_text} {case.title}",
        "answer": "".join(lines),
    }


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
