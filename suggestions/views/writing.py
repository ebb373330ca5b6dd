"""The screens of a draft: each step, kept by a button and by autosave."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from common.htmx import go_to, render_page
from common.refusals import Refusal
from suggestions.forms.writing import FORM_OF_STEP, StepForm
from suggestions.models import CoSigner, Suggestion
from suggestions.services import drafting
from suggestions.steps import FIELDS_OF_STEP, ITEM_LIMIT, MOST_ITEMS, WritingStep
from suggestions.views.drafts import draft_or_refuse


@login_required
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, case_id: int, step: str) -> HttpResponse:
    case, chosen = draft_or_refuse(request, case_id), _step(step)
    posted = request.method == "POST"
    newer: list[tuple[str, str]] | None = None
    form = _form(chosen, case, request.POST if posted else None)
    if form.is_valid():
        try:
            _save(request, case, chosen, form)
        except drafting.StaleDraft as refusal:
            form.add_error(None, str(refusal))
            case = draft_or_refuse(request, case_id)
            newer = form.differing(_stored(case, chosen))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return _onwards(request, case, chosen)
    context = _write_context(case, chosen, form)
    if posted and newer is None:
        # Refused for another reason: the page keeps its marks, or it would hide a conflict.
        context["page_mark"] = request.POST.get("page", "")[:16]
        context["version"] = request.POST.get("draft_version", "")
    context["newer"] = newer
    return render_page(request, "suggestions/write.html", context)


@login_required
@require_POST
def autosave(request: HttpRequest, case_id: int, step: str) -> JsonResponse:
    case, chosen = draft_or_refuse(request, case_id), _step(step)
    form = _form(chosen, case, request.POST)
    if not form.is_valid():
        told = "；".join(text for texts in form.errors.values() for text in texts)
        return JsonResponse({"message": told}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        saved = _save(request, case, chosen, form)
    except drafting.StaleDraft:
        message = f"“{chosen.label}”已在别处修改过，自动保存已暂停。按“保存”可以看到两份内容。"
        return JsonResponse({"message": message}, status=HTTPStatus.CONFLICT)
    except Refusal as refusal:
        return JsonResponse({"message": str(refusal)}, status=HTTPStatus.CONFLICT)
    saved_at = timezone.localtime(saved.saved_at)
    return JsonResponse({"version": saved.version, "saved_at": f"{saved_at:%H:%M}"})


def _step(name: str) -> WritingStep:
    """Return the written step of an address; the two with rows of their own have own pages."""
    if name not in FORM_OF_STEP:
        raise Http404
    return WritingStep(name)


def _stored(case: Suggestion, step: WritingStep) -> dict[str, Any]:
    return {name: _value(case, name) for name in FIELDS_OF_STEP[step]}


def _value(case: Suggestion, name: str) -> Any:
    if name == "items":
        return list(case.items.values_list("text", flat=True))
    if name == "wished_units":
        return list(case.wished_units.all())
    return getattr(case, name)


def _form(step: WritingStep, case: Suggestion, posted: Any) -> StepForm:
    initial = _stored(case, step) if posted is None else {}
    if "earlier_numbers" in initial:
        initial["earlier_numbers"] = "、".join(initial["earlier_numbers"])
    return FORM_OF_STEP[step](posted, case=case, initial=initial)


def _save(request: HttpRequest, case: Suggestion, step: WritingStep, form: StepForm) -> Suggestion:
    values = form.values
    if step == WritingStep.ITEMS:
        typed, do = request.POST.getlist("items"), request.POST.get("do", "")
        values["items"] = _rearranged(values["items"], typed, do)
    return drafting.save(
        case.pk,
        step,
        values,
        version=form.cleaned_data["draft_version"] or 0,
        page=form.cleaned_data["page"],
        by=request.actor,
        at=timezone.now(),
    )


def _rearranged(items: list[str], typed: list[str], do: str) -> list[str]:
    """
    Carry out a button beside an item (上移、下移、删去): ``up-2`` is about the second shown.

    Boxes left blank are shown but no items, so the place is counted anew.
    """
    deed, _, place = do.partition("-")
    if not place.isdecimal() or not 1 <= int(place) <= len(typed):
        return items
    if not typed[int(place) - 1].strip():
        return items
    here = sum(1 for text in typed[: int(place)] if text.strip()) - 1
    moved = list(items)
    item = moved.pop(here)
    if deed == "up":
        moved.insert(max(here - 1, 0), item)
    elif deed == "down":
        moved.insert(here + 1, item)
    elif deed != "remove":
        return items
    return moved


def _onwards(request: HttpRequest, case: Suggestion, step: WritingStep) -> HttpResponse:
    """Stay, go back to the list of steps, or go to the next one, as the button said."""
    if request.POST.get("do"):
        return go_to(request, "suggestions:write", case.pk, step.value)
    if request.POST.get("then") == "next":
        following = list(WritingStep)[list(WritingStep).index(step) + 1]
        if following in FORM_OF_STEP:
            return go_to(request, "suggestions:write", case.pk, following.value)
        return go_to(request, "suggestions:cosigners", case.pk)
    messages.success(request, f"“{step.label}”已保存。")
    return go_to(request, "suggestions:draft", case.pk)


def _write_context(case: Suggestion, step: WritingStep, form: StepForm) -> dict[str, Any]:
    signed = case.cosigners.filter(state=CoSigner.State.CONFIRMED).count()
    rows: list[str] = []
    if step == WritingStep.ITEMS:
        rows = form.data.getlist("items") if form.is_bound else form.initial["items"]
        rows = [*(text for text in rows if text.strip()), ""][:MOST_ITEMS]
    return {
        "case": case,
        "step": step,
        "number": list(WritingStep).index(step) + 1,
        "step_count": len(WritingStep) + 1,
        "form": form,
        # A fresh mark for a fresh page: after a conflict the next press decides.
        "page_mark": uuid4().hex[:8],
        "version": case.version,
        "rows": rows,
        "filled": sum(1 for text in rows if text),
        "item_limit": ITEM_LIMIT,
        "confirmed": signed if step in {WritingStep.TITLE, WritingStep.ITEMS} else 0,
    }
