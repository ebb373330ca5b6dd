"""The reply slip that a deputy on paper fills in and sends back (征询意见表、回执)."""

from __future__ import annotations

from typing import Any

from congress.words import Words
from handling.models import Delivery

_GRADES = ["满意", "基本满意", "不满意"]


def short_code(delivery: Delivery) -> str:
    """Return the code by which staff find the delivery again; its last digit checks the others."""
    digits = f"{delivery.pk:07d}"
    check = sum(int(digit) * weight for weight, digit in enumerate(digits, start=2)) % 10
    return f"HZ{digits}{check}"


def slip_of(delivery: Delivery, *, words: Words, qr: str) -> dict[str, Any]:
    """Return what ``receipt.typ`` needs, with the fields of the forms in use."""
    reply, assignment = delivery.reply, delivery.reply.assignment
    case, deputy = assignment.suggestion, delivery.deputy
    committee = f"{words.standing_committee}{words.working_committee}"
    return {
        "form_title": "代表建议办理情况征询意见表",
        "facts": [
            {"label": "建议标题", "value": case.title},
            {"label": "建议编号", "value": f"{case.session.name} {case.number_text}"},
            {"label": "承办单位", "value": f"{assignment.unit}（{assignment.get_role_display()}）"},
            {"label": "答复文号", "value": reply.document_number},
            {"label": "收到答复日期", "value": "　　　　年　　月　　日"},
        ],
        "questions": [
            {"label": "是否收到答复函", "choices": ["收到", "未收到"], "chosen": ""},
            {"label": "是否见面沟通", "choices": ["是", "否"], "chosen": ""},
            {"label": "对办理态度", "choices": _GRADES, "chosen": ""},
            {"label": "对办理结果", "choices": _GRADES, "chosen": ""},
            {"label": "是否要求重新办理", "choices": ["是", "否"], "chosen": ""},
        ],
        "texts": [{"label": "意见和建议（不满意的请写明原因）", "lines": 6, "value": ""}],
        "signatures": ["代表签名", "日期"],
        "contact": [
            {"label": "代表", "value": f"{deputy.name}（{deputy.delegation}）"},
            {"label": "通讯地址", "value": f"{deputy.address} {deputy.postcode}".strip()},
            {"label": "联系电话", "value": deputy.phone},
        ],
        "return_to": f"{case.congress.short_name}人大{committee}",
        "note": "本表由代表本人填写，承办单位不得代填。",
        "short_code": short_code(delivery),
        "qr_svg": qr,
    }
