"""Fetch rows for the pages of this app, always from what exists for the one who acts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from assignment.models import Assignment
from handling.models import (
    Consultation,
    Delivery,
    ExtensionRequest,
    Opinion,
    Promise,
    Reply,
    Talk,
)
from suggestions.models.deadline import WHO_EXTENDED

#: What headers of case pages and rules ask of a receipt.
_CASE = ("suggestion__congress", "suggestion__lead_deputy", "suggestion__delegation")
_RECEIPT = (*_CASE, "suggestion__session", "unit__system__office", "answer_deadline")


def _below(prefix: str) -> list[str]:
    return [f"{prefix}__{path}" for path in _RECEIPT]


def assignment_of(request: HttpRequest, assignment_id: int) -> Assignment:
    rows = Assignment.objects.visible_to(request.actor).select_related(*_RECEIPT)
    who = (f"answer_deadline__{path}" for path in WHO_EXTENDED)
    return get_object_or_404(rows.prefetch_related(*who), pk=assignment_id)


def talk_of(request: HttpRequest, talk_id: int) -> Talk:
    rows = Talk.objects.visible_to(request.actor)
    return get_object_or_404(rows.select_related("deputy", *_below("assignment")), pk=talk_id)


def opinion_of(request: HttpRequest, opinion_id: int) -> Opinion:
    rows = Opinion.objects.visible_to(request.actor)
    related = ["attachment", *_below("assignment")]
    return get_object_or_404(rows.select_related(*related), pk=opinion_id)


def reply_of(request: HttpRequest, reply_id: int) -> Reply:
    rows = Reply.objects.visible_to(request.actor)
    related = ["claimed_class", "reviewed_class", "letter", *_below("assignment")]
    return get_object_or_404(rows.select_related(*related), pk=reply_id)


def consultation_of(request: HttpRequest, consultation_id: int) -> Consultation:
    rows = Consultation.objects.visible_to(request.actor)
    related = ["deputy", "deadline", *_below("reply__assignment")]
    return get_object_or_404(rows.select_related(*related), pk=consultation_id)


def delivery_of(request: HttpRequest, delivery_id: int) -> Delivery:
    rows = Delivery.objects.visible_to(request.actor)
    related = ["deputy", "reply__claimed_class", *_below("reply__assignment")]
    return get_object_or_404(rows.select_related(*related), pk=delivery_id)


def request_of(request: HttpRequest, request_id: int) -> ExtensionRequest:
    rows = ExtensionRequest.objects.visible_to(request.actor)
    return get_object_or_404(rows.select_related(*_below("assignment")), pk=request_id)


def promise_of(request: HttpRequest, promise_id: int) -> Promise:
    rows = Promise.objects.visible_to(request.actor)
    related = ["evidence", "deadline", "suggestion__congress", *_below("assignment")]
    promise = get_object_or_404(rows.select_related(*related), pk=promise_id)
    promise.suggestion = promise.assignment.suggestion
    return promise


def files(request: HttpRequest) -> Any:
    """Return the files a form is bound to: what was posted, or nothing yet."""
    return request.FILES if request.method == "POST" else None
