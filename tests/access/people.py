"""The same persons once more, elsewhere: a second unit and deputy here, a whole second congress."""

from __future__ import annotations

from typing import Any

from accounts.models import Role
from congress.models import Congress
from tests.factories import congress as bodies
from tests.factories.accounts import make_member

#: Who sees only what is their own body's; the others here see a whole congress or system.
OF_ONE_BODY = ("deputy", "cosigner", "secretary", "clerk", "unit_head", "other_clerk")


def private_people(congress: Congress, term: Any, system: Any, mark: str) -> dict[str, Any]:
    """Seat deputies and units of a congress that have nothing to do with those of others in it."""
    delegation = bodies.make_delegation(congress, name=f"{mark}代表团")
    unit = bodies.make_unit(congress, system, name=f"{mark}局", signs_inside=True)
    second = bodies.make_unit(congress, system, name=f"{mark}委", signs_inside=True)
    lead = bodies.make_deputy(term, delegation, name=f"{mark}领衔代表")
    signer = bodies.make_deputy(term, delegation, name=f"{mark}联名代表")
    return {
        "deputy": make_member(Role.DEPUTY, lead, name=f"{mark}领衔代表"),
        "cosigner": make_member(Role.DEPUTY, signer, name=f"{mark}联名代表"),
        "secretary": make_member(Role.DELEGATION_SECRETARY, delegation),
        "clerk": make_member(Role.CLERK, unit),
        "unit_head": make_member(Role.UNIT_HEAD, unit),
        "other_clerk": make_member(Role.CLERK, second),
    }


def people_of_another_congress(congress: Congress, mark: str) -> dict[str, Any]:
    """Seat every role in another congress, each with bodies of its own."""
    term = bodies.make_term(congress, number=1)
    bodies.make_session(congress, term, number=2)
    office = bodies.make_office(congress, name=f"{mark}督查室")
    system = congress.systems.get(name="政府")
    system.office = office
    system.save()
    committee = bodies.make_committee(congress, name=f"{mark}专委会")
    official = bodies.make_official(congress, name=f"{mark}副市长", title="副市长")
    home = bodies.working_committee_of(congress)
    return private_people(congress, term, system, mark) | {
        "staff": make_member(Role.STAFF, home),
        "director": make_member(Role.DIRECTOR, home),
        "session_staff": make_member(Role.SESSION_STAFF, bodies.secretariat_of(congress)),
        "system_office": make_member(Role.SYSTEM_OFFICE, office),
        "committee_member": make_member(Role.COMMITTEE, committee),
        "leader": make_member(Role.LEADER, bodies.make_official(congress, name=f"{mark}副主任")),
        "leading_official": make_member(Role.LEADING_OFFICIAL, official),
    }
