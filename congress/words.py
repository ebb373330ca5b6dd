"""
The words a congress uses (用语): offices and deeds have other names in other places.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from common.refusals import Refusal
from congress.models import Congress


class WordsError(Refusal):
    def __init__(self, key: str, what: str):
        super().__init__(f"用语“{key}”有误：{what}")


@dataclass(frozen=True)
class Words:
    """What offices, roles and deeds are called here."""

    working_committee: str = "代表工委"
    secretariat: str = "大会秘书处议案建议组"
    standing_committee: str = "常委会"
    directors_meeting: str = "主任会议"
    delegation: str = "代表团"
    delegation_head: str = "团长"
    delegation_secretary: str = "代表团联络员"
    contact_group: str = "联系组"
    system_office: str = "督查机构"
    committee: str = "专委会"
    lead: str = "主办"
    support: str = "协办"
    support_unit: str = "协办单位"
    opinion: str = "协办意见"
    return_request: str = "申请调整"


_KEYS = {field.name for field in fields(Words)}


def validate_words(values: Any) -> None:
    """
    Test whether values can be the words of a congress.

    :raises WordsError: if a key is unknown or a word is empty or too long.
    """
    if not isinstance(values, Mapping):
        raise WordsError("用语", "应为“名称: 用语”的对象。")
    for key, word in values.items():
        if key not in _KEYS:
            raise WordsError(key, "没有这一项用语。")
        if not isinstance(word, str) or not word.strip() or len(word) > 30:
            raise WordsError(key, "应为1到30字。")


def words_of(congress: Congress | None) -> Words:
    """Find what things are called in a congress; the usual words where it says nothing."""
    given = congress.words if congress else {}
    # 会办 places say 会办 everywhere: one word given, the compounds follow it.
    support = given.get("support", Words.support)
    implied = {"support_unit": f"{support}单位", "opinion": f"{support}意见"}
    return Words(**(implied | {key: word for key, word in given.items() if key in _KEYS}))
