"""Filters of the lists of this app; what may be seen is said before."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from assignment.models import Assignment
from congress.models import Category
from suggestions.models import Suggestion

State = Assignment.State


class ReceiptFilter(django_filters.FilterSet):
    """Filters of a unit's items."""

    q = django_filters.CharFilter(label="编号或标题", method="by_text")
    state = django_filters.ChoiceFilter(label="状态", choices=State, empty_label="全部")
    role = django_filters.ChoiceFilter(
        label="承办角色", choices=Assignment.Role, empty_label="全部"
    )
    mine = django_filters.BooleanFilter(
        label="只看我承办的", method="only_mine", widget=forms.CheckboxInput
    )

    class Meta:
        model = Assignment
        fields: list[str] = []

    def by_text(self, receipts: QuerySet[Assignment], _: str, text: str) -> QuerySet[Assignment]:
        return receipts.filter(
            Q(suggestion__title__icontains=text) | Q(suggestion__number_text__icontains=text)
        )

    def only_mine(
        self, receipts: QuerySet[Assignment], _: str, wanted: bool
    ) -> QuerySet[Assignment]:
        return receipts.filter(clerk=self.request.actor) if wanted else receipts


class WaitingFilter(django_filters.FilterSet):
    """Filters of the cases that wait to be assigned."""

    q = django_filters.CharFilter(label="编号或标题", method="by_text")
    category = django_filters.ModelChoiceFilter(
        label="类别", queryset=Category.objects.none(), empty_label="全部"
    )
    filing = django_filters.ChoiceFilter(
        label="提出类型", choices=Suggestion.Filing, empty_label="全部"
    )

    class Meta:
        model = Suggestion
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        congress = self.request.actor.congress
        self.filters["category"].queryset = Category.objects.filter(congress=congress)

    def by_text(self, cases: QuerySet[Suggestion], _: str, text: str) -> QuerySet[Suggestion]:
        return cases.filter(Q(title__icontains=text) | Q(number_text__icontains=text))
