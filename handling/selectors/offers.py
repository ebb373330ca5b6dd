"""
What the acting membership can do on a case in this stage of its life, by the code of the deed.

Asked once for a case page: the answers stay with the case object for the rest of the request.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Membership, Role
from accounts.roles import COMMITTEE_STAFF_ROLES, UNIT_ROLES
from assignment.models import Assignment
from assignment.selectors.panel import own_receipts
from congress.profile import rules_for
from handling.models import (
    Consultation,
    Delivery,
    ExtensionRequest,
    Opinion,
    Promise,
    Reply,
    Talk,
)
from handling.rules import extensions, opinions, promises, replies, talks
from suggestions.contents import Kind, Some, has, read_once, rows_of, rows_of_all
from suggestions.models import Suggestion

Offers = dict[str, list[int]]

#: What somebody has to do something with; most cases have none of it, and are not read for it.
UNANSWERED_TALK = Some(Talk, Q(state=Talk.State.RECORDED))
UNCHECKED_ATTEMPT = Some(Talk, Q(state=Talk.State.ATTEMPT))
OPEN_CONSULTATION = Some(Consultation, Q(view=""))
UNSETTLED_CONSULTATION = Some(Consultation, Q(view__in=["", Consultation.View.DISAGREE]))
UNCONFIRMED_DELIVERY = Some(Delivery, Q(on_paper=True, received_on__isnull=True))
WAITED_FOR: dict[Kind, str] = {
    UNANSWERED_TALK: "assignment__suggestion",
    UNCHECKED_ATTEMPT: "assignment__suggestion",
    OPEN_CONSULTATION: "reply__assignment__suggestion",
    UNSETTLED_CONSULTATION: "reply__assignment__suggestion",
    UNCONFIRMED_DELIVERY: "reply__assignment__suggestion",
}


def offers(actor: Membership, case: Suggestion, *, today: date) -> Offers:
    """Return the ids each deed of this app can be done with; a deed that is not there cannot."""
    kept = case.__dict__.setdefault("_handling_offers", {})
    if actor.pk not in kept:
        kept[actor.pk] = _find(actor, case, today)
    return kept[actor.pk]


def _find(actor: Membership, case: Suggestion, today: date) -> Offers:
    found: Offers = defaultdict(list)
    if actor.role in UNIT_ROLES:
        _for_unit(found, actor, case)
    elif actor.role in {Role.DEPUTY, Role.DELEGATION_SECRETARY}:
        _for_deputy(found, actor, case)
    elif actor.role in COMMITTEE_STAFF_ROLES:
        _for_deputy(found, actor, case)  # those who work on paper
        _for_committee(found, actor, case, today)
        _for_offices(found, actor, case, today)
    elif actor.role == Role.SYSTEM_OFFICE:
        _for_offices(found, actor, case, today)
    return found


_UNIT_RECEIPT_DEEDS = {
    "record_talk": talks.may_record_talk,
    "record_attempt": talks.may_record_talk,
    "submit_opinion": opinions.may_submit_opinion,
    "draft_reply": replies.may_draft_reply,
    "ask_extension": extensions.may_ask_extension,
}
_UNIT_REPLY_DEEDS = {
    "send_to_check": replies.may_send_to_check,
    "consult": replies.may_consult,
    "issue": replies.may_issue,
    "send_back_draft": replies.may_send_back_draft,
}
_UNIT_PROMISE_DEEDS = {
    "claim_clearance": promises.may_claim_clearance,
    "change_promise": promises.may_change_promise,
}


def _for_unit(found: Offers, actor: Membership, case: Suggestion) -> None:
    for receipt in own_receipts(actor, case):
        _offer(found, _UNIT_RECEIPT_DEEDS, actor, [receipt])
        if has(case, Reply):
            _replies_for_unit(found, actor, case, receipt)
        if has(case, Promise):
            _promises_for_unit(found, actor, case, receipt)
        if receipt.role == Assignment.Role.LEAD and has(case, Opinion):
            _ask_again(found, actor, case)


def _replies_for_unit(
    found: Offers, actor: Membership, case: Suggestion, receipt: Assignment
) -> None:
    begun = [
        reply
        for reply in own_replies(actor, case)
        if reply.assignment_id == receipt.pk and reply.round == case.round
    ]
    for reply in begun:
        reply.assignment = receipt
    _offer(found, _UNIT_REPLY_DEEDS, actor, begun)


def own_replies(actor: Membership, case: Suggestion) -> list[Reply]:
    """Return what the actor's unit wrote on a case, in whatever round and state."""
    return read_once(case, "own_replies", lambda: rows_of(case, actor, _own_replies))


def _own_replies(actor: Membership, case_id: int) -> QuerySet[Reply]:
    own = Reply.objects.filter(assignment__suggestion=case_id, assignment__unit=actor.unit_id)
    return own.select_related("assignment__unit", "saved_by__user").order_by("pk")


def _promises_for_unit(
    found: Offers, actor: Membership, case: Suggestion, receipt: Assignment
) -> None:
    binding = list(Promise.objects.filter(assignment=receipt, state=Promise.State.OPEN))
    for promise in binding:
        promise.assignment, promise.suggestion = receipt, case
    _offer(found, _UNIT_PROMISE_DEEDS, actor, binding)


def _offer(
    found: Offers,
    deeds: dict[str, Callable[..., bool]],
    actor: Membership,
    rows: list[Any],
) -> None:
    for code, rule in deeds.items():
        ids = [row.pk for row in rows if rule(actor, row)]
        if ids:
            found[code] += ids


def _ask_again(found: Offers, actor: Membership, case: Suggestion) -> None:
    for opinion in rows_of_all(case, _standing_opinions):
        if opinion.round != case.round:
            continue
        opinion.assignment.suggestion = case
        if opinions.may_send_back_opinion(actor, opinion):
            found["send_back_opinion"].append(opinion.pk)


def _standing_opinions(case_id: int) -> QuerySet[Opinion]:
    given = Opinion.objects.standing().filter(assignment__suggestion=case_id)
    return given.select_related("assignment__unit")


def _for_deputy(found: Offers, actor: Membership, case: Suggestion) -> None:
    if has(case, UNANSWERED_TALK):
        _talks_for_deputy(found, actor, case)
    if has(case, OPEN_CONSULTATION):
        _consultations_for_deputy(found, actor, case)
    if has(case, Promise):
        _promises_for_deputy(found, actor, case)


def _talks_for_deputy(found: Offers, actor: Membership, case: Suggestion) -> None:
    waiting = Talk.objects.filter(assignment__suggestion=case, state=Talk.State.RECORDED)
    for talk in waiting.select_related("deputy", "assignment"):
        talk.assignment.suggestion = case
        if talks.may_answer_talk(actor, talk):
            found["answer_talk"].append(talk.pk)


def _consultations_for_deputy(found: Offers, actor: Membership, case: Suggestion) -> None:
    asked = Consultation.objects.open().filter(reply__assignment__suggestion=case)
    for consultation in asked.select_related("deputy", "reply__assignment__unit"):
        consultation.reply.assignment.suggestion = case
        if replies.may_answer_consultation(actor, consultation):
            found["answer_consultation"].append(consultation.pk)


def _promises_for_deputy(found: Offers, actor: Membership, case: Suggestion) -> None:
    cleared = Promise.objects.filter(
        suggestion=case, state=Promise.State.CLEARED, fulfilment_deadline__isnull=False
    )
    for promise in cleared:
        promise.suggestion = case
        if promises.may_rate_fulfilment(actor, promise):
            found["rate_fulfilment"].append(promise.pk)


def _for_committee(found: Offers, actor: Membership, case: Suggestion, today: date) -> None:
    if has(case, UNCHECKED_ATTEMPT):
        _attempts_for_committee(found, actor, case)
    if has(case, UNSETTLED_CONSULTATION):
        _consultations_for_committee(found, actor, case, today)
    if has(case, Promise):
        _promises_for_committee(found, actor, case)
    if has(case, UNCONFIRMED_DELIVERY):
        _deliveries_for_committee(found, actor, case)


def _attempts_for_committee(found: Offers, actor: Membership, case: Suggestion) -> None:
    attempts = Talk.objects.filter(assignment__suggestion=case, state=Talk.State.ATTEMPT)
    for talk in attempts.select_related("assignment"):
        talk.assignment.suggestion = case
        if talks.may_confirm_attempt(actor, talk):
            found["confirm_attempt"].append(talk.pk)


def _promises_for_committee(found: Offers, actor: Membership, case: Suggestion) -> None:
    for promise in Promise.objects.uncleared().filter(suggestion=case):
        promise.suggestion = case
        if promises.may_decide_clearance(actor, promise):
            found["decide_clearance"].append(promise.pk)
        if promises.may_end_promise(actor, promise):
            found["end_promise"].append(promise.pk)


def _deliveries_for_committee(found: Offers, actor: Membership, case: Suggestion) -> None:
    on_paper = Delivery.objects.filter(reply__assignment__suggestion=case, on_paper=True)
    for delivery in on_paper.select_related("reply__assignment"):
        delivery.reply.assignment.suggestion = case
        if replies.may_record_receipt(actor, delivery):
            found["record_receipt"].append(delivery.pk)


def _consultations_for_committee(
    found: Offers, actor: Membership, case: Suggestion, today: date
) -> None:
    last = {}
    asked = Consultation.objects.filter(reply__assignment__suggestion=case)
    for consultation in asked.select_related("deadline", "reply__assignment").order_by("pk"):
        consultation.reply.assignment.suggestion = case
        last[consultation.reply_id] = consultation
    for consultation in last.values():
        clock = consultation.deadline
        expired = clock is None or clock.due_on < today
        if expired and replies.may_let_consultation_lapse(actor, consultation):
            found["let_lapse"].append(consultation.pk)
        if replies.may_overrule(actor, consultation):
            found["overrule"].append(consultation.pk)


def _for_offices(found: Offers, actor: Membership, case: Suggestion, today: date) -> None:
    if has(case, ExtensionRequest):
        _extensions_for_offices(found, actor, case, today)
    if has(case, Reply):
        _replies_for_offices(found, actor, case)


def _extensions_for_offices(
    found: Offers, actor: Membership, case: Suggestion, today: date
) -> None:
    waiting = ExtensionRequest.objects.undecided().filter(assignment__suggestion=case)
    rules = rules_for(case.congress, on=today)
    for request in waiting.select_related("assignment__unit__system"):
        request.assignment.suggestion = case
        if extensions.may_give_view(actor, request):
            found["give_view"].append(request.pk)
        if extensions.may_decide_extension(actor, request, rules):
            found["decide_extension"].append(request.pk)


def _replies_for_offices(found: Offers, actor: Membership, case: Suggestion) -> None:
    issued = Reply.objects.issued().filter(assignment__suggestion=case, round=case.round)
    for reply in issued.select_related("assignment__unit__system"):
        reply.assignment.suggestion = case
        if replies.may_review_class(actor, reply):
            found["review_class"].append(reply.pk)
