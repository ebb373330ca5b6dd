"""What a supporting unit gives the lead unit, and why it is asked for more."""

from __future__ import annotations

from django import forms

from common.forms import PageForm
from handling.forms.papers import PaperField


class OpinionForm(PageForm):
    text = forms.CharField(
        label="意见内容",
        widget=forms.Textarea(attrs={"rows": 8}),
        required=False,
        help_text="送主办单位，不直接送代表。可以只填写内容，也可以只上传盖章文件。",
    )
    document_number = forms.CharField(label="文号", max_length=60, required=False)
    paper = PaperField(label="盖章的意见文件", required=False)


class SendBackOpinionForm(PageForm):
    why = forms.CharField(
        label="需要补充什么",
        max_length=300,
        widget=forms.Textarea,
        help_text="例如：没有对第2项提出意见；没有说明资金安排。",
    )
