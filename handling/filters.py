"""Filters of the lists of this app; what may be seen is said before."""

from __future__ import annotations

import django_filters
from django.db.models import Q, QuerySet

from assignment.models import Assignment
from handling.models import Promise


class MeetingFilter(django_filters.FilterSet):
    """Filters of the items a unit should meet about."""

    q = django_filters.CharFilter(label="编号或标题", method="by_text")
    met = django_filters.ChoiceFilter(
        label="见面沟通",
        choices=[("yes", "已见面"), ("no", "未见面")],
        method="by_meeting",
        empty_label="全部",
    )

    class Meta:
        model = Assignment
        fields: list[str] = []

    def by_text(self, receipts: QuerySet[Assignment], _: str, text: str) -> QuerySet[Assignment]:
        return receipts.filter(
            Q(suggestion__title__icontains=text) | Q(suggestion__number_text__icontains=text)
        )

    def by_meeting(self, receipts: QuerySet[Assignment], _: str, word: str) -> QuerySet[Assignment]:
        return receipts.filter(has_met=word == "yes")


class PromiseFilter(django_filters.FilterSet):
    """Filters of the list of promises."""

    q = django_filters.CharFilter(label="编号、标题或承诺内容", method="by_text")
    state = django_filters.ChoiceFilter(
        label="状态",
        choices=[choice for choice in Promise.State.choices if choice[0] != "draft"],
        empty_label="全部",
    )
    carried_year = django_filters.NumberFilter(label="结转年度")

    class Meta:
        model = Promise
        fields: list[str] = []

    def by_text(self, promises: QuerySet[Promise], _: str, text: str) -> QuerySet[Promise]:
        return promises.filter(
            Q(content__icontains=text)
            | Q(suggestion__title__icontains=text)
            | Q(suggestion__number_text__icontains=text)
        )
