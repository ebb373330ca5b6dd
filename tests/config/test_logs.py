import json
import logging
import sys

import pytest

from config.logs import JSONFormatter


def line_of(message: str, *arguments: object, exc_info=None) -> str:
    record = logging.LogRecord("app", logging.INFO, "x.py", 1, message, arguments, exc_info)
    return JSONFormatter().format(record)


@pytest.mark.parametrize(
    "typed",
    [
        'ok\n{"level": "INFO", "message": "forged"}',
        "ok\r\nforged",
        "\x1b[2Jcleared\x1b[31m",
        "\u2028forged\u2029",
        "\x85next line",
        '"}, {"level": "forged"',
        "\x00\x07\x7f\x9b31m",
    ],
)
def test_no_input_forges_a_line_or_steers_a_terminal(typed):
    line = line_of("signed in: %s", typed)

    assert json.loads(line)["message"] == f"signed in: {typed}"
    assert len(line.splitlines()) == 1
    assert line.isprintable()


def test_a_fault_stays_on_its_line():
    try:
        raise ValueError("first\nsecond")
    except ValueError:
        line = line_of("failed", exc_info=sys.exc_info())

    assert len(line.splitlines()) == 1
    assert "first\nsecond" in json.loads(line)["fault"]


def test_chinese_stays_readable():
    assert "办理中" in line_of("办理中")
