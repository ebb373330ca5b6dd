"""Figures laid out for people: each number with its share, its denominator and what it means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Figures = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One number; ``of`` is what it is a share of, ``path`` opens the list behind it."""

    label: str
    count: int
    path: str
    share: str | None = None
    of: int | None = None
    level: int = 0


@dataclass(frozen=True)
class Table:
    """Numbers of one kind, counted in one unit (件, 件次, 项), and how they are counted (口径)."""

    title: str
    unit: str
    note: str
    lines: list[Line]


def tables_of(figures: Figures) -> list[Table]:
    """Lay out the figures of a session in the order in which the reports tell them."""
    return [
        _suggestions(figures["suggestions"]),
        *_grades(figures["grades"]),
        _receipts(figures),
        _answers(figures),
        *_by_result(figures),
        *_verdicts(figures["verdicts"]),
        _key(figures["key"]),
        _commitments(figures["commitments"]),
        _published(figures["published"]),
    ]


def _suggestions(counted: Figures) -> Table:
    total, research = counted["total"], counted["from_research"]
    lines = [
        Line("建议总数", total, "suggestions.total"),
        Line("大会期间提出", counted["in_session"], "suggestions.in_session", level=1),
        Line("闭会期间提出", counted["between_sessions"], "suggestions.between_sessions", level=1),
        Line(
            "专题调研形成",
            research["count"],
            "suggestions.from_research",
            research["share"],
            total,
            level=1,
        ),
    ]
    lines += [
        Line(
            each["name"], each["count"], _at("suggestions.by_category", each), each["share"], total
        )
        for each in counted["by_category"]
    ]
    note = "已编号的建议，不含撤回和并案的；各类占比以建议总数为分母。"
    return Table("建议总数和类别", "件", note, lines)


def _grades(grades: list[Figures]) -> list[Table]:
    lines = []
    for grade in grades:
        lines.append(Line(grade["name"], grade["count"], _at("grades", grade)))
        lines += [
            Line(each["name"], each["count"], f"grades:{grade['name']}/{each['name']}", level=1)
            for each in grade["by_system"]
        ]
    note = "按建议分级；归口系统取独办、主办或者第一个分办单位的系统。"
    return [Table("建议分级", "件", note, lines)] if lines else []


def _receipts(figures: Figures) -> Table:
    counted = figures["receipts"]
    met = counted["met_in_person"]
    lines = [
        Line("承办件次", counted["total"], "receipts.total"),
        Line("独办", counted["sole"], "receipts.sole", level=1),
        Line("主办", counted["lead"], "receipts.lead", level=1),
        Line("分办", counted["split"], "receipts.split", level=1),
        Line("协办", counted["supporting"], "receipts.supporting", level=1),
        Line("见面沟通", met["count"], "receipts.met_in_person", met["share"], met["of"]),
        Line("承办单位（个）", figures["units"], "units"),
    ]
    note = "一个单位承办一件建议为一件次；见面沟通率以独办、主办、分办件次为分母。"
    return Table("承办", "件次", note, lines)


def _answers(figures: Figures) -> Table:
    counted = figures["answers"]
    lines = [
        Line("已办复", counted["answered"], "answers.answered"),
        Line("未办复", counted["open"], "answers.open"),
    ]
    note = "独办、主办、分办单位全部于截止日期前答复的，为已办复。"
    return Table("办复", "件", note, lines)


def _by_result(figures: Figures) -> Iterable[Table]:
    answered = figures["answers"]["answered"]
    for which, title in (("first", "办理结果（首轮）"), ("final", "办理结果（末轮）")):
        lines = [
            Line(
                f"{each['code']} {each['label']}"
                if each["label"] != each["code"]
                else each["code"],
                each["count"],
                f"answers.by_result.{which}:{each['code']}",
                each["share"],
                answered,
            )
            for each in figures["answers"]["by_result"][which]
        ]
        if lines:
            note = f"以已办复的{answered}件为分母；分办的取各单位中最不利的一类。"
            yield Table(title, "件", note, lines)


_COUNTING = {"by_suggestion": ("按件", "件"), "by_receipt": ("按件次", "件次")}
_ROUNDS = {"first": "首轮", "final": "末轮"}
_ABOUT = {"attitude": "办理态度", "result": "办理结果"}
_VERDICT_NOTES = {
    "by_suggestion": "取独办、主办单位所得评价，分办的取最不利的；满意率以收到的评价为分母，"
    "未反馈不计入满意。",
    "by_receipt": "每个单位所得评价分别计算，含协办；满意率以收到的评价为分母，未反馈不计入满意。",
}


def _verdicts(verdicts: Figures) -> Iterable[Table]:
    for counting, (words, unit) in _COUNTING.items():
        for which, round_words in _ROUNDS.items():
            lines = [
                line
                for about, label in _ABOUT.items()
                for line in _verdict(
                    verdicts[counting][which][about], f"verdicts.{counting}.{which}.{about}", label
                )
            ]
            title = f"代表评价（{words}，{round_words}）"
            yield Table(title, unit, _VERDICT_NOTES[counting], lines)


def _verdict(counted: Figures, path: str, label: str) -> Iterable[Line]:
    feedback = counted["feedback"]
    yield Line(f"{label}：收到评价", feedback, f"{path}.feedback")
    for word in ("满意", "基本满意", "不满意"):
        given = counted[word]
        yield Line(word, given["count"], f"{path}.{word}", given["share"], feedback, level=1)
    yield Line("未反馈", counted["no_feedback"], f"{path}.no_feedback", level=1)


def _key(counted: Figures) -> Table:
    lines = [Line("重点督办建议", counted["total"], "key.total")]
    lines += [
        Line(each["name"], each["count"], _at("key.by_supervisor", each), level=1)
        for each in counted["by_supervisor"]
    ]
    return Table("重点督办", "件", "按督办领导类别；领办领导和建议分级另计。", lines)


_COMMITMENTS = {
    "total": ("承诺事项", 0),
    "carried": ("上年结转", 1),
    "new": ("本年新增", 1),
    "fulfilled": ("已销号", 0),
    "overdue": ("到期未销号", 0),
    "not_due": ("未到期", 0),
}


def _commitments(counted: Figures) -> Table:
    lines = [
        Line(label, counted[key], f"commitments.{key}", level=level)
        for key, (label, level) in _COMMITMENTS.items()
    ]
    note = "截止日期前销号的为已销号；未销号的按完成时限是否已过分列，没有时限的列入未到期。"
    return Table("承诺事项", "项", note, lines)


def _published(counted: Figures) -> Table:
    lines = [
        Line("公开建议（件）", counted["suggestions"], "published.suggestions"),
        Line("公开答复（份）", counted["replies"], "published.replies"),
    ]
    return Table("公开", "件、份", "标明公开的，不论公开日期；名单按件列出。", lines)


def _at(path: str, entry: Figures) -> str:
    return f"{path}:{entry['name']}"


def line_of(tables: Iterable[Table], path: str) -> Line | None:
    """Find the number that a path opens."""
    lines = (line for table in tables for line in table.lines)
    return next((line for line in lines if line.path == path), None)
