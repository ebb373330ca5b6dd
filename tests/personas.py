"""
The people of every test: who acts, and for which body.

A persona is a ``Membership``; its body is ``clerk.unit``, ``deputy.deputy`` and so on. Each has a
stranger beside it (``outsider``, ``other_deputy``): the same role elsewhere must not get in.
"""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from accounts.acting import act_as
from accounts.models import Membership, Role
from congress.models import (
    Category,
    Committee,
    Congress,
    Delegation,
    Office,
    Official,
    Session,
    System,
    Term,
    Unit,
)
from tests.factories import NOW
from tests.factories import congress as bodies
from tests.factories.accounts import make_member


@pytest.fixture
def now() -> datetime:
    return NOW


# The congress and its bodies


@pytest.fixture
def congress(db) -> Congress:
    return bodies.make_congress(name="示例市人民代表大会", short_name="示例市")


@pytest.fixture
def other_congress(db) -> Congress:
    return bodies.make_congress(name="邻市人民代表大会", short_name="邻市")


@pytest.fixture
def term(congress: Congress) -> Term:
    return bodies.make_term(congress, number=1)


@pytest.fixture
def session(congress: Congress, term: Term) -> Session:
    return bodies.make_session(congress, term, number=2)


@pytest.fixture
def delegation(congress: Congress) -> Delegation:
    return bodies.make_delegation(congress, name="第一代表团")


@pytest.fixture
def contact_group(congress: Congress) -> Delegation:
    kind = Delegation.Kind.CONTACT_GROUP
    return bodies.make_delegation(congress, name="第一联系组", kind=kind)


@pytest.fixture
def category(congress: Congress) -> Category:
    return bodies.category_of(congress)


@pytest.fixture
def supervision_office(congress: Congress) -> Office:
    return bodies.make_office(congress, name="市政府督查室")


@pytest.fixture
def system(congress: Congress, supervision_office: Office) -> System:
    """Return the government's system, directed by the 督查室."""
    government = congress.systems.get(name="政府")
    government.office = supervision_office
    government.save()
    return government


@pytest.fixture
def unit(congress: Congress, system: System) -> Unit:
    return bodies.make_unit(congress, system, name="市交通运输局", signs_inside=True)


@pytest.fixture
def other_unit(congress: Congress, system: System) -> Unit:
    return bodies.make_unit(congress, system, name="市教育局", signs_inside=True)


@pytest.fixture
def third_unit(congress: Congress, system: System) -> Unit:
    return bodies.make_unit(congress, system, name="市财政局", signs_inside=True)


@pytest.fixture
def committee(congress: Congress) -> Committee:
    return bodies.make_committee(congress, name="城乡建设与环境资源委员会")


@pytest.fixture
def official(congress: Congress) -> Official:
    return bodies.make_official(congress, name="陈副市长", title="副市长")


# Deputies


@pytest.fixture
def deputy(term: Term, delegation: Delegation, contact_group: Delegation) -> Membership:
    """Return the lead deputy of most cases."""
    seat = bodies.make_deputy(term, delegation, name="王代表", contact_group=contact_group)
    return make_member(Role.DEPUTY, seat, name="王代表")


@pytest.fixture
def cosigner(term: Term, delegation: Delegation) -> Membership:
    seat = bodies.make_deputy(term, delegation, name="李代表")
    return make_member(Role.DEPUTY, seat, name="李代表")


@pytest.fixture
def other_deputy(term: Term, congress: Congress) -> Membership:
    """Return a deputy of another delegation who has nothing to do with the case."""
    elsewhere = bodies.make_delegation(congress, name="第二代表团")
    seat = bodies.make_deputy(term, elsewhere, name="赵代表")
    return make_member(Role.DEPUTY, seat, name="赵代表")


@pytest.fixture
def head_deputy(term: Term, delegation: Delegation) -> Membership:
    """Return the head of the delegation (团长)."""
    seat = bodies.make_deputy(term, delegation, name="团长")
    delegation.head = seat
    delegation.save()
    return make_member(Role.DEPUTY, seat, name="团长")


@pytest.fixture
def secretary(delegation: Delegation) -> Membership:
    return make_member(Role.DELEGATION_SECRETARY, delegation)


@pytest.fixture
def other_secretary(congress: Congress) -> Membership:
    elsewhere = bodies.make_delegation(congress, name="第三代表团")
    return make_member(Role.DELEGATION_SECRETARY, elsewhere)


@pytest.fixture
def group_secretary(contact_group: Delegation) -> Membership:
    return make_member(Role.DELEGATION_SECRETARY, contact_group)


# Offices


@pytest.fixture
def staff(congress: Congress) -> Membership:
    return make_member(Role.STAFF, bodies.working_committee_of(congress))


@pytest.fixture
def director(congress: Congress) -> Membership:
    return make_member(Role.DIRECTOR, bodies.working_committee_of(congress))


@pytest.fixture
def session_staff(congress: Congress) -> Membership:
    return make_member(Role.SESSION_STAFF, bodies.secretariat_of(congress))


@pytest.fixture
def other_staff(other_congress: Congress) -> Membership:
    """Return staff of the neighbouring congress."""
    return make_member(Role.STAFF, bodies.working_committee_of(other_congress))


@pytest.fixture
def system_office(supervision_office: Office, system: System) -> Membership:
    return make_member(Role.SYSTEM_OFFICE, supervision_office)


@pytest.fixture
def other_system_office(congress: Congress) -> Membership:
    return make_member(Role.SYSTEM_OFFICE, bodies.make_office(congress, name="市委督查室"))


# Units


@pytest.fixture
def clerk(unit: Unit) -> Membership:
    return make_member(Role.CLERK, unit)


@pytest.fixture
def unit_head(unit: Unit) -> Membership:
    return make_member(Role.UNIT_HEAD, unit)


@pytest.fixture
def other_clerk(other_unit: Unit) -> Membership:
    """Return the clerk of the second unit, often the supporting one."""
    return make_member(Role.CLERK, other_unit)


@pytest.fixture
def other_head(other_unit: Unit) -> Membership:
    return make_member(Role.UNIT_HEAD, other_unit)


@pytest.fixture
def outsider(third_unit: Unit) -> Membership:
    """Return the clerk of a unit that has nothing to do with the case."""
    return make_member(Role.CLERK, third_unit)


@pytest.fixture
def outside_head(third_unit: Unit) -> Membership:
    return make_member(Role.UNIT_HEAD, third_unit)


# Those who watch


@pytest.fixture
def committee_member(committee: Committee) -> Membership:
    return make_member(Role.COMMITTEE, committee)


@pytest.fixture
def other_committee_member(congress: Congress) -> Membership:
    return make_member(Role.COMMITTEE, bodies.make_committee(congress, name="监察和司法委员会"))


@pytest.fixture
def leader(congress: Congress) -> Membership:
    return make_member(Role.LEADER, bodies.make_official(congress, name="刘副主任"))


@pytest.fixture
def leading_official(official: Official) -> Membership:
    return make_member(Role.LEADING_OFFICIAL, official)


@pytest.fixture
def system_admin(congress: Congress) -> Membership:
    return make_member(Role.SYSTEM_ADMIN, congress=congress)


@pytest.fixture
def security_admin(congress: Congress) -> Membership:
    return make_member(Role.SECURITY_ADMIN, congress=congress)


@pytest.fixture
def auditor(congress: Congress) -> Membership:
    return make_member(Role.AUDIT_ADMIN, congress=congress)


@pytest.fixture
def client_of() -> Callable[..., Client]:
    """
    Return a browser signed in as a persona: ``client_of(clerk).get(url)``.

    The password was typed a moment ago; ``is_recent=False`` makes it too long ago for deeds that
    ask for it again.
    """

    def signed_in(membership: Membership, *, is_recent: bool = True) -> Client:
        client = Client()
        backend = "allauth.account.auth_backends.AuthenticationBackend"
        client.force_login(membership.user, backend=backend)
        session = client.session
        act_as(session, membership)
        if is_recent:
            proof = {"method": "password", "at": timezone.now().timestamp()}
            session["account_authentication_methods"] = [proof]
            session["account_authentication_methods_user"] = str(membership.user_id)
        session.save()
        return client

    return signed_in
