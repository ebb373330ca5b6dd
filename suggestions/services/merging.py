"""Merging alike suggestions at intake, keeping every author (重庆2018第十三条)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from common.refusals import Refusal
from notices.services import post
from suggestions import notices, rules, timeline, workflow
from suggestions.models import Audience, Review, Suggestion
from suggestions.services.reviewing import NotYoursToReview, ReasonMissing, close_review
from suggestions.stages import Stage
from suggestions.workflow import Action, lock_cases

#: What can still take another in: numbered, and its answer not yet given.
OPEN_TO_OTHERS = frozenset({Stage.REGISTERED, Stage.HANDLING})


class CannotTakeIn(Refusal):
    """The case chosen cannot take another one in; the sentence says why."""


@transaction.atomic
def merge(case_id: int, *, into_id: int, reason: str, by: Membership, at: datetime) -> Suggestion:
    """
    Merge a suggestion under review into a numbered one (并案), and tell the deputies of both.

    Its authors see and follow the other case from now on, and are answered with its authors.

    :raises CannotTakeIn: if the other is itself, another congress's, not numbered or answered.
    :raises NotYoursToReview: if the case is not in review any more.
    :raises ReasonMissing: if no reason is given.
    """
    locked = {case.pk: case for case in lock_cases([case_id, into_id])}
    case, target = locked[case_id], locked.get(into_id)
    if not rules.may_set_aside(by, case):
        raise NotYoursToReview(case, by)
    if target is None or target.pk == case.pk or target.congress_id != case.congress_id:
        raise CannotTakeIn("请选择本级人大另一件已编号的建议。")
    if target.stage not in OPEN_TO_OTHERS:
        raise CannotTakeIn(
            f"{target.number_text or '该件'}现在的状态是“{target.get_stage_display()}”，不能并入。"
        )
    if not reason.strip():
        raise ReasonMissing
    case.merged_into = target
    case.save(update_fields=["merged_into"])
    close_review(case, Review.Outcome.MERGED, reason, by=by, at=at)
    note = f"并入{target.number_text}《{target.title}》：{reason}"
    workflow.advance(case, Action.MERGE, by=by, at=at, note=note, audience=Audience.NOT_UNITS)
    timeline.add(
        target,
        "take_in",
        f"《{case.title}》（{case.lead_deputy or case.delegation}）并入本件",
        by=by,
        at=at,
    )
    _tell(case, target, by=by, at=at)
    return case


def _tell(case: Suggestion, target: Suggestion, *, by: Membership, at: datetime) -> None:
    day = timezone.localdate(at)
    own = list(notices.authors_of(case, on=day))
    known = {member.pk for member in own}
    post(
        to=own,
        text=f"您的《{case.title}》与{target.number_text}《{target.title}》内容相近，已并案办理。"
        "您可以查看该件的办理过程，并将收到答复。",
        about=target,
        at=at,
    )
    others = [member for member in notices.authors_of(target, on=day) if member.pk not in known]
    who = case.lead_deputy or case.delegation
    post(
        to=others,
        text=f"{who}的《{case.title}》已并入您的{target.number_text}建议。",
        about=target,
        at=at,
    )
    post(
        to=notices.bodies_on(target, on=day),
        text=f"{target.number_text}并入了{who}的同类建议，请一并答复。",
        about=target,
        at=at,
    )
