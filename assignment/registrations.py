"""What this app adds to the case page and the inbox."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django.db.models import QuerySet

from accounts.models import Membership, Role
from accounts.roles import OFFICE_ROLES, STAFF_ROLES, UNIT_ROLES
from assignment import rules
from assignment.models import Assignment, Objection, Referral, ReturnRequest
from assignment.selectors import waiting
from assignment.selectors.panel import own_receipts, units_panel
from assignment.services.rounds import stop_all
from suggestions.contents import has, register_contents
from suggestions.models import Suggestion
from suggestions.registry import (
    CaseAction,
    Panel,
    Queue,
    on_withdraw,
    register_action,
    register_panel,
    register_queue,
)

Targets = Callable[[Membership, Suggestion], Iterable[int]]


def _the_case(rule: Callable[[Membership, Suggestion], bool]) -> Targets:
    def targets(actor: Membership, case: Suggestion) -> Iterator[int]:
        if rule(actor, case):
            yield case.pk

    return targets


def _of_own_unit(rule: Callable[[Membership, Assignment], bool]) -> Targets:
    """Offer a deed on the live receipt of the actor's unit, if the rule allows it."""

    def targets(actor: Membership, case: Suggestion) -> Iterator[int]:
        if actor.role not in UNIT_ROLES:
            return
        for assignment in own_receipts(actor, case):
            if rule(actor, assignment):
                yield assignment.pk

    return targets


def _referrals(actor: Membership, case: Suggestion) -> Iterator[int]:
    if actor.role != Role.SYSTEM_OFFICE or not has(case, Referral):
        return
    for referral in Referral.objects.filter(suggestion=case).open():
        referral.suggestion = case
        if rules.may_assign_within_system(actor, referral):
            yield referral.pk


def _returns(actor: Membership, case: Suggestion) -> Iterator[int]:
    if actor.role not in OFFICE_ROLES or not has(case, ReturnRequest):
        return
    requests = ReturnRequest.objects.undecided().filter(assignment__suggestion=case)
    for request in requests.select_related("assignment", "decider"):
        request.assignment.suggestion = case
        if rules.may_decide_return(actor, request):
            yield request.pk


def _objections(actor: Membership, case: Suggestion) -> Iterator[int]:
    if actor.role not in STAFF_ROLES or not has(case, Objection):
        return
    for objection in Objection.objects.unanswered().filter(suggestion=case):
        objection.suggestion = case
        if rules.may_answer_objection(actor, objection):
            yield objection.pk


def _may_ask_return_in_time(actor: Membership, assignment: Assignment) -> bool:
    window = assignment.return_deadline
    return window is not None and window.is_open and rules.may_ask_return(actor, assignment)


ACTIONS = [
    CaseAction("assign", "交办", "assignment:assign", _the_case(rules.may_assign), order=20),
    CaseAction(
        "refer",
        "转督查机构",
        "assignment:refer",
        _the_case(rules.may_assign),
        order=21,
        is_quiet=True,
    ),
    CaseAction(
        "assign_within_system",
        "确定承办单位",
        "assignment:assign_within_system",
        _referrals,
        order=20,
    ),
    CaseAction(
        "send_referral_back",
        "退回代表工委",
        "assignment:send_referral_back",
        _referrals,
        order=90,
        is_quiet=True,
    ),
    CaseAction("decide_return", "裁定调整申请", "assignment:decide_return", _returns, order=22),
    CaseAction(
        "answer_objection", "答复对交办的意见", "assignment:answer_objection", _objections, order=23
    ),
    CaseAction("accept", "签收", "assignment:accept", _of_own_unit(rules.may_accept), order=10),
    CaseAction(
        "delegate",
        "分派给个人",
        "assignment:delegate",
        _of_own_unit(rules.may_delegate),
        order=85,
        is_quiet=True,
    ),
    CaseAction(
        "ask_return",
        "申请调整承办单位",
        "assignment:ask_return",
        _of_own_unit(_may_ask_return_in_time),
        order=95,
        is_quiet=True,
    ),
    CaseAction(
        "add_units",
        "调整承办单位",
        "assignment:add_units",
        _the_case(rules.may_change_units),
        order=90,
        is_quiet=True,
    ),
]


def _queue(
    code: str,
    label: str,
    ask: str,
    button: str,
    roles: frozenset[str],
    tasks: Callable[[Membership], QuerySet],
    *,
    url_name: str = "",
    order: int = 20,
) -> Queue:
    url_name = url_name or f"assignment:{code}"
    return Queue(code, label, ask, button, url_name, roles, tasks, order)


QUEUES = [
    _queue("assign", "待交办", "交办", "交办", STAFF_ROLES, waiting.to_assign),
    _queue(
        "add_units",
        "缺承办单位",
        "重新确定承办单位",
        "确定",
        STAFF_ROLES,
        waiting.lacking_a_unit,
        order=19,
    ),
    _queue(
        "assign_within_system",
        "待确定承办单位",
        "在本系统内确定承办单位",
        "确定",
        frozenset({Role.SYSTEM_OFFICE}),
        waiting.to_pass_on,
    ),
    _queue(
        "decide_return",
        "待裁定调整申请",
        "裁定承办单位的调整申请",
        "裁定",
        OFFICE_ROLES,
        waiting.returns_to_decide,
        order=21,
    ),
    _queue(
        "answer_objection",
        "代表对交办有意见",
        "答复代表对交办的意见",
        "答复",
        STAFF_ROLES,
        waiting.objections_to_answer,
        order=22,
    ),
    _queue("accept", "待签收", "签收", "签收", UNIT_ROLES, waiting.to_accept, order=10),
    _queue(
        "in_hand",
        "在办件",
        "继续办理",
        "查看",
        UNIT_ROLES,
        waiting.in_hand,
        url_name="desk:case",
        order=60,
    ),
]

PANELS = [Panel("units", "承办单位", "assignment/panel_units.html", units_panel, order=20)]


def register() -> None:
    """Put all of it on the register."""
    for action in ACTIONS:
        register_action(action)
    for queue in QUEUES:
        register_queue(queue)
    for panel in PANELS:
        register_panel(panel)
    on_withdraw("assignment", stop_all)
    register_contents(
        {
            Assignment: "suggestion",
            Referral: "suggestion",
            Objection: "suggestion",
            ReturnRequest: "assignment__suggestion",
        }
    )
