"""Which units are asked, in which roles, and on which terms."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator

from assignment.models import Assignment, Batch
from assignment.selectors.units import referral_offices
from assignment.services.orders import Order, Terms
from common.forms import PageForm
from congress.models import Congress, Office, Unit

Role = Assignment.Role
ROWS = 4


class _BySystem(ModelChoiceIterator):
    """Units under the name of their system, so that a long list can be read."""

    def __iter__(self) -> Iterator[Any]:
        yield ("", self.field.empty_label)
        for system, units in groupby(self.queryset, key=lambda unit: unit.system.name):
            yield (system, [self.choice(unit) for unit in units])


class UnitField(forms.ModelChoiceField):
    """A choice of one unit, grouped by system."""

    iterator = _BySystem


class OrderForm(PageForm):
    """One row: a unit, its role and, for 分办, its part."""

    unit = UnitField(Unit.objects.none(), label="承办单位", required=False, empty_label="请选择")
    role = forms.ChoiceField(label="承办角色", choices=Role, required=False)
    part = forms.CharField(label="承办部分（分办时填写）", max_length=300, required=False)

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class _OrderFormSet(forms.BaseFormSet):
    def orders(self) -> list[Order]:
        """Return what the rows ask; with a supporting unit a sole one leads."""
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("unit")]
        for row in rows:
            row["role"] = row["role"] or Role.SOLE
        joined = any(row["role"] == Role.SUPPORT for row in rows)
        return [
            Order(
                row["unit"],
                Role.LEAD if joined and row["role"] == Role.SOLE else row["role"],
                row["part"],
            )
            for row in rows
        ]


OrderFormSet = forms.formset_factory(OrderForm, _OrderFormSet, extra=0, max_num=12)


def fresh_rows(unit: Unit | None = None, *, first: str = Role.SOLE) -> list[dict[str, Any]]:
    """Return the rows of an empty form, the first one with a unit that was picked."""
    rows: list[dict[str, Any]] = [{"role": first, "unit": unit}]
    return rows + [{"role": Role.SUPPORT}] * (ROWS - 1)


class TermsForm(PageForm):
    """On which terms units are asked."""

    batch = forms.ModelChoiceField(
        Batch.objects.none(), label="批次", required=False, empty_label="不列入批次"
    )
    is_hard = forms.BooleanField(label="涉及面广、处理难度大，按六个月办理", required=False)
    hard_reason = forms.CharField(
        label="难度说明",
        max_length=200,
        required=False,
        help_text="按六个月办理时填写，将告知代表。",
    )
    requirements = forms.CharField(
        label="办理要求", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, congress: Congress, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        batches = Batch.objects.filter(congress=congress, session__is_current=True)
        self.fields["batch"].queryset = batches  # type: ignore[attr-defined]

    def terms(self) -> Terms:
        """Return the terms as services take them."""
        return Terms(**self.cleaned_data)


class ReferForm(PageForm):
    """Pass a case to an office that chooses the units."""

    office = forms.ModelChoiceField(Office.objects.none(), label="督查机构", empty_label="请选择")
    advice = forms.CharField(
        label="交办意见",
        required=False,
        help_text="可以写明建议的承办单位和理由。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, congress: Congress, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = referral_offices(congress)  # type: ignore[attr-defined]


class BatchForm(PageForm):
    """Open a hand-over of many cases."""

    name = forms.CharField(label="批次名称", max_length=100)
    handed_over_on = forms.DateField(label="交办日期", help_text="各承办单位的期限从这一天起算。")
    answer_by = forms.DateField(
        label="统一办复日期", required=False, help_text="与法定期限比较，先到者为准；可以不填。"
    )
    requirements = forms.CharField(
        label="办理要求", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
