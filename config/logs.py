"""Log records as one line of JSON each, whatever somebody typed into a field."""

import json
import logging
from datetime import UTC, datetime

# json escapes the control characters below 32; these end a line or steer a terminal as well.
_OTHER_CONTROLS = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), 0x2028, 0x2029)}
_OWN = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}
_OURS = {"audit", "common"}


def _facts(record: logging.LogRecord) -> dict[str, object]:
    """Return what a caller of ours gave as ``extra``; Django's may hold a whole request."""
    if record.name.partition(".")[0] not in _OURS:
        return {}
    return {name: value for name, value in vars(record).items() if name not in _OWN}


def _on_one_line(content: dict[str, object]) -> str:
    return json.dumps(content, ensure_ascii=False, default=str).translate(_OTHER_CONTROLS)


class JSONFormatter(logging.Formatter):
    """One JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        if record.exc_info:
            entry["fault"] = self.formatException(record.exc_info)
        if facts := _facts(record):
            entry["facts"] = facts
        return _on_one_line(entry)


class PlainFormatter(logging.Formatter):
    """A readable line for a developer, with the facts of the event behind it."""

    def format(self, record: logging.LogRecord) -> str:
        facts = _facts(record)
        return f"{super().format(record)} {_on_one_line(facts) if facts else ''}".rstrip()


def logging_settings(*, development: bool) -> dict[str, object]:
    """Return Django's LOGGING: readable lines for a developer, JSON for a collector."""
    plain = {
        "()": "config.logs.PlainFormatter",
        "format": "{asctime} {levelname} {name}: {message}",
        "style": "{",
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": plain, "json": {"()": "config.logs.JSONFormatter"}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "plain" if development else "json",
            }
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            # Scanners ask for names that are not ours: that is answered with 400 and in the proxy's
            # log, but no fault that anybody should be called for.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            # The daily head of the audit chain, and what development does not send outside.
            "audit": {"level": "INFO"},
            "common.channels": {"level": "INFO"},
            # When pages change over to the replica and back.
            "common.replica": {"level": "INFO"},
            "celery": {
                "handlers": ["console"],
                "level": "WARNING" if development else "INFO",
                "propagate": False,
            },
        },
    }
