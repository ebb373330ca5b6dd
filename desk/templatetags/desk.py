"""The rows of the inbox."""

from __future__ import annotations

from datetime import date

from django import template
from django.template import Context
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from common.templatetags.ui import cn_date, iso, lamp
from desk.selectors.inbox import Task
from suggestions.models import Deadline
from suggestions.templatetags.cases import reasons

register = template.Library()


@register.simple_tag(takes_context=True)
def task_card(
    context: Context, task: Task, kind: str = "secondary", *, asker: bool = False
) -> SafeString:
    """
    Print a task as ``c-task-card`` does, with ``asker`` also who proposed the case.

    Three dozen on a page: components would cost more than all else on it.
    """
    title, about = escape(task.ask), escape(task.case)
    which = f'<p class="task-about">{about}</p>' if about else ""
    unseen = f'<span class="visually-hidden">：{title} {about}</span>'
    more = f'<p class="task-more">{_asker(task)}</p>' if asker else ""
    # Every part is escaped, here or where it is written.
    return mark_safe(  # noqa: S308
        f'<article class="task"><div class="task-what"><h3 class="task-title">{title}</h3>'
        f"{which}{more}{_why(task.clock, unseen)}</div>"
        f"{_when(context, task.due)}"
        f'<a class="btn btn-{kind} task-action" href="{escape(task.url)}">'
        f"{escape(task.button)}{unseen}</a></article>"
    )


def _asker(task: Task) -> str:
    case = task.case
    lead = f"{escape(case.lead_deputy)} · " if case.lead_deputy else ""
    address = escape(case.get_absolute_url())
    return f'{lead}{escape(case.delegation)} · <a href="{address}">看建议</a>'


def _why(clock: Deadline | None, unseen: str) -> str:
    if clock is None:
        return ""
    badge = '<span class="badge badge-warn">暂定</span>'
    return (
        f"{badge if clock.is_provisional and clock.is_open else ''}"
        f'<details class="why"><summary>期限怎么算的{unseen}</summary>'
        f"<div>{reasons(clock)}</div></details>"
    )


def _when(context: Context, due: date | None) -> str:
    if due is None:
        return ""
    shown = lamp(context, due=due)
    return f'<p class="task-when">{shown}<time datetime="{iso(due)}">{cn_date(due)}前</time></p>'
