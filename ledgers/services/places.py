"""Which congress and session a ledger belongs to; made from its name where that is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from accounts.models import Membership
from common.refusals import Refusal
from congress.models import Congress, Session, Term
from congress.services import create_congress, open_session, open_term
from ledgers.services.reading import Ledger, Record

_NUMERAL = r"第?([零〇一二三四五六七八九十百\d]+)"
_TERM = re.compile(_NUMERAL + "届")
_SESSION = re.compile(_NUMERAL + "次")
_DIGITS = {"零": 0, "〇": 0} | {word: n for n, word in enumerate("一二三四五六七八九", start=1)}
_LEVELS = {
    "省": Congress.Level.PROVINCE,
    "自治区": Congress.Level.PROVINCE,
    "州": Congress.Level.CITY,
    "市": Congress.Level.CITY,
    "区": Congress.Level.COUNTY,
    "县": Congress.Level.COUNTY,
    "旗": Congress.Level.COUNTY,
    "乡": Congress.Level.TOWNSHIP,
    "镇": Congress.Level.TOWNSHIP,
}


class NoSuchCongress(Refusal):
    def __init__(self, code: str):
        super().__init__(f"没有代码为“{code}”的人大；确需新建的，请加上 --create。")


class CodeUnusable(Refusal):
    def __init__(self, code: str):
        super().__init__(f"人大代码“{code}”只能用字母、数字、连字符和下划线，最多40个字符。")


def hold_door(code: str) -> None:
    """Let one import into a congress at a time; held until the transaction ends."""
    with connection.cursor() as cursor:
        # Not a row lock: the congress may be about to be made by the import itself.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"ledger:{code}"])


def find_congress(
    code: str, ledger: Ledger, *, create: bool, by: Membership | None, at: datetime
) -> Congress:
    """
    Find the congress a ledger is imported into, or make it.

    :raises NoSuchCongress: if there is none and none may be made.
    :raises CodeUnusable: if one is to be made under a code that cannot be one.
    """
    congress = Congress.objects.filter(code=code).first()
    if congress is not None:
        return congress
    if not create:
        raise NoSuchCongress(code)
    if not re.fullmatch(r"[-\w]{1,40}", code, re.ASCII):
        raise CodeUnusable(code)
    place = _place(_session_name(ledger.suggestions))
    return create_congress(
        code=code,
        name=f"{place}人民代表大会" if place else code,
        short_name=f"{place}人大"[:40] if place else code,
        level=_level(place),
        valid_from=min(_days(ledger.suggestions), default=timezone.localdate(at)),
        by=by,
        at=at,
    )


def find_session(
    congress: Congress, ledger: Ledger, *, create: bool, by: Membership | None, at: datetime
) -> Session | None:
    """
    Find the session a ledger names, or open it; unknown and not to be made, it is a fault.

    A session made from a ledger is history, unless something in it is still to be answered.
    """
    first = next((record for record in ledger.suggestions if record["届次会议"]), None)
    if first is None:
        return None
    name = first["届次会议"]
    session = Session.objects.filter(congress=congress, name=name).first()
    if session is None and create:
        return _open(congress, name, ledger, by=by, at=at)
    if session is None:
        first.fault("届次会议", f"{congress.short_name}没有名为“{name}”的会议。")
    return session


def _open(
    congress: Congress, name: str, ledger: Ledger, *, by: Membership | None, at: datetime
) -> Session:
    is_running = any(_is_running(record, timezone.localdate(at)) for record in ledger.suggestions)
    term = _term(congress, numeral(_TERM, name), by=by, at=at)
    return open_session(
        congress,
        term=term,
        number=numeral(_SESSION, name) or _next_number(term),
        name=name,
        # Never pushes aside the session that the congress works in now.
        is_current=is_running and not congress.sessions.filter(is_current=True).exists(),
        is_archived=not is_running,
        by=by,
        at=at,
    )


def _is_running(record: Record, today: date) -> bool:
    due = record["应办复日期"]
    return due is not None and due >= today and record["办结日期"] is None


def _term(congress: Congress, number: int | None, *, by: Membership | None, at: datetime) -> Term:
    terms = congress.terms.order_by("-number")
    if number is None and (latest := terms.first()):
        return latest
    found = terms.filter(number=number or 1).first()
    return found or open_term(congress, number=number or 1, by=by, at=at)


def _next_number(term: Term) -> int:
    return (term.sessions.aggregate(last=Max("number"))["last"] or 0) + 1


def numeral(pattern: re.Pattern[str], name: str) -> int | None:
    """Read the number before 届 or 次, in Chinese or Arabic figures; None where there is none."""
    found = pattern.search(name)
    number = _number(found[1]) if found else None
    return number if number and number < 1000 else None


def _number(text: str) -> int | None:
    if text.isdecimal():
        return int(text)
    if any(character.isdecimal() for character in text):
        return None
    value, digit = 0, 0
    for character in text:
        if character in "十百":
            value += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[character]
    return value + digit


def _session_name(records: list[Record]) -> str:
    return next((record["届次会议"] for record in records if record["届次会议"]), "")


def _place(name: str) -> str:
    """Take the place out of a session's name: 示范市 of 示范市十八届人大一次会议."""
    found = _TERM.search(name)
    place = name[: found.start()] if found else ""
    return re.sub("(人大|人民代表大会)$", "", place)


def _level(place: str) -> Congress.Level:
    ends = [level for end, level in _LEVELS.items() if place.endswith(end)]
    return ends[0] if ends else Congress.Level.CITY


def _days(records: Iterable[Record]) -> list[date]:
    days: list[Any] = [
        record[heading] for record in records for heading in ("提出日期", "交办日期")
    ]
    return [day for day in days if day]
