"""
Tags for components that need logic: days in Chinese, deadlines as lamps, attributes.

None of them reads the clock or the database: ``today`` is in the context (config/page.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django_cotton.templatetags import Attrs

from common.figures import percent
from common.fulltext import Piece, pieces

register = template.Library()

WEEKDAYS = "一二三四五六日"
NEAR_DAYS = 5


@dataclass(frozen=True)
class Lamp:
    """How a deadline stands: a state for the style sheet, a shape and the words beside it."""

    state: str
    shape: str
    text: str

    def __str__(self) -> str:
        return f"{self.shape} {self.text}" if self.text else self.shape


UNDATED = Lamp("none", "○", "未定期限")


def _as_day(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.filter
def cn_date(value: date | datetime | None, form: str = "full") -> str:
    """
    Write a day as 2026年3月5日 (周四).

    ``form`` may be ``day`` (without the day of the week) or ``short`` (3月5日).
    """
    if not value:
        return ""
    day = _as_day(value)
    short = f"{day.month}月{day.day}日"
    if form == "short":
        return short
    plain = f"{day.year}年{short}"
    return plain if form == "day" else f"{plain} (周{WEEKDAYS[day.weekday()]})"


@register.filter
def cn_time(value: datetime | None, form: str = "full") -> str:
    """Write a moment as 2026年3月5日 (周四) 14:03, in local time."""
    if not value:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{cn_date(local, form)} {local:%H:%M}"


@register.filter
def iso(value: date | datetime | None) -> str:
    """Write a day or moment for a ``datetime`` attribute."""
    if not value:
        return ""
    return timezone.localtime(value).isoformat("T", "minutes") if _aware(value) else str(value)


def _aware(value: date | datetime) -> bool:
    return isinstance(value, datetime) and timezone.is_aware(value)


@register.filter
def days_left(due_on: date | None, today: date) -> int | None:
    """Count the days until a day; negative once it has passed."""
    return (due_on - _as_day(today)).days if due_on else None


def lamp_of(
    due_on: date | None,
    today: date,
    *,
    met_at: date | datetime | None = None,
    ended_at: date | datetime | None = None,
    near: int = NEAR_DAYS,
    done: str = "已办结",
) -> Lamp:
    """Say how a deadline stands on a day: running, near, late, met, met late or ended."""
    if met_at:
        late = (_as_day(met_at) - due_on).days if due_on else 0
        return Lamp("met-late", "✓", f"{done}·逾期{late}天") if late > 0 else Lamp("met", "✓", done)
    if ended_at:
        return Lamp("ended", "○", "已终止")
    return _running_lamp((due_on - _as_day(today)).days, near) if due_on else UNDATED


def _running_lamp(left: int, near: int) -> Lamp:
    if left < 0:
        return Lamp("late", "■", f"逾期{-left}天")
    if left > near:
        return Lamp("running", "●", f"剩余{left}天")
    return Lamp("near", "▲", f"临期·剩余{left}天" if left else "临期·今天到期")


@register.simple_tag(takes_context=True)
def deadline_lamp(
    context: Context,
    deadline: Any = None,
    *,
    due: date | None = None,
    met: date | datetime | None = None,
    ended: date | datetime | None = None,
    near: Any = NEAR_DAYS,
    done: str = "已办结",
) -> Lamp:
    """Say how a deadline stands today; give the row itself or its days."""
    if deadline:
        due = getattr(deadline, "due_on", None)
        met = getattr(deadline, "met_at", None)
        ended = getattr(deadline, "ended_at", None)
    is_right = getattr(deadline, "is_duty", True) is False
    if is_right and due and not met and not ended and due < context["today"]:
        # A right that was not used is over; nobody is late with it.
        return Lamp("ended", "○", "已届满")
    return lamp_of(
        due or None,
        context["today"],
        met_at=met or None,
        ended_at=ended or None,
        near=int(near),
        done=done,
    )


@register.simple_tag(takes_context=True)
def lamp(context: Context, deadline: Any = None, classname: str = "", **days: Any) -> SafeString:
    """
    Print how a deadline stands today (``c-lamp``); takes what ``deadline_lamp`` takes.

    For the rows of long lists: a component for each row costs more than all else in it.
    """
    shown = deadline_lamp(context, deadline, **days)
    # Fifty of them on a page; the words are all our own.
    return mark_safe(  # noqa: S308
        f'<span class="lamp lamp-{shown.state} {escape(classname)}">'
        f'<span class="lamp-shape" aria-hidden="true">{shown.shape}</span> {shown.text}</span>'
    )


@register.simple_tag
def html_attributes(attrs: Attrs) -> SafeString:
    """
    Print the attributes that a component passes on, each value escaped.

    Cotton's own ``{{ attrs }}`` does not escape bound values.
    """
    kept = [
        (f"{name}", value)
        for name, value in attrs.attrs_dict().items()
        if value is not None and value is not False and name not in {"class", "classname"}
    ]
    return format_html_join(
        "", " {}{}", ((name, "" if value is True else _quoted(value)) for name, value in kept)
    )


def _quoted(value: Any) -> SafeString:
    return SafeString(f'="{conditional_escape(value)}"')


@register.filter
def listed(values: Iterable[Any] | str | None) -> list[str]:
    """Split a ``;``-separated text, so that a page can write a short list in one attribute."""
    if isinstance(values, str):
        return [part.strip() for part in values.split(";") if part.strip()]
    return [str(value) for value in values or []]


@register.filter
def share(numerator: int | None, denominator: int | None) -> str:
    """Write a rate as the reports do: two decimals, rounded half up; a dash without a divisor."""
    return "—" if numerator is None else percent(numerator, denominator or 0)


@register.filter
def marked(text: Any, words: Iterable[str] | None) -> SafeString:
    """Mark the words that were looked for: ``{{ case.title|marked:words }}``."""
    found = pieces(str(text), words) if words else []
    if any(each.is_hit for each in found):
        return shown(found)
    return text if isinstance(text, SafeString) else SafeString(escape(str(text)))


@register.filter
def shown(text: Iterable[Piece]) -> SafeString:
    """Write the pieces of a text, those that are hits within ``<mark>``."""
    # A page has hundreds; format_html would ask of each whether it is escaped.
    return SafeString(
        "".join(
            f"<mark>{escape(each.text)}</mark>" if each.is_hit else escape(each.text)
            for each in text
        )
    )
