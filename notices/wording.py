"""
What a message says: how many and until when, never what about.

Gateways carry registered templates only, and a text that leaves the house may be read by anybody:
no title, no name, no content, no link.
"""

from collections.abc import Iterable
from datetime import date

from notices.models import Alert

_COUNTED = [
    (Alert.Kind.TASK, "项待办"),
    (Alert.Kind.DUE, "项期限提醒"),
    (Alert.Kind.EVENT, "项办理动态"),
]


def text_of(alerts: Iterable[Alert], *, on: date, name: str) -> str:
    """
    Say how many alerts of each kind there are, and the nearest day of those with a deadline.

    ``name`` is the registered signature in front, empty where the gateway puts it there itself.
    """
    told = list(alerts)
    counts = [f"{n}{words}" for kind, words in _COUNTED if (n := sum(a.kind == kind for a in told))]
    days = [alert.due_on for alert in told if alert.due_on]
    is_work = any(alert.kind != Alert.Kind.EVENT for alert in told)
    return "".join(
        [
            f"【{name}】" if name else "",
            f"您有{'、'.join(counts)}",
            f"，{_nearest(days, on)}" if days else "",
            f"，请登录系统{'办理' if is_work else '查看'}。",
        ]
    )


def _nearest(days: list[date], on: date) -> str:
    coming = [day for day in days if day >= on]
    late = len(days) - len(coming)
    parts = [f"{late}项已逾期"] if late else []
    if coming:
        day = min(coming)
        parts.append(f"最近一项{day.year}年{day.month}月{day.day}日到期")
    return "，".join(parts)
