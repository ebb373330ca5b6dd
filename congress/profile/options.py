"""
The settings of the procedure that are no clocks (规则选项), with their defaults and sources.

One field per row of the table of differences between places. A field's metadata holds its Chinese
label and the source of its default.
"""

# ruff: noqa: RUF009 - option() only wraps dataclasses.field()

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from django.db import models

from congress.profile.clocks import OUR_DEFAULT


class MonthDay(NamedTuple):
    """A day of every year, e.g. 8-31."""

    month: int
    day: int

    def in_year(self, year: int) -> date:
        """Find the day in one year."""
        return date(year, self.month, self.day)

    def __str__(self) -> str:
        return f"{self.month:02d}-{self.day:02d}"


class ExtensionApprover(models.TextChoices):
    NOBODY = "nobody", "不需批准，向代表说明"
    SYSTEM_OFFICE = "system_office", "归口督查机构"
    WORKING_COMMITTEE = "working_committee", "代表工委"
    BOTH = "both", "归口督查机构提出意见，代表工委批准"


class LateReturn(models.TextChoices):
    REFUSE = "refuse", "逾期不再调整"
    OVERRIDE = "override", "逾期不予受理，代表工委说明理由可受理"


class WaitForOpinions(models.TextChoices):
    WARN = "warn", "提醒，说明理由后可以提交"
    BLOCK = "block", "协办意见到齐后方可提交"


class SignLevel(models.TextChoices):
    PRINCIPAL = "principal", "主要负责人"
    HEAD = "head", "负责人"
    IN_CHARGE = "in_charge", "分管负责人"


class Recipients(models.TextChoices):
    EACH = "each", "逐一答复每位代表"
    LEAD = "lead", "答复领衔代表"


class Copies(models.TextChoices):
    WORKING_COMMITTEE = "working_committee", "代表工委"
    GOVERNMENT_OFFICE = "government_office", "政府办公厅（室）（政府系统单位）"
    ELECTING_BODY = "electing_body", "代表原选举单位"


class Silence(models.TextChoices):
    EXCLUDED = "excluded", "列为未反馈，不计入满意率"
    COUNTED = "counted", "列为未反馈，计入分母"


class Dimensions(models.TextChoices):
    ATTITUDE_AND_RESULT = "attitude_and_result", "办理态度、办理结果分别评价"
    RESULT = "result", "只评价办理结果"


class ReasonGrade(models.TextChoices):
    FAIRLY = "fairly", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"


class RehandleDecider(models.TextChoices):
    AUTOMATIC = "automatic", "不满意即重新办理"
    WORKING_COMMITTEE = "working_committee", "代表工委研究决定"


class SecondDissatisfaction(models.TextChoices):
    MEETING = "meeting", "代表工委召开协调会"
    EXPERTS = "experts", "组织专家评估"
    FACE_TO_FACE = "face_to_face", "当面协商"


class Disclosure(models.TextChoices):
    FULL = "full", "全文公开"
    TITLE_ONLY = "title_only", "仅标题"
    NONE = "none", "不公开"


class WithdrawUntil(models.TextChoices):
    HAND_OVER = "hand_over", "交办前"
    REPLY = "reply", "答复前"


def option(label: str, default: Any, source: str = OUR_DEFAULT) -> Any:
    return field(default=default, metadata={"label": label, "source": source})


@dataclass(frozen=True, kw_only=True)
class Options:
    """Everything a congress decides for itself besides its clocks; see ``Rules``."""

    # 提出
    between_sessions_first_review: bool = option(
        "闭会期间建议先经联系组初审", True, "重庆2018第十条"
    )
    withdraw_until: WithdrawUntil = option(
        "可以撤回至",
        WithdrawUntil.REPLY,
        "重庆2018第十二条（北京2014第十三条为交办前）",
    )
    withdraw_needs_all_cosigners: bool = option(
        "联名建议撤回须全体联名代表同意", True, "上海2015第十条"
    )
    publish_default: Disclosure = option("默认公开方式", Disclosure.FULL, "重庆2018第三十六条")
    number_in_session: str = option("大会建议编号", "第{n:04d}号")
    number_between_sessions: str = option("闭会建议编号", "闭第{n:04d}号")
    quota_per_term: int = option("每位代表每届至少提出件数（仅统计）", 1, "赤壁做法")
    # 交办
    return_late_policy: LateReturn = option(
        "逾期申请调整",
        LateReturn.OVERRIDE,
        "玉林市政府2019（逾期不予调整）；工委可受理为本系统默认",
    )
    batch_deadline: MonthDay | None = option("统一答复截止日（与法定期限取早）", None)
    # 办理、答复
    min_meeting_share: Fraction = option("见面沟通比例下限", Fraction(1, 3), "重庆2024年办理要求")
    main_waits_for_co: WaitForOpinions = option("主办等待协办意见", WaitForOpinions.WARN)
    extension_approver: ExtensionApprover = option(
        "延期批准",
        ExtensionApprover.WORKING_COMMITTEE,
        "上海2015第十九条、青岛2021第二十五条",
    )
    extension_cap: int = option(
        "延期后自交办之日起最长月数", 6, "代表法第五十一条第二款（法定上限）"
    )
    sign_level: SignLevel = option("答复签发", SignLevel.PRINCIPAL, "重庆2018第二十三条")
    pre_reply_consult: bool = option("答复前征求代表意见", True, "重庆2024年做法")
    reply_recipients: Recipients = option("联名建议的答复", Recipients.EACH, "重庆2018第二十三条")
    copies: tuple[Copies, ...] = option(
        "答复抄送",
        (Copies.WORKING_COMMITTEE, Copies.GOVERNMENT_OFFICE),
        "重庆2018第二十五条",
    )
    # 评价、重办
    feedback_reminders: tuple[int, ...] = option("第几个工作日提醒评价", (10, 18))
    silence_policy: Silence = option("未反馈的统计", Silence.EXCLUDED, "重庆2018第二十九条")
    eval_dimensions: Dimensions = option(
        "评价内容",
        Dimensions.ATTITUDE_AND_RESULT,
        "上海2015第二十一条、山东2017第二十三条",
    )
    reason_required_when: tuple[ReasonGrade, ...] = option(
        "须说明理由的评价", (ReasonGrade.DISSATISFIED,), "上海2015第二十一条"
    )
    coorganiser_evaluated: bool = option("评价协办单位", True, "重庆2018第二十六条")
    self_correction_hours: int = option("代表自行更正评价的小时数", 24)
    rehandle_decider: RehandleDecider = option(
        "重新办理的决定", RehandleDecider.WORKING_COMMITTEE, "重庆2018第二十七条"
    )
    rehandle_rounds: int = option("重新办理次数上限", 1, "重庆2018第二十七条")
    second_dissatisfaction: SecondDissatisfaction = option(
        "再次不满意", SecondDissatisfaction.MEETING, "重庆2018第二十七条"
    )
    # 督办、报告
    reminder_rungs: tuple[int, ...] = option("到期前几日提醒", (15, 7, 3, 1, 0))
    head_reminded_from: int = option("到期前几日起同时提醒单位负责人", 3)
    notice_after: int = option("逾期几日拟督办通知单", 7)
    notice_answer_workdays: int = option("督办通知单要求几个工作日内回应", 5)
    commitments_report: bool = option("每年报送承诺事项落实情况", True, "重庆2018第二十四条")
    commitments_report_from: MonthDay = option(
        "承诺事项报送起始", MonthDay(10, 1), "重庆2018第二十四条"
    )
    commitments_report_until: MonthDay = option(
        "承诺事项报送截止", MonthDay(12, 31), "重庆2018第二十四条"
    )
    annual_report_month: int = option("向常委会报告月份", 11, "重庆2018第三十四条")
    unit_summary_due: MonthDay = option(
        "承办单位总结报送截止", MonthDay(8, 31), "河南2017第二十八条"
    )
