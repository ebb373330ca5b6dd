"""The forms of single deeds: signatures, reviews, withdrawal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from common.forms import PageForm
from common.uploads.intake import ACCEPT
from congress.models import Category, DeclineGround, Deputy, Grade
from suggestions.models import Attachment, Review, Suggestion
from suggestions.steps import WritingStep

_REASON = {"rows": 5}


def _scan(label: str, *, required: bool = True, help_text: str = "") -> forms.FileField:
    return forms.FileField(
        label=label,
        required=required,
        help_text=help_text or "可以用手机拍照，也可以上传扫描件。",
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )


class DeputiesForm(PageForm):
    """Which deputies; the choices are those that the page found."""

    deputies = forms.ModelMultipleChoiceField(
        Deputy.objects.none(),
        label="代表",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一位代表。"},
    )

    def __init__(self, *args: Any, found: QuerySet[Deputy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputies"].queryset = found


class SignaturesForm(DeputiesForm):
    """Co-signers from a signed sheet."""

    scan = _scan("签名页照片或扫描件")


class PaperForm(PageForm):
    """A file of the draft."""

    upload = forms.FileField(
        label="选择文件或拍照", widget=forms.FileInput(attrs={"accept": ACCEPT})
    )
    purpose = forms.ChoiceField(label="这是什么", widget=forms.RadioSelect)

    def __init__(self, *args: Any, case: Suggestion, by_proxy: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        purposes = [Attachment.Purpose.SUGGESTION]
        if case.proposer == Suggestion.Proposer.DELEGATION:
            purposes.append(Attachment.Purpose.HEAD_SIGNATURE)
        elif by_proxy:
            purposes.insert(0, Attachment.Purpose.ORIGINAL)
        self.fields["purpose"].choices = [(each.value, each.label) for each in purposes]
        self.fields["purpose"].initial = purposes[0].value
        if len(purposes) == 1:
            self.fields["purpose"].widget = forms.HiddenInput()


class PassForm(PageForm):
    """The first review says yes."""

    opinion = forms.CharField(
        label="初审意见", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    scan = _scan(
        "团长签名扫描件", required=False, help_text="有签名纸质件的，请拍照或上传。可以不传。"
    )


class SendBackForm(PageForm):
    """What should be changed, and why."""

    points = forms.MultipleChoiceField(
        label="需要修改的部分",
        required=False,
        choices=[(step.value, step.label) for step in WritingStep],
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        label="退回理由和修改建议",
        max_length=2000,
        widget=forms.Textarea(attrs=_REASON),
        help_text="代表会看到。请写明怎样改就可以通过。",
    )


class AcceptForm(PageForm):
    """The congress takes it in."""

    category = forms.ModelChoiceField(Category.objects.none(), label="类别", empty_label="请选择")
    grade = forms.ModelChoiceField(
        Grade.objects.none(), label="建议分级", required=False, empty_label="不分级"
    )
    opinion = forms.CharField(
        label="审核意见", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    checked = forms.BooleanField(
        label="已逐项核对，不属于上列不作建议处理的情形",
        error_messages={"required": "请先逐项核对，再勾选。"},
    )

    def __init__(self, *args: Any, case: Suggestion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in (("category", Category), ("grade", Grade)):
            choices = model.objects.filter(congress=case.congress_id, is_active=True)
            self.fields[name].queryset = choices
        if not self.fields["grade"].queryset.exists():
            del self.fields["grade"]


class DeclineForm(PageForm):
    """Why it is no suggestion, and what becomes of it."""

    ground = forms.ModelChoiceField(
        DeclineGround.objects.none(), label="理由", widget=forms.RadioSelect, empty_label=None
    )
    explanation = forms.CharField(
        label="向代表的说明", max_length=2000, widget=forms.Textarea(attrs=_REASON)
    )
    next_step = forms.ChoiceField(
        label="后续处理", choices=Review.NextStep, widget=forms.RadioSelect
    )
    forwarded_to = forms.CharField(
        label="转给哪个部门", required=False, max_length=100, help_text="选择“转有关部门”时填写。"
    )

    def __init__(self, *args: Any, case: Suggestion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grounds = DeclineGround.objects.filter(congress=case.congress_id, is_active=True)
        self.fields["ground"].queryset = grounds


class MergeForm(PageForm):
    """Into which numbered case, and why."""

    into = forms.ModelChoiceField(
        Suggestion.objects.none(),
        label="并入哪一件",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"invalid_choice": "所选建议已不能并入，请重新选择。"},
    )
    reason = forms.CharField(
        label="并案理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, targets: QuerySet[Suggestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = targets


class WithdrawForm(PageForm):
    """Why it is withdrawn; for a deputy on paper with the signed request."""

    reason = forms.CharField(
        label="撤回理由", max_length=1000, widget=forms.Textarea(attrs=_REASON)
    )
    scan = _scan("代表签名的书面申请")

    def __init__(self, *args: Any, on_paper: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not on_paper:
            del self.fields["scan"]


class ConsentForm(PageForm):
    """Yes or no to a withdrawal."""

    agrees = forms.TypedChoiceField(
        label="您的意见",
        choices=[("yes", "同意撤回"), ("no", "不同意撤回")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    scan = _scan("代表签名的书面意见")

    def __init__(self, *args: Any, on_paper: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not on_paper:
            del self.fields["scan"]


class AcceptManyForm(PageForm):
    """Several of the queue at once, each with the category its deputy chose."""

    cases = forms.ModelMultipleChoiceField(
        Suggestion.objects.none(), error_messages={"required": "请先勾选建议。"}
    )

    def __init__(self, *args: Any, waiting: QuerySet[Suggestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cases"].queryset = waiting
