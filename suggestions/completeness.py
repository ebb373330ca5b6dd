"""
What a draft still lacks, and what could be better about it (完整性检查).

Pure reading of a draft: a gate keeps it from being submitted, advice does not. The sentences are
those the deputy reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from suggestions.models import Attachment, Suggestion
from suggestions.steps import ITEM_LIMIT, MOST_ITEMS, TEXT_LIMIT, TITLE_LIMIT, WritingStep

#: Published titles have 6 to 46 characters, nine of ten at most 28.
SHORTEST_TITLE, USUAL_TITLE = 6, 40
SHORTEST_SITUATION = 20
USUAL_ITEMS = 6

_FORM = re.compile(r"^关于.+的(?:若干)?(?:建议|意见|批评)$")
_DOUBLED_END = re.compile(r"的?建议的(?:若干)?建议$")
_DOUBLED_START = re.compile(r"^关于[“\"《]?关于")
_HALF_WIDTH = re.compile(r"[,;:?!()\"'](?!\d)")
_LETTER_STYLE = re.compile(r"尊敬的|妥否|请批示|此致|特此(?:报告|请示)")
_SEVERAL = re.compile(r"[；;]|(?:关于.+){2}|以及.+以及")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
_LANDLINE = re.compile(r"(?<![\d-])0\d{2,3}-\d{7,8}(?!\d)")
_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx]"
    r"(?![0-9A-Za-z])"
)
_BANK_CARD = re.compile(r"(?<!\d)(?:62|4\d|5[1-5])\d{14,17}(?!\d)")
#: GB 11643-1999: the weights of the first 17 digits and the check character of each remainder.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


@dataclass(frozen=True)
class Remark:
    """One sentence about a draft, and the step where it can be put right."""

    step: WritingStep
    text: str
    is_gate: bool = False


@dataclass(frozen=True)
class PersonalData:
    """Something in the text that the public must not read; shown with its middle hidden."""

    kind: str
    masked: str
    where: str


@dataclass(frozen=True)
class Draft:
    """What a check looks at: the case and its rows, fetched by the caller."""

    case: Suggestion
    items: Sequence[str]
    purposes: frozenset[str] = frozenset()
    confirmed: int = 0
    waiting: int = 0
    wished: int = 0
    is_by_proxy: bool = False


def gates(draft: Draft) -> list[Remark]:
    """Return what keeps the draft from being submitted, in the order of the screens."""
    return [remark for remark in remarks(draft) if remark.is_gate]


def advice(draft: Draft) -> list[Remark]:
    """Return what could be better about the draft; none of it stops anybody."""
    return [remark for remark in remarks(draft) if not remark.is_gate]


def advice_on_the_text(draft: Draft) -> list[Remark]:
    """Return the advice for a page that lists the personal data itself."""
    personal = set(_personal(draft))
    return [remark for remark in advice(draft) if remark not in personal]


def remarks(draft: Draft) -> list[Remark]:
    """Return everything there is to say about the draft, in the order of the screens."""
    return [
        *_title(draft.case),
        *_texts(draft.case),
        *_items(draft.items),
        *_manner(draft),
        *_people_and_papers(draft),
        *_personal(draft),
    ]


def _title(case: Suggestion) -> Iterator[Remark]:
    title, step = case.title.strip(), WritingStep.TITLE
    if not title:
        yield Remark(step, "还没有标题。", is_gate=True)
    elif len(title) < SHORTEST_TITLE:
        yield Remark(step, f"标题只有{len(title)}个字，请写明建议什么事项。", is_gate=True)
    elif len(title) > TITLE_LIMIT:
        yield Remark(step, f"标题超过{TITLE_LIMIT}个字，请缩短。", is_gate=True)
    else:
        yield from (Remark(step, text) for text in title_advice(title))
    if case.category_id is None:
        yield Remark(step, "还没有选择类别。", is_gate=True)


def title_advice(title: str) -> Iterator[str]:
    """Say how a title departs from 关于……的建议; published slips are the examples."""
    if _DOUBLED_START.search(title):
        yield "标题中“关于”重复，请删去一个。"
    if _DOUBLED_END.search(title):
        yield "标题结尾“建议的建议”重复，请改为“……的建议”。"
    elif not _FORM.match(title):
        yield "标题一般写成“关于……的建议”。"
    if _HALF_WIDTH.search(title):
        yield "标题中有半角标点，请改用全角标点。"
    if len(title) > USUAL_TITLE:
        yield f"标题有{len(title)}个字，一般不超过{USUAL_TITLE}个字。"
    if _SEVERAL.search(title):
        yield "标题像是提出了几件事。一事一议：不同的事项请分成几件建议。"


def _texts(case: Suggestion) -> Iterator[Remark]:
    situation, analysis = case.situation.strip(), case.analysis.strip()
    if not situation:
        yield Remark(WritingStep.SITUATION, "还没有写情况：目前怎样，存在什么问题。", is_gate=True)
    elif len(situation) < SHORTEST_SITUATION:
        yield Remark(WritingStep.SITUATION, "“情况”写得很短，请写清时间、地点和存在的问题。")
    if len(situation) > TEXT_LIMIT:
        yield Remark(WritingStep.SITUATION, f"“情况”超过{TEXT_LIMIT}个字，请精简。", is_gate=True)
    if not analysis:
        yield Remark(WritingStep.ANALYSIS, "没有写分析：问题的原因是什么。有分析的建议更容易办好。")
    if len(analysis) > TEXT_LIMIT:
        yield Remark(WritingStep.ANALYSIS, f"“分析”超过{TEXT_LIMIT}个字，请精简。", is_gate=True)
    for step, text in ((WritingStep.SITUATION, situation), (WritingStep.ANALYSIS, analysis)):
        if _LETTER_STYLE.search(text):
            yield Remark(step, f"“{step.label}”中有书信或请示用语，建议直接写事由。")


def _items(items: Sequence[str]) -> Iterator[Remark]:
    step = WritingStep.ITEMS
    if not any(item.strip() for item in items):
        yield Remark(step, "还没有写具体建议，至少要有一条。", is_gate=True)
        return
    if len(items) > MOST_ITEMS:
        yield Remark(step, f"具体建议超过{MOST_ITEMS}条，请合并或分成几件。", is_gate=True)
    elif len(items) > USUAL_ITEMS:
        yield Remark(step, f"具体建议有{len(items)}条。一事一议：如涉及不同事项，请分成几件建议。")
    for number, item in enumerate(items, start=1):
        if not item.strip():
            yield Remark(step, f"第{number}条具体建议是空的，请填写或删去。", is_gate=True)
        elif len(item) > ITEM_LIMIT:
            yield Remark(step, f"第{number}条具体建议超过{ITEM_LIMIT}个字，请精简。", is_gate=True)
    if len({item.strip() for item in items}) < len(items):
        yield Remark(step, "有两条具体建议内容相同，请删去一条。")


def _manner(draft: Draft) -> Iterator[Remark]:
    case = draft.case
    if case.origin_id is None:
        yield Remark(WritingStep.ORIGIN, "还没有选择形成方式（调研、座谈、走访等）。")
    if case.repeated and not case.earlier_numbers:
        yield Remark(WritingStep.ORIGIN, "多年多次提出的，请尽量写上历年编号。")
    if case.disclosure != Suggestion.Disclosure.FULL and not case.disclosure_reason.strip():
        yield Remark(WritingStep.DISCLOSURE, "没有选择全文公开的，请说明理由。", is_gate=True)
    if draft.wished > 3:
        yield Remark(
            WritingStep.DISCLOSURE,
            f"希望承办的单位有{draft.wished}个。一事一议：请确认是同一件事。",
        )


def _people_and_papers(draft: Draft) -> Iterator[Remark]:
    case, purposes = draft.case, draft.purposes
    if draft.waiting:
        yield Remark(
            WritingStep.COSIGNERS,
            f"还有{draft.waiting}位代表没有确认联名。提交后，没有确认的代表不列入联名。",
        )
    if case.proposer == Suggestion.Proposer.DELEGATION:
        if case.lead_deputy_id is None and Attachment.Purpose.HEAD_SIGNATURE not in purposes:
            # 重庆2018第八条: discussed by the whole delegation, signed by its head.
            yield Remark(
                WritingStep.ATTACHMENTS,
                "以代表团名义提出的，请上传团长签名的扫描件或照片。",
                is_gate=True,
            )
    elif draft.is_by_proxy and Attachment.Purpose.ORIGINAL not in purposes:
        yield Remark(
            WritingStep.ATTACHMENTS,
            "代录的建议，请上传代表签名的纸质原件，或请代表登录后自行提交。",
            is_gate=True,
        )


def _personal(draft: Draft) -> Iterator[Remark]:
    found = personal_data(draft.case, draft.items)
    places = {each.where: each for each in found}
    for where, each in places.items():
        yield Remark(
            _STEP_OF_PLACE[where.rstrip("0123456789")],
            f"“{where}”中有{each.kind}（{each.masked}）。建议可能公开，请考虑删去。",
        )


_STEP_OF_PLACE = {
    "标题": WritingStep.TITLE,
    "情况": WritingStep.SITUATION,
    "分析": WritingStep.ANALYSIS,
    "具体建议": WritingStep.ITEMS,
}


def personal_data(case: Suggestion, items: Iterable[str]) -> list[PersonalData]:
    """Find numbers of persons in a text: identity cards, telephones, bank cards (advisory)."""
    places = {"标题": case.title, "情况": case.situation, "分析": case.analysis}
    places |= {f"具体建议{number}": text for number, text in enumerate(items, start=1)}
    return [each for where, text in places.items() for each in _numbers_in(text, where)]


def _numbers_in(text: str, where: str) -> Iterator[PersonalData]:
    identities = [match.group() for match in _IDENTITY.finditer(text) if _checks(match.group())]
    yield from (PersonalData("身份证号码", _masked(number), where) for number in identities)
    for kind, pattern in (("手机号码", _MOBILE), ("电话号码", _LANDLINE)):
        yield from (PersonalData(kind, _masked(m.group()), where) for m in pattern.finditer(text))
    for match in _BANK_CARD.finditer(text):
        if match.group() not in identities:
            yield PersonalData("银行卡号", _masked(match.group()), where)


def _checks(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return number[-1].upper() == _CHECKS[total % 11]


def _masked(number: str) -> str:
    return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}"
