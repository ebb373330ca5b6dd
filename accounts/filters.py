"""What administrators filter their lists by."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet

from accounts.models import Membership, Role, User
from audit.models import AuditEvent
from common.forms import DayInput


class UserFilter(filters.FilterSet):
    q = filters.CharFilter(label="姓名或用户名", method="search")
    is_active = filters.ChoiceFilter(
        label="状态",
        choices=[("true", "启用"), ("false", "停用")],
        empty_label="全部",
        method="by_state",
    )

    class Meta:
        model = User
        fields: list[str] = []

    def search(self, users: QuerySet[User], _name: str, text: str) -> QuerySet[User]:
        return users.filter(Q(username__icontains=text) | Q(name__icontains=text))

    def by_state(self, users: QuerySet[User], _name: str, value: str) -> QuerySet[User]:
        return users.filter(is_active=value == "true")


class RosterFilter(filters.FilterSet):
    q = filters.CharFilter(label="名称", method="search")

    def search(self, rows: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        names = {field.name for field in rows.model._meta.fields} & {"name", "label", "code"}
        wanted = Q(pk__in=[])
        for name in names:
            wanted |= Q(**{f"{name}__icontains": text})
        return rows.filter(wanted)


class SeatFilter(filters.FilterSet):
    role = filters.ChoiceFilter(label="身份", choices=Role, empty_label="全部")
    q = filters.CharFilter(label="姓名或用户名", method="search")

    class Meta:
        model = Membership
        fields: list[str] = []

    def search(self, seats: QuerySet[Membership], _name: str, text: str) -> QuerySet[Membership]:
        return seats.filter(Q(user__username__icontains=text) | Q(user__name__icontains=text))


class AuditEventFilter(filters.FilterSet):
    since = filters.DateFilter(
        label="自", field_name="at", lookup_expr="date__gte", widget=DayInput
    )
    until = filters.DateFilter(
        label="至", field_name="at", lookup_expr="date__lte", widget=DayInput
    )
    who = filters.CharFilter(label="操作人", method="by_person")
    action = filters.CharFilter(label="动作代码，如 user", lookup_expr="startswith")
    subject_type = filters.CharFilter(label="对象类型代码", lookup_expr="exact")
    subject_id = filters.CharFilter(label="对象编号", lookup_expr="exact")

    class Meta:
        model = AuditEvent
        fields: list[str] = []

    def by_person(
        self, events: QuerySet[AuditEvent], _name: str, text: str
    ) -> QuerySet[AuditEvent]:
        return events.filter(Q(actor__username__iexact=text) | Q(actor__name__icontains=text))
