"""What is typed for one deed of supervision."""

from __future__ import annotations

from typing import Any

from django import forms

from assignment.models import Assignment
from common.forms import PageForm
from congress.models import Committee, Congress, Grade, Official, SupervisorCategory
from supervision.models import KeyCase, SupervisionLog
from supervision.services.key_cases import Charge

URGE_TEXT = "办理期限已到或临近，请抓紧办理，并反馈进展和预计完成时间。"


def _words(label: str, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 4}), **options)


def _active(model: Any, congress: Congress) -> Any:
    return model.objects.filter(congress=congress, is_active=True)


class ChargeForm(PageForm):
    """Who leads a key suggestion, and by which decision."""

    leader = forms.ModelChoiceField(
        Official.objects.none(), label="督办领导", required=False, empty_label="不设"
    )
    category = forms.ModelChoiceField(
        SupervisorCategory.objects.none(),
        label="督办领导类别",
        required=False,
        empty_label="按领导的类别",
    )
    committee = forms.ModelChoiceField(
        Committee.objects.none(), label="跟踪专委会", required=False, empty_label="不设"
    )
    decided_on = forms.DateField(label="确定日期")
    decision = forms.CharField(
        label="确定依据", max_length=200, help_text="例如：第十二次主任会议决定。"
    )

    def __init__(self, *args: Any, congress: Congress, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in {
            "leader": Official,
            "category": SupervisorCategory,
            "committee": Committee,
        }.items():
            self.fields[name].queryset = _active(model, congress)  # type: ignore[attr-defined]

    def charge(self) -> Charge:
        """Return the charge as services take it."""
        names = ["leader", "category", "committee", "decided_on", "decision"]
        return Charge(**{name: self.cleaned_data[name] for name in names})


class ChangeForm(ChargeForm):
    """The same, with the reason of the change."""

    why = _words("变更原因", max_length=200)

    @staticmethod
    def initial_of(key_case: KeyCase) -> dict[str, Any]:
        """Return what the form starts with."""
        return {
            "leader": key_case.leader_id,
            "category": key_case.category_id,
            "committee": key_case.committee_id,
            "decided_on": key_case.decided_on,
            "decision": key_case.decision,
        }


class LogForm(PageForm):
    """One entry of the log."""

    kind = forms.ChoiceField(label="方式", choices=SupervisionLog.Kind, widget=forms.RadioSelect)
    happened_on = forms.DateField(label="日期")
    place = forms.CharField(label="地点", max_length=100, required=False)
    people = forms.CharField(label="参加人员", max_length=300, required=False)
    text = _words("情况和要求")
    upload = forms.FileField(label="材料", required=False)


class GradeForm(PageForm):
    """Grade and leading official."""

    grade = forms.ModelChoiceField(
        Grade.objects.none(), label="建议分级", required=False, empty_label="未分级"
    )
    led_by = forms.ModelChoiceField(
        Official.objects.none(), label="领办领导", required=False, empty_label="不设"
    )

    def __init__(self, *args: Any, congress: Congress, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grade"].queryset = _active(Grade, congress)  # type: ignore[attr-defined]
        self.fields["led_by"].queryset = _active(Official, congress)  # type: ignore[attr-defined]


class UrgeForm(PageForm):
    """What units are told, and until when they answer."""

    text = _words("催办要求", initial=URGE_TEXT)
    answer_by = forms.DateField(label="要求反馈日期", required=False)


class UrgeUnitsForm(UrgeForm):
    """The same, with the choice of units of one case."""

    units = forms.MultipleChoiceField(label="催办单位", widget=forms.CheckboxSelectMultiple)
    field_order = ["units", "text", "answer_by"]

    def __init__(self, *args: Any, assignments: list[Assignment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(each.pk), str(each)) for each in assignments]
        self.fields["units"].choices = choices  # type: ignore[attr-defined]
        self.fields["units"].initial = [pk for pk, _ in choices]


class AnswerForm(PageForm):
    """How the unit stands."""

    answer = _words("反馈情况", help_text="写明进展、困难和预计完成时间。")


class NoticeForm(PageForm):
    """What a notice says, and until when the unit answers."""

    text = forms.CharField(label="通知内容", widget=forms.Textarea(attrs={"rows": 8}))
    answer_by = forms.DateField(label="要求回应日期")


class DropNoticeForm(PageForm):
    """Why a notice is not released."""

    why = forms.CharField(
        label="不予签发的原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="只有代表工委和归口系统督查机构可以看到。",
    )


class NoticeAnswerForm(PageForm):
    """What the unit does about it."""

    answer = forms.CharField(
        label="回应",
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="写明办理进展、逾期原因、下一步措施和完成时间。",
    )
