"""
The life of a suggestion: which action leads from which stages to which.

Nothing else writes ``Suggestion.stage`` (tests/architecture/test_single_door.py). A service of any
app locks the case first, folds its own rows, and asks for the step. ``adopt`` is the one other
door: history from a ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models

from accounts.models import Membership
from common.refusals import Refusal
from suggestions import timeline
from suggestions.models import Audience, Suggestion
from suggestions.stages import Stage


class Action(models.TextChoices):
    """What moves a case from stage to stage (动作)."""

    SUBMIT = "submit", "提交"
    SUBMIT_STRAIGHT = "submit_straight", "直接提交工委"
    PASS = "pass", "初审通过"
    SEND_BACK = "send_back", "退回修改"
    DECLINE = "decline", "不作建议处理"
    MERGE = "merge", "并案"
    WITHDRAW = "withdraw", "撤回"
    ACCEPT = "accept", "受理编号"
    HAND_OVER = "hand_over", "交办"
    TAKE_BACK = "take_back", "收回待交办"
    ANSWER = "answer", "办复"
    REHANDLE = "rehandle", "重新办理"
    TRACK = "track", "转入跟踪落实"
    CLOSE = "close", "办结"
    CLEAR = "clear", "销号办结"


@dataclass(frozen=True)
class Transition:
    """One row of the table: the stages it starts from, where it leads, and which app asks."""

    sources: frozenset[Stage]
    target: Stage
    asked_by: str
    who: str


def _step(*sources: Stage, to: Stage, asked_by: str, who: str) -> Transition:
    return Transition(frozenset(sources), to, asked_by, who)


_REVIEWS = (Stage.DELEGATION_REVIEW, Stage.COMMITTEE_REVIEW)
_MAY_BE_WITHDRAWN = (
    Stage.DRAFT,
    Stage.SENT_BACK,
    *_REVIEWS,
    Stage.REGISTERED,
    Stage.HANDLING,
    Stage.REPLIED,
)

TRANSITIONS: dict[Action, Transition] = {
    Action.SUBMIT: _step(
        Stage.DRAFT,
        Stage.SENT_BACK,
        to=Stage.DELEGATION_REVIEW,
        asked_by="suggestions",
        who="领衔代表、代录人",
    ),
    Action.SUBMIT_STRAIGHT: _step(
        Stage.DRAFT,
        Stage.SENT_BACK,
        to=Stage.COMMITTEE_REVIEW,
        asked_by="suggestions",
        who="领衔代表、代录人",
    ),
    Action.PASS: _step(
        Stage.DELEGATION_REVIEW,
        to=Stage.COMMITTEE_REVIEW,
        asked_by="suggestions",
        who="代表团联络员、团长、联系组",
    ),
    Action.SEND_BACK: _step(
        *_REVIEWS, to=Stage.SENT_BACK, asked_by="suggestions", who="代表团联络员、团长；代表工委"
    ),
    Action.DECLINE: _step(
        *_REVIEWS, to=Stage.DECLINED, asked_by="suggestions", who="代表工委、大会秘书处"
    ),
    Action.MERGE: _step(
        *_REVIEWS, to=Stage.MERGED, asked_by="suggestions", who="代表工委、大会秘书处"
    ),
    Action.WITHDRAW: _step(
        *_MAY_BE_WITHDRAWN, to=Stage.WITHDRAWN, asked_by="suggestions", who="领衔代表"
    ),
    Action.ACCEPT: _step(
        Stage.COMMITTEE_REVIEW,
        to=Stage.REGISTERED,
        asked_by="suggestions",
        who="代表工委、大会秘书处",
    ),
    Action.HAND_OVER: _step(
        Stage.REGISTERED,
        to=Stage.HANDLING,
        asked_by="assignment",
        who="代表工委、大会秘书处、系统督查机构",
    ),
    Action.TAKE_BACK: _step(
        Stage.HANDLING, to=Stage.REGISTERED, asked_by="assignment", who="代表工委、系统督查机构"
    ),
    Action.ANSWER: _step(
        Stage.HANDLING,
        Stage.REHANDLING,
        to=Stage.REPLIED,
        asked_by="handling",
        who="承办单位负责人",
    ),
    Action.REHANDLE: _step(
        Stage.REPLIED,
        Stage.TRACKING,
        Stage.CLOSED,
        to=Stage.REHANDLING,
        asked_by="evaluation",
        who="代表工委",
    ),
    Action.TRACK: _step(Stage.REPLIED, to=Stage.TRACKING, asked_by="evaluation", who="自动"),
    Action.CLOSE: _step(Stage.REPLIED, to=Stage.CLOSED, asked_by="evaluation", who="自动"),
    Action.CLEAR: _step(Stage.TRACKING, to=Stage.CLOSED, asked_by="handling", who="代表工委"),
}


class ActionNotAllowed(Refusal):
    def __init__(self, action: Action, stage: Stage):
        super().__init__(f"当前阶段为“{stage.label}”，不能{action.label}。")


def lock_case(suggestion_id: int) -> Suggestion:
    """
    Lock a whole case: whoever writes anything about it comes through here first.

    :raises Suggestion.DoesNotExist: if there is no such case.
    """
    # NO KEY: other transactions may still insert rows that point at the case.
    return Suggestion.objects.select_for_update(no_key=True).get(pk=suggestion_id)


def lock_cases(suggestion_ids: list[int]) -> list[Suggestion]:
    """Lock several cases in the order of their keys, so that two batches cannot deadlock."""
    cases = Suggestion.objects.select_for_update(no_key=True).order_by("pk")
    return list(cases.filter(pk__in=suggestion_ids))


def allows(case: Suggestion, action: Action) -> bool:
    """Test if the stage of a case offers an action."""
    return Stage(case.stage) in TRANSITIONS[action].sources


def advance(
    case: Suggestion,
    action: Action,
    *,
    by: Membership | None,
    at: datetime,
    note: str = "",
    audience: Audience = Audience.EVERYONE,
) -> None:
    """
    Move a locked case one step and put the step on its timeline.

    ``by`` is None for steps that follow from others by themselves (转入跟踪落实, 办结).

    :raises ActionNotAllowed: if its stage does not offer the action.
    """
    source, target = Stage(case.stage), TRANSITIONS[action].target
    if source not in TRANSITIONS[action].sources:
        raise ActionNotAllowed(action, source)

    case.stage = target
    case.save(update_fields=["stage"])
    timeline.add(
        case,
        action,
        action.label,
        by=by,
        at=at,
        note=note,
        audience=audience,
        step=(source, target),
    )


def adopt(case: Suggestion, stage: Stage, *, by: Membership | None, at: datetime) -> None:
    """Give a case read from a ledger the stage its history says, marked as imported."""
    source = Stage(case.stage)
    case.stage = stage
    case.is_imported = True
    case.save(update_fields=["stage", "is_imported"])
    timeline.add(case, "adopt", "由台账导入", by=by, at=at, step=(source, stage))


def adopt_all(
    cases: Sequence[tuple[Suggestion, Stage]], *, by: Membership | None, at: datetime
) -> None:
    """
    Adopt many cases of one congress at once: new ones are inserted, known ones saved whole.

    Known ones are locked by the caller.
    """
    steps = []
    for case, stage in cases:
        steps.append((case, (Stage(case.stage), stage)))
        case.stage = stage
        case.is_imported = True
    new = [case for case, _ in cases if case.pk is None]
    known = [case for case, _ in cases if case.pk is not None]
    columns = [field.name for field in Suggestion._meta.concrete_fields if not field.primary_key]
    Suggestion.objects.bulk_update(known, columns, batch_size=500)
    Suggestion.objects.bulk_create(new, batch_size=1_000)
    entered = set(map(id, new))
    came_in = [step for step in steps if id(step[0]) in entered]
    corrected = [step for step in steps if id(step[0]) not in entered]
    timeline.add_all(came_in, "adopt", "由台账导入", by=by, at=at)
    timeline.add_all(corrected, "readopt", "按台账更正", by=by, at=at)
