"""Every answer carries the protective headers, whatever made it."""

import pytest

pytestmark = pytest.mark.django_db

EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/health/live", 200),
        ("get", "/accounts/login/", 200),
        ("get", "/nowhere/", 404),
        ("post", "/health/live", 405),
        ("get", "/static/js/app.js", 200),
    ],
)
def test_an_answer_is_protected(client, method, path, status):
    answer = getattr(client, method)(path)
    answer.getvalue()  # a file stays open until it is read

    assert answer.status_code == status
    assert_protected(answer)


def test_a_redirect_is_protected_too(client, settings):
    settings.SECURE_SSL_REDIRECT = True

    answer = client.get("/accounts/login/")

    assert answer.status_code == 301
    assert_protected(answer)


def test_a_fault_is_protected_too(client, monkeypatch):
    monkeypatch.setattr("config.views._passes", lambda *_: 1 / 0)
    client.raise_request_exception = False

    answer = client.get("/health/ready")

    assert answer.status_code == 500
    assert_protected(answer)


def assert_protected(answer) -> None:
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "camera=()" in answer.headers["Permissions-Policy"]


def test_a_page_is_not_kept_by_anybody(client):
    answer = client.get("/accounts/login/")

    assert "no-store" in answer.headers["Cache-Control"]
