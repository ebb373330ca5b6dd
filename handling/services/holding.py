"""
Lock the case of a row and read the row again.

Every service of this app begins with one of these: the row on the screen may be an hour old, and
whoever writes anything about a case waits here for the one before.
"""

from __future__ import annotations

from django.db import models

from assignment.models import Assignment
from common.refusals import Refusal
from handling.models import Consultation, Delivery, ExtensionRequest, Opinion, Promise, Reply, Talk
from handling.rules.seats import IN_HANDLING
from suggestions.models import Suggestion
from suggestions.workflow import lock_case

_ASSIGNMENT = ("unit__system__office", "answer_deadline", "contact_deadline")


class NotInHand(Refusal):
    """The unit does not work on the receipt now."""

    def __init__(self, assignment: Assignment):
        case = assignment.suggestion
        if case.stage not in IN_HANDLING:
            why = f"该建议已处于“{case.get_stage_display()}”阶段"
        else:
            why = f"本单位的承办状态为“{assignment.get_state_display()}”"
        super().__init__(f"{why}，不能再办理此事项。请刷新页面查看最新情况。")


class AlreadyHandled(Refusal):
    """A colleague was faster, or the button was pressed twice."""


def _of(case: Suggestion, assignment: Assignment) -> Assignment:
    assignment.suggestion = case
    return assignment


def _case_of(model: type[models.Model], pk: int, path: str) -> Suggestion:
    key = model._default_manager.values_list(f"{path}suggestion_id", flat=True).get(pk=pk)
    return lock_case(key)


def hold_assignment(assignment_id: int) -> Assignment:
    """Lock the case of a receipt and read the receipt under the lock."""
    case = _case_of(Assignment, assignment_id, "")
    return _of(case, Assignment.objects.select_related(*_ASSIGNMENT).get(pk=assignment_id))


def hold_talk(talk_id: int) -> Talk:
    """Lock the case of a talk and read the talk under the lock."""
    case = _case_of(Talk, talk_id, "assignment__")
    talk = Talk.objects.select_related("assignment__unit", "deputy").get(pk=talk_id)
    talk.assignment = hold_in(case, talk.assignment_id)
    return talk


def hold_in(case: Suggestion, assignment_id: int) -> Assignment:
    """Read a receipt of a case that is locked already."""
    return _of(case, Assignment.objects.select_related(*_ASSIGNMENT).get(pk=assignment_id))


def hold_opinion(opinion_id: int) -> Opinion:
    """Lock the case of an opinion and read the opinion under the lock."""
    case = _case_of(Opinion, opinion_id, "assignment__")
    opinion = Opinion.objects.select_related("redo_deadline").get(pk=opinion_id)
    opinion.assignment = hold_in(case, opinion.assignment_id)
    return opinion


def hold_reply(reply_id: int) -> Reply:
    """Lock the case of a reply and read the reply under the lock."""
    case = _case_of(Reply, reply_id, "assignment__")
    reply = Reply.objects.select_related("claimed_class", "saved_by__user").get(pk=reply_id)
    reply.assignment = hold_in(case, reply.assignment_id)
    return reply


def hold_consultation(consultation_id: int) -> Consultation:
    """Lock the case of a consultation and read it under the lock."""
    case = _case_of(Consultation, consultation_id, "reply__assignment__")
    consultation = Consultation.objects.select_related("reply", "deputy", "deadline").get(
        pk=consultation_id
    )
    consultation.reply.assignment = hold_in(case, consultation.reply.assignment_id)
    return consultation


def hold_delivery(delivery_id: int) -> Delivery:
    """Lock the case of a delivery and read it under the lock."""
    case = _case_of(Delivery, delivery_id, "reply__assignment__")
    delivery = Delivery.objects.select_related("reply", "deputy").get(pk=delivery_id)
    delivery.reply.assignment = hold_in(case, delivery.reply.assignment_id)
    return delivery


def hold_request(request_id: int) -> ExtensionRequest:
    """Lock the case of an extension request and read it under the lock."""
    case = _case_of(ExtensionRequest, request_id, "assignment__")
    request = ExtensionRequest.objects.get(pk=request_id)
    request.assignment = hold_in(case, request.assignment_id)
    return request


def hold_promise(promise_id: int) -> Promise:
    """Lock the case of a promise and read it under the lock."""
    case = _case_of(Promise, promise_id, "")
    promise = Promise.objects.select_related(
        "deadline", "clearance_deadline", "fulfilment_deadline", "reply"
    ).get(pk=promise_id)
    promise.suggestion = case
    promise.assignment = hold_in(case, promise.assignment_id)
    return promise
