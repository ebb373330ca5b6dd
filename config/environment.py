"""The environment as settings read it: typed, and with one clear sentence for what is missing."""

import os
import secrets
from datetime import time
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    """Read a yes or no (1/0)."""
    value = text(name, "1" if default else "0").lower()
    if value not in {"1", "0", "true", "false", "yes", "no", "on", "off"}:
        raise ImproperlyConfigured(f"环境变量 {name} 只能是 1 或 0，现在是“{value}”。")
    return value in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"环境变量 {name} 应当是整数，现在是“{value}”。")
    return int(value)


def words(name: str, default: list[str]) -> list[str]:
    """Read a list of words separated by commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()] or default


def times(name: str, default: list[str], *, first: time, last: time) -> list[time]:
    """Read hours of the day separated by commas, such as ``09:00,15:00``, none outside two."""
    try:
        hours = sorted({time.fromisoformat(word) for word in words(name, default)})
        if not hours or hours[0] < first or hours[-1] > last:
            raise ValueError
    except ValueError:
        raise ImproperlyConfigured(
            f"环境变量 {name} 应为{first:%H:%M}至{last:%H:%M}间用逗号分隔的时刻，"
            f"如“09:00,15:00”，现在是“{text(name)}”。"
        ) from None
    return hours


def one_of(name: str, *choices: str) -> str:
    """Read one of several words, the first by default; any other word stops the start."""
    chosen = text(name, choices[0])
    if chosen not in choices:
        raise ImproperlyConfigured(f"{name} 应为以下之一：{'、'.join(choices)}")
    return chosen


def required(name: str, why: str) -> str:
    if value := text(name):
        return value
    raise ImproperlyConfigured(f"没有设置环境变量 {name}：{why}。")


def kept_secret(path: Path) -> str:
    """Read a secret that development makes for itself once and keeps in a file."""
    try:
        # Exclusive: of two processes that start together, one makes the secret, both read it.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
    return path.read_text()


def redis_number(url: str, *, plus: int) -> str:
    """Return the same Redis with a database number so much higher."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        query = parse_qs(parts.query)
        query["db"] = [str(int(query.get("db", ["0"])[0]) + plus)]
        return f"unix://{parts.path}?{urlencode(query, doseq=True)}"
    current = int(parts.path.strip("/") or 0)
    return urlunsplit(parts._replace(path=f"/{current + plus}"))


def celery_url(url: str) -> str:
    """Return a Redis address in Celery's spelling, which differs for a socket."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    number = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={number}"
