"""Seats: granted for days, kept apart where the law wants them apart, found for notices."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from accounts import selectors, services
from accounts.models import Membership, Role
from audit.models import AuditEvent
from tests.factories import NOW, TODAY
from tests.factories.accounts import make_member, make_user
from tests.factories.congress import LONG_AGO


class TestGrantMembership:
    def test_is_put_on_record(self, system_admin, unit):
        user = make_user()

        membership = services.grant_membership(
            user,
            role=Role.CLERK,
            congress=unit.congress,
            seat=unit,
            valid_from=TODAY,
            by=system_admin,
            at=NOW,
        )

        event = AuditEvent.objects.get(action="membership.grant", subject_id=str(membership.pk))
        assert (event.actor_id, event.detail["role"]) == (system_admin.user_id, "clerk")

    def test_wants_the_seat_of_the_role(self, unit, committee):
        with pytest.raises(services.SeatMissing):
            make_member(Role.CLERK, committee)

    def test_refuses_a_body_of_another_congress(self, unit, other_congress):
        with pytest.raises(services.SeatOfAnotherCongress):
            make_member(Role.CLERK, unit, congress=other_congress)

    @pytest.mark.parametrize("second", [Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.STAFF])
    def test_keeps_an_administrator_from_a_second_duty(self, system_admin, staff, second):
        seat = staff.office if second == Role.STAFF else None

        with pytest.raises(services.DutiesNotSeparated):
            make_member(second, seat, congress=system_admin.congress, user=system_admin.user)

    def test_lets_a_former_administrator_take_up_business(self, system_admin, staff):
        services.end_membership(system_admin, last_day=TODAY, by=None, at=NOW)

        tomorrow = date(2026, 3, 10)
        member = make_member(Role.STAFF, staff.office, user=system_admin.user, valid_from=tomorrow)

        assert member.user == system_admin.user

    def test_the_database_keeps_duties_apart_too(self, system_admin, staff):
        both = {"user": staff.user, "congress": staff.congress, "valid_from": LONG_AGO}

        apart = pytest.raises(IntegrityError, match="membership_keeps_duties_apart")
        with apart, transaction.atomic():
            Membership.objects.create(role=Role.AUDIT_ADMIN, **both)

    def test_lets_a_deputy_head_a_unit(self, deputy, unit):
        head = make_member(Role.UNIT_HEAD, unit, user=deputy.user)

        assert selectors.memberships_of(deputy.user, on=TODAY) == [deputy, head]


class TestEndMembership:
    def test_lets_it_hold_through_its_last_day(self, clerk):
        services.end_membership(clerk, last_day=TODAY, by=None, at=NOW)

        current = Membership.objects.current
        assert [seat.pk for seat in current(on=TODAY)] == [clerk.pk]
        assert list(current(on=date(2026, 3, 10))) == []

    def test_cannot_be_done_twice(self, clerk):
        services.end_membership(clerk, last_day=TODAY, by=None, at=NOW)

        with pytest.raises(selectors.MembershipEnded):
            services.end_membership(clerk, last_day=TODAY, by=None, at=NOW)


class TestSwitchMembership:
    def test_is_put_on_record(self, deputy, unit):
        head = make_member(Role.UNIT_HEAD, unit, user=deputy.user)

        assert services.switch_membership(deputy.user, head.pk, on=TODAY, at=NOW) == head

        event = AuditEvent.objects.get(action="membership.switch")
        assert (event.actor_id, event.membership_id) == (deputy.user_id, head.pk)

    def test_refuses_the_seat_of_somebody_else(self, deputy, clerk):
        with pytest.raises(selectors.MembershipEnded):
            services.switch_membership(deputy.user, clerk.pk, on=TODAY, at=NOW)


class TestMembersOf:
    def test_finds_who_sits_for_a_body_today_and_nobody_else(
        self, clerk, unit_head, other_clerk, deputy
    ):
        former = make_member(Role.CLERK, clerk.unit, valid_until=date(2026, 3, 8))

        assert list(selectors.members_of(unit=clerk.unit, on=TODAY)) == [clerk, unit_head]
        heads = selectors.members_of(unit=clerk.unit, roles=[Role.UNIT_HEAD], on=TODAY)
        assert list(heads) == [unit_head]
        several = selectors.members_of(
            unit=[clerk.unit_id, other_clerk.unit_id], deputy=deputy.deputy, on=TODAY
        )
        assert set(several) == {clerk, unit_head, other_clerk, deputy}
        assert former not in several

    def test_leaves_out_who_was_disabled(self, clerk, security_admin):
        services.disable_user(clerk.user, by=security_admin, at=NOW, why="调离")

        assert list(selectors.members_of(unit=clerk.unit, on=TODAY)) == []

    def test_names_seats_or_fails_loudly(self, clerk):
        with pytest.raises(TypeError):
            selectors.members_of(units=clerk.unit, on=TODAY)


class TestActorFor:
    def test_refuses_a_membership_that_has_ended(self, clerk):
        services.end_membership(clerk, last_day=TODAY, by=None, at=NOW)

        assert selectors.actor_for(clerk.pk, on=TODAY) == clerk
        with pytest.raises(selectors.MembershipEnded):
            selectors.actor_for(clerk.pk, on=date(2026, 3, 10))
