"""What the list of messages is filtered by."""

import django_filters as filters
from django.db.models import QuerySet

from notices.models import Message
from notices.services.settling import FOR_A_PERSON


class MessageFilter(filters.FilterSet):
    state = filters.ChoiceFilter(label="状态", choices=Message.State, empty_label="需要处理")
    channel = filters.ChoiceFilter(label="渠道", choices=Message.Channel, empty_label="全部渠道")
    name = filters.CharFilter(label="收件人姓名", field_name="user__name", lookup_expr="icontains")

    since = filters.DateFilter(label="自", field_name="day", lookup_expr="gte")

    class Meta:
        model = Message
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Message]) -> QuerySet[Message]:
        found = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("state"):
            return found
        return found.filter(state__in=FOR_A_PERSON)
