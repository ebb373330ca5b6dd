"""The stage line of a case, its five steps done, now or to come; and why its clocks end when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, cast

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from common.explanations import Explanation, sentences
from common.templatetags.ui import cn_date, marked
from suggestions.models import Deadline, Suggestion
from suggestions.stages import ENDED, STEP_OF_STAGE, Stage, Step

register = template.Library()

WORDS = {"done": "已完成", "now": "进行中", "todo": "未开始"}


@dataclass(frozen=True)
class ShownStep:
    """One of the five steps with its state (done, now, todo) and the word below its name."""

    name: str
    state: str
    word: str


@register.simple_tag
def stage_steps(case: Suggestion | None = None, stage: str = "") -> list[ShownStep]:
    """List the five steps for a case, or for a stage by its code."""
    now = Stage(stage or (case.stage if case else Stage.DRAFT))
    steps = list(Step)
    at = steps.index(STEP_OF_STAGE[now])
    shown = []
    for index, step in enumerate(steps):
        state = _state(now, index - at, step)
        word = now.label if state == "now" or (now in ENDED and index == at) else WORDS[state]
        shown.append(ShownStep(step.label, state, word))
    return shown


def _state(now: Stage, distance: int, step: Step) -> str:
    if now == Stage.CLOSED or distance < 0:
        return "done"
    if distance == 0:
        return "now"
    # What is tracked after the reply has its verdict already.
    return "done" if now == Stage.TRACKING and step == Step.EVALUATION else "todo"


@register.filter
def clock_name(kind: str) -> str:
    """Write the code of a deadline's kind as its name (答复, 签收…)."""
    return Deadline.Kind(kind).label if kind else ""


@register.filter
def handlers(units: Iterable[tuple[str, str]], words: Iterable[str]) -> SafeString:
    """Write the units that have a case, each on a line with its role: 市交通局（主办）."""
    lines = "<br>".join(
        f'{marked(unit, words)}<span class="meta">（{escape(role)}）</span>' for unit, role in units
    )
    # Every part above is escaped.
    return mark_safe(lines or "—")  # noqa: S308


class Reason(NamedTuple):
    """One line of why a clock ends on its day."""

    label: str
    text: str


@register.filter
def explained(deadline: Deadline | None) -> list[Reason]:
    """
    Tell why a clock ends on its day: article, start, days counted and skipped, who extended it.

    Fetch the row through ``with_reasons``; nothing is asked of the database here.
    """
    if deadline is None:
        return []
    return [*_by_rule(deadline), *_by_people(deadline)]


@register.simple_tag
def reasons(deadline: Deadline | None, classname: str = "") -> SafeString:
    """Print why a clock ends on its day, line by line (``c-reasons``); nothing without one."""
    told = explained(deadline)
    if not told:
        return mark_safe("")
    lines = "".join(
        f"<dt>{escape(label)}</dt><dd>{escape(text)}</dd>" if label else f"<dd>{escape(text)}</dd>"
        for label, text in told
    )
    # Every part above is escaped.
    return mark_safe(f'<dl class="why-list {escape(classname)}">{lines}</dl>')  # noqa: S308


def _by_rule(deadline: Deadline) -> Iterator[Reason]:
    told = deadline.explanation
    source, period = told.get("source", ""), told.get("period", "")
    if deadline.source == Deadline.Source.IMPORTED:
        yield Reason("依据", "由台账导入，未按规则计算。")
    elif source or period:
        version = f"（本地规则第{told['version']}版）" if told.get("version") else ""
        yield Reason("依据", "：".join(filter(None, [source, period])) + version)
    if not told.get("counted_from"):
        yield Reason("起算", cn_date(deadline.starts_on))
        return
    for place, sentence in enumerate(sentences(cast(Explanation, told))):
        yield Reason("计算" if place == 0 else "", sentence)
    if told["unit"] == "workday":
        skipped = sum(run["days"] for run in told["skipped"])
        yield Reason("合计", f"计入{told['amount']}个工作日，跳过{skipped}天休息日。")
    yield Reason("算法", told["rule"])


def _by_people(deadline: Deadline) -> Iterator[Reason]:
    first = deadline.extended_from or deadline.due_on
    if deadline.source == Deadline.Source.BATCH:
        by_rule = deadline.explanation.get("due_on")
        instead = f"，早于按规则计算的{cn_date(date.fromisoformat(by_rule))}" if by_rule else ""
        yield Reason("批次", f"交办批次统一要求{cn_date(first)}前完成{instead}。")
    if deadline.source == Deadline.Source.SET_BY_HAND:
        yield Reason("指定", f"期限由有关方面指定为{cn_date(first)}。")
    if deadline.extended_from:
        by = f"，由{deadline.extended_by.seat}决定" if deadline.extended_by else ""
        yield Reason(
            "延期",
            f"原期限{cn_date(deadline.extended_from)}，延至{cn_date(deadline.due_on)}{by}："
            f"{deadline.extended_why}",
        )
    if deadline.ended_why:
        yield Reason("终止", deadline.ended_why)
