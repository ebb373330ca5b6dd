"""The filters of the lists of 提出审核."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms

from accounts.models import Membership
from congress.models import Category, Delegation
from suggestions.models import Suggestion
from suggestions.selectors import pages
from suggestions.stages import Stage

_ALL = "全部"


class QueueFilter(django_filters.FilterSet):
    """What a list of suggestions under way is narrowed by; ``actor`` gives the choices."""

    q = django_filters.CharFilter(
        label="标题、代表或代表团",
        method="filter_words",
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    filing = django_filters.ChoiceFilter(
        label="提出类型", choices=Suggestion.Filing, empty_label=_ALL
    )
    category = django_filters.ModelChoiceFilter(
        label="类别", queryset=Category.objects.none(), empty_label=_ALL
    )

    class Meta:
        model = Suggestion
        fields: list[str] = []

    def __init__(self, *args: Any, actor: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        categories = Category.objects.filter(congress_id=actor.congress_id, is_active=True)
        self.filters["category"].queryset = categories
        if "delegation" in self.filters:
            groups = Delegation.objects.filter(
                congress_id=actor.congress_id, kind=Delegation.Kind.DELEGATION
            )
            self.filters["delegation"].queryset = groups

    def filter_words(self, queryset: Any, name: str, value: str) -> Any:
        """Keep the cases that hold each word."""
        return pages.search(queryset, value)


class ReviewFilter(QueueFilter):
    """The queue of the congress's review."""

    delegation = django_filters.ModelChoiceFilter(
        label="代表团", queryset=Delegation.objects.none(), empty_label=_ALL
    )


class DelegationFilter(QueueFilter):
    """What a delegation has filed."""

    stage = django_filters.MultipleChoiceFilter(
        label="阶段",
        choices=[(stage.value, stage.label) for stage in Stage if stage != Stage.DRAFT],
        widget=forms.CheckboxSelectMultiple,
    )
