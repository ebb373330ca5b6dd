"""The five steps that every page of one deed shares; the clock is read here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from common.htmx import go_to, render_page
from common.refusals import Refusal
from suggestions.models import Suggestion


def deed_page(
    request: HttpRequest,
    *,
    template: str,
    case: Suggestion,
    form: BaseForm,
    deed: Callable[..., Any],
    done: str,
    context: Mapping[str, Any] | None = None,
    then: str | Suggestion | None = None,
) -> HttpResponse:
    """
    Show the form of one deed, or do it: a Refusal becomes an error of the form (422).

    ``deed`` is called with ``by``, ``at`` and what the form has cleaned.
    """
    if form.is_bound and form.is_valid():
        try:
            deed(by=request.actor, at=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return go_to(request, then or case)
    shown = {"case": case, "form": form, **(context or {})}
    return render_page(request, template, shown, part="form")


def typed(request: HttpRequest) -> Any:
    """Return what a form is bound to: what was posted, or nothing yet."""
    return request.POST if request.method == "POST" else None
