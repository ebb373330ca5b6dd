"""A fault tells the visitor that there was one and nothing else, on every address of the site."""

import logging
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.urls import reverse
from django.urls.exceptions import NoReverseMatch

from tests.access.matrix import MATRIX, POSTED
from tests.architecture.source import ROOT

CANARY = "canary-7f3a"
TELLS = re.compile(
    rf"{CANARY}|Traceback|RuntimeError|\.py\b|line \d|site-packages|django\.|postgres|redis",
    re.IGNORECASE,
)


@pytest.fixture
def _every_view_fails(monkeypatch, caplog):
    """Let every view break in the middle, with a secret in its hands, and the log be quiet."""
    caplog.set_level(logging.CRITICAL, "django.request")
    resolve = BaseHandler.resolve_request

    def resolved(handler, request):
        match = resolve(handler, request)

        def broken(request, *args, **kwargs):
            secret = f"password {CANARY}"
            raise RuntimeError(secret)

        broken.__dict__.update(match.func.__dict__)
        match.func = broken
        return match

    monkeypatch.setattr(BaseHandler, "resolve_request", resolved)


def addresses():
    for name in MATRIX:
        for args in ([], [1], [1, "title"], ["units"], ["units", 1], [1, 1, "docx"], [1, "docx"]):
            try:
                yield name, reverse(name, args=args)
            except NoReverseMatch:
                continue
            break


@pytest.mark.usefixtures("_every_view_fails")
def test_no_address_tells_what_broke(client_of, staff):
    client = client_of(staff)
    client.raise_request_exception = False
    told, broken = [], 0
    for name, url in addresses():
        for more in ({}, {"headers": {"hx-request": "true"}}):
            answer = (client.post if name in POSTED else client.get)(url, **more)
            page = answer.content.decode()
            broken += answer.status_code == 500
            if answer.status_code != 500 or TELLS.search(page) or settings.SECRET_KEY in page:
                told.append((name, answer.status_code))
            assert "script-src 'self'" in answer["Content-Security-Policy"]

    sys.stdout.write(f"\n#34 forced faults {broken}: pages that tell of them {len(told)}\n")
    assert told == []
    assert broken >= 2 * len(MATRIX) * 0.95


def test_the_settings_of_a_production_site_are_without_a_warning(tmp_path):
    given = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": "postgres://app@database.example/daibiao",
        "DATABASE_OWNER_URL": "postgres://owner@database.example/daibiao",
        "REDIS_URL": "redis://redis.example:6379/0",
        "SECRET_KEY": "".join(map(chr, range(33, 126))),
        "ALLOWED_HOSTS": "jianyi.example.gov.cn",
    }
    command = [
        sys.executable,
        "-W",
        "error",
        "manage.py",
        "check",
        "--deploy",
        "--fail-level=DEBUG",
    ]

    done = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues" in done.stdout
