"""What is typed for one deed on a receipt, a request or an objection."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Membership, MembershipQuerySet
from assignment.forms.orders import UnitField
from assignment.models import ReturnRequest
from assignment.selectors.units import assignable_units
from common.forms import PageForm
from congress.models import Congress, ReturnReason, Unit


def _words(label: str, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 4}), **options)


class WhyForm(PageForm):
    """A reason, and nothing else."""

    why = _words("理由", max_length=200)


class ReplaceForm(PageForm):
    """Another unit in the place of one."""

    to = UnitField(Unit.objects.none(), label="改由哪个单位承办", empty_label="请选择")
    why = _words("理由", max_length=200)

    def __init__(self, *args: Any, congress: Congress, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = assignable_units(congress)  # type: ignore[attr-defined]


class ReturnForm(PageForm):
    """A unit's request to be relieved."""

    reason = forms.ModelChoiceField(
        ReturnReason.objects.none(), label="理由", empty_label=None, widget=forms.RadioSelect
    )
    proposed_unit = UnitField(
        Unit.objects.none(),
        label="建议改由哪个单位承办",
        empty_label="请选择",
        help_text="必须提出一个单位，不能只退不荐。",
    )
    explanation = _words("说明", help_text="写明职责依据，例如三定方案的条款。")

    def __init__(self, *args: Any, congress: Congress, own: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = ReturnReason.objects.filter(congress=congress, is_active=True)
        units = assignable_units(congress).exclude(pk=own.pk)
        self.fields["reason"].queryset = reasons  # type: ignore[attr-defined]
        self.fields["proposed_unit"].queryset = units  # type: ignore[attr-defined]


class DecisionForm(PageForm):
    """The ruling on a request to be relieved."""

    outcome = forms.ChoiceField(
        label="裁定", choices=ReturnRequest.Outcome, widget=forms.RadioSelect
    )
    to = UnitField(
        Unit.objects.none(),
        label="改由哪个单位承办",
        required=False,
        empty_label="暂不确定，退回待交办",
        help_text="同意调整时填写，新单位的各项期限从今天重新起算。",
    )
    note = _words("裁定说明", required=False)

    def __init__(self, *args: Any, congress: Congress, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = assignable_units(congress)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        refused = cleaned.get("outcome") == ReturnRequest.Outcome.REFUSED
        if refused and not cleaned.get("note"):
            self.add_error("note", "不予调整的，请向承办单位说明理由。")
        return cleaned


class LateReturnForm(PageForm):
    """Let a unit ask although its days are over."""

    until = forms.DateField(label="准予申请至")
    why = _words("理由", max_length=200)


class DelegateForm(PageForm):
    """Hand an item to a clerk of the unit."""

    clerk = forms.ModelChoiceField(
        Membership.objects.none(), label="承办人", empty_label=None, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, clerks: MembershipQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["clerk"]
        field.queryset = clerks  # type: ignore[attr-defined]
        field.label_from_instance = lambda member: str(member.user)  # type: ignore[attr-defined]


class ObjectionForm(PageForm):
    """What a deputy says against the hand-over."""

    text = _words("您的意见", help_text="您希望由哪个单位办理，为什么。")


class AnswerForm(PageForm):
    """What the deputy is answered."""

    answer = _words("答复意见")
