"""What is asked and decided about a later day."""

from __future__ import annotations

from django import forms

from common.forms import PageForm


class AskExtensionForm(PageForm):
    until = forms.DateField(label="申请延至")
    reason = forms.CharField(label="延期理由", widget=forms.Textarea)
    told_deputy = forms.BooleanField(label="已向代表说明延期的原因", required=False)


class GiveViewForm(PageForm):
    view = forms.CharField(label="意见", max_length=300, widget=forms.Textarea)


class DecideExtensionForm(PageForm):
    granted = forms.TypedChoiceField(
        label="决定",
        choices=[("yes", "同意延期"), ("no", "不同意延期")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="说明",
        max_length=300,
        widget=forms.Textarea,
        required=False,
        help_text="不同意的须说明",
    )
