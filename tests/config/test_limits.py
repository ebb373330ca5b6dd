"""What a request may weigh: too much is refused before it is read."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.architecture.source import ROOT

MEBIBYTE = 1024 * 1024
PAGE = "/accounts/login/"


def test_a_body_above_the_limit_is_refused_unread(client):
    answer = client.post(PAGE, CONTENT_LENGTH=str(settings.REQUEST_MAX_SIZE + 1))

    assert answer.status_code == 413
    assert "每个文件不能超过20MB" in answer.content.decode()
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_body_of_unsaid_length_is_refused(client):
    answer = client.post(PAGE, headers={"transfer-encoding": "chunked"})

    assert answer.status_code == 411


def test_the_proxy_and_the_site_draw_the_same_line():
    proxy = (ROOT / "deploy/nginx/nginx.conf").read_text(encoding="utf-8")

    assert f"client_max_body_size {settings.REQUEST_MAX_SIZE // MEBIBYTE}m;" in proxy


@pytest.mark.django_db
def test_more_files_or_fields_than_any_form_has_are_refused(client):
    files = {f"file{n}": SimpleUploadedFile(f"{n}.pdf", b"x") for n in range(1_001)}
    fields = {f"field{n}": "x" for n in range(2_001)}

    assert client.post(PAGE, files).status_code == 400
    assert client.post(PAGE, fields).status_code == 400
