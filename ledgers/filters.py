"""The filters of the list of cases; their whole state is the address of the page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Membership
from assignment.models import Assignment
from common.among import among
from common.forms import NamedSelect
from common.list_page import Counted
from congress.models import Category, Delegation, Grade, Session, System, Unit
from congress.selectors import names_of
from handling.models import Promise
from ledgers.selectors.finding import Found, find
from suggestions.models import Deadline, Suggestion
from suggestions.stages import Stage
from supervision.models import KeyCase

_CHOICES = (filters.ModelChoiceFilter, filters.ChoiceFilter)
#: Each filter is named like the model of which it offers the rows.
_NAMED = (Session, Category, Delegation, Unit, System, Grade)
_ANY = "全部"


class CaseFilter(filters.FilterSet):
    """What one can ask of a list of cases. Start from ``visible_to``; pass actor and today."""

    NEAR = timedelta(days=5)

    #: What the search for the keywords came to, once the filter has been carried out.
    found: Found | None = None
    #: The same as a list of which the parts are known, where nothing but keywords is asked for.
    counted: Counted | None = None

    #: The first of all: what it is given is all that the actor may see.
    q = filters.CharFilter(label="关键词", method="filter_words")
    session = filters.ModelChoiceFilter(label="届次会议", queryset=Session.objects.none())
    stage = filters.MultipleChoiceFilter(
        label="阶段",
        choices=[choice for choice in Stage.choices if choice[0] != Stage.DRAFT],
        distinct=False,  # a case has one stage, and telling rows apart costs a sort
    )
    filing = filters.ChoiceFilter(label="提出类型", choices=Suggestion.Filing)
    category = filters.ModelChoiceFilter(label="类别", queryset=Category.objects.none())
    delegation = filters.ModelChoiceFilter(label="代表团", queryset=Delegation.objects.none())
    unit = filters.ModelChoiceFilter(
        label="承办单位", queryset=Unit.objects.none(), method="filter_unit"
    )
    system = filters.ModelChoiceFilter(
        label="归口系统", queryset=System.objects.none(), method="filter_system"
    )
    handling = filters.ChoiceFilter(label="办理方式", choices=Suggestion.Handling)
    grade = filters.ModelChoiceFilter(label="建议分级", queryset=Grade.objects.none())
    key = filters.ChoiceFilter(
        label="重点督办", choices=[("1", "是"), ("0", "否")], method="filter_key"
    )
    late = filters.ChoiceFilter(
        label="期限", choices=[("late", "有逾期"), ("near", "5 天内到期")], method="filter_late"
    )
    promise = filters.ChoiceFilter(
        label="承诺事项", choices=[("open", "有未销号"), ("any", "有承诺")], method="filter_promise"
    )

    class Meta:
        model = Suggestion
        fields: list[str] = []

    def __init__(self, *args: Any, actor: Membership, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.today = actor, today
        for filter_ in self.filters.values():
            # "---------" tells nobody anything.
            if isinstance(filter_, _CHOICES):
                filter_.extra["empty_label"] = _ANY
        for model in _NAMED:
            # A unit may be asked by another congress: its own is not the measure of what it sees.
            rows = model.objects.filter(congress_id=actor.congress_id)
            self.filters[model._meta.model_name].queryset = rows

    @property
    def form(self) -> Any:
        """Return the form, all its choices read in one query."""
        if hasattr(self, "_form"):
            return self._form
        form = super().form
        for name, rows in names_of(self.actor.congress_id, *_NAMED).items():
            # The widget alone: what is chosen is checked against the rows themselves.
            form.fields[name].widget = NamedSelect(choices=[("", _ANY), *rows])
        return form

    def filter_words(self, cases: QuerySet, name: str, value: str) -> QuerySet:
        self.found = find(value, cases, self.actor)
        asked = (each for key, each in self.form.cleaned_data.items() if key != name)
        self.counted = None if any(asked) else self.found.counted(cases)
        return self.found.cases(cases)

    def filter_unit(self, cases: QuerySet, name: str, value: Unit) -> QuerySet:
        live = Assignment.objects.live().filter(unit=value)
        return cases.filter(pk__in=live.values("suggestion_id"))

    def filter_system(self, cases: QuerySet, name: str, value: System) -> QuerySet:
        live = Assignment.objects.live().answering().filter(unit__system=value)
        return cases.filter(pk__in=live.values("suggestion_id"))

    def filter_key(self, cases: QuerySet, name: str, value: str) -> QuerySet:
        key = Exists(KeyCase.objects.filter(suggestion=OuterRef("pk")).order_by())
        # A join that finds nothing would make the database believe that hardly a case is none.
        return cases.filter(~key if value == "0" else key)

    def filter_late(self, cases: QuerySet, name: str, value: str) -> QuerySet:
        # The list holds what is visible: asking that again of each clock took most of the time.
        clocks = Deadline.objects.in_seen_cases(self.actor)
        if value == "late":
            clocks = clocks.overdue(on=self.today)
        else:
            last = self.today + self.NEAR
            clocks = clocks.due_within(days_from=self.today, days_to=last)
        # What runs is little, however many cases there are.
        return cases.filter(among("pk", clocks.values("suggestion")))

    def filter_promise(self, cases: QuerySet, name: str, value: str) -> QuerySet:
        promises = Promise.objects.exclude(state=Promise.State.DRAFT)
        if value == "open":
            return cases.filter(among("pk", promises.uncleared().values("suggestion")))
        return cases.filter(Exists(promises.filter(suggestion=OuterRef("pk"))))
