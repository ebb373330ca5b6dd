"""What evaluation offers on the case page and in the inbox."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Membership, Role
from accounts.roles import COMMITTEE_STAFF_ROLES
from evaluation import rules, selectors
from evaluation.models import RehandlingDecision, Verdict
from suggestions.contents import has, register_contents
from suggestions.models import Deadline, Suggestion
from suggestions.registry import (
    CaseAction,
    Panel,
    Queue,
    register_action,
    register_panel,
    register_queue,
)


def _case_if(test: Callable[[Membership, Suggestion], bool]) -> Callable:
    def targets(actor: Membership, case: Suggestion) -> Iterable[int]:
        return [case.pk] if test(actor, case) else []

    return targets


def _can_judge(actor: Membership, case: Suggestion) -> bool:
    return rules.may_judge(actor, case) and bool(selectors.open_receipts(case))


def _can_enter(actor: Membership, case: Suggestion) -> bool:
    return rules.may_enter_receipt(actor, case) and bool(selectors.open_receipts(case))


def _can_release(actor: Membership, case: Suggestion) -> bool:
    if not rules.may_release(actor, case) or not has(case, Verdict):
        return False
    return Verdict.objects.filter(assignment__suggestion=case, awaits_release=True).exists()


def _can_decide(actor: Membership, case: Suggestion) -> bool:
    if not rules.may_decide_rehandling(actor, case) or case.is_imported:
        return False
    if not has(case, Verdict):
        return False
    decided = RehandlingDecision.objects.filter(suggestion=case, after_round=case.round)
    bad = selectors.dissatisfied(case).filter(released_at__isnull=False)
    return bad.exists() and not decided.exists()


def _can_mark_silent(actor: Membership, case: Suggestion) -> bool:
    today: date = timezone.localdate()
    late = Deadline.objects.open().filter(
        suggestion=case, kind=Deadline.Kind.FEEDBACK, due_on__lt=today
    )
    return rules.may_mark_silent(actor, case) and late.exists()


def _silent(actor: Membership) -> QuerySet:
    return selectors.silent_cases(actor, timezone.localdate())


#: code, label, test, order on the case page
_DEEDS = (
    ("judge", "评价办理情况", _can_judge, 10),
    ("decide_rehandling", "研究重新办理", _can_decide, 15),
    ("release_verdicts", "反馈评价", _can_release, 20),
    ("enter_receipt", "代录评价回执", _can_enter, 60),
    ("mark_silent", "记为未反馈", _can_mark_silent, 65),
)
_QUEUES = (
    Queue(
        code="decide_rehandling",
        label="待研究重新办理",
        ask="代表不满意，研究是否重新办理",
        button="研究",
        url_name="evaluation:decide_rehandling",
        roles=COMMITTEE_STAFF_ROLES,
        tasks=selectors.cases_to_decide,
        order=20,
    ),
    Queue(
        code="judge",
        label="待评价",
        ask="评价办理情况",
        button="评价",
        url_name="evaluation:judge",
        roles=frozenset({Role.DEPUTY}),
        tasks=selectors.cases_to_judge,
        order=30,
    ),
    Queue(
        code="release_verdicts",
        label="待反馈评价",
        ask="把代表评价反馈承办单位",
        button="反馈",
        url_name="evaluation:release_verdicts",
        roles=COMMITTEE_STAFF_ROLES,
        tasks=selectors.cases_to_release,
        order=40,
    ),
    Queue(
        code="mark_silent",
        label="未反馈评价",
        ask="代表逾期未评价，核实后记录",
        button="核实",
        url_name="evaluation:mark_silent",
        roles=COMMITTEE_STAFF_ROLES,
        tasks=_silent,
        order=80,
    ),
)


def register() -> None:
    """Register deeds, queues and the panel; called once when the app is ready."""
    for code, label, test, order in _DEEDS:
        register_action(CaseAction(code, label, f"evaluation:{code}", _case_if(test), order))
    for queue in _QUEUES:
        register_queue(queue)
    register_panel(
        Panel("verdicts", "代表评价", "evaluation/panel_verdicts.html", selectors.verdict_panel, 50)
    )
    register_contents({Verdict: "assignment__suggestion", RehandlingDecision: "suggestion"})
