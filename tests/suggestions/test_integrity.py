"""What check_integrity says about cases, numbers and files."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from suggestions import integrity
from suggestions.attachments import attach
from suggestions.models import NumberCounter, Suggestion
from suggestions.stages import Stage
from tests.factories import NOW
from tests.factories.files import photo
from tests.factories.suggestions import case_in, draft_case, registered_case, seat_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize("stage", Stage)
def test_cases_made_by_the_book_have_no_fault(stage):
    case_in(stage)

    assert list(integrity.faults()) == []


def test_a_stage_that_nobody_stepped_to_is_a_fault():
    case = draft_case()
    Suggestion.objects.filter(pk=case.pk).update(stage=Stage.DELEGATION_REVIEW)

    assert list(integrity.faults()) == [
        f"建议{case.pk}：阶段为“代表团初审”，办理过程最后一步为“草稿”。"
    ]


def test_a_counter_that_is_behind_is_a_fault():
    case = registered_case()
    NumberCounter.objects.update(last=3)

    assert list(integrity.faults()) == [f"编号计数{case.session} 大会 3：实际最大序号为1。"]


def test_a_number_left_out_is_a_fault():
    case = registered_case()
    registered_case(case.lead_deputy)
    Suggestion.objects.filter(pk=case.pk).update(number=3, number_text="第0003号")
    NumberCounter.objects.update(last=3)

    assert list(integrity.faults()) == [f"编号计数{case.session} 大会 3：缺1个编号。"]


def test_a_ledger_may_have_gaps():
    case = registered_case()
    Suggestion.objects.filter(pk=case.pk).update(number=9, is_imported=True)
    NumberCounter.objects.update(last=9)

    assert list(integrity.faults()) == []


def test_a_counter_without_numbers_is_no_fault_at_zero():
    case = draft_case()
    NumberCounter.objects.create(session=case.session, filing="in_session", last=0)

    assert list(integrity.faults()) == []


def test_files_and_rows_belong_together():
    case = draft_case()
    kept = attach(case, photo(), purpose="suggestion", by=seat_of(case.lead_deputy), at=NOW)
    assert list(integrity.faults()) == []

    default_storage.delete(kept.file.name)
    default_storage.save("attachments/ab/stray", ContentFile(b"x"))

    assert list(integrity.faults()) == [
        f"附件{kept.file.name}：文件不存在。",
        "文件attachments/ab/stray：没有对应的附件记录。",
    ]
