"""
Slips of replies that software can catch; each was found in published replies.

A gate stops the draft from leaving its writer; advice is shown and left to the writer. Nothing
here touches the database: what is checked comes in as a ``Sheet``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

#: A paragraph shorter than this may well stand twice (“感谢您的支持”).
LONG_ENOUGH = 30
SHORT_ANSWER = 15
_YEAR_IN_BRACKETS = re.compile(r"[\[【﹝［(（〔]\s*(\d{4})\s*[\]】﹞］)）〕]")
_NUMBER = re.compile(r"第\s*([A-Za-z]*\d{1,6})\s*号")
_TITLE = re.compile(r"《([^《》]{4,120})》")
_SALUTED = re.compile(r"^\s*(?:尊敬的)?([\u4e00-\u9fa5·]{2,12}?)(?:等\d+名)?代表[：:，,]")
_OTHER_ASSEMBLY = re.compile(r"政协|委员[：:，,]|提案")
_SUGGESTIVE = ("建议", "议案", "意见")


@dataclass(frozen=True)
class Answer:
    """One numbered request and what stands beside it."""

    number: int
    outcome: str
    text: str


@dataclass(frozen=True)
class Pledge:
    """One promise as drafted."""

    content: str
    person: str
    due_on: date | None


@dataclass(frozen=True)
class ClassNeeds:
    """What the claimed class asks for (after 重庆条例 §22)."""

    label: str
    promise: bool = False
    reason: bool = False
    report: bool = False
    solved: bool = False


@dataclass(frozen=True)
class Sheet:
    """A draft as it would go out, with what it is checked against."""

    title: str
    number: str
    deputies: tuple[str, ...]
    opening: str
    closing: str
    answers: tuple[Answer, ...]
    claimed: ClassNeeds | None
    pledges: tuple[Pledge, ...] = ()
    class_reason: str = ""
    reported_to: str = ""
    reported_on: date | None = None
    contact_name: str = ""
    contact_phone: str = ""
    answers_a_part: bool = False

    @property
    def whole(self) -> str:
        """Return all words of the reply in order."""
        return "\n".join([self.opening, *(each.text for each in self.answers), self.closing])


@dataclass(frozen=True)
class Slip:
    """Something wrong, or doubtful, in a draft."""

    text: str
    is_gate: bool = True


def normal_document_number(number: str) -> str:
    """Write a document number with the official brackets 〔〕 (GB/T 9704—2012) and no blanks."""
    tidy = _YEAR_IN_BRACKETS.sub(r"〔\1〕", number.strip())
    return re.sub(r"\s+", "", tidy)


def slips_in(sheet: Sheet, *, on: date) -> list[Slip]:
    """List what keeps a draft from leaving, then what its writer should look at again."""
    found = [*_gates(sheet, on), *_advice(sheet)]
    return sorted(found, key=lambda slip: not slip.is_gate)


def gates_in(sheet: Sheet, *, on: date) -> list[str]:
    """List only what keeps a draft from leaving."""
    return [slip.text for slip in slips_in(sheet, on=on) if slip.is_gate]


def _gates(sheet: Sheet, on: date) -> Iterator[Slip]:
    yield from _unanswered(sheet)
    yield from _class_without_its_needs(sheet, on)
    if not (sheet.contact_name and sheet.contact_phone):
        yield Slip("请填写联系人和联系电话，方便代表询问。")
    if _OTHER_ASSEMBLY.search(sheet.opening):
        yield Slip("引言像是写给政协委员的，请核对主送对象。")
    yield from _pasted_twice(sheet)


def _unanswered(sheet: Sheet) -> Iterator[Slip]:
    empty = [each.number for each in sheet.answers if not (each.text.strip() and each.outcome)]
    if sheet.answers_a_part:
        if len(empty) == len(sheet.answers):
            yield Slip("请至少答复属于本单位承办部分的一项，选择办理情况并写明答复内容。")
        half = [e.number for e in sheet.answers if bool(e.text.strip()) != bool(e.outcome)]
        yield from (Slip(f"第{n}项的办理情况和答复内容要一并填写。") for n in half)
    else:
        yield from (Slip(f"第{n}项还没有答复：请选择办理情况并写明答复内容。") for n in empty)
    if not sheet.answers and len(sheet.opening.strip()) < LONG_ENOUGH:
        yield Slip("请写明答复内容。")


def _class_without_its_needs(sheet: Sheet, on: date) -> Iterator[Slip]:
    claimed = sheet.claimed
    if claimed is None:
        yield Slip("请选择自评类别。")
        return
    if claimed.promise and not sheet.pledges:
        yield Slip(f"自评“{claimed.label}”须列出承诺事项，写明责任人和完成时限。")
    if claimed.reason and not sheet.class_reason.strip():
        yield Slip(f"自评“{claimed.label}”须说明理由。")
    if claimed.report and not (sheet.reported_to.strip() and sheet.reported_on):
        yield Slip(f"自评“{claimed.label}”须写明向谁反映、何时反映。")
    if sheet.reported_on and sheet.reported_on > on:
        yield Slip("反映日期不能晚于今天。")
    for place, pledge in enumerate(sheet.pledges, start=1):
        if not (pledge.content.strip() and pledge.person.strip() and pledge.due_on):
            yield Slip(f"第{place}个承诺事项须写明内容、责任人和完成时限。")
        elif pledge.due_on < on:
            yield Slip(f"第{place}个承诺事项的完成时限已经过去。")


def _pasted_twice(sheet: Sheet) -> Iterator[Slip]:
    paragraphs = [
        line.strip() for line in sheet.whole.splitlines() if len(line.strip()) >= LONG_ENOUGH
    ]
    for text, times in Counter(paragraphs).items():
        if times > 1:
            yield Slip(f"这一段出现了{times}次，请核对是否重复粘贴：“{text[:24]}…”")


def _advice(sheet: Sheet) -> Iterator[Slip]:
    yield from _wrong_people(sheet)
    yield from _another_case(sheet)
    for each in sheet.answers:
        if 0 < len(each.text.strip()) < SHORT_ANSWER:
            yield Slip(
                f"第{each.number}项的答复很短，请看看是否说清了怎么办、办到哪一步。", is_gate=False
            )
    if sheet.claimed and sheet.claimed.solved:
        undone = [e.number for e in sheet.answers if e.outcome not in {"done", "explained", ""}]
        if undone:
            items = "、".join(str(number) for number in undone)
            yield Slip(f"自评“{sheet.claimed.label}”，但第{items}项还没有解决。", is_gate=False)
    if any(not found.startswith("〔") for found in _brackets_in(sheet.whole)):
        yield Slip("正文里的文号请用六角括号，如〔2025〕。", is_gate=False)


def _brackets_in(text: str) -> list[str]:
    in_numbers = re.finditer(r"[\[【﹝［(〔]\s*\d{4}\s*[\]】﹞］)〕]\s*\d+\s*号", text)
    return [match.group() for match in in_numbers]


def _wrong_people(sheet: Sheet) -> Iterator[Slip]:
    saluted = _SALUTED.match(sheet.opening)
    if saluted and not any(name in saluted.group(1) for name in sheet.deputies):
        yield Slip(
            f"引言称呼的是“{saluted.group(1)}代表”，不是这件建议的代表，请核对。", is_gate=False
        )


def _another_case(sheet: Sheet) -> Iterator[Slip]:
    own = _digits(sheet.number)
    for number in dict.fromkeys(_NUMBER.findall(sheet.whole)):
        if own and _digits(number) != own:
            yield Slip(f"文中写的“第{number}号”与本件编号不同，请核对。", is_gate=False)
    for title in dict.fromkeys(_TITLE.findall(sheet.whole)):
        looks_like_one = title.startswith("关于") and title.endswith(_SUGGESTIVE)
        if looks_like_one and title != sheet.title:
            yield Slip(f"文中写的《{title}》与本件标题不同，请核对。", is_gate=False)


def _digits(number: str) -> str:
    found = re.findall(r"\d+", number)
    return found[-1].lstrip("0") if found else ""
