"""Handing over many cases: the two panes of the batch desk, one-press assignment, batches."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.guard import require
from accounts.models import Role
from assignment import rules
from assignment.filters import WaitingFilter
from assignment.forms.orders import (
    BatchForm,
    OrderFormSet,
    ReferForm,
    TermsForm,
    fresh_rows,
)
from assignment.models import Assignment
from assignment.selectors import batches as selectors
from assignment.selectors.ranking import ranked_units
from assignment.selectors.units import assignable_units, units_of_office
from assignment.services import assigning, batches
from assignment.services.orders import Order, Terms
from assignment.views.steps import typed
from common.htmx import go_to, render_page
from common.listing import make_listing
from common.refusals import Refusal
from suggestions.models import Suggestion

MOST_AT_ONCE = 500


@login_required
@require_http_methods(["GET", "POST"])
def batch(request: HttpRequest) -> HttpResponse:
    """Work through the cases that wait: the list on the left, one form on the right."""
    require(rules.may_use_batch_desk, request.actor)
    desk = _Desk(request)
    if desk.is_valid():
        results = desk.hand_over()
        context = {"results": results, "went": [result for result in results if result.went]}
        context["refused"] = [result for result in results if not result.went]
        return render_page(request, "assignment/batch_result.html", context)
    return render_page(request, "assignment/batch.html", desk.context(), part="pane")


@login_required
@require_POST
def assign_at_once(request: HttpRequest, case_id: int) -> HttpResponse:
    """Assign a case to one ranked unit with a single press, and go to the next case."""
    visible = Suggestion.objects.visible_to(request.actor)
    case = get_object_or_404(visible, pk=case_id)
    require(rules.may_assign, request.actor, case)
    unit = get_object_or_404(assignable_units(case.congress), pk=_number(request.POST.get("unit")))
    batch = selectors.batches_of(request.actor).filter(pk=_number(request.POST.get("batch")))
    terms = Terms(batch=batch.first())
    try:
        assigning.assign(
            case.pk, orders=[Order(unit)], terms=terms, by=request.actor, at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, f"{case}：{refusal}")
        return go_to(request, f"{reverse('assignment:batch')}?focus={case.pk}")
    messages.success(request, f"{case}已交办{unit}（独办）。")
    chosen = f"?batch={terms.batch.pk}" if terms.batch else ""
    return go_to(request, reverse("assignment:batch") + chosen)


@login_required
@require_http_methods(["GET", "POST"])
def open_batch(request: HttpRequest) -> HttpResponse:
    """List the batches of the session and open a new one."""
    require(rules.may_open_batch, request.actor)
    session = selectors.current_session(request.actor.congress)
    form = BatchForm(typed(request), initial=selectors.batch_defaults(session, request.today))
    if session is not None and form.is_valid():
        try:
            opened = batches.open_batch(
                session, **form.cleaned_data, by=request.actor, at=timezone.now()
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"批次“{opened}”已建立。")
            return go_to(request, f"{reverse('assignment:batch')}?batch={opened.pk}")
    context = {
        "form": form,
        "session": session,
        "batches": selectors.batches_with_counts(request.actor),
    }
    return render_page(request, "assignment/open_batch.html", context, part="form")


def _number(text: str | None) -> int:
    """Read a key out of a request; what is none finds nothing."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0


@dataclass
class _Desk:
    """One look at the batch desk: what waits, which case is in focus, what was typed."""

    request: HttpRequest

    def __post_init__(self) -> None:
        actor = self.request.actor
        self.inside_system = actor.role == Role.SYSTEM_OFFICE
        self.units = (
            units_of_office(actor.office)
            if self.inside_system
            else assignable_units(actor.congress)
        )
        self.waiting = selectors.waiting_cases(actor)
        self.ids = [_number(value) for value in self.request.POST.getlist("ids")][:MOST_AT_ONCE]
        self.passes_on = self.request.POST.get("deed") == "refer" and not self.inside_system
        bound = typed(self.request)
        initial = {"batch": _number(self.request.GET.get("batch")) or None}
        self.orders = OrderFormSet(
            None if self.passes_on else bound,
            form_kwargs={"units": self.units},
            initial=fresh_rows(self._picked()),
        )
        self.form = TermsForm(bound, congress=actor.congress, initial=initial)
        self.refer_form = ReferForm(
            bound if self.passes_on else None, congress=actor.congress, prefix="refer"
        )

    def _picked(self) -> Any:
        return self.units.filter(pk=_number(self.request.GET.get("unit"))).first()

    def is_valid(self) -> bool:
        """Test if cases are ticked and one of the two forms can be carried out."""
        if not self.form.is_bound:
            return False
        chosen = self.refer_form if self.passes_on else self.orders
        fine = self.form.is_valid() and chosen.is_valid()
        if not self.passes_on and fine and not self.orders.orders():
            self.form.add_error(None, "请至少选择一个承办单位。")
        if not self.ids:
            self.form.add_error(None, "请先在左侧勾选要交办的建议。")
        return fine and self.form.is_valid()

    def hand_over(self) -> list[batches.Result]:
        """Hand the ticked cases over, each in a transaction of its own."""
        actor, terms = self.request.actor, self.form.terms()
        # Also those a colleague has handed over meanwhile: the report says who did.
        visible = Suggestion.objects.visible_to(actor).filter(pk__in=self.ids)
        deed = partial(
            batches.assign_many,
            orders=self.orders.orders() if not self.passes_on else [],
            terms=terms,
        )
        if self.passes_on:
            typed_in = self.refer_form.cleaned_data
            deed = partial(batches.refer_many, batch=terms.batch, **typed_in)
        elif self.inside_system:
            deed = partial(
                batches.assign_many_within_system,
                office=actor.office,
                orders=self.orders.orders(),
                terms=terms,
            )
        return deed(visible.values_list("pk", flat=True), by=actor, at=timezone.now())

    def context(self) -> dict[str, Any]:
        """Gather what the page shows."""
        listing = make_listing(
            self.request.GET,
            self.waiting,
            filters=WaitingFilter,
            headings=selectors.WAITING_HEADINGS,
            default_sort="number",
            rows=selectors.as_waiting_rows,
            page_size=100,
            filter_context={"request": self.request},
        )
        focus = self._focus(listing.rows)
        return {
            "listing": listing,
            "focus": focus,
            "ranked": ranked_units(focus, among=list(self.units)) if focus else [],
            "items": list(focus.items.all()) if focus else [],
            "orders": self.orders,
            "form": self.form,
            "refer_form": self.refer_form,
            "ticked": set(self.ids),
            "chosen_batch": _number(self.request.GET.get("batch")),
            "inside_system": self.inside_system,
            "roles": Assignment.Role,
        }

    def _focus(self, rows: Any) -> Suggestion | None:
        asked = _number(self.request.GET.get("focus"))
        if asked:
            found = selectors.as_waiting_rows(self.waiting).filter(pk=asked).first()
            if found:
                return found
        return rows[0] if rows else None
