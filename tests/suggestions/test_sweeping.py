"""What a cut-off process left behind goes; what a row names, or is young, stays."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from common.uploads.leftovers import stored_in
from ledgers.services import jobs
from suggestions.attachments import attach
from suggestions.models import Attachment
from suggestions.services.sweeping import sweep_files
from tests.factories import NOW
from tests.factories.handling import pdf
from tests.factories.suggestions import draft_case

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "uploads"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()


def age(path: Path, *, hours: int) -> None:
    then = (timezone.now() - timedelta(hours=hours)).timestamp()
    os.utime(path, (then, then))


def put(name: str, *, hours: int) -> str:
    default_storage.save(name, ContentFile(b"%PDF"))
    age(Path(default_storage.path(name)), hours=hours)
    return name


def test_only_old_files_without_a_row_go(deputy):
    case = draft_case(deputy.deputy)
    kept = attach(case, pdf(), purpose=Attachment.Purpose.SUGGESTION, by=deputy, at=NOW)
    age(Path(kept.file.path), hours=100)
    put("attachments/ab/abandoned", hours=25)
    young = put("attachments/cd/being-written", hours=23)
    elsewhere = put("ledgers/other", hours=100)

    assert sweep_files(at=timezone.now()) == 1
    assert sweep_files(at=timezone.now()) == 0

    assert set(stored_in("attachments")) == {kept.file.name, young}
    assert default_storage.exists(elsewhere)


def test_what_was_half_received_goes():
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR)
    old, young = folder / "tmpold.upload.pdf", folder / "tmpyoung.upload.pdf"
    for path, hours in ((old, 25), (young, 1)):
        path.write_bytes(b"%PDF")
        age(path, hours=hours)

    assert sweep_files(at=timezone.now()) == 1

    assert list(folder.iterdir()) == [young]


def test_files_of_jobs_go_with_their_own_sweep():
    put("ledgers/abandoned", hours=25)

    assert jobs.sweep_files(at=timezone.now()) == 1


def test_the_command_sweeps_both(capsys):
    put("ledgers/abandoned", hours=25)
    put("attachments/ab/abandoned", hours=25)

    call_command("sweep_files")

    assert "已删除无主文件 2 个" in capsys.readouterr().out
