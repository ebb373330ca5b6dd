"""What is said about a promise: kept, checked, changed, ended, judged."""

from __future__ import annotations

from typing import Any

from django import forms

from common.forms import PageForm
from handling.forms.papers import PaperField
from handling.models import Promise


class ClaimForm(PageForm):
    claim_note = forms.CharField(
        label="落实情况", widget=forms.Textarea, help_text="做了什么、做到什么程度、效果如何"
    )
    done_on = forms.DateField(label="完成日期")
    evidence = PaperField(
        label="佐证材料", required=False, help_text="照片、文件、验收单等，代表和代表工委都能看到。"
    )


class DecideClearanceForm(PageForm):
    cleared = forms.TypedChoiceField(
        label="核定意见",
        choices=[("yes", "同意销号"), ("no", "退回继续落实")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="说明", widget=forms.Textarea, required=False, help_text="退回的须说明还差什么"
    )


class ChangePromiseForm(PageForm):
    due_on = forms.DateField(label="完成时限", required=False)
    content = forms.CharField(label="承诺内容", widget=forms.Textarea, required=False)
    reason = forms.CharField(label="理由", widget=forms.Textarea, help_text="将告知代表")

    def __init__(self, *args: Any, promise: Promise, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"due_on": promise.due_on, "content": promise.content})
        super().__init__(*args, **kwargs)


class EndPromiseForm(PageForm):
    reason = forms.CharField(
        label="终止的理由", widget=forms.Textarea, help_text="将告知代表和承办单位"
    )


class FulfilmentForm(PageForm):
    fulfilment = forms.ChoiceField(
        label="您对这项承诺的落实情况", choices=Promise.Fulfilment, widget=forms.RadioSelect
    )
