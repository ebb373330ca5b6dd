"""Suggestions on the way to their units: drafts, reviews, numbers."""

from __future__ import annotations

from assignment.services import assigning
from congress.models import DeclineGround, Office
from demonstration.days import OPENED
from demonstration.road import Road
from demonstration.scenes.stage import Stage, in_hand, numbered_between
from suggestions.models import Review
from suggestions.services import merging, reviewing, withdrawing
from suggestions.steps import WritingStep


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
    target = in_hand(stage)
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
