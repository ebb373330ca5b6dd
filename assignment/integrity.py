"""What must hold between cases, receipts, requests and grants and no constraint can say."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from assignment.grants import ASSIGNS, HANDLES, SUPPORTS
from assignment.models import Assignment, Referral, ReturnRequest
from suggestions.integrity import grant_faults
from suggestions.models import Suggestion
from suggestions.stages import Stage

State = Assignment.State


def faults() -> Iterator[str]:
    """Yield a sentence for each contradiction; history from a ledger is not asked for our steps."""
    yield from _handled_by_nobody()
    yield from _handed_over_too_early()
    yield from _returning_without_request()
    yield from _asked_without_returning()
    yield from _at_work_unsigned()
    for codename in (HANDLES, SUPPORTS, ASSIGNS):
        yield from grant_faults(codename, _expected_grants(codename))


def _handled_by_nobody() -> Iterator[str]:
    live = Assignment.objects.live().filter(suggestion=OuterRef("pk"))
    stages = [Stage.HANDLING, Stage.REPLIED, Stage.REHANDLING]
    for case in Suggestion.objects.filter(
        ~Exists(live), stage__in=stages, is_imported=False
    ).iterator():
        yield f"建议{case.pk}：阶段为“{Stage(case.stage).label}”，但没有承办单位。"


def _handed_over_too_early() -> Iterator[str]:
    early = Assignment.objects.live().filter(suggestion__stage=Stage.REGISTERED)
    for receipt in early.iterator():
        yield f"建议{receipt.suggestion_id}：待交办，但承办件{receipt.pk}仍在办理。"


def _returning_without_request() -> Iterator[str]:
    asked = ReturnRequest.objects.undecided().filter(assignment=OuterRef("pk"))
    for receipt in Assignment.objects.filter(~Exists(asked), state=State.RETURNING).iterator():
        yield f"承办件{receipt.pk}：状态为“申请调整”，但没有待裁定的申请。"


def _asked_without_returning() -> Iterator[str]:
    waiting = ReturnRequest.objects.undecided().exclude(assignment__state=State.RETURNING)
    for request in waiting.select_related("assignment").iterator():
        state = State(request.assignment.state).label
        yield f"申请调整{request.pk}：尚未裁定，但承办件{request.assignment_id}为“{state}”。"


def _at_work_unsigned() -> Iterator[str]:
    unsigned = Assignment.objects.filter(state__in=[State.ACCEPTED, State.DONE]).filter(
        accepted_at__isnull=True, suggestion__is_imported=False
    )
    for receipt in unsigned.iterator():
        yield f"承办件{receipt.pk}：状态为“{State(receipt.state).label}”，但没有签收记录。"


def _expected_grants(codename: str) -> Iterator[tuple[int, int]]:
    """Say who must hold a codename on which case, by the facts that ``grants.sync`` reads."""
    live = Assignment.objects.live()
    if codename == HANDLES:
        units = live.exclude(role=Assignment.Role.SUPPORT)
    elif codename == SUPPORTS:
        units = live.filter(role=Assignment.Role.SUPPORT)
    else:
        yield from (
            live.filter(unit__system__office__isnull=False)
            .values_list("suggestion_id", "unit__system__office__group_id")
            .iterator()
        )
        yield from (
            Referral.objects.open().values_list("suggestion_id", "office__group_id").iterator()
        )
        return
    yield from units.values_list("suggestion_id", "unit__group_id").iterator()
