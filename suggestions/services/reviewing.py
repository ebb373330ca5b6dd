"""The two reviews: what a delegation passes on; what the congress takes, returns, declines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from common.refusals import Refusal
from congress.models import Category, DeclineGround, Grade
from notices.models import Alert
from notices.services import post
from suggestions import deadlines, notices, rules, workflow
from suggestions.attachments import attach
from suggestions.models import (
    Attachment,
    Audience,
    Deadline,
    OpenReview,
    Review,
    Suggestion,
)
from suggestions.services.numbering import give_number
from suggestions.services.review_clock import (
    received_on,
    reviewing_office,
    start_review_clock,
    stop_review_clock,
)
from suggestions.stages import Stage
from suggestions.workflow import Action, lock_case


class NotYoursToReview(Refusal):
    def __init__(self, case: Suggestion, by: Membership):
        if rules.must_stand_back(by, case):
            super().__init__("您是这件建议的代表，按照回避要求，请由其他同志审核。")
            return
        last = case.reviews.select_related("by__user").order_by("pk").last()
        who = f"{last.by.user.name}已于{timezone.localtime(last.at):%H:%M}作出" if last else ""
        what = f"“{last.get_outcome_display()}”的决定。" if last else ""
        super().__init__(f"建议现在的状态是“{case.get_stage_display()}”，不能再审核。{who}{what}")


class ReasonMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("请写明理由，代表将看到。")


class ForwardedNowhere(Refusal):
    def __init__(self) -> None:
        super().__init__("转有关部门的，请写明转给哪个部门。")


@transaction.atomic
def pass_on(
    case_id: int,
    *,
    opinion: str = "",
    scan: UploadedFile | None = None,
    by: Membership,
    at: datetime,
) -> Suggestion:
    """
    Pass a suggestion on to 代表工委 (初审通过), with the head's signed sheet if there is one.

    :raises NotYoursToReview: if it is not with the actor's delegation any more.
    :raises UploadRefused: if the scan is no file to keep.
    """
    case = lock_case(case_id)
    if not rules.may_first_review(by, case):
        raise NotYoursToReview(case, by)
    if scan is not None:
        attach(
            case,
            scan,
            purpose=Attachment.Purpose.HEAD_SIGNATURE,
            audience=Audience.NOT_UNITS,
            by=by,
            at=at,
        )
    _put_down(case, Review.Outcome.PASSED, opinion, by=by, at=at)
    workflow.advance(case, Action.PASS, by=by, at=at, note=opinion, audience=Audience.NOT_UNITS)
    start_review_clock(case, at=at)
    day = timezone.localdate(at)
    post(
        to=notices.reviewers_of(case, on=day),
        text=f"待审核：《{case.title}》（{case.delegation}）",
        about=case,
        kind=Alert.Kind.TASK,
        at=at,
    )
    _tell_authors(case, f"《{case.title}》已通过初审，送交审核。", at=at)
    return case


@transaction.atomic
def send_back(
    case_id: int, *, reason: str, points: Sequence[str] = (), by: Membership, at: datetime
) -> Suggestion:
    """
    Send a suggestion back to its writer with what should be changed (退回修改).

    The same draft continues; nothing of it is lost. In the first review by the delegation, later
    by 代表工委.

    :raises NotYoursToReview: if it is not the actor's to decide any more.
    :raises ReasonMissing: if no reason is given.
    """
    case = lock_case(case_id)
    if not (rules.may_first_review(by, case) or rules.may_review(by, case)):
        raise NotYoursToReview(case, by)
    if not reason.strip():
        raise ReasonMissing
    _put_down(case, Review.Outcome.SENT_BACK, reason, by=by, at=at, points=list(points))
    workflow.advance(case, Action.SEND_BACK, by=by, at=at, note=reason, audience=Audience.NOT_UNITS)
    stop_review_clock(case, at=at)
    writer = [case.entered_by] if case.entered_by else []
    post(
        to=[*notices.lead_of(case, on=timezone.localdate(at)), *writer],
        text=f"《{case.title}》被退回修改：{reason}",
        about=case,
        kind=Alert.Kind.TASK,
        at=at,
    )
    return case


@transaction.atomic
def accept(
    case_id: int,
    *,
    category: Category,
    grade: Grade | None = None,
    opinion: str = "",
    by: Membership,
    at: datetime,
) -> Suggestion:
    """
    Take a suggestion in and give it its number (受理编号).

    :raises NotYoursToReview: if a colleague was faster or it was withdrawn.
    """
    case = lock_case(case_id)
    if not rules.may_review(by, case):
        raise NotYoursToReview(case, by)
    received = received_on(case, at=at)
    case.category, case.grade = category, grade
    case.registered_on = timezone.localdate(at)
    give_number(case, at=at)
    case.save()
    _put_down(case, Review.Outcome.ACCEPTED, opinion, by=by, at=at)
    workflow.advance(case, Action.ACCEPT, by=by, at=at, note=f"编号{case.number_text}")
    stop_review_clock(case, at=at)
    if case.filing == Suggestion.Filing.BETWEEN_SESSIONS:
        # 重庆2018第十三条: handed over within so many days from the day it was received.
        deadlines.start(
            Deadline.Kind.ASSIGN,
            clock="intersession_assign",
            holder=reviewing_office(case),
            starts_on=received,
            case=case,
        )
    _tell_authors(case, f"《{case.title}》已受理，编号{case.number_text}。", at=at)
    return case


@transaction.atomic
def decline(
    case_id: int,
    *,
    ground: DeclineGround,
    explanation: str,
    next_step: Review.NextStep,
    forwarded_to: str = "",
    by: Membership,
    at: datetime,
) -> Suggestion:
    """
    Not take a text as a suggestion (不作建议处理), on a ground, told to the deputies.

    重庆2018第十三条, 上海2015第八条: never without telling the deputy what becomes of it.

    :raises NotYoursToReview: if it is not in review any more.
    :raises ReasonMissing: if nothing is explained.
    :raises ForwardedNowhere: if it is forwarded and nobody is named.
    """
    case = lock_case(case_id)
    if not rules.may_set_aside(by, case):
        raise NotYoursToReview(case, by)
    if not explanation.strip():
        raise ReasonMissing
    if next_step == Review.NextStep.FORWARDED and not forwarded_to.strip():
        raise ForwardedNowhere
    case.decline_ground = ground
    case.save(update_fields=["decline_ground"])
    _put_down(
        case,
        Review.Outcome.DECLINED,
        explanation,
        by=by,
        at=at,
        next_step=next_step,
        forwarded_to=forwarded_to,
    )
    becomes = f"{Review.NextStep(next_step).label}{'：' + forwarded_to if forwarded_to else ''}"
    note = f"{ground.label}。{explanation} {becomes}"
    workflow.advance(case, Action.DECLINE, by=by, at=at, note=note, audience=Audience.NOT_UNITS)
    stop_review_clock(case, at=at)
    _tell_authors(case, f"《{case.title}》不作建议处理（{ground.label}）。{becomes}。", at=at)
    return case


def close_review(
    case: Suggestion, outcome: Review.Outcome, opinion: str, *, by: Membership, at: datetime
) -> None:
    """Keep an opinion and stop the clock of the review, for deeds that live elsewhere (并案)."""
    _put_down(case, outcome, opinion, by=by, at=at)
    stop_review_clock(case, at=at)


def _put_down(
    case: Suggestion,
    outcome: Review.Outcome,
    opinion: str,
    *,
    by: Membership,
    at: datetime,
    **more: object,
) -> None:
    Review.objects.create(
        suggestion=case,
        during=Stage(case.stage),
        outcome=outcome,
        opinion=opinion,
        by=by,
        at=at,
        **more,
    )
    OpenReview.objects.filter(suggestion=case).delete()


def _tell_authors(case: Suggestion, text: str, *, at: datetime) -> None:
    post(to=notices.authors_of(case, on=timezone.localdate(at)), text=text, about=case, at=at)
