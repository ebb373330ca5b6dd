"""Files of a case: what is kept, who reads it, and how it is served."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.models import AuditEvent
from suggestions.attachments import (
    BadUpload,
    FileInUse,
    TooManyFiles,
    attach,
    detach,
)
from suggestions.models import Attachment, Audience
from tests.factories import NOW
from tests.factories.suggestions import add_cosigner, draft_case, registered_case

PDF = b"%PDF-1.7 a small paper"
pytestmark = pytest.mark.django_db


def upload(name: str = "调研报告.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


@pytest.fixture
def case(deputy, session):
    return registered_case(deputy.deputy)


@pytest.fixture
def paper(case, deputy):
    return attach(case, upload(), purpose=Attachment.Purpose.SUGGESTION, by=deputy, at=NOW)


def test_a_file_is_kept_under_a_name_that_tells_nothing(paper):
    assert "调研" not in paper.file.name
    assert (paper.name, paper.content_type, paper.size) == (
        "调研报告.pdf",
        "application/pdf",
        len(PDF),
    )
    assert paper.sha256 == hashlib.sha256(PDF).hexdigest()


def test_keeping_a_file_is_on_record(paper, case):
    event = AuditEvent.objects.get(action="attachment.add")

    assert (event.subject_id, event.detail["attachment"]) == (str(case.pk), paper.pk)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("空.pdf", b"", "文件“空.pdf”是空的，请重新选择。"),
        ("页.html", b"<html>", "不能上传“页.html”。可以上传Word、Excel、PDF文件和JPG、PNG图片。"),
        (
            "假.pdf",
            b"MZ\x90 a program",
            "文件“假.pdf”的内容与扩展名不符，可能已损坏，请检查后重新选择。",
        ),
    ],
)
def test_what_is_no_paper_is_refused(case, deputy, name, content, sentence):
    with pytest.raises(BadUpload) as refusal:
        attach(case, upload(name, content), purpose="suggestion", by=deputy, at=NOW)

    assert str(refusal.value) == sentence


def test_a_file_too_large_is_refused_with_its_size(case, deputy, monkeypatch):
    monkeypatch.setattr("suggestions.attachments.LARGEST", 10)

    with pytest.raises(BadUpload, match="不能超过20MB"):
        attach(case, upload(), purpose="suggestion", by=deputy, at=NOW)


def test_more_files_than_anybody_reads_are_refused(case, paper, deputy, monkeypatch):
    monkeypatch.setattr("suggestions.attachments.MOST_FILES", 1)

    with pytest.raises(TooManyFiles):
        attach(case, upload(), purpose="suggestion", by=deputy, at=NOW)


def test_a_file_taken_off_is_gone_once_the_deed_is_done(
    paper, deputy, django_capture_on_commit_callbacks
):
    storage, name = paper.file.storage, paper.file.name

    with django_capture_on_commit_callbacks(execute=True):
        detach(paper, by=deputy, at=NOW)

    assert not Attachment.objects.exists()
    assert not storage.exists(name)


def test_a_sheet_that_proves_a_signature_stays(deputy, session):
    case = draft_case(deputy.deputy, cosigners=[])
    sheet = attach(case, upload(), purpose=Attachment.Purpose.SIGNATURES, by=deputy, at=NOW)
    row = add_cosigner(case)
    row.way, row.scan = "paper", sheet
    row.save()

    with pytest.raises(FileInUse):
        detach(sheet, by=deputy, at=NOW)


class TestReading:
    def test_its_author_gets_it_as_a_download_that_can_do_nothing(self, client_of, deputy, paper):
        response = client_of(deputy).get(reverse("suggestions:attachment", args=[paper.pk]))

        assert b"".join(response.streaming_content) == PDF
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"].startswith("attachment;")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]
        assert "no-store" in response["Cache-Control"]

    def test_reading_is_on_record(self, client_of, deputy, paper):
        response = client_of(deputy).get(reverse("suggestions:attachment", args=[paper.pk]))
        assert response.getvalue() == PDF

        event = AuditEvent.objects.get(action="attachment.read")
        assert event.membership_id == deputy.pk

    @pytest.mark.parametrize(
        "persona", ["other_deputy", "outsider", "other_staff", "other_secretary"]
    )
    def test_strangers_find_nothing(self, request, client_of, paper, persona):
        stranger = client_of(request.getfixturevalue(persona))

        assert stranger.get(reverse("suggestions:attachment", args=[paper.pk])).status_code == 404

    def test_a_deputy_does_not_read_what_is_for_offices(self, client_of, deputy, case, staff):
        memo = attach(
            case, upload(), purpose="supervision", by=staff, at=NOW, audience=Audience.OFFICES
        )

        url = reverse("suggestions:attachment", args=[memo.pk])
        assert client_of(deputy).get(url).status_code == 404
        assert client_of(staff).get(url).getvalue() == PDF

    def test_nobody_reads_without_signing_in(self, client, paper):
        assert client.get(reverse("suggestions:attachment", args=[paper.pk])).status_code == 302
