"""Filters of the supervision page; what may be seen is said before."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from congress.models import System, Unit
from suggestions.models import Deadline
from supervision.models import SupervisionNotice
from supervision.selectors.notices import states
from supervision.selectors.overview import is_due_this_week, is_late

Kind = Deadline.Kind
STATES = [("late", "逾期"), ("week", "七日内到期")]
HOLDERS = [("unit", "承办单位"), ("deputy", "代表"), ("office", "交办督办机关")]
#: One more choice than there are kinds: both clocks of co-handlers together.
KINDS = [*Kind.choices, ("opinions", "协办意见（含重提）")]


class DutyFilter(django_filters.FilterSet):
    """Filters of duties that are late or soon due."""

    q = django_filters.CharFilter(label="编号或标题", method="by_text")
    state = django_filters.ChoiceFilter(
        label="期限", choices=STATES, method="by_state", empty_label="逾期和十五日内"
    )
    kind = django_filters.ChoiceFilter(
        label="事项", choices=KINDS, method="by_kind", empty_label="全部"
    )
    holder = django_filters.ChoiceFilter(
        label="责任方", choices=HOLDERS, method="by_holder", empty_label="全部"
    )
    system = django_filters.ModelChoiceFilter(
        label="归口系统",
        queryset=System.objects.none(),
        field_name="holder_unit__system",
        empty_label="全部",
    )
    unit = django_filters.ModelChoiceFilter(
        label="承办单位",
        queryset=Unit.objects.none(),
        field_name="holder_unit",
        empty_label="全部",
    )
    key = django_filters.ChoiceFilter(
        label="重点督办", choices=[("1", "只看重点")], method="by_key", empty_label="全部"
    )

    class Meta:
        model = Deadline
        fields: list[str] = []

    def __init__(self, *args: Any, on: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        congress = self.request.actor.congress
        self.filters["system"].queryset = System.objects.filter(congress=congress)
        self.filters["unit"].queryset = Unit.objects.filter(congress=congress).order_by("order")

    def by_text(self, duties: QuerySet[Deadline], _: str, text: str) -> QuerySet[Deadline]:
        number, title = "suggestion__number_text__icontains", "suggestion__title__icontains"
        return duties.filter(Q(**{number: text}) | Q(**{title: text}))

    def by_state(self, duties: QuerySet[Deadline], _: str, state: str) -> QuerySet[Deadline]:
        return duties.filter(is_late(self.on) if state == "late" else is_due_this_week(self.on))

    def by_kind(self, duties: QuerySet[Deadline], _: str, kind: str) -> QuerySet[Deadline]:
        kinds = [Kind.OPINION, Kind.OPINION_REDO] if kind == "opinions" else [kind]
        return duties.filter(kind__in=kinds)

    def by_holder(self, duties: QuerySet[Deadline], _: str, holder: str) -> QuerySet[Deadline]:
        return duties.filter(**{f"holder_{holder}__isnull": False})

    def by_key(self, duties: QuerySet[Deadline], _: str, wanted: str) -> QuerySet[Deadline]:
        return duties.filter(suggestion__key_case__isnull=False)


NOTICE_STATES = [
    ("draft", "待签发"),
    ("waiting", "待回应"),
    ("silent", "逾期未回应"),
    ("answered", "已回应"),
    ("dropped", "不予签发"),
]


class NoticeFilter(django_filters.FilterSet):
    """Filters of notices to units."""

    q = django_filters.CharFilter(label="编号或标题", method="by_text")
    state = django_filters.ChoiceFilter(
        label="状态", choices=NOTICE_STATES, method="by_state", empty_label="全部"
    )
    unit = django_filters.ModelChoiceFilter(
        label="承办单位",
        queryset=Unit.objects.none(),
        field_name="assignment__unit",
        empty_label="全部",
    )

    class Meta:
        model = SupervisionNotice
        fields: list[str] = []

    def __init__(self, *args: Any, on: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        congress = self.request.actor.congress
        self.filters["unit"].queryset = Unit.objects.filter(congress=congress).order_by("order")

    def by_text(
        self, notices: QuerySet[SupervisionNotice], _: str, text: str
    ) -> QuerySet[SupervisionNotice]:
        case = "assignment__suggestion"
        number, title = f"{case}__number_text__icontains", f"{case}__title__icontains"
        return notices.filter(Q(**{number: text}) | Q(**{title: text}))

    def by_state(
        self, notices: QuerySet[SupervisionNotice], _: str, state: str
    ) -> QuerySet[SupervisionNotice]:
        return notices.filter(states(self.on)[state])
