import json
import logging
import sys

import pytest

from config.logs import JSONFormatter, PlainFormatter


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


def record_of(name: str, **facts: object) -> logging.LogRecord:
    return logging.makeLogRecord({"name": name, "msg": "sent", "levelname": "INFO", **facts})


def test_facts_of_our_own_events_are_kept():
    line = JSONFormatter().format(record_of("common.channels.log", channel="短信", key="k\n1"))

    assert json.loads(line)["facts"] == {"channel": "短信", "key": "k\n1"}
    assert len(line.splitlines()) == 1


def test_a_whole_request_is_not_kept():
    assert "facts" not in json.loads(
        JSONFormatter().format(record_of("django.request", request="/?q=13800001111"))
    )


def test_a_developer_reads_the_facts_behind_the_line():
    formatter = PlainFormatter("{levelname} {name}: {message}", style="{")

    assert [
        formatter.format(record_of("audit.anchor", seq=7)),
        formatter.format(record_of("audit.anchor")),
    ] == ['INFO audit.anchor: sent {"seq": 7}', "INFO audit.anchor: sent"]


@pytest.mark.django_db
def test_a_scan_for_names_that_are_not_ours_calls_nobody(client, caplog):
    answer = client.get("/", headers={"host": "scanner.example"})

    assert (answer.status_code, caplog.records) == (400, [])
