"""What a unit writes about a talk, and what the deputy says to it."""

from __future__ import annotations

from typing import Any

from django import forms

from assignment.models import Assignment
from common.forms import PageForm
from congress.models import Deputy
from handling.forms.papers import PaperField
from handling.models import Talk
from handling.people import deputies_of


class AttemptForm(PageForm):
    way = forms.ChoiceField(label="联系方式", choices=Talk.Way, initial=Talk.Way.PHONE)
    phase = forms.ChoiceField(label="沟通阶段", choices=Talk.Phase)
    talked_on = forms.DateField(label="联系日期")
    unit_people = forms.CharField(label="联系人员", max_length=200, help_text="谁联系的代表")
    place = forms.CharField(label="地点", max_length=100, required=False)
    summary = forms.CharField(
        label="联系经过",
        widget=forms.Textarea,
        help_text="写明几点、打的哪个号码、结果如何。三次联系记录经代表工委核实后，可以不经沟通按期答复。",
    )


class TalkForm(PageForm):
    deputy = forms.ModelChoiceField(label="沟通代表", queryset=Deputy.objects.none())
    way = forms.ChoiceField(
        label="沟通方式",
        choices=Talk.Way,
        help_text="见面沟通、现场察看、座谈会计入见面沟通率，视频和电话不计入。",
    )
    phase = forms.ChoiceField(label="沟通阶段", choices=Talk.Phase)
    talked_on = forms.DateField(label="沟通日期")
    place = forms.CharField(label="地点", max_length=100, required=False)
    unit_people = forms.CharField(label="本单位参加人员", max_length=200)
    summary = forms.CharField(label="沟通内容", widget=forms.Textarea, help_text="代表会看到并确认")
    agreed = forms.CharField(label="商定事项", widget=forms.Textarea, required=False)
    record = PaperField(
        label="有代表签名的面商记录",
        required=False,
        help_text="上传后即为有效沟通；不上传则等待代表确认，逾期无异议的视为有效。",
    )

    def __init__(self, *args: Any, assignment: Assignment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        deputies = deputies_of(assignment.suggestion)
        field = self.fields["deputy"]
        field.queryset = Deputy.objects.filter(pk__in=[deputy.pk for deputy in deputies])
        field.empty_label = None
        if deputies:
            field.initial = deputies[0].pk


class AnswerTalkForm(PageForm):
    """One tap confirms; a dispute needs a reason (the service asks for it)."""

    answer = forms.ChoiceField(choices=[("confirm", "属实"), ("dispute", "不属实")])
    reason = forms.CharField(
        label="与实际不符之处", max_length=300, widget=forms.Textarea, required=False
    )
