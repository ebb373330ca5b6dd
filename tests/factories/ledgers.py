"""Ledgers taken in for tests."""

from datetime import date
from io import BytesIO

from congress.models import Congress, Session
from ledgers.services.exporting import write_ledger
from ledgers.services.importing import import_ledger
from suggestions.models import Suggestion
from tests.factories import NOW
from tests.factories.ledger_workbook import workbook

SESSION = "示例市一届人大三次会议"


def case_row(number="第0001号", **cells):
    """The row of a case, as a clerk would write it."""
    return {
        "编号": number,
        "届次会议": SESSION,
        "提出类型": "大会",
        "标题": "关于增设充电桩的建议",
        "领衔代表": "王建国",
        "代表团": "第一代表团",
        "交办日期": date(2023, 3, 1),
    } | cells


def receipt_row(number="第0001号", unit="市交通运输局", role="独办", **cells):
    """The row of a receipt."""
    return {
        "编号": number,
        "承办单位": unit,
        "归口系统": "政府",
        "承办角色": role,
        "轮次": 1,
    } | cells


def take_in(file, code="lishi", *, create=True, by=None, at=NOW, **options):
    """Import a workbook file, making what is missing."""
    return import_ledger(file, congress=code, create=create, by=by, at=at, **options)


def take_in_rows(suggestions, receipts=(), promises=(), **options):
    """Import rows written out."""
    return take_in(workbook(suggestions, receipts, promises), **options)


def exported(session):
    """The workbook file of a whole session."""
    to = BytesIO()
    write_ledger(Suggestion.objects.numbered().filter(session=session), to)
    to.seek(0)
    return to


def session_of(code, name=SESSION):
    return Session.objects.get(congress=Congress.objects.get(code=code), name=name)
