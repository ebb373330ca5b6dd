"""Forms with one field of each kind, and the filters of a list."""

import django_filters
from django import forms
from django.db.models import QuerySet

from accounts.models import User
from common.forms import DayRangeInput, PageForm


class GalleryForm(PageForm):
    """One field of each kind."""

    title = forms.CharField(
        label="标题", max_length=60, help_text="一事一议，写清楚希望解决的问题。"
    )
    situation = forms.CharField(
        label="情况", widget=forms.Textarea, help_text="发生在哪里、涉及多少人、持续多久。"
    )
    category = forms.ChoiceField(
        label="类别", choices=[("", "请选择"), ("city", "城建环保"), ("edu", "教科文卫")]
    )
    due_on = forms.DateField(label="希望完成日期", required=False)
    result = forms.ChoiceField(
        label="对办理结果的评价",
        choices=[("good", "满意"), ("fair", "基本满意"), ("bad", "不满意")],
        widget=forms.RadioSelect,
    )
    ways = forms.MultipleChoiceField(
        label="沟通方式",
        required=False,
        choices=[("visit", "上门走访"), ("phone", "电话"), ("meeting", "座谈会")],
        widget=forms.CheckboxSelectMultiple,
        help_text="可以选多项。",
    )
    agreed = forms.BooleanField(label="我已征得联名代表本人同意")
    paper = forms.FileField(label="附件", required=False)


class GalleryFilters(django_filters.FilterSet):
    """What a list is filtered by; nothing is ever looked up."""

    q = django_filters.CharFilter(label="关键词")
    state = django_filters.ChoiceFilter(
        label="状态", choices=[("late", "逾期"), ("near", "临期")], empty_label="全部"
    )
    handed_over = django_filters.DateFromToRangeFilter(label="交办日期", widget=DayRangeInput)

    class Meta:
        model = User
        fields: list[str] = []

    @property
    def qs(self) -> QuerySet[User]:
        return self.queryset
