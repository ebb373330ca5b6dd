"""Two sessions gone by, taken in as ledgers the way a congress brings its own past."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from openpyxl import Workbook

from demonstration import roster
from demonstration.cast import Cast
from demonstration.days import OPENED
from ledgers.services.importing import import_ledger
from ledgers.workbook import PROMISES, RECEIPTS, SHEETS, SUGGESTIONS

#: session, days before the day of the demonstration on which it opened, suggestions
PAST = [("市十六届人大一次会议", OPENED + 730, 46), ("市十六届人大二次会议", OPENED + 365, 52)]
#: subject, category, unit, supporting unit
_SUBJECTS = [
    ("加快老旧小区加装电梯", "城乡建设与管理", "市住房和城乡建设局", "市财政局"),
    ("增加城区停车泊位", "城乡建设与管理", "市自然资源和规划局", "市城市管理局"),
    ("改善农村饮水安全", "农林水利", "市水务局", "市卫生健康委员会"),
    ("加强学校周边交通管理", "交通邮电", "市公安局", "市教育局"),
    ("建设社区养老服务站", "民政社保", "市民政局", "市财政局"),
    ("治理城区内涝", "城乡建设与管理", "市水务局", "市住房和城乡建设局"),
    ("完善公共充电设施", "城乡建设与管理", "市住房和城乡建设局", "市发展和改革委员会"),
    ("增加公立幼儿园学位", "教科文卫体", "市教育局", "市自然资源和规划局"),
    ("提升村卫生室服务能力", "教科文卫体", "市卫生健康委员会", "市人力资源和社会保障局"),
    ("整治河道污染", "环境资源", "市生态环境局", "市水务局"),
    ("规范早市夜市管理", "城乡建设与管理", "市城市管理局", "市市场监督管理局"),
    ("推进城乡公交一体化", "交通邮电", "市交通运输局", "市财政局"),
    ("加强电动自行车消防安全", "政法（监察司法）", "市应急管理局", "市公安局"),
    ("保护历史文化街区", "教科文卫体", "市文化广电和旅游局", "市自然资源和规划局"),
    ("支持民营企业发展", "工业经济", "市发展和改革委员会", "市工业和信息化局"),
    ("完善农田水利设施", "农林水利", "市农业农村局", "市水务局"),
]
_SYSTEMS = {name: system for name, system, _ in roster.UNITS}
_HEADS = dict(zip(_SYSTEMS, roster.HEADS, strict=True))


def import_history(cast: Cast) -> None:
    """Import the ledgers of the two sessions before the current one."""
    for name, opened, total in PAST:
        file = io.BytesIO()
        _ledger(cast, name, opened, total).save(file)
        file.seek(0)
        import_ledger(
            file,
            congress=cast.congress.code,
            create=True,
            by=cast.staff(),
            at=cast.days.at(100),
        )


def _ledger(cast: Cast, session: str, opened: int, total: int) -> Workbook:
    book = Workbook()
    book.remove(book.active)
    for sheet, headings in SHEETS.items():
        book.create_sheet(sheet).append([heading.name for heading in headings])
    for number in range(1, total + 1):
        _add(book, _Past(cast, session, opened, number))
    return book


class _Past:
    """One suggestion of a session gone by, all of it following from its number."""

    def __init__(self, cast: Cast, session: str, opened: int, n: int) -> None:
        self.n, self.session = n, session
        self.number = f"第{n:04d}号"
        self.assigned = cast.days.ago(opened - 8)
        self.replied = self.assigned + timedelta(days=30 + n % 50)
        self.code = "AAABAACAAD"[n % 10]
        self.subject, self.category, self.unit, self.supporter = _SUBJECTS[n % len(_SUBJECTS)]
        self.has_support = n % 3 == 0
        self.kept_on = self.assigned + timedelta(days=200) if n % 20 == 3 else None

    def suggestion(self) -> dict[str, Any]:
        n, is_key = self.n, self.n % 12 == 0
        is_open = self.code == "B" and not self.kept_on
        return {
            "编号": self.number,
            "届次会议": self.session,
            "提出类型": "大会",
            "标题": f"关于{self.subject}的建议",
            "类别": self.category,
            "领衔代表": roster.DEPUTIES[n % 12],
            "代表团": roster.DELEGATIONS[(n % 12) % 5],
            "联名人数": n % 4,
            "形成方式": "专题调研" if n % 5 < 3 else "走访等其他形式",
            "公开方式": "全文公开",
            "办理方式": "主办+协办" if self.has_support else "独办",
            "提出日期": self.assigned - timedelta(days=8),
            "交办日期": self.assigned,
            "应办复日期": self.assigned + timedelta(days=90),
            "重点督办": "是" if is_key else "否",
            "督办领导类别": "市政府领导" if is_key else None,
            "督办领导": "陈志宏" if is_key else None,
            "建议公开": "是" if n % 4 else "否",
            "公开答复数": 1 if n % 4 else 0,
            "办结日期": None if is_open else self.replied + timedelta(days=30),
        }

    def receipts(self) -> Iterator[dict[str, Any]]:
        yield self._receipt(self.unit, "主办" if self.has_support else "独办") | {
            "首次沟通日期": self.assigned + timedelta(days=9),
            "见面沟通": "是" if self.n % 2 else "否",
            "答复日期": self.replied,
            "答复文号": f"函〔{self.replied.year}〕{self.n}号",
            "签发人": _HEADS[self.unit],
            "结果类别": self.code,
            "态度评价": "满意",
            "结果评价": "满意" if self.n % 9 else "基本满意",
            "反馈日期": self.replied + timedelta(days=9),
        }
        if self.has_support:
            yield self._receipt(self.supporter, "协办") | {
                "协办意见日期": self.assigned + timedelta(days=21),
            }

    def _receipt(self, unit: str, role: str) -> dict[str, Any]:
        return {
            "编号": self.number,
            "承办单位": unit,
            "归口系统": _SYSTEMS[unit],
            "承办角色": role,
            "轮次": 1,
            "签收日期": self.assigned + timedelta(days=2),
            "退办次数": 0,
        }

    def promises(self) -> Iterator[dict[str, Any]]:
        if self.code == "B":
            yield {
                "编号": self.number,
                "承办单位": self.unit,
                "承诺内容": f"{self.subject}首批任务建成投入使用",
                "责任人": _HEADS[self.unit],
                "承诺日期": self.replied,
                "完成时限": self.assigned + timedelta(days=210 + self.n * 9),
                "完成日期": self.kept_on,
                "销号日期": self.kept_on,
            }


def _add(book: Workbook, past: _Past) -> None:
    _row(book, SUGGESTIONS, past.suggestion())
    for receipt in past.receipts():
        _row(book, RECEIPTS, receipt)
    for promise in past.promises():
        _row(book, PROMISES, promise)


def _row(book: Workbook, sheet: str, values: dict[str, Any]) -> None:
    book[sheet].append([values.get(heading.name) for heading in SHEETS[sheet]])
