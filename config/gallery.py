"""
The gallery of components (/ui/): every one in each of its variants, with content as it will be.

Served in development only (config/urls.py); the browser tests walk through it.
"""

from datetime import datetime, timedelta
from types import SimpleNamespace as Row
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from common.forms import PageForm
from common.htmx import render_page
from config.page import DESK, POCKET, PUBLIC

LONG = (
    "关于进一步完善老旧小区电动自行车集中充电设施布局、规范收费标准并落实消防安全主体责任"
    "以及推动相关地方性法规修订工作的建议"
)


class GalleryForm(PageForm):
    """One field of each kind."""

    title = forms.CharField(
        label="标题", max_length=60, help_text="一事一议，写清楚希望解决的问题。"
    )
    situation = forms.CharField(
        label="情况", widget=forms.Textarea, help_text="发生在哪里、涉及多少人、持续多久。"
    )
    category = forms.ChoiceField(
        label="类别", choices=[("", "请选择"), ("city", "城建环保"), ("edu", "教科文卫")]
    )
    due_on = forms.DateField(label="希望完成日期", required=False)
    result = forms.ChoiceField(
        label="对办理结果的评价",
        choices=[("good", "满意"), ("fair", "基本满意"), ("bad", "不满意")],
        widget=forms.RadioSelect,
    )
    ways = forms.MultipleChoiceField(
        label="沟通方式",
        required=False,
        choices=[("visit", "上门走访"), ("phone", "电话"), ("meeting", "座谈会")],
        widget=forms.CheckboxSelectMultiple,
        help_text="可以选多项。",
    )
    agreed = forms.BooleanField(label="我已征得联名代表本人同意")
    paper = forms.FileField(label="附件", required=False)


class FilterForm(PageForm):
    """What a list is filtered by."""

    q = forms.CharField(label="关键词", required=False)
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), ("late", "逾期"), ("near", "临期")]
    )
    unit = forms.CharField(label="承办单位", required=False)


@login_not_required
@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Show the components in the shell and reading mode that the address asks for."""
    shell = request.GET.get("shell")
    context = {
        "shell": shell if shell in {POCKET, PUBLIC} else DESK,
        "elder": request.GET.get("elder") == "1",
        "demonstration": True,
        "congress_name": "示范市人民代表大会",
        "help_phone": "0571-8700 1234",
        **_who_looks(request),
        **_shown(),
    }
    return render_page(request, "ui/gallery.html", context, status=200)


def _who_looks(request: HttpRequest) -> dict[str, Any]:
    shell = request.GET.get("shell")
    pocket = [
        ("首页", "home", 0),
        ("我的建议", "doc", 0),
        ("待办", "inbox", 3),
        ("我的", "user", 0),
    ]
    desk = [
        ("待办", "", 40),
        ("建议台账", "", None),
        ("交办", "", 12),
        ("办理进度", "", None),
        ("督办", "", 7),
        ("评价", "", 3),
        ("统计", "", None),
        ("公开", "", 0),
        ("设置", "", None),
    ]
    entries = pocket if shell == POCKET else desk if shell != PUBLIC else []
    return {
        "navigation": [
            Row(label=label, icon=icon, url="#main", count=count, current=index == 0)
            for index, (label, icon, count) in enumerate(entries)
        ],
        "actor": None if shell == PUBLIC else Row(pk=1, seat_name="市交通运输局（承办人）"),
        "memberships": [
            Row(pk=1, seat_name="市交通运输局（承办人）"),
            Row(pk=2, seat_name="代表"),
        ],
        "alerts_unread": 5,
        "search_url": "#main" if shell not in {POCKET, PUBLIC} else "",
        "alerts_url": "#main",
        "act_as_url": "#main",
        "elder_url": "#main",
    }


def _shown() -> dict[str, Any]:
    now = timezone.localtime()
    wrong = GalleryForm({"title": "", "situation": "天宁街道六个小区共三百余辆车无处充电。"})
    wrong.add_error(None, "本次会议提出建议的时间已于3月8日截止，可以改作闭会期间建议提出。")
    return {
        "form_fresh": GalleryForm(prefix="fresh"),
        "form_wrong": wrong,
        "form_cards": GalleryForm({"cards-result": "good"}, prefix="cards"),
        "form_filter": FilterForm({"state": "near"}, prefix="filter"),
        "page": Paginator(range(312), 25).page(2),
        "long": LONG,
        **_deadlines(now),
        **_table(),
        **_histories(now),
    }


def _deadlines(now: datetime) -> dict[str, Any]:
    day = now.date()

    def clock(days: int, **ends: Any) -> Row:
        return (
            Row(due_on=day + timedelta(days), met_at=None, ended_at=None)
            if not ends
            else Row(**{"due_on": day + timedelta(days), "met_at": None, "ended_at": None, **ends})
        )

    return {
        "running": clock(12),
        "near": clock(3),
        "due_today": clock(0),
        "late": clock(-2),
        "met": clock(4, met_at=now),
        "met_late": clock(-3, met_at=now),
        "ended": clock(9, ended_at=now),
    }


def _table() -> dict[str, Any]:
    column = Row(numeric=False, url="", sorted="", classname="")
    return {
        "columns": [
            Row(**{**vars(column), "label": "编号", "url": "?sort=number", "sorted": "ascending"}),
            Row(**{**vars(column), "label": "标题"}),
            Row(**{**vars(column), "label": "承办单位"}),
            Row(**{**vars(column), "label": "办理期限", "url": "?sort=due"}),
            Row(**{**vars(column), "label": "联名", "numeric": True}),
            Row(**{**vars(column), "label": "操作"}),
        ],
        "tabs": [
            Row(label="全部", url="#tabs", current=True, count=40),
            Row(label="待签收", url="#tabs", current=False, count=12),
            Row(label="临期", url="#tabs", current=False, count=7),
            Row(label="逾期", url="#tabs", current=False, count=0),
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


def _histories(now: datetime) -> dict[str, Any]:
    files = [
        Row(name="关于第108号建议的答复.pdf", url="#files", kind="PDF", size="312 KB", note=""),
        Row(
            name=f"{LONG}（现场照片与调查问卷汇总）.docx",
            url="#files",
            kind="Word",
            size="4.6 MB",
            note="仅交办督办机关可见",
        ),
    ]
    return {
        "files": files,
        "events": [
            Row(
                at=now,
                text="答复代表",
                by="李敏 · 市交通运输局（承办单位负责人）",
                note="",
                duration="26天",
                attachments=files[:1],
            ),
            Row(
                at=now - timedelta(days=9),
                text="与代表见面沟通",
                by="陈刚 · 市交通运输局（承办人）",
                note="代表提出应先解决夜间照明，我局同意列入本年计划。",
                duration="",
                attachments=[],
            ),
            Row(
                at=now - timedelta(days=26),
                text="签收",
                by="陈刚 · 市交通运输局（承办人）",
                note="",
                duration="1天",
                attachments=[],
            ),
        ],
        "items": [
            Row(
                number=1,
                text="在天宁街道六个无充电设施的小区各建一处集中充电棚。",
                answer="已选址4处，6月底前建成；其余2处因消防通道不足，改为沿街充电柜，9月底前建成。",
                by="市住房和城乡建设局",
                state="已采纳",
            ),
            Row(number=2, text=LONG, answer="", by="", state=""),
        ],
        "facts": [
            ("届次会议", "第十四届第五次会议"),
            ("类别", "城建环保"),
            ("附议代表", "王建国、李秀英等11人"),
            ("公开方式", "全文公开"),
        ],
        "trail": [("建议台账", "#trail"), ("办理中", "#trail")],
        "actions": [
            Row(code="reply", label="拟写答复", url="#actions", is_quiet=False),
            Row(code="talk", label="登记沟通", url="#actions", is_quiet=False),
            Row(code="return", label="申请调整承办单位", url="#actions", is_quiet=False),
            Row(code="print", label="打印", url="#actions", is_quiet=True),
        ],
    }
