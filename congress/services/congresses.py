"""A congress from its first day: its offices, systems, code lists, rules, terms and sessions."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from audit.services import Actor, record
from common.refusals import Refusal
from congress.models import Congress, Office, Session, System, Term
from congress.services.bodies import NameTaken, add_office
from congress.services.codes import add_default_codes
from congress.services.profiles import add_profile_version
from congress.words import validate_words, words_of

#: 归口系统, in the order in which a hand-over meeting calls them.
DEFAULT_SYSTEMS = (
    "政府",
    "党群",
    "监委",
    "法院",
    "检察院",
    "人大专委会",
    "区县政府",
    "垂管单位和国企",
)


class SessionOfAnotherCongress(Refusal):
    def __init__(self) -> None:
        super().__init__("届次与人大不一致。")


@transaction.atomic
def create_congress(
    *,
    code: str,
    name: str,
    level: str,
    valid_from: date,
    by: Actor | None,
    at: datetime,
    short_name: str = "",
    words: dict[str, str] | None = None,
    profile_values: dict[str, Any] | None = None,
    **fields: Any,
) -> Congress:
    """
    Set up a congress (人大) with its two offices, the usual systems and codes, and its first rules.

    :raises NameTaken: if the code is in use.
    :raises WordsError: if a word is not one that the system knows.
    :raises ProfileError: if a value is not what its rule can be.
    """
    if Congress.objects.filter(code=code).exists():
        raise NameTaken("人大代码", code)
    validate_words(words or {})
    congress = Congress.objects.create(
        code=code,
        name=name,
        short_name=short_name or name[:40],
        level=level,
        words=words or {},
        **fields,
    )
    record("congress.add", by=by, at=at, subject=congress, congress_id=congress.pk)
    _add_own_offices(congress, by=by, at=at)
    System.objects.bulk_create(
        System(congress=congress, name=system, order=order)
        for order, system in enumerate(DEFAULT_SYSTEMS, start=1)
    )
    add_default_codes(congress)
    values = profile_values or {}
    add_profile_version(congress, values=values, valid_from=valid_from, by=by, at=at)
    return congress


@transaction.atomic
def open_term(
    congress: Congress, *, number: int, by: Actor | None, at: datetime, name: str = "", **days: Any
) -> Term:
    """
    Open a term of office (届).

    :raises NameTaken: if the congress has it already.
    """
    if Term.objects.filter(congress=congress, number=number).exists():
        raise NameTaken("届次", str(number))
    term = Term.objects.create(
        congress=congress, number=number, name=name or f"第{number}届", **days
    )
    record("term.open", by=by, at=at, subject=term, congress_id=congress.pk)
    return term


@transaction.atomic
def open_session(
    congress: Congress,
    *,
    term: Term,
    number: int,
    by: Actor | None,
    at: datetime,
    name: str = "",
    is_current: bool = True,
    **fields: Any,
) -> Session:
    """
    Open a session (会议) of a term; a current one takes the place of the one before.

    :raises SessionOfAnotherCongress: if the term is another congress's.
    :raises NameTaken: if the congress has a session of this name.
    """
    if term.congress_id != congress.pk:
        raise SessionOfAnotherCongress
    # One at a time: two would both take the place of the present one.
    Congress.objects.select_for_update(no_key=True).get(pk=congress.pk)
    name = name or f"{congress.short_name}{term.name}第{number}次会议"
    if Session.objects.filter(congress=congress, name=name).exists():
        raise NameTaken("会议", name)
    if is_current:
        Session.objects.filter(congress=congress, is_current=True).update(is_current=False)
    session = Session.objects.create(
        congress=congress, term=term, number=number, name=name, is_current=is_current, **fields
    )
    record("session.open", by=by, at=at, subject=session, congress_id=congress.pk)
    return session


@transaction.atomic
def mark_as_demonstration(congress: Congress, *, at: datetime) -> Congress:
    """Mark a congress as a demonstration (演示数据): known passwords, a banner on each page."""
    congress.is_demonstration = True
    congress.save(update_fields=["is_demonstration"])
    record("congress.demonstrate", by=None, at=at, subject=congress, congress_id=congress.pk)
    return congress


def _add_own_offices(congress: Congress, *, by: Actor | None, at: datetime) -> None:
    words = words_of(congress)
    own = (
        (Office.Kind.WORKING_COMMITTEE, words.working_committee),
        (Office.Kind.SECRETARIAT, words.secretariat),
    )
    for order, (kind, name) in enumerate(own, start=1):
        add_office(congress, name=name, kind=kind, order=order, by=by, at=at)
