"""
What state each of the 120 suggestions is in, and the road that led there.

One function a scene; ``PROGRAMME`` says how many of each. Days are days before the day of the
demonstration. What was filed while the session sat (大会) came in at its opening and went out to
units in one hand-over; what is 闭会 came in later, each on its own day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import Membership
from assignment.models import Assignment, Batch
from assignment.services import assigning, returns
from assignment.services.orders import Order
from congress.models import DeclineGround, Office, ReturnReason
from demonstration.cast import Cast
from demonstration.days import OPENED
from demonstration.road import Road
from evaluation.services import verdicts
from handling.models import Promise
from handling.services import extensions, promises
from suggestions.models import Review
from suggestions.services import merging, reviewing, withdrawing
from suggestions.steps import WritingStep

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


Scene = Callable[[Stage, Road], None]


# On the way to a number


def being_written(stage: Stage, road: Road) -> None:
    road.draft(2)


def waiting_for_cosigners(stage: Stage, road: Road) -> None:
    first, second = stage.cosigners(road)
    road.draft(3).invite(3, first, second).cosign(2, first)


def in_first_review(stage: Stage, road: Road) -> None:
    first, second = stage.cosigners(road)
    road.draft(4).invite(4, first, second).cosign(3, first, second).submit(1)


def in_committee_review(stage: Stage, road: Road) -> None:
    road.draft(8).submit(6).pass_on(3, signed=road.topic.number % 2 == 0)


def sent_back(stage: Stage, road: Road) -> None:
    in_committee_review(stage, road)
    reviewing.send_back(
        road.case.pk,
        reason="建议内容涉及三件不同的事，请按一事一议拆分；第二条请写明具体路段。",
        points=[WritingStep.ITEMS],
        by=stage.cast.staff(),
        at=road.days.at(1),
    )


def declined(stage: Stage, road: Road) -> None:
    road.draft(20).submit(18).pass_on(16)
    reviewing.decline(
        road.case.pk,
        ground=DeclineGround.objects.get(congress=stage.cast.congress, code="own_unit"),
        explanation="反映的是本单位内部管理事项，不属于代表建议的范围。",
        next_step=Review.NextStep.FORWARDED,
        forwarded_to="市总工会",
        by=stage.cast.staff(),
        at=road.days.at(14),
    )


def merged(stage: Stage, road: Road) -> None:
    road.draft(OPENED).submit(OPENED).pass_on(OPENED - 1)
    target = _in_hand(stage)
    merging.merge(
        road.case.pk,
        into_id=target,
        reason="与该件反映同一问题，并案办理，答复同时送各位代表。",
        by=stage.cast.staff(),
        at=road.days.at(OPENED - 4),
    )


def withdrawn_early(stage: Stage, road: Road) -> None:
    road.draft(12).submit(10)
    withdrawing.ask(
        road.case.pk,
        reason="已与主管部门当面沟通，问题正在解决，先撤回。",
        by=road.lead,
        at=road.days.at(7),
    )


def withdrawn_in_handling(stage: Stage, road: Road) -> None:
    numbered_between(road, 40).assign(34).sign(32)
    withdrawing.ask(
        road.case.pk,
        reason="相关规划已经公布，建议内容已吸收，不再需要办理。",
        by=road.lead,
        at=road.days.at(20),
    )


# Numbered


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


def registered(stage: Stage, road: Road) -> None:
    numbered_between(road, 7)


def referred(stage: Stage, road: Road) -> None:
    numbered_between(road, 9)
    office = Office.objects.get(congress=stage.cast.congress, name="市政府督查室")
    assigning.refer(
        road.case.pk,
        office=office,
        advice="请商有关部门确定承办单位。",
        by=stage.cast.staff(),
        at=road.days.at(4),
    )


# In the hands of units


def waiting_to_be_signed_for(stage: Stage, road: Road) -> None:
    numbered_between(road, 6).assign(1, _with_support(stage, road))


def late_to_be_signed_for(stage: Stage, road: Road) -> None:
    numbered_between(road, 22).assign(14)


def returning_inside_the_system(stage: Stage, road: Road) -> None:
    numbered_between(road, 12).assign(5)
    _ask_return(road, "市财政局" if road.topic.unit != "市财政局" else "市教育局")


def returning_across_systems(stage: Stage, road: Road) -> None:
    numbered_between(road, 12).assign(6)
    _ask_return(road, "市委宣传部" if road.topic.unit != "市委宣传部" else "市教育局")


def returned_and_reassigned(stage: Stage, road: Road) -> None:
    numbered_between(road, 30).assign(24)
    other = "市城市管理局" if road.topic.unit != "市城市管理局" else "市公安局"
    request = _ask_return(road, other, days=20)
    returns.grant_return(request, by=stage.cast.seats["ducha01"], at=road.days.at(16))
    road.sign(14).talk(8)


def freshly_signed(stage: Stage, road: Road) -> None:
    numbered_between(road, 10).assign(4, _with_support(stage, road)).sign(2)


def nobody_called(stage: Stage, road: Road) -> None:
    numbered_between(road, 52).assign(46).sign(44)


def talk_to_confirm(stage: Stage, road: Road) -> None:
    numbered_between(road, 30).assign(24).sign(22).talk(3, confirmed=False)


def being_drafted(stage: Stage, road: Road) -> None:
    numbered_in_session(stage, road)
    road.assign(HANDED, _with_support(stage, road), batch=stage.batch).sign(HANDED - 3)
    road.talk(40).advise(30).write(4, "A" if road.topic.number % 2 else "B")


def supporter_is_late(stage: Stage, road: Road) -> None:
    numbered_in_session(stage, road)
    orders = [Order(road.unit(), Role.LEAD), *stage.supporters(road, 2)]
    road.assign(HANDED, orders, batch=stage.batch).sign(HANDED - 4).talk(30)


def split_in_two(stage: Stage, road: Road) -> None:
    numbered_in_session(stage, road)
    other = stage.supporters(road)[0].unit
    orders = [
        Order(road.unit(), Role.SPLIT, "第一条和第二条前半部分"),
        Order(other, Role.SPLIT, "第二条后半部分及其余各条"),
    ]
    road.assign(HANDED, orders, batch=stage.batch).sign(HANDED - 2).talk(35)


def asked_for_the_deputys_view(stage: Stage, road: Road) -> None:
    _until_consulted(stage, road)


def deputy_disagrees(stage: Stage, road: Road) -> None:
    _until_consulted(stage, road)
    road.agree(1, disagrees="第一条只说正在研究，没有时间表，请补充后再答复。")


def waiting_for_the_signature(stage: Stage, road: Road) -> None:
    _until_consulted(stage, road)
    road.agree(1)


def reply_is_late(stage: Stage, road: Road) -> None:
    numbered_between(road, 112)
    road.assign(104).sign(100).talk(60)


def asks_for_longer(stage: Stage, road: Road) -> None:
    receipt = _long_in_hand(stage, road)
    _ask_extension(road, receipt, days=3)


def was_given_longer(stage: Stage, road: Road) -> None:
    receipt = _long_in_hand(stage, road)
    request = _ask_extension(road, receipt, days=8)
    extensions.decide_extension(
        request,
        granted=True,
        note="同意延期，请按期答复并持续与代表沟通。",
        by=stage.cast.staff(),
        at=road.days.at(5),
    )


def takes_six_months(stage: Stage, road: Road) -> None:
    numbered_in_session(stage, road)
    road.assign(HANDED, batch=stage.batch, is_hard=True).sign(HANDED - 5).talk(50)


# Answered


def answered(stage: Stage, road: Road) -> None:
    _answer_in_session(stage, road, 10 + road.topic.number % 12)


def answered_long_ago(stage: Stage, road: Road) -> None:
    _answer_in_session(stage, road, 42)


def judged(stage: Stage, road: Road) -> None:
    _answer_in_session(stage, road, 20, "A")
    road.judge(3, "satisfied" if road.topic.number % 2 else "fairly")


def dissatisfied(stage: Stage, road: Road) -> None:
    _answer_in_session(stage, road, 18, "C")
    road.judge(4, "dissatisfied", "fairly").release(2)


def handled_again(stage: Stage, road: Road) -> None:
    _until_rehandled(stage, road)


def answered_again(stage: Stage, road: Road) -> None:
    _until_rehandled(stage, road)
    road.talk(16).answer(6, "B", due_in=(75,))


def closed_after_a_second_round(stage: Stage, road: Road) -> None:
    _until_rehandled(stage, road)
    road.talk(18).answer(9, "A").judge(5, "fairly").release(3)


def tracked(stage: Stage, road: Road) -> None:
    due = (25, 95) if road.topic.number % 2 else (140,)
    _answer_in_session(stage, road, 40, "B", due_in=due)
    road.judge(33, "satisfied").release(30)


def promise_is_late(stage: Stage, road: Road) -> None:
    _answer_in_session(stage, road, 45, "B", due_in=(-6, 60))
    road.judge(38, "fairly").release(35)


def promise_to_be_cleared(stage: Stage, road: Road) -> None:
    _answer_in_session(stage, road, 45, "B", due_in=(20,))
    road.judge(38).release(35)
    _claim(road, days=3)


def promise_kept(stage: Stage, road: Road) -> None:
    _answer_in_session(stage, road, 50, "B", due_in=(5,))
    road.judge(44).release(42)
    for promise in _claim(road, days=20):
        promises.decide_clearance(
            promise, cleared=True, note="已到现场核实。", by=stage.cast.staff(), at=road.days.at(15)
        )


def closed(stage: Stage, road: Road) -> None:
    code = "ACDA"[road.topic.number % 4]
    _answer_in_session(stage, road, 34, code)
    road.judge(28, "fairly" if code in "CD" else "satisfied").release(26)


def closed_in_silence(stage: Stage, road: Road) -> None:
    _answer_in_session(stage, road, 50)
    verdicts.mark_silent(road.case.pk, by=stage.cast.staff(), at=road.days.at(5))


#: scene and how many of it; together 120
PROGRAMME: list[tuple[Scene, int]] = [
    (closed, 12),
    (answered, 9),
    (being_drafted, 5),
    (tracked, 5),
    (supporter_is_late, 4),
    (split_in_two, 3),
    (judged, 4),
    (dissatisfied, 2),
    (handled_again, 3),
    (answered_again, 2),
    (closed_after_a_second_round, 2),
    (promise_is_late, 2),
    (promise_to_be_cleared, 2),
    (promise_kept, 2),
    (closed_in_silence, 1),
    (answered_long_ago, 2),
    (asked_for_the_deputys_view, 4),
    (deputy_disagrees, 1),
    (waiting_for_the_signature, 3),
    (takes_six_months, 2),
    (asks_for_longer, 1),
    (was_given_longer, 1),
    (merged, 2),
    (reply_is_late, 2),
    (registered, 5),
    (referred, 4),
    (waiting_to_be_signed_for, 4),
    (late_to_be_signed_for, 1),
    (returning_inside_the_system, 2),
    (returning_across_systems, 1),
    (returned_and_reassigned, 2),
    (freshly_signed, 3),
    (nobody_called, 2),
    (talk_to_confirm, 3),
    (in_committee_review, 4),
    (in_first_review, 4),
    (sent_back, 2),
    (declined, 1),
    (withdrawn_early, 1),
    (withdrawn_in_handling, 1),
    (being_written, 2),
    (waiting_for_cosigners, 2),
]


# What scenes have in common


def _with_support(stage: Stage, road: Road) -> list[Order]:
    """Ask one unit alone, or every other time a lead with one supporting unit."""
    if road.topic.number % 2:
        return []
    return [Order(road.unit(), Role.LEAD), *stage.supporters(road)]


def _answer_in_session(
    stage: Stage, road: Road, days: int, code: str = "", due_in: tuple[int, ...] = (60,)
) -> None:
    """Walk a suggestion of the session as far as its reply, so many days ago."""
    numbered_in_session(stage, road)
    road.assign(HANDED, _with_support(stage, road), batch=stage.batch).sign(HANDED - 3)
    way = "meeting" if road.topic.number % 5 < 3 else "phone"
    road.talk(days + 12, way=way).advise(days + 9)
    road.answer(days, code or "AAB"[road.topic.number % 3], due_in=due_in)


def _until_consulted(stage: Stage, road: Road) -> None:
    numbered_in_session(stage, road)
    road.assign(HANDED, _with_support(stage, road), batch=stage.batch).sign(HANDED - 3)
    road.talk(30).advise(20).write(6, "AB"[road.topic.number % 2]).consult(3)


def _until_rehandled(stage: Stage, road: Road) -> None:
    _answer_in_session(stage, road, 40, "C")
    road.judge(34, "dissatisfied", "fairly").release(30).rehandle(28)


def _long_in_hand(stage: Stage, road: Road) -> Assignment:
    numbered_in_session(stage, road)
    road.assign(HANDED, batch=stage.batch).sign(HANDED - 3).talk(40)
    return road.answering()[0]


def _ask_extension(road: Road, receipt: Assignment, *, days: int) -> int:
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


def _ask_return(road: Road, proposed: str, *, days: int = 2) -> int:
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


def _claim(road: Road, *, days: int) -> list[int]:
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


def _in_hand(stage: Stage) -> int:
    """Return a suggestion of the session that units are working on."""
    cases = stage.cast.session.suggestions.filter(stage="handling").order_by("number")
    return cases.values_list("pk", flat=True)[0]
