"""Files of a case: what is kept, who reads it, and how it is served."""

import hashlib

import pytest
from django.urls import reverse

from audit.models import AuditEvent
from common.uploads.intake import UploadRefused
from suggestions.attachments import FileInUse, TooManyFiles, attach, detach
from suggestions.models import Attachment, Audience
from tests.factories import NOW
from tests.factories.files import PDF, paper
from tests.factories.suggestions import add_cosigner, draft_case, registered_case

pytestmark = pytest.mark.django_db


def upload():
    return paper("调研报告.pdf")


@pytest.fixture
def case(deputy, session):
    return registered_case(deputy.deputy)


@pytest.fixture
def kept(case, deputy):
    return attach(case, upload(), purpose=Attachment.Purpose.SUGGESTION, by=deputy, at=NOW)


def test_a_file_is_kept_under_a_name_that_tells_nothing(kept):
    assert "调研" not in kept.file.name
    assert (kept.name, kept.content_type, kept.size) == (
        "调研报告.pdf",
        "application/pdf",
        len(PDF),
    )
    assert kept.sha256 == hashlib.sha256(PDF).hexdigest()


def test_keeping_a_file_is_on_record(kept, case):
    event = AuditEvent.objects.get(action="attachment.add")

    assert (event.subject_id, event.detail["attachment"]) == (str(case.pk), kept.pk)


@pytest.mark.parametrize(("name", "content"), [("空.pdf", b""), ("页.html", b"<html>")])
def test_what_is_no_paper_is_refused(case, deputy, name, content):
    with pytest.raises(UploadRefused):
        attach(case, paper(name, content), purpose="suggestion", by=deputy, at=NOW)

    assert not Attachment.objects.exists()


def test_more_files_than_anybody_reads_are_refused(case, kept, deputy, monkeypatch):
    monkeypatch.setattr("suggestions.attachments.MOST_FILES", 1)

    with pytest.raises(TooManyFiles):
        attach(case, upload(), purpose="suggestion", by=deputy, at=NOW)


def test_a_file_taken_off_is_gone_once_the_deed_is_done(
    kept, deputy, django_capture_on_commit_callbacks
):
    storage, name = kept.file.storage, kept.file.name

    with django_capture_on_commit_callbacks(execute=True):
        detach(kept, by=deputy, at=NOW)

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
    def test_its_author_gets_it_as_a_download_that_can_do_nothing(self, client_of, deputy, kept):
        response = client_of(deputy).get(reverse("suggestions:attachment", args=[kept.pk]))

        assert b"".join(response.streaming_content) == PDF
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"].startswith("attachment;")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]
        assert "no-store" in response["Cache-Control"]

    def test_reading_is_on_record(self, client_of, deputy, kept):
        response = client_of(deputy).get(reverse("suggestions:attachment", args=[kept.pk]))
        assert response.getvalue() == PDF

        event = AuditEvent.objects.get(action="attachment.read")
        assert event.membership_id == deputy.pk

    @pytest.mark.parametrize(
        "persona", ["other_deputy", "outsider", "other_staff", "other_secretary"]
    )
    def test_strangers_find_nothing(self, request, client_of, kept, persona):
        stranger = client_of(request.getfixturevalue(persona))

        assert stranger.get(reverse("suggestions:attachment", args=[kept.pk])).status_code == 404

    def test_a_deputy_does_not_read_what_is_for_offices(self, client_of, deputy, case, staff):
        memo = attach(
            case, upload(), purpose="supervision", by=staff, at=NOW, audience=Audience.OFFICES
        )

        url = reverse("suggestions:attachment", args=[memo.pk])
        assert client_of(deputy).get(url).status_code == 404
        assert client_of(staff).get(url).getvalue() == PDF

    def test_nobody_reads_without_signing_in(self, client, kept):
        assert client.get(reverse("suggestions:attachment", args=[kept.pk])).status_code == 302
