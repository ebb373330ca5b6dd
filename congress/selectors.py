"""Reads shaped like pages: the special days of a year, the rules with their labels and sources."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db import connection, models
from django.db.models import QuerySet

from common.prepared import ask_words
from congress.models import CalendarDay, Congress, Session
from congress.profile.rules import Rules, option_fields


@dataclass(frozen=True)
class RuleLine:
    """One rule as the administrator's table shows it."""

    name: str
    label: str
    value: str
    source: str
    differs: bool


def special_days(year: int) -> QuerySet[CalendarDay]:
    """List the days of a year that are not what their weekday says, or are only provisional."""
    days = CalendarDay.objects.filter(date__year=year)
    ordinary_work = models.Q(date__iso_week_day__lte=5, is_workday=True)
    ordinary_rest = models.Q(date__iso_week_day__gte=6, is_workday=False, name="")
    provisional = models.Q(status=CalendarDay.Status.PROVISIONAL)
    return days.exclude((ordinary_work | ordinary_rest) & ~provisional).order_by("date")


def rules_table(rules: Rules) -> list[RuleLine]:
    """List all rules of a version: clocks first, then the other settings."""
    given = rules.profile.values
    clocks = [
        RuleLine(f"clocks.{name}", clock.label, str(clock), clock.source, name in given_clocks)
        for given_clocks in [given.get("clocks", {})]
        for name, clock in rules.clocks.items()
    ]
    options = [
        RuleLine(
            option.name,
            option.metadata["label"],
            _in_words(getattr(rules, option.name)),
            "本地规则" if option.name in given else option.metadata["source"],
            option.name in given,
        )
        for option in option_fields()
    ]
    return clocks + options


def current_session(congress: Congress) -> Session | None:
    """Find the session whose business is done now (当前会议)."""
    return congress.sessions.filter(is_current=True).select_related("term").first()


def is_sitting(session: Session, *, on: date) -> bool:
    """Test if the congress sits on a day (会议期间), so that what is filed is 大会 business."""
    if session.opens_on is None or on < session.opens_on:
        return False
    return session.closes_on is None or on <= session.closes_on


def _in_words(setting: Any) -> str:
    if isinstance(setting, bool):
        return "是" if setting else "否"
    if setting is None or setting == ():
        return "无"
    if isinstance(setting, models.TextChoices):
        return str(setting.label)
    if isinstance(setting, tuple) and not hasattr(setting, "month"):
        return "、".join(_in_words(item) for item in setting)
    if isinstance(setting, Fraction):
        return f"{setting.numerator}/{setting.denominator}"
    return str(setting)


def names_of(congress_id: int, *tables: type[models.Model]) -> dict[str, list[tuple[int, str]]]:
    """
    Name the rows of several code lists or bodies of a congress, each in its order, in one query.

    By the model's name in lower case. A form that offers six of them would ask six times.
    """
    parts = " UNION ALL ".join(_names_sql(table) for table in tables)
    rows = ask_words(f"{parts} ORDER BY 1, 4", [congress_id] * len(tables))
    found: dict[str, list[tuple[int, str]]] = {table._meta.model_name or "": [] for table in tables}
    for table, key, name, _ in rows:
        found[table].append((key, name))
    return found


def _names_sql(table: type[models.Model]) -> str:
    meta = table._meta
    name = "label" if any(field.name == "label" for field in meta.fields) else "name"
    terms = [str(term) for term in meta.ordering or [] if term != "congress"]
    order = ", ".join(
        f"{_column(table, term.removeprefix('-'))}{' DESC' if term.startswith('-') else ''}"
        for term in terms
    )
    return (
        f"SELECT '{meta.model_name}' AS what, id, {name}, row_number() OVER (ORDER BY {order})"
        f" FROM {meta.db_table} WHERE congress_id = %s"
    )


def _column(table: type[models.Model], name: str) -> str:
    columns = {field.name: field.column for field in table._meta.concrete_fields}
    column = columns["id" if name == "pk" else name]
    return connection.ops.quote_name(str(column))
