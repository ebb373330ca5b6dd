"""Memberships (身份任期): granted, ended, and switched between."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import SEAT_OF_ROLE, Membership, Role, User
from accounts.roles import duty_of
from accounts.selectors import MembershipEnded
from audit.services import Actor, record
from common.refusals import Refusal
from congress.models import Congress


class SeatMissing(Refusal):
    def __init__(self, role: str):
        super().__init__(f"身份“{Role(role).label}”须指明所在的机构或人员。")


class SeatOfAnotherCongress(Refusal):
    def __init__(self, seat: Any):
        super().__init__(f"“{seat}”不属于所选的人大。")


class DutiesNotSeparated(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "系统管理员、安全管理员、审计管理员须分设，不得由同一人兼任，也不得兼任业务身份。"
        )


@transaction.atomic
def grant_membership(
    user: User,
    *,
    role: str,
    congress: Congress,
    valid_from: date,
    by: Actor | None,
    at: datetime,
    valid_until: date | None = None,
    seat: Any = None,
) -> Membership:
    """
    Give a user a seat from one day to another (授予身份).

    ``seat`` is the deputy, delegation, office, unit, committee or official the role acts for.

    :raises SeatMissing: if the role needs a seat and got none.
    :raises SeatOfAnotherCongress: if the seat is another congress's.
    :raises DutiesNotSeparated: if an administrator would hold a second duty (三员分离).
    """
    field = SEAT_OF_ROLE[role]
    _check_seat(role, field, seat, congress)
    # The user's row is the lock: two grants at once cannot both find the person free.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    _check_duties(user, role, valid_from, valid_until)
    membership = Membership.objects.create(
        user=user,
        congress=congress,
        role=role,
        valid_from=valid_from,
        valid_until=valid_until,
        **({field: seat} if field else {}),
    )
    detail = {"user": user.pk, "role": role, "seat": seat.pk if seat else None}
    record(
        "membership.grant",
        by=by,
        at=at,
        subject=membership,
        congress_id=congress.pk,
        detail=detail | {"from": str(valid_from), "until": str(valid_until or "")},
    )
    return membership


@transaction.atomic
def end_membership(
    membership: Membership, *, last_day: date, by: Actor | None, at: datetime
) -> Membership:
    """
    End a membership with a day (终止身份); the day itself still counts.

    A seat that has not begun, or began later than the last day, ends on the day it begins.

    :raises MembershipEnded: if it ends earlier already.
    """
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    if membership.valid_until and membership.valid_until <= last_day:
        raise MembershipEnded
    membership.valid_until = max(last_day, membership.valid_from)
    membership.save(update_fields=["valid_until"])
    detail = {"last_day": str(membership.valid_until)}
    congress_id = membership.congress_id
    record(
        "membership.end", by=by, at=at, subject=membership, congress_id=congress_id, detail=detail
    )
    return membership


def switch_membership(user: User, membership_id: int, *, on: date, at: datetime) -> Membership:
    """
    Change the seat a user acts in (切换身份), and put it on record.

    :raises MembershipEnded: if it is not a seat of theirs that holds today.
    """
    mine = Membership.objects.current(on=on).filter(user=user, pk=membership_id).with_seats()
    membership = mine.first()
    if membership is None:
        raise MembershipEnded
    record("membership.switch", by=membership, at=at, subject=membership)
    return membership


def _check_seat(role: str, field: str | None, seat: Any, congress: Congress) -> None:
    if field is None:
        return
    if seat is None or seat._meta.model_name != field:
        raise SeatMissing(role)
    if seat.congress_id != congress.pk:
        raise SeatOfAnotherCongress(seat)


def _check_duties(user: User, role: str, first: date, last: date | None) -> None:
    overlapping = Q(valid_until__isnull=True) | Q(valid_until__gte=first)
    if last is not None:
        overlapping &= Q(valid_from__lte=last)
    held = Membership.objects.filter(overlapping, user=user).values_list("role", flat=True)
    if {duty_of(other) for other in held} - {duty_of(role)}:
        raise DutiesNotSeparated
