"""What this app adds to the case page and the inbox, and what it keeps apart below."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from accounts.models import Membership, Role
from accounts.roles import COMMITTEE_STAFF_ROLES, LEADER_ROLES, UNIT_ROLES
from assignment.registry import register_mix_follower
from suggestions.contents import has, register_contents
from suggestions.models import Suggestion
from suggestions.registry import (
    CaseAction,
    Panel,
    Queue,
    register_action,
    register_panel,
    register_queue,
)
from supervision import rules
from supervision.models import KeyCase, SupervisionNotice, Urging
from supervision.selectors import notices, panel, waiting
from supervision.services.committees import keep_committee_apart

Targets = Callable[[Membership, Suggestion], Iterable[int]]


def _the_case(rule: Callable[[Membership, Suggestion], bool]) -> Targets:
    def targets(actor: Membership, case: Suggestion) -> Iterator[int]:
        if rule(actor, case):
            yield case.pk

    return targets


def _the_key_case(rule: Callable[[Membership, KeyCase], bool]) -> Targets:
    def targets(actor: Membership, case: Suggestion) -> Iterator[int]:
        if actor.role not in rules.OVERSEERS - UNIT_ROLES or not has(case, KeyCase):
            return
        for key_case in KeyCase.objects.filter(suggestion=case):
            key_case.suggestion = case
            if rule(actor, key_case):
                yield key_case.pk

    return targets


def _urge(actor: Membership, case: Suggestion) -> Iterator[int]:
    if rules.may_urge_many(actor) and panel.urgeable(actor, case):
        yield case.pk


def _urgings(actor: Membership, case: Suggestion) -> Iterator[int]:
    if actor.role not in UNIT_ROLES or not has(case, Urging):
        return
    urgings = Urging.objects.filter(
        assignment__suggestion=case, assignment__unit_id=actor.unit_id, answered_at__isnull=True
    )
    for urging in urgings.select_related("assignment"):
        urging.assignment.suggestion = case
        if rules.may_answer_urging(actor, urging):
            yield urging.pk


def _notices(rule: Callable[[Membership, SupervisionNotice], bool]) -> Targets:
    def targets(actor: Membership, case: Suggestion) -> Iterator[int]:
        if actor.role not in COMMITTEE_STAFF_ROLES | UNIT_ROLES | {Role.SYSTEM_OFFICE}:
            return
        if not has(case, SupervisionNotice):
            return
        for notice in notices.notices_on(actor, case):
            if rule(actor, notice):
                yield notice.pk

    return targets


ACTIONS = [
    CaseAction(
        "answer_notice",
        "回应督办通知单",
        "supervision:answer_notice",
        _notices(rules.may_answer_notice),
        order=14,
    ),
    CaseAction(
        "release_notice",
        "签发督办通知单",
        "supervision:release_notice",
        _notices(rules.may_release_notice),
        order=59,
        is_quiet=True,
    ),
    CaseAction("answer_urging", "反馈催办", "supervision:answer_urging", _urgings, order=15),
    CaseAction(
        "add_log", "记录督办", "supervision:add_log", _the_key_case(rules.may_log), order=50
    ),
    CaseAction("urge", "催办", "supervision:urge", _urge, order=60, is_quiet=True),
    CaseAction(
        "designate",
        "确定为重点督办",
        "supervision:designate",
        _the_case(rules.may_designate),
        order=80,
        is_quiet=True,
    ),
    CaseAction(
        "change_charge",
        "调整督办责任",
        "supervision:change_charge",
        _the_key_case(rules.may_change_key_case),
        order=81,
        is_quiet=True,
    ),
    CaseAction(
        "grade",
        "分级和领办",
        "supervision:grade",
        _the_case(rules.may_grade),
        order=82,
        is_quiet=True,
    ),
]

QUEUES = [
    Queue(
        "answer_notice",
        "待回应督办通知单",
        "回应督办通知单",
        "回应",
        "supervision:answer_notice",
        UNIT_ROLES,
        notices.notices_to_answer,
        order=4,
    ),
    Queue(
        "release_notice",
        "待签发督办通知单",
        "审阅并签发督办通知单",
        "审阅签发",
        "supervision:release_notice",
        COMMITTEE_STAFF_ROLES | {Role.SYSTEM_OFFICE},
        notices.notices_to_release,
        order=45,
    ),
    Queue(
        "answer_urging",
        "待反馈催办",
        "反馈催办事项的进展",
        "反馈",
        "supervision:answer_urging",
        UNIT_ROLES,
        waiting.urgings_to_answer,
        order=5,
    ),
    Queue(
        "key_cases",
        "我督办、领办的建议",
        "了解进展，提出要求",
        "查看",
        "desk:case",
        LEADER_ROLES | {Role.COMMITTEE},
        waiting.key_cases_of,
        order=40,
    ),
]


def register() -> None:
    """Put all of it on the register."""
    for action in ACTIONS:
        register_action(action)
    for queue in QUEUES:
        register_queue(queue)
    register_panel(
        Panel("supervision", "督办", "supervision/panel.html", panel.supervision_panel, order=40)
    )
    register_mix_follower("supervision", keep_committee_apart)
    register_contents(
        {
            KeyCase: "suggestion",
            Urging: "assignment__suggestion",
            SupervisionNotice: "assignment__suggestion",
        }
    )
