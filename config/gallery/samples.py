"""Realistic content for the gallery: titles, deadlines, histories, figures."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace as Row
from typing import Any

from common.workdays import Amount, Calendar, Unit, add
from suggestions.models import Deadline

LONG = (
    "关于进一步完善老旧小区电动自行车集中充电设施布局、规范收费标准并落实消防安全主体责任"
    "以及推动相关地方性法规修订工作的建议"
)
NAVIGATION = {
    "pocket": [
        ("首页", "home", 0),
        ("我的建议", "doc", 0),
        ("待办", "inbox", 3),
        ("我的", "user", 0),
    ],
    "desk": [
        ("待办", "", 40),
        ("建议台账", "", None),
        ("交办", "", 12),
        ("办理进度", "", None),
        ("督办", "", 7),
        ("评价", "", 3),
        ("统计", "", None),
        ("公开", "", 0),
        ("设置", "", None),
    ],
    "leader": [
        ("待办", "inbox", 3),
        ("建议列表", "doc", None),
        ("督办", "clock", None),
        ("看板", "chart", None),
        ("统计台账", "table", None),
        ("我的", "user", None),
    ],
    "public": [],
}
TABS = [
    {"label": "全部", "url": "#tabs", "current": True, "count": 40},
    {"label": "待签收", "url": "#tabs", "current": False, "count": 12},
    {"label": "临期", "url": "#tabs", "current": False, "count": 7},
    {"label": "逾期", "url": "#tabs", "current": False, "count": 0},
]
FILES = [
    {"name": "关于第108号建议的答复.pdf", "url": "#files", "kind": "PDF", "size": "312 KB"},
    {
        "name": f"{LONG}（现场照片与调查问卷汇总）.docx",
        "url": "#files",
        "kind": "Word",
        "size": "4.6 MB",
        "note": "仅交办督办机关可见",
    },
]
ITEMS = [
    {
        "number": 1,
        "text": "在天宁街道六个无充电设施的小区各建一处集中充电棚。",
        "answer": "已选址4处，6月底前建成；其余2处因消防通道不足，改为沿街充电柜，9月底前建成。",
        "by": "市住房和城乡建设局",
        "state": "已采纳",
    },
    {"number": 2, "text": LONG, "answer": "", "by": "", "state": ""},
]
ACTIONS = [
    Row(code="reply", label="拟写答复", url="#actions", is_quiet=False),
    Row(code="talk", label="登记沟通", url="#actions", is_quiet=False),
    Row(code="return", label="申请调整承办单位", url="#actions", is_quiet=False),
    Row(code="print", label="打印", url="#actions", is_quiet=True),
]
CONSTANT: dict[str, Any] = {
    "long": LONG,
    "tabs": TABS,
    "files": FILES,
    "items": ITEMS,
    "actions": ACTIONS,
    "trail": [("建议台账", "#trail"), ("办理中", "#trail")],
    "facts": [
        ("届次会议", "第十四届第五次会议"),
        ("类别", "城建环保"),
        ("附议代表", "王建国、李秀英等11人"),
        ("公开方式", "全文公开"),
    ],
    "chart_rows": [
        ["市住房和城乡建设局", 42, 38],
        ["市教育局", 36, 36],
        ["市交通运输局", 31, 27],
        ["市公安局", 24, 24],
        ["市卫生健康委员会", 19, 15],
    ],
    "month_rows": [["3月", 316, 0], ["4月", 12, 41], ["5月", 9, 118], ["6月", 4, 204]],
    "verdict_rows": [["满意", 231], ["基本满意", 58], ["不满意", 9], ["未反馈", 6]],
}


def clocks(now: datetime) -> dict[str, Row]:
    """Return a deadline in each of its states."""

    def clock(days: int, *, met_at: Any = None, ended_at: Any = None) -> Row:
        return Row(due_on=now.date() + timedelta(days), met_at=met_at, ended_at=ended_at)

    return {
        "running": clock(12),
        "near": clock(3),
        "due_today": clock(0),
        "late": clock(-2),
        "met": clock(4, met_at=now),
        "met_late": clock(-3, met_at=now),
        "ended": clock(9, ended_at=now),
    }


def explained_clock() -> Deadline:
    """Return a clock that was extended, with the reckoning of its first date."""
    due = add(date(2026, 3, 9), Amount(20, Unit.WORKDAY), Calendar({}))
    return Deadline(
        starts_on=date(2026, 3, 9),
        due_on=date(2026, 4, 20),
        extended_from=due.due_on,
        extended_why="涉及管线迁改，需要会商有关部门和街道。",
        explanation={
            "source": "重庆2018第十六条",
            "period": "自收到之日起20个工作日内",
            **due.explanation,
        },
    )


def events(now: datetime) -> list[dict[str, Any]]:
    """Return a short history, newest first."""
    clerk = "陈刚 · 市交通运输局（承办人）"
    return [
        {
            "at": now,
            "text": "答复代表",
            "by": "李敏 · 市交通运输局（承办单位负责人）",
            "duration": "26天",
            "attachments": FILES[:1],
        },
        {
            "at": now - timedelta(days=9),
            "text": "与代表见面沟通",
            "by": clerk,
            "note": "代表提出应先解决夜间照明，我局同意列入本年计划。",
        },
        {"at": now - timedelta(days=26), "text": "签收", "by": clerk, "duration": "1天"},
    ]
