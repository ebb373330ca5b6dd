"""Forms of the administrators: users, seats, the calendar, the local rules."""

import json
import re
from datetime import date
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import QuerySet

from accounts.models import SEAT_OF_ROLE, Role
from common.forms import PageForm
from congress.models import Congress
from congress.services import DayEntry

_MAIL = "没有手机号码的，通过邮箱接收提醒。"
_MEANINGS = {"休": False, "放假": False, "班": True, "上班": True}


class UserForm(PageForm):
    username = forms.CharField(
        label="用户名",
        max_length=60,
        help_text="用于登录，建议用姓名拼音或者单位简称加序号；建立后不能更改。",
        validators=[
            RegexValidator(
                r"^[A-Za-z0-9][A-Za-z0-9._-]+$", "只能用字母、数字、点和横线，至少两位。"
            )
        ],
    )
    name = forms.CharField(label="姓名", max_length=60)
    phone = forms.CharField(label="手机号码", max_length=40, required=False)
    email = forms.EmailField(label="电子邮箱", required=False, help_text=_MAIL)


class UserCorrectionForm(PageForm):
    name = forms.CharField(label="姓名", max_length=60)
    phone = forms.CharField(label="手机号码", max_length=40, required=False)
    email = forms.EmailField(label="电子邮箱", required=False, help_text=_MAIL)


class BulkForm(PageForm):
    """Whom accounts are opened for, and how they are called."""

    congress = forms.ModelChoiceField(Congress.objects.none(), label="人大", empty_label=None)
    role = forms.ChoiceField(
        label="为谁开户",
        choices=[
            (Role.DEPUTY, "在任代表（每人一个账号）"),
            (Role.CLERK, "承办单位承办人（每个单位一个账号）"),
            (Role.UNIT_HEAD, "承办单位负责人（每个单位一个账号）"),
        ],
    )
    prefix = forms.CharField(
        label="用户名前缀",
        max_length=20,
        help_text="如填写“daibiao”，用户名依次为 daibiao001、daibiao002……",
        validators=[
            RegexValidator(r"^[A-Za-z][A-Za-z0-9-]*$", "以字母开头，只用字母、数字和横线。")
        ],
    )

    def __init__(self, *args: Any, congresses: QuerySet[Congress], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["congress"].queryset = congresses


class SeatChoiceForm(PageForm):
    """The first of two steps: where, and as what."""

    congress = forms.ModelChoiceField(Congress.objects.none(), label="人大")
    role = forms.ChoiceField(label="身份", choices=Role)

    def __init__(self, *args: Any, congresses: QuerySet[Congress], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["congress"].queryset = congresses
        self.fields["congress"].empty_label = None


class SeatForm(PageForm):
    """The second step: for which body or person, and from when to when."""

    def __init__(self, *args: Any, congress: Congress, role: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seat = SEAT_OF_ROLE[role]
        if seat is not None:
            self.fields["seat"].queryset = _seats(seat, congress)
        else:
            del self.fields["seat"]

    seat = forms.ModelChoiceField(Congress.objects.none(), label="所在机构或人员")
    valid_from = forms.DateField(label="起始日期")
    valid_until = forms.DateField(
        label="截止日期", required=False, help_text="不填写的，长期有效；到期当日仍然有效。"
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("valid_from"), cleaned.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", "截止日期不能早于起始日期。")
        return cleaned


class LastDayForm(PageForm):
    last_day = forms.DateField(label="最后一日", help_text="当日仍然有效，次日起失效。")


class ReasonForm(PageForm):
    why = forms.CharField(label="原因", max_length=200)


class CalendarDayForm(PageForm):
    on = forms.DateField(label="日期")
    kind = forms.ChoiceField(
        label="这一天",
        choices=[("work", "上班"), ("holiday", "法定节假日放假"), ("rest", "其他休息日")],
    )
    name = forms.CharField(label="说明", max_length=40, required=False, help_text="如“春节”。")
    source = forms.CharField(label="依据", max_length=100, help_text="通知的名称和文号。")


class CalendarImportForm(PageForm):
    source = forms.CharField(label="依据", max_length=100, help_text="通知的名称和文号。")
    year = forms.IntegerField(
        label="全年安排的年份",
        required=False,
        min_value=2004,
        max_value=2100,
        help_text="通知安排的是全年时填写：这一年没有列出的日子按周末计算，不再是“暂定”。"
        "只更正个别日子时留空。",
    )
    days = forms.CharField(
        label="放假和调休上班的日期",
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="每行一天：日期、“放假”或者“上班”、说明。例如：2027-02-08 放假 春节",
    )

    def clean_days(self) -> list[DayEntry]:
        lines = enumerate(self.cleaned_data["days"].splitlines(), start=1)
        return [_day_entry(number, line) for number, line in lines if line.strip()]


class RulesForm(PageForm):
    valid_from = forms.DateField(
        label="生效日期", help_text="已经开始的期限仍按原来的规则，不受影响。"
    )
    values = forms.CharField(
        label="与默认规则不同之处",
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        help_text='JSON 格式，只写不同的项，例如：{"clocks": {"sign": {"n": 5}}}。名称见上表。',
    )
    note = forms.CharField(label="说明", max_length=200, help_text="依据的文件，或者修改的原因。")

    def clean_values(self) -> dict[str, Any]:
        try:
            values = json.loads(self.cleaned_data["values"])
        except json.JSONDecodeError as error:
            raise forms.ValidationError(
                f"第{error.lineno}行第{error.colno}个字符附近不是正确的 JSON，"
                "请检查引号、逗号和括号。"
            ) from None
        if not isinstance(values, dict):
            raise forms.ValidationError("应为“名称: 值”的对象，用花括号括起来。")
        return values


def _seats(seat: str, congress: Congress) -> QuerySet[Any]:
    model = Congress._meta.apps.get_model("congress", seat)
    rows = model.objects.filter(congress=congress)
    return rows.filter(is_active=True) if hasattr(model, "is_active") else rows


def _day_entry(number: int, line: str) -> DayEntry:
    parts = re.split(r"[\s,，]+", line.strip(), maxsplit=2)
    try:
        on, works = date.fromisoformat(parts[0]), _MEANINGS[parts[1]]
    except (ValueError, IndexError, KeyError):
        raise forms.ValidationError(
            f"第{number}行“{line.strip()}”应为：日期 放假（或上班） 说明。"
        ) from None
    name = parts[2] if len(parts) > 2 else ""
    return DayEntry(on, is_workday=works, is_statutory_holiday=not works, name=name)
