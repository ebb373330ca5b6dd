"""What a deputy fills in: one verdict for all units, and exceptions where they differ."""

from __future__ import annotations

from typing import Any

from django import forms

from assignment.models import Assignment
from common.forms import PageForm
from congress.models import Congress, DissatisfactionReason
from evaluation.models import Grade, RehandlingDecision
from evaluation.services.verdicts import Judgement

_CHOICES = [(grade.value, grade.label) for grade in Grade]


class GradesForm(PageForm):
    """Attitude and result, and the reasons that 不满意 needs."""

    attitude = forms.ChoiceField(
        label="办理态度",
        choices=_CHOICES,
        widget=forms.RadioSelect,
        help_text="联系沟通是否主动、认真。",
    )
    result = forms.ChoiceField(
        label="办理结果",
        choices=_CHOICES,
        widget=forms.RadioSelect,
        help_text="提出的问题是否解决或有了着落。",
    )
    reasons = forms.ModelMultipleChoiceField(
        label="不满意的原因",
        queryset=DissatisfactionReason.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="评价为不满意时必选，可多选。",
    )
    reason_text = forms.CharField(
        label="原因说明", widget=forms.Textarea(attrs={"rows": 3}), required=False, max_length=1000
    )

    def __init__(self, *args: Any, congress: Congress, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = DissatisfactionReason.objects.filter(congress=congress, is_active=True)
        self.fields["reasons"].queryset = reasons

    def clean(self) -> dict[str, Any]:
        """Ask for a reason where one is due, beside the field it belongs to."""
        cleaned = super().clean() or {}
        grades = {cleaned.get("attitude"), cleaned.get("result")}
        said = cleaned.get("reasons") or (cleaned.get("reason_text") or "").strip()
        if Grade.DISSATISFIED in grades and not said:
            self.add_error("reasons", "评价为不满意，请选择原因，或在下面写明。")
        return cleaned

    def judgement(self, receipt: Assignment, **more: Any) -> Judgement:
        """Return what was filled in as a judgement of one receipt."""
        cleaned = self.cleaned_data
        return Judgement(
            assignment_id=receipt.pk,
            attitude=cleaned["attitude"],
            result=cleaned["result"],
            reasons=list(cleaned["reasons"]),
            reason_text=cleaned["reason_text"],
            **more,
        )


class OverallForm(GradesForm):
    """对全部单位同一评价, with what the deputy wants to add."""

    comment = forms.CharField(
        label="意见和建议（可不填）",
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=1000,
    )
    wants_rehandling = forms.BooleanField(label="要求重新办理", required=False)


class ExceptionForm(GradesForm):
    """One unit judged apart from the rest."""

    SAME, OWN, SKIP = "same", "own", "skip"
    how = forms.ChoiceField(label="对本单位", widget=forms.RadioSelect, initial=SAME)

    field_order = ["how", "attitude", "result", "reasons", "reason_text"]

    def __init__(self, *args: Any, receipt: Assignment, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"unit{receipt.pk}", **kwargs)
        self.receipt = receipt
        choices = [(self.SAME, "与总体评价相同"), (self.OWN, "单独评价")]
        if not receipt.answers:
            choices.append((self.SKIP, "未参与沟通，不评价"))
        self.fields["how"].choices = choices
        for name in ("attitude", "result"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """Ask for both grades only where the unit is judged apart."""
        cleaned = super().clean()
        if cleaned.get("how") == self.OWN:
            for name in ("attitude", "result"):
                if not cleaned.get(name):
                    self.add_error(name, f"请评价{self.fields[name].label}。")
        return cleaned

    @property
    def is_apart(self) -> bool:
        """Test if the deputy judged this unit apart."""
        return self.cleaned_data["how"] != self.SAME


class JudgementForms:
    """The overall form and one exception form per receipt, handled as one."""

    def __init__(self, receipts: list[Assignment], congress: Congress, data: Any = None) -> None:
        self.receipts = receipts
        self.overall = OverallForm(data, congress=congress)
        apart = receipts if len(receipts) > 1 else []
        self.exceptions = [
            ExceptionForm(data, receipt=receipt, congress=congress) for receipt in apart
        ]

    @property
    def forms(self) -> list[GradesForm]:
        """Return all forms, the overall one first."""
        return [self.overall, *self.exceptions]

    def is_valid(self) -> bool:
        """Test all forms, so that every field that is wrong says so."""
        wrong = [form for form in self.forms if not form.is_valid()]
        return not wrong

    def judgements(self) -> list[Judgement]:
        """Return one judgement per receipt."""
        apart = {form.receipt.pk: form for form in self.exceptions}
        more = {
            "comment": self.overall.cleaned_data["comment"],
            "wants_rehandling": self.overall.cleaned_data["wants_rehandling"],
        }
        found = []
        for receipt in self.receipts:
            form = apart.get(receipt.pk)
            if form is None or not form.is_apart:
                found.append(self.overall.judgement(receipt, **more))
            elif form.cleaned_data["how"] == ExceptionForm.SKIP:
                found.append(Judgement(receipt.pk, not_involved=True))
            else:
                found.append(form.judgement(receipt, **more))
        return found


class PasswordForm(PageForm):
    """The password once more, to be sure that it is the deputy who judges."""

    password = forms.CharField(
        label="登录密码",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="为确认是您本人评价，请再输入一次登录密码。承办单位和工作人员都不能代您评价。",
    )


class ReceiptForm(PageForm):
    """The scan of a paper receipt."""

    receipt = forms.FileField(
        label="回执扫描件", help_text="代表签名的征询意见表，照片或 PDF，20 MB 以内。"
    )


class CorrectionForm(OverallForm):
    """A correction; staff name the deputy's reason."""

    why = forms.CharField(label="更正理由", max_length=200, required=False)

    def __init__(self, *args: Any, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if needs_reason:
            self.fields["why"].required = True
            self.fields["why"].help_text = "写明代表何时、怎样提出更正。"


class RehandlingForm(PageForm):
    """代表工委's decision after 不满意."""

    outcome = forms.ChoiceField(
        label="决定", choices=RehandlingDecision.Outcome, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label="理由和要求",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="代表和承办单位都会看到。",
        max_length=2000,
    )
