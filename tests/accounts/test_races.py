"""What must happen once happens once, whoever presses at the same moment."""

import pytest
from django.utils import timezone

from accounts import services
from accounts.models import Membership, Role
from congress.models import RulesProfile, Session
from congress.services import add_profile_version, open_session
from tests.factories import NOW, TODAY
from tests.factories.accounts import make_user
from tests.factories.congress import make_congress, make_term, working_committee_of
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_initial_password_lets_one_person_in():
    user, _ = services.create_user(username="newcomer", name="新人", by=None, at=NOW)

    outcomes = at_once(*[lambda: services.use_initial_password(user, at=NOW)] * 4)

    assert outcomes.count(None) == 1
    refused = [outcome for outcome in outcomes if outcome is not None]
    assert {type(outcome) for outcome in refused} == {services.InitialPasswordExpired}


def test_two_duties_are_never_granted_to_one_person():
    congress, user = make_congress(), make_user()

    def grant(role: str, seat=None):
        return lambda: services.grant_membership(
            user, role=role, congress=congress, seat=seat, valid_from=TODAY, by=None, at=NOW
        )

    outcomes = at_once(
        grant(Role.SYSTEM_ADMIN),
        grant(Role.AUDIT_ADMIN),
        grant(Role.STAFF, working_committee_of(congress)),
    )

    assert Membership.objects.filter(user=user).count() == 1
    refused = [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)]
    assert refused == [services.DutiesNotSeparated] * 2


def test_two_versions_of_rules_get_two_numbers():
    congress = make_congress()

    at_once(
        *[
            lambda: add_profile_version(
                congress, values={}, valid_from=TODAY, by=None, at=timezone.now()
            )
        ]
        * 3
    )

    versions = RulesProfile.objects.filter(congress=congress).values_list("version", flat=True)
    assert sorted(versions) == [1, 2, 3, 4]


def test_one_session_is_current():
    congress = make_congress()
    term = make_term(congress)

    outcomes = at_once(
        *[
            lambda number=number: open_session(congress, term=term, number=number, by=None, at=NOW)
            for number in (1, 2, 3)
        ]
    )

    assert all(isinstance(outcome, Session) for outcome in outcomes)
    assert Session.objects.filter(congress=congress, is_current=True).count() == 1
