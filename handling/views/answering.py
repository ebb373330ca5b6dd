"""Pages on which deputies and offices answer a reply, and on which it is read."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guard import require
from accounts.models import Role
from assignment.views.steps import deed_page, typed
from common import documents
from common.htmx import render_page
from common.uploads.downloads import download_headers
from congress.words import words_of
from handling.forms.replies import ConsentForm, ReceivedForm, ReviewClassForm, ViewForm
from handling.models import Consultation, Delivery, Talk
from handling.rules import replies as rules
from handling.selectors import letter as letters
from handling.selectors import slip
from handling.services import consents, consultations, receiving, reviewing
from handling.views.finding import consultation_of, delivery_of, reply_of


@login_required
@require_http_methods(["GET", "POST"])
def answer_consultation(request: HttpRequest, consultation_id: int) -> HttpResponse:
    consultation = consultation_of(request, consultation_id)
    require(rules.may_answer_consultation, request.actor, consultation)
    assignment = consultation.reply.assignment
    unconfirmed = Talk.objects.visible_to(request.actor).filter(
        assignment=assignment, state=Talk.State.RECORDED, deputy=consultation.deputy
    )
    return deed_page(
        request,
        template="handling/answer_consultation.html",
        case=assignment.suggestion,
        form=ViewForm(typed(request)),
        deed=partial(consultations.answer_consultation, consultation.pk),
        done="已记下您的意见。",
        context={
            "consultation": consultation,
            "paragraphs": consultation.text.splitlines(),
            "unconfirmed": unconfirmed,
            "for_another": request.actor.deputy_id != consultation.deputy_id,
        },
    )


def _consent_page(
    request: HttpRequest, consultation: Consultation, *, deed: Any, step: str
) -> HttpResponse:
    return deed_page(
        request,
        template="handling/consent.html",
        case=consultation.reply.assignment.suggestion,
        form=ConsentForm(typed(request)),
        deed=deed,
        done="已同意答复，并告知承办单位和代表。",
        context={
            "consultation": consultation,
            "step": step,
            "paragraphs": consultation.text.splitlines(),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def let_lapse(request: HttpRequest, consultation_id: int) -> HttpResponse:
    consultation = consultation_of(request, consultation_id)
    require(rules.may_let_consultation_lapse, request.actor, consultation)
    deed = partial(consents.let_lapse, consultation.pk)
    return _consent_page(request, consultation, deed=deed, step="lapse")


@login_required
@require_http_methods(["GET", "POST"])
def overrule(request: HttpRequest, consultation_id: int) -> HttpResponse:
    consultation = consultation_of(request, consultation_id)
    require(rules.may_overrule, request.actor, consultation)
    deed = partial(consents.overrule, consultation.pk)
    return _consent_page(request, consultation, deed=deed, step="overrule")


@login_required
@require_http_methods(["GET", "POST"])
def review_class(request: HttpRequest, reply_id: int) -> HttpResponse:
    reply = reply_of(request, reply_id)
    require(rules.may_review_class, request.actor, reply)
    return deed_page(
        request,
        template="handling/review_class.html",
        case=reply.assignment.suggestion,
        form=ReviewClassForm(typed(request), reply=reply),
        deed=partial(reviewing.review_class, reply.pk),
        done="已审核答复类别。",
        context={"reply": reply, "paragraphs": letters.text_of(reply).splitlines()},
    )


@login_required
@require_GET
def reply(request: HttpRequest, reply_id: int) -> HttpResponse:
    found = reply_of(request, reply_id)
    require(rules.may_read_reply, request.actor, found)
    if request.actor.role == Role.DEPUTY:
        receiving.mark_read(found, by=request.actor, at=timezone.now())
    context = {
        "reply": found,
        "case": found.assignment.suggestion,
        "may_print": rules.may_export_letter(request.actor, found),
        "salutation": letters.salutation_for(found.assignment.suggestion),
        "paragraphs": letters.paragraphs_of(found),
        "deliveries": Delivery.objects.visible_to(request.actor)
        .filter(reply=found)
        .select_related("deputy")
        .order_by("-is_lead", "pk"),
    }
    return render_page(request, "handling/reply.html", context)


@login_required
@require_POST
def mark_read(request: HttpRequest, reply_id: int) -> HttpResponse:
    found = reply_of(request, reply_id)
    require(rules.may_note_reading, request.actor, found)
    receiving.mark_read(found, by=request.actor, at=timezone.now())
    return HttpResponse(status=204)


@login_required
@require_http_methods(["GET", "POST"])
def record_receipt(request: HttpRequest, delivery_id: int) -> HttpResponse:
    delivery = delivery_of(request, delivery_id)
    require(rules.may_record_receipt, request.actor, delivery)
    return deed_page(
        request,
        template="handling/record_receipt.html",
        case=delivery.reply.assignment.suggestion,
        form=ReceivedForm(typed(request), initial={"received_on": request.today}),
        deed=partial(receiving.record_receipt, delivery.pk),
        done="已登记收到日期。",
        context={"delivery": delivery},
    )


@login_required
@require_GET
@never_cache
def receipt_slip(request: HttpRequest, delivery_id: int) -> HttpResponse:
    delivery = delivery_of(request, delivery_id)
    require(rules.may_print_receipt, request.actor, delivery)
    case = delivery.reply.assignment.suggestion
    address = request.build_absolute_uri(case.get_absolute_url())
    data = slip.slip_of(delivery, words=words_of(case.congress), qr=documents.qr_svg(address))
    made = documents.pdf("receipt.typ", data, at=timezone.now())
    name = f"{case.number_text}答复征询意见表.pdf"
    return HttpResponse(made, headers=download_headers(name, "application/pdf"))
