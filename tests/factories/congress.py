"""Congresses, bodies and people for tests, made by the services that make the real ones."""

from datetime import date
from itertools import count
from typing import Any

from congress import services
from congress.calendars import seed_calendar
from congress.models import (
    CalendarDay,
    Category,
    Committee,
    Congress,
    Delegation,
    Deputy,
    Office,
    Official,
    Session,
    System,
    Term,
    Unit,
)
from tests.factories import NOW

_next = count(1)
#: Long ago, so that seats and rules hold on the test's day and on the real one.
LONG_AGO = date(2020, 1, 1)


def make_congress(**fields: Any) -> Congress:
    if not CalendarDay.objects.exists():
        # A test that commits empties every table afterwards, the calendar too.
        seed_calendar([2025, 2026])
    n = next(_next)
    given = {"code": f"renda{n}", "name": f"测试{n}市人民代表大会", "level": Congress.Level.CITY}
    given |= {"short_name": f"测试{n}市", "valid_from": LONG_AGO, "help_phone": "0000-12345678"}
    return services.create_congress(**given | fields, by=None, at=NOW)


def make_term(congress: Congress, **fields: Any) -> Term:
    return services.open_term(congress, **{"number": next(_next)} | fields, by=None, at=NOW)


def make_session(congress: Congress, term: Term | None = None, **fields: Any) -> Session:
    given = {"number": next(_next), "opens_on": date(2026, 2, 24), "closes_on": date(2026, 3, 2)}
    term = term or make_term(congress)
    return services.open_session(congress, term=term, **given | fields, by=None, at=NOW)


def make_delegation(congress: Congress, **fields: Any) -> Delegation:
    given = {"name": f"第{next(_next)}代表团"}
    return services.add_delegation(congress, **given | fields, by=None, at=NOW)


def make_deputy(term: Term, delegation: Delegation | None = None, **fields: Any) -> Deputy:
    n = next(_next)
    given = {"name": f"代表{n}", "credential_no": f"{n:05d}", "phone": f"139{n:08d}"}
    delegation = delegation or make_delegation(term.congress)
    return services.add_deputy(term, delegation=delegation, **given | fields, by=None, at=NOW)


def make_office(congress: Congress, **fields: Any) -> Office:
    given = {"name": f"督查室{next(_next)}", "kind": Office.Kind.SYSTEM_OFFICE}
    return services.add_office(congress, **given | fields, by=None, at=NOW)


def make_system(congress: Congress, **fields: Any) -> System:
    given = {"name": f"系统{next(_next)}"}
    return services.add_system(congress, **given | fields, by=None, at=NOW)


def make_unit(congress: Congress, system: System | None = None, **fields: Any) -> Unit:
    given = {"name": f"第{next(_next)}局", "phone": "0000-11112222", "contact": "联系人"}
    system = system or congress.systems.get(name="政府")
    return services.add_unit(congress, system=system, **given | fields, by=None, at=NOW)


def make_committee(congress: Congress, **fields: Any) -> Committee:
    given = {"name": f"第{next(_next)}专门委员会"}
    return services.add_committee(congress, **given | fields, by=None, at=NOW)


def make_official(congress: Congress, **fields: Any) -> Official:
    given = {"name": f"领导{next(_next)}", "title": "副主任"}
    return services.add_official(congress, **given | fields, by=None, at=NOW)


def working_committee_of(congress: Congress) -> Office:
    return Office.objects.get(congress=congress, kind=Office.Kind.WORKING_COMMITTEE)


def secretariat_of(congress: Congress) -> Office:
    return Office.objects.get(congress=congress, kind=Office.Kind.SECRETARIAT)


def category_of(congress: Congress, label: str = "教科文卫体") -> Category:
    return Category.objects.get(congress=congress, label=label)
