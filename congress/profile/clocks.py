"""
The clocks of the procedure (期限规则): how long, from which event, by which article.

Amounts are those of the default profile; each names the document and article it is taken from, or
says that it is ours. National law is 《中华人民共和国全国人民代表大会和地方各级人民代表大会代表法》
as amended on 2025-03-11 (below 代表法); 重庆2018 is the city's regulation on suggestions in force
since 2018-01-01, the most complete of the local ones and so our default.
"""

from dataclasses import dataclass

from django.db import models

from common.workdays import Amount, Unit

OUR_DEFAULT = "本系统默认"


class Start(models.TextChoices):
    """The event from whose day a clock counts (起算)."""

    SUBMITTED = "submitted", "提交之日"
    RECEIVED = "received", "收到之日"
    HANDED_OVER = "handed_over", "交办之日"
    REQUESTED = "requested", "提出要求之日"
    DECIDED = "decided", "作出决定之日"
    RECORDED = "recorded", "提交记录之日"
    SENT = "sent", "送代表之日"
    DELIVERED = "delivered", "送达之日"
    EVALUATED = "evaluated", "提交评价之日"


@dataclass(frozen=True)
class Clock:
    """One clock of the local rules (期限规则)."""

    name: str
    label: str
    amount: Amount
    start: Start
    source: str

    def __str__(self) -> str:
        return f"自{self.start.label}起{self.amount}内"


def _workdays(n: int) -> Amount:
    return Amount(n, Unit.WORKDAY)


def _months(n: int) -> Amount:
    return Amount(n, Unit.MONTH)


_DEFAULTS = (
    # 提出、交办
    Clock("review", "审核", _workdays(5), Start.SUBMITTED, OUR_DEFAULT),
    Clock(
        "intersession_assign",
        "闭会建议交办",
        _workdays(10),
        Start.RECEIVED,
        "重庆2018第十三条",
    ),
    Clock("referral", "归口机构转办", _workdays(5), Start.RECEIVED, OUR_DEFAULT),
    Clock(
        "sign",
        "签收",
        Amount(7, Unit.CALENDAR_DAY),
        Start.HANDED_OVER,
        "深圳2007考核标准（7日）",
    ),
    Clock(
        "return_window",
        "申请调整",
        _workdays(10),
        Start.HANDED_OVER,
        "重庆2018第十六条",
    ),
    Clock(
        "return_decision",
        "裁定调整申请",
        _workdays(10),
        Start.REQUESTED,
        "重庆2018第十六条",
    ),
    # Feature 31; the days are ours, long enough for a deputy who reads the notice on paper.
    Clock(
        "objection",
        "代表对交办提出意见",
        _workdays(5),
        Start.HANDED_OVER,
        "上海2015第十四条；日数为本系统默认",
    ),
    # 办理、答复
    Clock("first_contact", "首次沟通", _workdays(20), Start.RECEIVED, "重庆2018第十八条"),
    Clock("talk_undisputed", "沟通记录异议", _workdays(5), Start.RECORDED, OUR_DEFAULT),
    Clock(
        "coopinion",
        "提出协办意见",
        _workdays(30),
        Start.HANDED_OVER,
        "重庆2018第二十条",
    ),
    Clock(
        "coopinion_redo",
        "重提协办意见",
        _workdays(5),
        Start.REQUESTED,
        "重庆2018第二十条",
    ),
    Clock("consult", "对初步答复提出意见", _workdays(10), Start.SENT, OUR_DEFAULT),
    Clock("reply_normal", "答复", _months(3), Start.HANDED_OVER, "代表法第五十一条第二款"),
    Clock(
        "reply_hard",
        "涉及面广、处理难度大的答复",
        _months(6),
        Start.HANDED_OVER,
        "代表法第五十一条第二款",
    ),
    # 评价、重办、落实
    Clock("feedback", "评价", _workdays(20), Start.DELIVERED, "重庆2018第二十七条"),
    Clock("release", "向承办单位反馈评价", _workdays(5), Start.EVALUATED, OUR_DEFAULT),
    Clock(
        "rehandle_decision",
        "研究是否重新办理",
        _workdays(10),
        Start.EVALUATED,
        OUR_DEFAULT,
    ),
    Clock("rehandle", "重新办理", _months(2), Start.DECIDED, "重庆2018第二十七条"),
    Clock("clearance", "核定销号", _workdays(10), Start.REQUESTED, OUR_DEFAULT),
    Clock(
        "commitment_eval",
        "评价承诺事项落实",
        _workdays(20),
        Start.DELIVERED,
        "重庆2018第二十八条",
    ),
)

DEFAULT_CLOCKS: dict[str, Clock] = {clock.name: clock for clock in _DEFAULTS}
