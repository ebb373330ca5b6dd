"""The reply as a whole: what is checked, what the deputy is shown, what the letter says."""

from __future__ import annotations

from datetime import date
from typing import Any

from assignment.models import Assignment
from congress.models import ResultClass
from congress.profile import Copies, Rules
from congress.words import Words
from handling.models import Opinion, Promise, Reply, ReplyItem
from handling.people import deputies_of
from handling.rules.slips import Answer, ClassNeeds, Pledge, Sheet
from suggestions.models import Suggestion

_NUMERALS = "一二三四五六七八九十"


def chinese_numeral(number: int) -> str:
    """Write 1 to 99 in Chinese numerals, as headings of a letter have it."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _NUMERALS[ones - 1]
    head = "十" if tens == 1 else f"{_NUMERALS[tens - 1]}十"
    return head + (_NUMERALS[ones - 1] if ones else "")


def salutation_of(case_deputies: list[str]) -> str:
    """Address the lead and the co-signers by name (主送)."""
    return f"{'、'.join(case_deputies)}代表："


def salutation_for(case: Suggestion) -> str:
    """Address the deputies of a case (主送)."""
    return salutation_of([deputy.name for deputy in deputies_of(case)])


def needs_of(claimed: ResultClass) -> ClassNeeds:
    """Say what a class asks of a reply that claims it."""
    return ClassNeeds(
        label=f"{claimed.code} {claimed.label}",
        promise=claimed.needs_promise,
        reason=claimed.needs_reason,
        report=claimed.needs_report,
        solved=claimed.counts_as_solved,
    )


def sheet_of(reply: Reply) -> Sheet:
    """Gather a draft and what it is checked against."""
    assignment = reply.assignment
    case = assignment.suggestion
    answers = {each.item_id: each for each in reply.items.all()}
    rows = [(item.number, answers.get(item.pk)) for item in case.items.order_by("number")]
    promises = reply.promises.order_by("pk")
    return Sheet(
        title=case.title,
        number=case.number_text,
        deputies=tuple(deputy.name for deputy in deputies_of(case)),
        opening=reply.opening,
        closing=reply.closing,
        answers=tuple(
            Answer(number, row.outcome if row else "", row.text if row else "")
            for number, row in rows
        ),
        claimed=needs_of(reply.claimed_class) if reply.claimed_class else None,
        pledges=tuple(Pledge(row.content, row.person, row.due_on) for row in promises),
        class_reason=reply.class_reason,
        reported_to=reply.reported_to,
        reported_on=reply.reported_on,
        contact_name=reply.contact_name,
        contact_phone=reply.contact_phone,
        answers_a_part=assignment.role == Assignment.Role.SPLIT,
    )


def _answered(reply: Reply) -> list[ReplyItem]:
    rows = reply.items.select_related("item").order_by("item__number")
    return [row for row in rows if row.text.strip()]


def paragraphs_of(reply: Reply) -> list[str]:
    """Return the body of the letter, one string a paragraph, the items numbered in Chinese."""
    body = _lines(reply.opening)
    for place, row in enumerate(_answered(reply), start=1):
        heading = f"{chinese_numeral(place)}、关于“{_short(row.item.text)}”"
        body += [heading, *_lines(row.text)]
    return body + _after_the_items(reply) + _lines(reply.closing)


def _after_the_items(reply: Reply) -> list[str]:
    after = [*_lines(reply.class_reason), *_promise_lines(reply)]
    if reply.reported_to and reply.reported_on:
        after.append(f"上述事项已于{_day(reply.reported_on)}向{reply.reported_to}反映。")
    return after


def _promise_lines(reply: Reply) -> list[str]:
    promises = [
        (promise, promise.due_on)
        for promise in Promise.objects.filter(reply=reply).order_by("pk")
        if promise.content and promise.due_on
    ]
    if not promises:
        return []
    rows = [
        f"{place}.{promise.content.rstrip('。')}，{_day(due_on)}前完成（责任人：{promise.person}）。"
        for place, (promise, due_on) in enumerate(promises, start=1)
    ]
    return ["下一步，我们承诺：", *rows]


def text_of(reply: Reply) -> str:
    """Return the reply as one text, as the deputy is asked about it."""
    head = salutation_for(reply.assignment.suggestion)
    claimed = f"自评类别：{needs_of(reply.claimed_class).label}" if reply.claimed_class else ""
    contact = f"联系人：{reply.contact_name}　联系电话：{reply.contact_phone}"
    return "\n".join([head, *paragraphs_of(reply), *filter(None, [claimed]), contact])


def opening_for(assignment: Assignment) -> str:
    """Begin a reply as offices do, with title and number right from the start."""
    case = assignment.suggestion
    filed = "大会" if case.filing == "in_session" else "闭会期间"
    return (
        f"您在{case.session.name}{'' if filed == '大会' else filed}提出的"
        f"《{case.title}》（{case.number_text}）收悉，现答复如下："
    )


CLOSING = "感谢您对我们工作的关心和支持，欢迎继续提出宝贵意见。"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _short(text: str, size: int = 40) -> str:
    tidy = "".join(text.split()).rstrip("。；;")
    return tidy if len(tidy) <= size else f"{tidy[:size]}…"


def _day(day: date) -> str:
    return f"{day:%Y}年{day.month}月{day.day}日"


def letter_of(reply: Reply, *, rules: Rules, words: Words, on: date) -> dict[str, Any]:
    """
    Return what the templates of the letter (``letter.docx``, ``letter.typ``) need.

    Before it is numbered, a space stands where the unit's own office writes the number.
    """
    assignment, case = reply.assignment, reply.assignment.suggestion
    unit, dated = assignment.unit, reply.signed_on or on
    return {
        "class_mark": f"{reply.claimed_class.code}类" if reply.claimed_class else "",
        "agency": unit.name,
        "doc_number": reply.document_number or f"　　函〔{dated.year}〕　　号",
        "signer": reply.signer,
        "title": f"关于{case.session.name}{case.number_text}建议的答复",
        "salutation": salutation_for(case),
        "opening": reply.opening,
        "items": _letter_items(reply),
        "closing": "\n".join([*_after_the_items(reply), *_lines(reply.closing)]),
        "co_opinion_note": _co_opinion_note(assignment, words),
        "unit": unit.name,
        "date": _day(dated),
        "clerk": reply.contact_name,
        "phone": reply.contact_phone,
        "disclosure": case.get_disclosure_display(),
        "copies": copies_of(assignment, rules, words),
        "printed_by": "",
        "printed_on": "",
    }


def _letter_items(reply: Reply) -> list[dict[str, str]]:
    return [
        {
            "number": chinese_numeral(place),
            "request": f"关于“{_short(row.item.text)}”",
            "answer": row.text,
        }
        for place, row in enumerate(_answered(reply), start=1)
    ]


def _co_opinion_note(assignment: Assignment, words: Words) -> str:
    """Say whose opinions the reply takes in; the opinions themselves are not the deputy's."""
    given = Opinion.objects.standing().filter(
        assignment__suggestion=assignment.suggestion, round=assignment.suggestion.round
    )
    units = list(given.order_by("pk").values_list("assignment__unit__name", flat=True))
    if assignment.role != Assignment.Role.LEAD or not units:
        return ""
    return f"本答复已综合{'、'.join(units)}的{words.opinion}。"


def copies_of(assignment: Assignment, rules: Rules, words: Words) -> list[str]:
    """List who gets a copy by the local rules (抄送)."""
    case = assignment.suggestion
    congress, committee = case.congress.short_name, words.working_committee
    office = assignment.unit.system.office
    listed = {
        Copies.WORKING_COMMITTEE: f"{congress}人大{words.standing_committee}{committee}",
        Copies.GOVERNMENT_OFFICE: office.name if office else "",
        Copies.ELECTING_BODY: case.delegation.name,
    }
    return [listed[copy] for copy in rules.copies if listed[copy]]
