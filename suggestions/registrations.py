"""What 提出审核 offers on the case page and in the inbox."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db.models import CharField, DateField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from accounts.models import Membership, Role
from accounts.roles import STAFF_ROLES
from suggestions import rules
from suggestions.contents import has, register_contents
from suggestions.models import (
    Attachment,
    CoSigner,
    Deadline,
    Review,
    Suggestion,
    SuggestionItem,
    Withdrawal,
    WithdrawalConsent,
)
from suggestions.registry import (
    CaseAction,
    Panel,
    Queue,
    register_action,
    register_panel,
    register_queue,
)
from suggestions.selectors import pages, panels
from suggestions.stages import Stage
from suggestions.texts import SearchedText, register_text

Test = Callable[[Membership, Suggestion], bool]


def _case_if(test: Test) -> Callable[[Membership, Suggestion], Iterable[int]]:
    def targets(actor: Membership, case: Suggestion) -> Iterable[int]:
        return [case.pk] if test(actor, case) else []

    return targets


def _invitation(actor: Membership, case: Suggestion) -> Iterable[int]:
    if actor.role != Role.DEPUTY or case.stage not in rules.WRITABLE:
        return []
    waiting = case.cosigners.filter(deputy=actor.deputy, state=CoSigner.State.INVITED)
    return list(waiting.values_list("pk", flat=True))


def _own_consent(actor: Membership, case: Suggestion) -> Iterable[int]:
    if actor.role != Role.DEPUTY:
        return []
    return [each.pk for each in _consents(case) if rules.may_consent(actor, each)]


def _written_consents(actor: Membership, case: Suggestion) -> Iterable[int]:
    if actor.role not in rules.PROXY_ROLES:
        return []
    # One button: the page of the first leads to the next.
    return [each.pk for each in _consents(case) if rules.may_consent(actor, each)][:1]


def _consents(case: Suggestion) -> QuerySet[WithdrawalConsent]:
    if case.stage not in rules.COULD_BE_WITHDRAWN or not has(case, Withdrawal):
        return WithdrawalConsent.objects.none()
    return WithdrawalConsent.objects.filter(
        withdrawal__suggestion=case, withdrawal__state="waiting", state="waiting"
    ).select_related("cosigner", "withdrawal__suggestion")


def _running_withdrawal(actor: Membership, case: Suggestion) -> Iterable[int]:
    if case.stage not in rules.COULD_BE_WITHDRAWN or actor.role not in _MAY_BRING:
        return []
    if not has(case, Withdrawal):
        return []
    waiting = case.withdrawals.filter(state=Withdrawal.State.WAITING).select_related("suggestion")
    return [each.pk for each in waiting if rules.may_cancel_withdrawal(actor, each)]


def _may_ask_withdrawal(actor: Membership, case: Suggestion) -> bool:
    if case.stage not in rules.COULD_BE_WITHDRAWN or actor.role not in _MAY_BRING:
        return False
    if not rules.may_withdraw(actor, case) or case.merged_cases.exists():
        return False
    return not case.withdrawals.filter(state=Withdrawal.State.WAITING).exists()


def _has_text(_: Membership, case: Suggestion) -> bool:
    return bool(case.title)


def _may_record(actor: Membership, case: Suggestion) -> bool:
    return case.stage not in rules.WRITABLE and rules.may_record_signatures(actor, case)


_MAY_BRING = rules.PROXY_ROLES | {Role.DEPUTY}

#: code, label, targets, order, quiet
_DEEDS: tuple[
    tuple[str, str, Callable[[Membership, Suggestion], Iterable[int]], int, bool], ...
] = (
    ("cosign", "阅读全文，确认联名", _invitation, 5, False),
    ("consent", "对撤回表态", _own_consent, 6, False),
    ("draft", "继续填写", _case_if(rules.may_edit), 10, False),
    ("pass_on", "初审", _case_if(rules.may_first_review), 10, False),
    ("accept", "审核", _case_if(rules.may_review), 10, False),
    ("submit", "核对并提交", _case_if(rules.may_submit), 12, False),
    ("send_back", "退回修改", _case_if(rules.may_send_back), 30, False),
    ("merge", "并案", _case_if(rules.may_set_aside), 35, False),
    ("decline", "不作建议处理", _case_if(rules.may_set_aside), 40, False),
    ("record_signatures", "录入纸质联名", _case_if(_may_record), 60, True),
    ("record_consent", "录入对撤回的书面意见", _written_consents, 61, True),
    ("cancel_withdrawal", "取消撤回申请", _running_withdrawal, 80, True),
    ("print", "打印原文", _case_if(_has_text), 85, True),
    ("withdraw", "撤回建议", _case_if(_may_ask_withdrawal), 90, True),
    ("discard", "删除草稿", _case_if(rules.may_discard), 95, True),
)
_URL_OF = {"record_consent": "consent"}


def _rows(found: QuerySet[Any], case: str = "pk", target: str = "pk", due: Any = None) -> QuerySet:
    """Give a query the three columns of a queue, and no more."""
    nothing = Value(None, output_field=DateField())
    columns = {"task_case": F(case), "task_target": F(target), "task_due": due or nothing}
    return found.order_by().annotate(**columns).values("task_case", "task_target", "task_due")


def _sent_back(actor: Membership) -> QuerySet:
    return _rows(_writable_by(actor, Stage.SENT_BACK))


def _drafts(actor: Membership) -> QuerySet:
    return _rows(_writable_by(actor, Stage.DRAFT))


def _writable_by(actor: Membership, stage: Stage) -> QuerySet[Suggestion]:
    cases = Suggestion.objects.visible_to(actor).filter(stage=stage)
    if actor.role == Role.DEPUTY:
        return cases.filter(lead_deputy=actor.deputy)
    if stage == Stage.DRAFT:
        return cases.filter(entered_by=actor)
    entered = Q(entered_for_deputy=True) | Q(proposer=Suggestion.Proposer.DELEGATION)
    if actor.role == Role.DELEGATION_SECRETARY:
        return cases.filter(entered)
    # What a secretary wrote down is the secretary's to mend; staff mend their own.
    return cases.filter(entered, entered_by__role__in=STAFF_ROLES)


def _invitations(actor: Membership) -> QuerySet:
    return _rows(pages.invitations(actor).select_related(None), case="suggestion_id")


def _consents_waiting(actor: Membership) -> QuerySet:
    waiting = pages.consents_waiting(actor).select_related(None)
    return _rows(waiting, case="withdrawal__suggestion_id")


def _first_reviews(actor: Membership) -> QuerySet:
    return _rows(pages.first_review_queue(actor).select_related(None))


def _reviews(actor: Membership) -> QuerySet:
    running = Deadline.objects.open().filter(suggestion=OuterRef("pk"), kind=Deadline.Kind.REVIEW)
    cases = Suggestion.objects.visible_to(actor).filter(stage=Stage.COMMITTEE_REVIEW)
    return _rows(cases, due=Subquery(running.values("due_on")[:1]))


_WRITERS = rules.PROXY_ROLES | {Role.DEPUTY}

_QUEUES = (
    Queue(
        code="suggestion_sent_back",
        label="退回修改",
        ask="按审核意见修改后重新提交",
        button="修改",
        url_name="suggestions:draft",
        roles=frozenset(_WRITERS),
        tasks=_sent_back,
        order=10,
    ),
    Queue(
        code="suggestion_cosign_invitations",
        label="联名邀请",
        ask="阅读全文，决定是否联名",
        button="阅读",
        url_name="suggestions:cosign",
        roles=frozenset({Role.DEPUTY}),
        tasks=_invitations,
        order=12,
    ),
    Queue(
        code="suggestion_withdrawal_consents",
        label="撤回征求意见",
        ask="表明是否同意撤回",
        button="表态",
        url_name="suggestions:consent",
        roles=frozenset({Role.DEPUTY}),
        tasks=_consents_waiting,
        order=14,
    ),
    Queue(
        code="suggestion_first_reviews",
        label="待初审",
        ask="初审建议",
        button="初审",
        url_name="suggestions:pass_on",
        roles=frozenset({Role.DELEGATION_SECRETARY, Role.DEPUTY}),
        tasks=_first_reviews,
        order=16,
    ),
    Queue(
        code="suggestion_reviews",
        label="待审核",
        ask="审核建议",
        button="审核",
        url_name="suggestions:accept",
        roles=frozenset(STAFF_ROLES),
        tasks=_reviews,
        order=18,
    ),
    Queue(
        code="suggestion_drafts",
        label="草稿",
        ask="写完后提交",
        button="继续填写",
        url_name="suggestions:draft",
        roles=frozenset(_WRITERS),
        tasks=_drafts,
        order=90,
    ),
)

_Build = Callable[[Membership, Suggestion, date], dict[str, Any] | None]
#: code, title, builder, order
_PANELS: tuple[tuple[str, str, _Build, int], ...] = (
    ("text", "建议内容", panels.text, 10),
    ("signers", "联名代表", panels.signers, 12),
    ("papers", "附件", panels.papers, 14),
    ("reviews", "审核意见", panels.reviews, 16),
)

#: Who sees a case reads all that it asks for.
_TEXTS: tuple[SearchedText, ...] = (
    SearchedText(
        code="items",
        rows=lambda actor: SuggestionItem.objects.all(),
        case="suggestion_id",
        fields={"text": Concat(Value("第"), Cast("number", CharField()), Value("项"))},
        order=10,
    ),
    SearchedText(
        code="suggestion",
        rows=lambda actor: Suggestion.objects.all(),
        case="pk",
        fields={
            "title": None,
            "number_text": None,
            "situation": Value("情况"),
            "analysis": Value("分析"),
        },
        order=20,
    ),
)


def register() -> None:
    """Tell the case page and the inbox what this app offers."""
    for code, label, targets, order, is_quiet in _DEEDS:
        url = f"suggestions:{_URL_OF.get(code, code)}"
        # Codes are one name space: assignment accepts too.
        register_action(CaseAction(f"suggestion_{code}", label, url, targets, order, is_quiet))
    for queue in _QUEUES:
        register_queue(queue)
    for code, title, build, order in _PANELS:
        template = f"suggestions/panel_{code}.html"
        register_panel(Panel(f"suggestion_{code}", title, template, build, order))
    for text in _TEXTS:
        register_text(text)
    register_contents(
        {
            Suggestion: "merged_into",
            Suggestion.wished_units.through: "suggestion",
            CoSigner: "suggestion",
            Attachment: "suggestion",
            Review: "suggestion",
            Withdrawal: "suggestion",
        }
    )
