"""
Reading a profile's values strictly: an unknown key or a wrong type is an error, never a default.
"""

import calendar
import types
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from string import Formatter
from typing import Any, Union, get_args, get_origin, get_type_hints

from django.db import models

from common.workdays import Amount, Unit
from congress.profile.clocks import DEFAULT_CLOCKS, Clock, Start
from congress.profile.errors import ProfileError
from congress.profile.options import MonthDay, Options

CLOCKS = "clocks"
_CLOCK_KEYS = {"n", "unit", "start", "source"}
_TYPES = get_type_hints(Options)
# No statute gives anybody longer; a slip of the keyboard does.
_LONGEST = {Unit.CALENDAR_DAY: 366, Unit.WORKDAY: 250, Unit.MONTH: 12}
_LAW_CEILING = 6


def validate(values: Any) -> None:
    """
    Test whether values can be a profile.

    :raises ProfileError: if a key is unknown or a value is not what the rule can be.
    """
    parse(values)


def parse(values: Any) -> tuple[dict[str, Any], dict[str, Clock]]:
    """Read the options that differ from the defaults, and all clocks."""
    if not isinstance(values, Mapping):
        raise ProfileError("规则", "应为“名称: 值”的对象。")
    options = {}
    for key, value in values.items():
        if key == CLOCKS:
            continue
        if key not in _TYPES:
            raise ProfileError(key, "没有这一项规则。")
        options[key] = _read(key, _TYPES[key], value)
    _check_together(options)
    return options, _read_clocks(values.get(CLOCKS, {}))


def _read_clocks(values: Any) -> dict[str, Clock]:
    if not isinstance(values, Mapping):
        raise ProfileError(CLOCKS, "应为“期限名称: 期限”的对象。")
    unknown = [name for name in values if name not in DEFAULT_CLOCKS]
    if unknown:
        raise ProfileError(f"{CLOCKS}.{unknown[0]}", "没有这一项期限。")
    return DEFAULT_CLOCKS | {name: _read_clock(name, given) for name, given in values.items()}


def _read_clock(name: str, given: Any) -> Clock:
    key, default = f"{CLOCKS}.{name}", DEFAULT_CLOCKS[name]
    if not isinstance(given, Mapping) or not given or not set(given) <= _CLOCK_KEYS:
        raise ProfileError(key, "应写明 n（数量）、unit（单位）、start（起算）或 source（依据）。")
    unit = _choice(key, Unit, given.get("unit", default.amount.unit))
    n = _whole(key, given.get("n", default.amount.n), least=1, most=_LONGEST[unit])
    if name in {"reply_normal", "reply_hard"} and unit == Unit.MONTH and n > _LAW_CEILING:
        # 代表法第五十一条第二款: no later than six months after hand-over.
        raise ProfileError(key, "答复期限不得超过法定的6个月。")
    start = _choice(key, Start, given.get("start", default.start))
    source = given.get("source", "本地规则")
    if not isinstance(source, str):
        raise ProfileError(key, "依据（source）应为文字。")
    return replace(default, amount=Amount(n, unit), start=start, source=source)


def _read(key: str, kind: Any, value: Any) -> Any:
    if get_origin(kind) in {Union, types.UnionType}:
        return None if value is None else _read(key, get_args(kind)[0], value)
    if get_origin(kind) is tuple:
        return _several(key, get_args(kind)[0], value)
    reader = _READERS.get(kind)
    return reader(key, value) if reader else _choice(key, kind, value)


def _several(key: str, kind: Any, value: Any) -> tuple:
    if not isinstance(value, list):
        raise ProfileError(key, "应为列表。")
    read = tuple(_read(key, kind, item) for item in value)
    if len(set(read)) != len(read):
        raise ProfileError(key, "列表中有重复的值。")
    return read


def _yes_or_no(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ProfileError(key, "应为 true 或 false。")
    return value


def _whole(key: str, value: Any, *, least: int = 0, most: int = 366) -> int:
    # bool is an int in Python; true days are none.
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ProfileError(key, f"应为{least}到{most}之间的整数。")
    return value


def _choice(key: str, kind: Any, value: Any) -> Any:
    try:
        return kind(value)
    except ValueError:
        members = [f"{member.value}（{_label(member)}）" for member in kind]
        raise ProfileError(key, f"应为以下之一：{'、'.join(members)}。") from None


def _label(member: Any) -> str:
    units = {Unit.CALENDAR_DAY: "日", Unit.WORKDAY: "工作日", Unit.MONTH: "月"}
    return units[member] if isinstance(member, Unit) else str(member.label)


def _share(key: str, value: Any) -> Fraction:
    try:
        share = Fraction(value) if isinstance(value, str) else None
    except (ValueError, ZeroDivisionError):
        share = None
    if share is None or not 0 <= share <= 1:
        raise ProfileError(key, "应为0到1之间的分数，如“1/3”。")
    return share


def _month_day(key: str, value: Any) -> MonthDay:
    parts = value.split("-") if isinstance(value, str) else []
    if len(parts) == 2 and all(part.isascii() and part.isdigit() for part in parts):
        month, day = map(int, parts)
        # 29 February does not come every year, so it can be no yearly day.
        if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(2025, month)[1]:
            return MonthDay(month, day)
    raise ProfileError(key, "应为“月-日”，如“08-31”。")


def _number_pattern(key: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > 30:
        raise ProfileError(key, "应为30字以内的文字。")
    try:
        # Only a plain {n:…}: attribute access in a pattern could read anything.
        names = [name for _, name, _, _ in Formatter().parse(value) if name is not None]
        if names == ["n"] and value.format(n=1) != value.format(n=2):
            return value
    except (ValueError, KeyError, IndexError):
        pass
    raise ProfileError(key, "应含且只含一个序号，如“第{n:04d}号”。")


_READERS: dict[Any, Callable[[str, Any], Any]] = {
    bool: _yes_or_no,
    int: _whole,
    str: _number_pattern,
    Fraction: _share,
    MonthDay: _month_day,
}


def _check_together(options: Mapping[str, Any]) -> None:
    if options.get("extension_cap", 1) not in range(1, _LAW_CEILING + 1):
        raise ProfileError("extension_cap", "应为1到6个月（法定上限为6个月）。")
    if options.get("annual_report_month", 1) not in range(1, 13):
        raise ProfileError("annual_report_month", "应为1到12月。")
    first = options.get("commitments_report_from", Options.commitments_report_from)
    last = options.get("commitments_report_until", Options.commitments_report_until)
    if first > last:
        raise ProfileError("commitments_report_until", "不能早于承诺事项报送起始。")
    same = options.get("number_in_session", Options.number_in_session)
    if same == options.get("number_between_sessions", Options.number_between_sessions):
        raise ProfileError("number_between_sessions", "须与大会建议编号不同。")


def as_value(setting: Any) -> Any:
    """Write a setting as a profile's JSON holds it."""
    if isinstance(setting, models.TextChoices):
        return setting.value
    if isinstance(setting, MonthDay | Fraction):
        return str(setting)
    return [as_value(item) for item in setting] if isinstance(setting, tuple) else setting
