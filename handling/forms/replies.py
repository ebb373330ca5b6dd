"""What is filled in when a reply is sent, signed, answered and reviewed."""

from __future__ import annotations

from typing import Any

from django import forms

from common.forms import PageForm
from congress.models import ResultClass
from handling.forms.drafts import ClassField
from handling.forms.papers import KINDS, PaperField
from handling.models import Reply


class SendForm(PageForm):
    """The last look before the text leaves its writer."""

    without_opinion_reason = forms.CharField(
        label="协办意见未到齐的说明",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )


class SendBackDraftForm(PageForm):
    remark = forms.CharField(label="修改意见", max_length=300, widget=forms.Textarea)


class IssueForm(PageForm):
    document_number = forms.CharField(
        label="答复文号", max_length=60, help_text="如：市交函〔2026〕12号"
    )
    signer = forms.CharField(label="签发人", max_length=60)
    signed_on = forms.DateField(label="成文日期")
    mode = forms.ChoiceField(label="答复方式", choices=Reply.Mode, widget=forms.RadioSelect)
    letter = PaperField(label="盖章的答复文件", required=False)
    evidence = PaperField(
        label="解决佐证",
        required=False,
        help_text="自评已经解决或采纳的，请附注明日期的照片、文件、预算等，代表和代表工委据此核实。",
    )
    signer_is_of_level = forms.BooleanField(required=False)
    number_is_shared = forms.BooleanField(label="与另一件同文号（并案答复）", required=False)
    without_opinion_reason = forms.CharField(
        label="协办意见未到齐的说明",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )

    def __init__(self, *args: Any, level: str, inside: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signer_is_of_level"].label = f"已由本单位{level}审定签发"
        self.fields["mode"].initial = Reply.Mode.LETTER
        if not inside:
            self.fields["letter"].help_text = "本单位公文系统签发盖章后的扫描件或电子件。" + KINDS


class ViewForm(PageForm):
    """认同 or 不认同; the words are the deputy's own."""

    view = forms.ChoiceField(choices=[("agree", "认同"), ("disagree", "不认同")])
    note = forms.CharField(
        label="意见说明",
        widget=forms.Textarea,
        required=False,
        help_text="不认同的请说明希望怎样改进",
    )


class ConsentForm(PageForm):
    note = forms.CharField(label="情况和理由", widget=forms.Textarea)


class ReviewClassForm(PageForm):
    reviewed_class = ClassField(
        label="审核类别",
        queryset=ResultClass.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    reason = forms.CharField(
        label="理由",
        max_length=300,
        widget=forms.Textarea,
        required=False,
        help_text="与自评不同时须说明",
    )

    def __init__(self, *args: Any, reply: Reply, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial", {"reviewed_class": reply.reviewed_class_id or reply.claimed_class_id}
        )
        super().__init__(*args, **kwargs)
        congress = reply.assignment.suggestion.congress_id
        classes = ResultClass.objects.filter(congress=congress, is_active=True)
        self.fields["reviewed_class"].queryset = classes


class ReceivedForm(PageForm):
    received_on = forms.DateField(label="代表收到日期")
