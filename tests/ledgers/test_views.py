"""The pages of ledgers and figures, person by person."""

import re
from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from ledgers import running
from ledgers.models import LedgerJob
from ledgers.services import jobs as services
from ledgers.views import jobs as views
from suggestions.models import Suggestion
from tests.factories import NOW
from tests.factories.ledgers import SESSION, case_row, receipt_row, session_of, take_in_rows

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def history(congress, term, unit, other_unit):
    """Two suggestions of a past session, one handled in the government's system."""
    take_in_rows(
        [case_row(类别="教科文卫体"), case_row("第0002号", 提出类型="闭会")],
        [
            receipt_row(
                unit=unit.name,
                role="主办",
                答复日期=date(2023, 5, 1),
                结果类别="A",
                结果评价="满意",
            ),
            receipt_row(unit=other_unit.name, role="协办"),
            receipt_row("第0002号", unit="市委组织部", 归口系统="党群"),
        ],
        [{"编号": "第0001号", "承办单位": unit.name, "承诺内容": "年内建成"}],
        code=congress.code,
    )
    return session_of(congress.code)


def figures_url(session, **more):
    chosen = {"session": session.pk, "as_of": "2023-12-31"} | more
    return f"{reverse('ledgers:figures')}?" + "&".join(f"{k}={v}" for k, v in chosen.items())


class TestFigures:
    def test_each_number_opens_a_list_of_as_many_rows(self, client_of, staff, history):
        client = client_of(staff)

        page = client.get(figures_url(history)).content.decode()

        links = re.findall(r'href="(/ledgers/figures/rows/[^"]+)">(\d+)<span', page)
        assert len(links) > 20
        for address, number in links:
            answer = client.get(address.replace("&amp;", "&"))
            assert answer.status_code == 200, address
            if "units" not in address and "replies" not in address:
                assert answer.context["found"].page.paginator.count == int(number), address

    def test_a_system_office_reads_its_own_system_only(self, client_of, system_office, history):
        answer = client_of(system_office).get(figures_url(history))

        assert answer.context["figures"]["suggestions"]["total"] == 1
        assert answer.context["scope"].system.name == "政府"

    def test_a_system_office_cannot_ask_for_another_system(
        self, client_of, system_office, history, congress
    ):
        other = congress.systems.get(name="党群")

        answer = client_of(system_office).get(figures_url(history, system=other.pk))

        assert answer.context["scope"] is None

    def test_an_office_without_a_system_is_told_so(self, client_of, other_system_office, history):
        answer = client_of(other_system_office).get(figures_url(history))

        assert (answer.status_code, answer.context["scope"]) == (200, None)
        assert "还没有归口系统" in answer.content.decode()

    def test_those_who_read_no_figures_are_turned_away(self, client_of, clerk, deputy, history):
        for person in (clerk, deputy):
            client = client_of(person)
            assert client.get(figures_url(history)).status_code == 403
            rows = f"{reverse('ledgers:figure_rows')}?figure=suggestions.total"
            assert client.get(rows).status_code == 403

    def test_another_congress_has_its_own(self, client_of, other_staff, history):
        answer = client_of(other_staff).get(figures_url(history))

        assert answer.context["scope"] is None

    @pytest.mark.parametrize("path", ["", "no.such", "suggestions.by_category:没有", "key%00"])
    def test_a_figure_that_is_none_is_not_found(self, client_of, staff, history, path):
        address = f"{reverse('ledgers:figure_rows')}?session={history.pk}&figure={path}"

        assert client_of(staff).get(address).status_code == 404

    def test_before_any_session_there_is_an_empty_page(self, client_of, staff):
        answer = client_of(staff).get(reverse("ledgers:figures"))

        assert "还没有可以统计的会议" in answer.content.decode()


class TestExport:
    def test_a_small_list_comes_at_once_and_equals_the_list(self, client_of, staff, history):
        client = client_of(staff)
        query = f"?session={history.pk}&filing=between_sessions"
        listed = client.get(reverse("desk:cases") + query).context["listing"].rows

        answer = client.post(reverse("ledgers:export") + query)

        assert answer["Content-Disposition"].startswith("attachment")
        book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
        numbers = [row[0] for row in book["建议台账"].iter_rows(min_row=2, values_only=True)]
        assert numbers == [case.number for case in listed] == ["第0002号"]

    def test_a_whole_session_brings_its_figures_along(self, client_of, staff, history):
        answer = client_of(staff).post(reverse("ledgers:export") + f"?session={history.pk}")

        book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
        told = {row[1]: row[2] for row in book["汇总"].iter_rows(min_row=2, values_only=True)}
        assert (told["建议总数"], told["承办件次"]) == (2, 3)

    def test_a_unit_gets_its_own_and_no_figures(self, client_of, clerk, history):
        answer = client_of(clerk).post(reverse("ledgers:export") + f"?session={history.pk}")

        book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
        assert book["建议台账"].max_row == 2
        assert book["汇总"].max_row == 2

    def test_a_large_list_becomes_a_job(self, client_of, staff, history, monkeypatch):
        monkeypatch.setattr(views, "AT_ONCE", 1)
        client = client_of(staff)

        answer = client.post(reverse("ledgers:export"))

        job = LedgerJob.objects.get()
        assert answer["Location"] == reverse("ledgers:job", args=[job.pk])
        running.run(job.pk, at=NOW)
        assert "下载" in client.get(answer["Location"]).content.decode()
        file = client.get(reverse("ledgers:download", args=[job.pk]))
        assert file.status_code == 200
        assert b"".join(file.streaming_content).startswith(b"PK")

    def test_needs_a_post_and_a_role_with_cases(self, client_of, staff, system_admin):
        assert client_of(staff).get(reverse("ledgers:export")).status_code == 405
        assert client_of(system_admin).post(reverse("ledgers:export")).status_code == 403

    def test_an_unusable_query_is_told(self, client_of, staff):
        answer = client_of(staff).post(reverse("ledgers:export") + "?stage=nonsense", follow=True)

        assert "筛选条件无法识别" in answer.content.decode()

    def test_a_file_that_is_gone_says_so(self, client_of, staff):
        job = services.ask_export("", total=0, by=staff, at=NOW)
        client = client_of(staff)

        for name in ("ledgers:download", "ledgers:report"):
            assert client.get(reverse(name, args=[job.pk])).status_code == 410


class TestImport:
    def test_is_uploaded_checked_confirmed_and_counted(self, client_of, staff, ledger_file):
        client = client_of(staff)

        sent = {"workbook": ledger_file(), "creates_missing": "on"}
        answer = client.post(reverse("ledgers:upload"), sent)
        job = LedgerJob.objects.get()
        assert answer["Location"] == reverse("ledgers:job", args=[job.pk])
        waiting = client.get(answer["Location"]).content.decode()
        assert "正在检查台账" in waiting
        assert "刷新进度" in waiting
        running.run(job.pk, at=NOW)
        assert "将新增 2 件" in client.get(answer["Location"]).content.decode()

        client.post(reverse("ledgers:confirm", args=[job.pk]))
        running.run(job.pk, at=NOW)

        assert "新增2件" in client.get(answer["Location"]).content.decode()
        assert Suggestion.objects.count() == 2

    def test_the_progress_part_stops_asking_once_it_is_over(self, client_of, staff, ledger_file):
        job = services.ask_import(ledger_file(), creates_missing=True, by=staff, at=NOW)
        client, address = client_of(staff), reverse("ledgers:job", args=[job.pk])

        before = client.get(address, headers=HTMX).content.decode()
        running.run(job.pk, at=NOW)
        after = client.get(address, headers=HTMX).content.decode()

        assert "every 2s" in before
        assert "every 2s" not in after
        assert "<html" not in after

    def test_faults_are_listed_and_the_marked_file_comes_back(self, client_of, staff, ledger_file):
        file = ledger_file([case_row(), case_row()])
        job = services.ask_import(file, creates_missing=True, by=staff, at=NOW)
        running.run(job.pk, at=NOW)
        client = client_of(staff)

        page = client.get(reverse("ledgers:job", args=[job.pk])).content.decode()
        report = client.get(reverse("ledgers:report", args=[job.pk]))

        assert "建议台账!A3" in page
        assert b"".join(report.streaming_content).startswith(b"PK")

    def test_a_file_that_is_no_workbook_is_refused_on_the_form(self, client_of, staff):
        answer = client_of(staff).post(
            reverse("ledgers:upload"), {"workbook": SimpleUploadedFile("a.xlsx", b"no")}
        )

        assert answer.status_code == 422
        assert LedgerJob.objects.count() == 0

    def test_can_be_cancelled(self, client_of, staff, ledger_file):
        job = services.ask_import(ledger_file(), creates_missing=True, by=staff, at=NOW)
        client = client_of(staff)

        client.post(reverse("ledgers:cancel", args=[job.pk]))
        again = client.post(reverse("ledgers:cancel", args=[job.pk]), follow=True)

        job.refresh_from_db()
        assert job.state == LedgerJob.State.CANCELLED
        assert "不能再这样操作" in again.content.decode()

    def test_confirming_twice_is_told(self, client_of, staff, ledger_file):
        job = services.ask_import(ledger_file(), creates_missing=True, by=staff, at=NOW)
        running.run(job.pk, at=NOW)
        client = client_of(staff)
        client.post(reverse("ledgers:confirm", args=[job.pk]))

        again = client.post(reverse("ledgers:confirm", args=[job.pk]), follow=True)

        assert "不能再这样操作" in again.content.decode()

    def test_the_template_is_an_empty_ledger(self, client_of, director):
        answer = client_of(director).get(reverse("ledgers:template"))

        book = load_workbook(BytesIO(answer.content))
        assert book.sheetnames == ["建议台账", "承办明细", "承诺事项"]
        assert [cell.value for cell in book["承诺事项"][1]][:2] == ["编号", "承办单位"]

    @pytest.mark.parametrize("name", ["clerk", "leader", "system_office", "session_staff"])
    def test_belongs_to_the_working_committee(self, name, client_of, request):
        client = client_of(request.getfixturevalue(name))

        for page in ("ledgers:upload", "ledgers:template"):
            assert client.get(reverse(page)).status_code == 403


class TestOtherPeoplesJobs:
    PAGES = ("job", "download", "report")
    DEEDS = ("confirm", "cancel")

    def test_do_not_exist(self, client_of, staff, director, other_staff, ledger_file):
        job = services.ask_import(ledger_file(), creates_missing=True, by=staff, at=NOW)

        for stranger in (director, other_staff):
            client = client_of(stranger)
            for name in self.PAGES:
                assert client.get(reverse(f"ledgers:{name}", args=[job.pk])).status_code == 404
            for name in self.DEEDS:
                assert client.post(reverse(f"ledgers:{name}", args=[job.pk])).status_code == 404
            assert SESSION not in client.get(reverse("ledgers:jobs")).content.decode()

    def test_are_shut_to_those_who_have_not_signed_in(self, client, staff):
        job = services.ask_export("", total=0, by=staff, at=NOW)

        for name in ("jobs", "figures", "upload", "template"):
            assert client.get(reverse(f"ledgers:{name}")).status_code == 302
        assert client.get(reverse("ledgers:download", args=[job.pk])).status_code == 302


def test_the_list_of_jobs_asks_as_often_for_three_as_for_one(client_of, staff):
    client = client_of(staff)
    client.get(reverse("ledgers:jobs"))  # what every first page looks up once

    def queries(n):
        for _ in range(n):
            services.ask_export("", total=0, by=staff, at=NOW)
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("ledgers:jobs"))
        return len(captured)

    assert queries(1) == queries(2)
