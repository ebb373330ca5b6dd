"""
The ledger workbook (建议台账) as data: its sheets, and the headings of each in their fixed order.

Import, export and the empty template all read these tables, so that they cannot drift apart.
"""

from __future__ import annotations

from dataclasses import dataclass

from common.spreadsheets.writing import Kind

SUGGESTIONS = "建议台账"
RECEIPTS = "承办明细"
PROMISES = "承诺事项"
SUMMARY = "汇总"

VERDICT_WORDS = ("满意", "基本满意", "不满意")
FILING_WORDS = ("大会", "闭会")
DISCLOSURE_WORDS = ("全文公开", "仅标题", "不公开")
HANDLING_WORDS = ("独办", "主办+协办", "分办")
ROLE_WORDS = ("独办", "主办", "协办", "分办")

#: What a small whole number of the database can hold.
LARGEST = 32_767


@dataclass(frozen=True)
class Heading:
    """One column: what its cells hold, whether they may be empty, which words they may hold."""

    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    words: tuple[str, ...] = ()
    longest: int | None = None
    width: float = 12


def _text(name: str, longest: int, width: float = 12, *, required: bool = False) -> Heading:
    return Heading(name, longest=longest, width=width, required=required)


def _date(name: str) -> Heading:
    return Heading(name, Kind.DATE)


def _number(name: str) -> Heading:
    return Heading(name, Kind.INTEGER, width=9)


def _yes_no(name: str) -> Heading:
    return Heading(name, Kind.YES_NO, width=9)


def _words(name: str, words: tuple[str, ...], *, required: bool = False) -> Heading:
    return Heading(name, words=words, required=required)


SHEETS: dict[str, tuple[Heading, ...]] = {
    SUGGESTIONS: (
        _text("编号", 40, required=True),
        _text("届次会议", 100, 22, required=True),
        _words("提出类型", FILING_WORDS, required=True),
        _text("标题", 120, 44),
        _text("类别", 100, 16),
        _text("领衔代表", 60),
        _text("代表团", 60, 14),
        _number("联名人数"),
        _text("形成方式", 100, 14),
        _text("历年编号", 400, 18),
        _words("公开方式", DISCLOSURE_WORDS),
        _words("办理方式", HANDLING_WORDS),
        _date("提出日期"),
        _date("交办日期"),
        _date("应办复日期"),
        _text("建议分级", 100),
        _text("领办领导", 60),
        _yes_no("重点督办"),
        _text("督办领导类别", 100, 18),
        _text("督办领导", 60),
        _text("跟踪专委会", 100, 18),
        _yes_no("建议公开"),
        _number("公开答复数"),
        _date("办结日期"),
        Heading("备注", width=24),
    ),
    RECEIPTS: (
        _text("编号", 40, required=True),
        _text("承办单位", 100, 24, required=True),
        _text("归口系统", 40),
        _words("承办角色", ROLE_WORDS, required=True),
        _number("轮次"),
        _date("签收日期"),
        _number("退办次数"),
        _date("首次沟通日期"),
        _yes_no("见面沟通"),
        _date("协办意见日期"),
        _date("答复日期"),
        _text("答复文号", 60, 20),
        _text("签发人", 60),
        _text("结果类别", 40, 9),
        _words("态度评价", VERDICT_WORDS),
        _words("结果评价", VERDICT_WORDS),
        _date("反馈日期"),
        Heading("不满意原因", width=24),
    ),
    PROMISES: (
        _text("编号", 40, required=True),
        _text("承办单位", 100, 24, required=True),
        Heading("承诺内容", width=44),
        _text("责任人", 60),
        _date("承诺日期"),
        _date("完成时限"),
        _date("完成日期"),
        _date("销号日期"),
        _number("结转年度"),
        _words("落实评价", VERDICT_WORDS),
        Heading("备注", width=24),
    ),
}


def names_of(sheet: str) -> list[str]:
    """List the headings of a sheet in their fixed order."""
    return [heading.name for heading in SHEETS[sheet]]
