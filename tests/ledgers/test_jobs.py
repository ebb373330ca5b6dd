"""Jobs: asked for, run, watched, confirmed, cancelled, fetched, gone."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from audit.models import AuditEvent
from common.uploads.intake import UploadRefused
from ledgers import running, tasks
from ledgers.models import LedgerJob
from ledgers.services import jobs
from ledgers.services.importing import ImportCancelled
from ledgers.services.marking import LIST
from suggestions.models import Suggestion
from suggestions.models.grant import SuggestionGroupPermission
from tests.factories import NOW
from tests.factories.ledgers import case_row, receipt_row, take_in_rows

pytestmark = pytest.mark.django_db
State = LedgerJob.State


def run(job):
    running.run(job.pk, at=NOW)
    job.refresh_from_db()
    return job


def fetched(job, by):
    with jobs.open_file(job, by=by, at=NOW) as file:
        return load_workbook(BytesIO(file.read()))


def checked(file, staff, **options):
    options = {"creates_missing": True} | options
    return run(jobs.ask_import(file, by=staff, at=NOW, **options))


class TestImport:
    def test_is_checked_first_and_written_only_when_confirmed(self, ledger_file, staff):
        job = checked(ledger_file(), staff)

        assert (job.state, job.is_preview, Suggestion.objects.count()) == (State.DONE, True, 0)
        assert job.counts == {
            "session": "示例市一届人大三次会议",
            "added": 2,
            "changed": 0,
            "unchanged": 0,
        }

        jobs.confirm(job.pk, by=staff, at=NOW)
        run(job)

        assert (job.state, job.is_preview, Suggestion.objects.count()) == (State.DONE, False, 2)
        assert job.session.name == "示例市一届人大三次会议"
        actions = AuditEvent.objects.filter(action__startswith="ledger.").order_by("pk")
        assert [event.action for event in actions] == [
            "ledger.upload",
            "ledger.confirm",
            "ledger.import",
        ]

    def test_gives_a_faulty_file_back_with_comments(self, ledger_file, staff):
        job = checked(ledger_file([case_row(), case_row()]), staff)

        assert (job.state, job.faults) == (
            State.FAULTY,
            [["建议台账!A3", "编号“第0001号”与第2行重复。"]],
        )
        with job.report.open("rb") as report:
            book = load_workbook(BytesIO(report.read()))
        assert book.sheetnames[0] == LIST
        assert [cell.value for cell in book[LIST][2]] == job.faults[0]
        assert "重复" in book["建议台账"]["A3"].comment.text

    def test_of_names_nobody_knows_needs_leave_to_make_them(self, ledger_file, staff):
        job = checked(ledger_file(), staff, creates_missing=False)

        assert (job.state, job.faults[0][0]) == (State.FAULTY, "建议台账!B2")

    def test_goes_into_the_congress_of_the_one_who_asks(self, ledger_file, other_staff):
        job = checked(ledger_file(), other_staff)
        jobs.confirm(job.pk, by=other_staff, at=NOW)
        run(job)

        assert {case.congress for case in Suggestion.objects.all()} == {other_staff.congress}

    def test_that_was_confirmed_is_not_confirmed_twice(self, ledger_file, staff):
        job = checked(ledger_file(), staff)
        jobs.confirm(job.pk, by=staff, at=NOW)

        with pytest.raises(jobs.JobMovedOn, match="等待"):
            jobs.confirm(job.pk, by=staff, at=NOW)

    def test_that_is_run_again_after_a_crash_changes_nothing(self, ledger_file, staff):
        job = checked(ledger_file(), staff)
        jobs.confirm(job.pk, by=staff, at=NOW)
        run(job)
        LedgerJob.objects.filter(pk=job.pk).update(state=State.RUNNING)

        run(job)

        assert (job.state, job.counts["unchanged"], Suggestion.objects.count()) == (
            State.DONE,
            2,
            2,
        )

    def test_cancelled_while_it_runs_leaves_nothing(self, ledger_file, staff, monkeypatch):
        job = checked(ledger_file(), staff)
        jobs.confirm(job.pk, by=staff, at=NOW)
        # Somebody else's connection says so; this one is inside the import's transaction.
        monkeypatch.setattr(jobs, "is_cancelled", lambda job_id: True)

        run(job)

        assert (job.outcome, Suggestion.objects.count()) == ("", 0)

    def test_checked_can_be_dropped(self, ledger_file, staff):
        job = checked(ledger_file(), staff)

        jobs.cancel(job.pk, by=staff, at=NOW)

        with pytest.raises(jobs.JobMovedOn):
            jobs.confirm(job.pk, by=staff, at=NOW)
        with pytest.raises(jobs.JobMovedOn):
            jobs.cancel(job.pk, by=staff, at=NOW)
        assert run(job).state == State.CANCELLED

    def test_of_anything_but_a_workbook_is_refused_at_the_door(self, staff):
        for name, content in [("台账.xlsx", b"PK\x03\x04 no"), ("台账.xls", b"\xd0\xcf\x11\xe0")]:
            with pytest.raises(UploadRefused):
                jobs.ask_import(
                    SimpleUploadedFile(name, content), creates_missing=False, by=staff, at=NOW
                )
        picture = SimpleUploadedFile("台账.pdf", b"%PDF-1.7\n%%EOF\n")
        with pytest.raises((jobs.NotAWorkbook, UploadRefused)):
            jobs.ask_import(picture, creates_missing=False, by=staff, at=NOW)
        assert LedgerJob.objects.count() == 0

    def test_of_a_workbook_that_is_no_ledger_fails_with_the_reason(self, staff, ledger_file):
        job = checked(ledger_file(suggestions=[]), staff)

        assert (job.state, job.outcome) == (State.FAILED, "工作表“建议台账”中没有建议。")

    def test_of_one_who_left_meanwhile_is_not_written(self, ledger_file, staff):
        job = checked(ledger_file(), staff)
        jobs.confirm(job.pk, by=staff, at=NOW)
        staff.valid_until = staff.valid_from
        staff.save()

        assert run(job).state == State.FAILED
        assert Suggestion.objects.count() == 0

    def test_too_many_wait_for_one_another(self, ledger_file, staff):
        for _ in range(jobs.MOST_WAITING):
            jobs.ask_import(ledger_file(), creates_missing=True, by=staff, at=NOW)

        with pytest.raises(jobs.TooManyJobs):
            jobs.ask_import(ledger_file(), creates_missing=True, by=staff, at=NOW)

    def test_tells_how_far_it_has_come(self, ledger_file, staff):
        job = jobs.ask_import(ledger_file(), creates_missing=True, by=staff, at=NOW)
        assert jobs.progress_of(job) == (0, 0)

        jobs.tell_progress(job.pk, 3, 6)
        assert jobs.progress_of(job) == (3, 6)

        run(job)
        assert (job.done, job.total) == (9, 9)


class TestExport:
    def ask(self, by, query=""):
        return run(jobs.ask_export(query, total=1, by=by, at=NOW))

    def test_holds_what_its_owner_sees(self, congress, clerk, unit, staff):
        rows = [case_row(), case_row("第0002号")]
        take_in_rows(rows, [receipt_row(unit=unit.name)], code=congress.code)

        job = self.ask(clerk)

        assert (job.state, job.outcome) == (State.DONE, "共1件。")
        book = fetched(job, clerk)
        numbers = [row[0] for row in book["建议台账"].iter_rows(min_row=2, values_only=True)]
        assert numbers == ["第0001号"]
        assert len(self.ask(staff).case_ids) == 2

    def test_is_not_handed_out_once_a_case_is_out_of_sight(self, congress, clerk, unit):
        take_in_rows([case_row()], [receipt_row(unit=unit.name)], code=congress.code)
        job = self.ask(clerk)
        SuggestionGroupPermission.objects.filter(group=unit.group).delete()

        with pytest.raises(jobs.NoLongerYours):
            jobs.open_file(job, by=clerk, at=NOW)

    def test_is_gone_after_a_day(self, congress, staff):
        take_in_rows([case_row()], code=congress.code)
        job = self.ask(staff)

        assert jobs.remove_expired(at=NOW + timedelta(hours=23)) == 0
        assert jobs.remove_expired(at=NOW + timedelta(hours=25)) == 1
        job.refresh_from_db()
        assert (job.state, bool(job.file)) == (State.EXPIRED, False)
        with pytest.raises(jobs.FileGone):
            jobs.open_file(job, by=staff, at=NOW)

    def test_of_an_unusable_query_fails_with_the_reason(self, staff):
        job = self.ask(staff, "session=abc")

        assert (job.state, job.outcome) == (
            State.FAILED,
            "筛选条件无法识别，请回到建议列表重新筛选。",
        )

    def test_keeps_verdicts_from_the_unit_they_are_about(self, congress, clerk, unit, staff):
        verdict = {"答复日期": "2023-05-01", "结果评价": "不满意", "不满意原因": "没有来谈过"}
        take_in_rows(
            [case_row(备注="内部")], [receipt_row(unit=unit.name, **verdict)], code=congress.code
        )

        def told(by):
            book = fetched(self.ask(by), by)
            text = [c for s in book for row in s.iter_rows(values_only=True) for c in row if c]
            return {"不满意", "没有来谈过", "内部"} & set(map(str, text))

        assert told(clerk) == set()
        assert told(staff) == {"不满意", "没有来谈过", "内部"}


class TestTasks:
    def test_do_what_waits(self, ledger_file, staff):
        job = jobs.ask_import(ledger_file(), creates_missing=True, by=staff, at=NOW)

        tasks.run_jobs()

        job.refresh_from_db()
        assert job.state == State.DONE

    def test_remove_what_is_over(self, congress, staff):
        job = run(jobs.ask_export("", total=0, by=staff, at=NOW))

        tasks.remove_expired()

        job.refresh_from_db()
        assert job.state == State.EXPIRED

    def test_a_job_that_breaks_says_so(self, ledger_file, staff, monkeypatch):
        def broken(*args, **kwargs):
            raise ValueError("broken")

        monkeypatch.setattr(running, "import_ledger", broken)

        job = checked(ledger_file(), staff)

        assert (job.state, job.outcome) == (State.FAILED, running.BROKEN)


def test_cancelling_is_a_refusal():
    assert str(ImportCancelled()) == "已取消，没有导入任何内容。"
