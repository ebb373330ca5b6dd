"""What scenes share: the stage they play on, and the stretches of road that several walk."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Membership
from assignment.models import Assignment, Batch
from assignment.services import returns
from assignment.services.orders import Order
from congress.models import ReturnReason
from demonstration.cast import Cast
from demonstration.days import OPENED
from demonstration.road import Road
from handling.models import Promise
from handling.services import extensions, promises

Role = Assignment.Role
#: The hand-over of what was filed in session.
HANDED = 76


@dataclass
class Stage:
    """What scenes share: the cast, the batch of the session, and who co-signs next."""

    cast: Cast
    batch: Batch
    paper: bytes

    def cosigners(self, road: Road, count: int = 2) -> list[Membership]:
        """Return colleagues of the lead deputy, in turn; never those who work on paper."""
        others = [
            seat
            for seat in self.cast.deputies
            if seat.pk != road.lead.pk and seat.deputy and not seat.deputy.works_on_paper
        ]
        start = road.topic.number * 5
        return [others[(start + step * 7) % len(others)] for step in range(count)]

    def supporters(self, road: Road, count: int = 1) -> list[Order]:
        """Return other units that support, in turn."""
        own = road.unit().pk
        others = [unit for unit in self.cast.units.values() if unit.pk != own][:22]
        start = road.topic.number * 3
        return [
            Order(others[(start + step * 5) % len(others)], Role.SUPPORT) for step in range(count)
        ]


def numbered_in_session(stage: Stage, road: Road) -> Road:
    """File it while the session sat, two colleagues co-signing every third one."""
    if road.topic.number % 3 == 0:
        first, second = stage.cosigners(road)
        road.draft(OPENED).invite(OPENED, first, second).cosign(OPENED, first, second)
    else:
        road.draft(OPENED)
    return road.submit(OPENED).pass_on(OPENED - 1).accept(OPENED - 3)


def numbered_between(road: Road, days: int) -> Road:
    """File it between the sessions, so many days ago."""
    return road.draft(days).submit(days).pass_on(max(days - 1, 0)).accept(max(days - 3, 0))


def with_support(stage: Stage, road: Road) -> list[Order]:
    """Ask one unit alone, or every other time a lead with one supporting unit."""
    if road.topic.number % 2:
        return []
    return [Order(road.unit(), Role.LEAD), *stage.supporters(road)]


def answer_in_session(
    stage: Stage, road: Road, days: int, code: str = "", due_in: tuple[int, ...] = (60,)
) -> None:
    """Walk a suggestion of the session as far as its reply, so many days ago."""
    numbered_in_session(stage, road)
    road.assign(HANDED, with_support(stage, road), batch=stage.batch).sign(HANDED - 3)
    way = "meeting" if road.topic.number % 5 < 3 else "phone"
    road.talk(days + 12, way=way).advise(days + 9)
    road.answer(days, code or "AAB"[road.topic.number % 3], due_in=due_in)


def until_consulted(stage: Stage, road: Road) -> None:
    numbered_in_session(stage, road)
    road.assign(HANDED, with_support(stage, road), batch=stage.batch).sign(HANDED - 3)
    road.talk(30).advise(20).write(6, "AB"[road.topic.number % 2]).consult(3)


def until_rehandled(stage: Stage, road: Road) -> None:
    answer_in_session(stage, road, 40, "C")
    road.judge(34, "dissatisfied", "fairly").release(30).rehandle(28)


def long_in_hand(stage: Stage, road: Road) -> Assignment:
    numbered_in_session(stage, road)
    road.assign(HANDED, batch=stage.batch).sign(HANDED - 3).talk(40)
    return road.answering()[0]


def ask_extension(road: Road, receipt: Assignment, *, days: int) -> int:
    deadline = receipt.answer_deadline
    assert deadline is not None  # noqa: S101 - every receipt in hand has one
    request = extensions.ask_extension(
        receipt.pk,
        reason="涉及跨区管线迁改，需与省级部门会商，已向代表当面说明。",
        until=deadline.due_on.replace(day=28),
        told_deputy=True,
        by=road.clerk(receipt),
        at=road.days.at(days),
    )
    return request.pk


def ask_return(road: Road, proposed: str, *, days: int = 2) -> int:
    receipt = road.receipts(Assignment.State.OFFERED)[0]
    request = returns.ask_return(
        receipt.pk,
        reason=ReturnReason.objects.filter(congress=road.cast.congress).order_by("order")[0],
        explanation="建议的主要内容不属于我单位职责，我单位愿意配合提供数据。",
        proposed_unit=road.cast.units[proposed],
        by=road.clerk(receipt),
        at=road.days.at(days),
    )
    return request.pk


def claim(road: Road, *, days: int) -> list[int]:
    """Let the unit report its promises as kept, with evidence."""
    found = list(Promise.objects.filter(suggestion=road.case).uncleared())
    for promise in found:
        promises.claim_clearance(
            promise.pk,
            claim_note="任务已全部完成并投入使用，附验收资料。",
            done_on=road.days.ago(days),
            evidence=road.file("验收资料.pdf"),
            by=road.cast.clerks[promise.assignment.unit_id],
            at=road.days.at(days),
        )
    return [promise.pk for promise in found]


def in_hand(stage: Stage) -> int:
    """Return a suggestion of the session that units are working on."""
    cases = stage.cast.session.suggestions.filter(stage="handling").order_by("number")
    return cases.values_list("pk", flat=True)[0]
