"""The original text as the paper it is filed on (建议原文)."""

from __future__ import annotations

from datetime import date
from typing import Any

from accounts.models import Membership, Role
from suggestions.models import Attachment, CoSigner, Suggestion

_YES = "是"


def printed(case: Suggestion, actor: Membership, *, on: date) -> dict[str, Any]:
    """Gather what ``suggestion.typ`` sets; telephone numbers only for those who must call."""
    signers = case.cosigners.filter(state=CoSigner.State.CONFIRMED).select_related(
        "deputy__delegation"
    )
    items = list(case.items.values_list("number", "text"))
    files = Attachment.objects.visible_to(actor).filter(
        suggestion=case, purpose=Attachment.Purpose.SUGGESTION
    )
    return {
        "paper_title": f"{case.congress}代表建议、批评和意见",
        "mark": case.get_filing_display(),
        "number": case.number_text or "（待编号）",
        "title": case.title,
        "lead": _lead(case, actor),
        "facts": _facts(case),
        "cosigners": [
            {
                "name": row.deputy.name,
                "delegation": str(row.deputy.delegation),
                "credential_no": row.deputy.credential_no,
            }
            for row in signers
        ],
        "sections": _sections(case, items),
        "attachments": list(files.order_by("pk").values_list("name", flat=True)),
        "signed": _signed(case),
        "submitted_on": _day(case.proposed_on) if case.proposed_on else f"草稿，{_day(on)}打印",
    }


def _lead(case: Suggestion, actor: Membership) -> list[dict[str, str]]:
    lead = case.lead_deputy
    if lead is None:
        return [_fact("提出", str(case.delegation))]
    rows = [_fact("领衔代表", lead.name), _fact("代表团", str(lead.delegation))]
    rows.append(_fact("代表证号", lead.credential_no))
    if actor.role != Role.DEPUTY or actor.deputy_id == lead.pk:
        rows.append(_fact("联系电话", lead.phone))
    return rows


def _facts(case: Suggestion) -> list[dict[str, str]]:
    rows = [
        _fact("届次会议", str(case.session)),
        _fact("类别", str(case.category or "")),
        _fact("形成方式", str(case.origin or "")),
        _fact("公开方式", case.get_disclosure_display()),
    ]
    if case.repeated:
        numbers = "、".join(case.earlier_numbers)
        rows.append(_fact("多年多次提出", f"{case.get_repeated_display()} {numbers}".strip()))
    if case.wants_contact:
        rows.append(_fact("加强联系沟通", _YES))
    if case.reference_only:
        rows.append(_fact("仅供参考", "不需书面答复"))
    units = "、".join(str(unit) for unit in case.wished_units.all())
    if units:
        rows.append(_fact("希望承办单位", units))
    return rows


def _sections(case: Suggestion, items: list[tuple[int, str]]) -> list[dict[str, str]]:
    asked = "\n".join(f"{number}. {text}" for number, text in items)
    parts = (("一、情况", case.situation), ("二、分析", case.analysis), ("三、具体建议", asked))
    filled = [(heading, text) for heading, text in parts if text.strip()]
    # Without an analysis the requests come second.
    return [
        {"heading": f"{'一二三'[place]}、{heading[2:]}", "text": text}
        for place, (heading, text) in enumerate(filled)
    ]


def _signed(case: Suggestion) -> str:
    return f"代表：{case.lead_deputy.name}" if case.lead_deputy else str(case.delegation)


def _fact(label: str, value: str) -> dict[str, str]:
    return {"label": label, "value": value}


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
