"""The supervision page and its deeds: who comes in, and what each does."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from supervision.models import KeyCase, SupervisionLog, Urging
from tests.doors import statuses
from tests.factories import congress as bodies
from tests.factories.accounts import make_member
from tests.factories.assignment import handed_over_case
from tests.factories.supervision import designated_case, urged

FOUND, REFUSED = 302, 422


@pytest.fixture
def case(unit, other_unit, deputy):
    """Return a case of the tests' day, which by the real clock is late."""
    return handed_over_case(unit, other_unit, roles=["lead", "support"], lead=deputy.deputy)


class TestOverview:
    url = "/supervision/"

    def test_who_may_open_it(self, request, client_of, case):
        expected = {
            "staff": 200,
            "system_office": 200,
            "clerk": 200,
            "unit_head": 200,
            "committee_member": 200,
            "leader": 200,
            "leading_official": 200,
            "secretary": 200,
            "deputy": 403,
            "auditor": 403,
        }

        assert statuses(request, client_of, self.url, expected) == expected

    def test_names_the_late_the_told_and_the_urged(self, client_of, case, unit, staff):
        urged(case.assignments.get(unit=unit), by=staff)

        text = client_of(staff).get(self.url).text

        assert case.title in text
        assert "逾期" in text
        assert "尚未提醒" in text
        assert "（待反馈）" in text

    def test_htmx_gets_the_results_alone(self, client_of, case, staff):
        answer = client_of(staff).get(f"{self.url}?state=late", headers={"HX-Request": "true"})

        assert answer.text.strip().startswith('<div id="results"')

    def test_says_what_would_appear(self, client_of, staff):
        assert "没有符合条件的事项" in client_of(staff).get(self.url).text


class TestUrgeMany:
    url = "/supervision/urge/"

    def test_urges_what_is_ticked(self, client_of, case, staff):
        ids = list(case.assignments.values_list("pk", flat=True))

        answer = client_of(staff).post(
            self.url, {"ids": [*ids, "x"], "text": "请抓紧"}, follow=True
        )

        assert "已催办2个单位" in answer.text
        assert Urging.objects.count() == 2

    def test_tells_what_was_refused(self, client_of, case, unit, staff):
        assignment = case.assignments.get(unit=unit)
        urged(assignment, by=staff, at=timezone.now())

        answer = client_of(staff).post(
            self.url, {"ids": [assignment.pk], "text": "请抓紧"}, follow=True
        )

        assert "今天已催办过" in answer.text

    @pytest.mark.parametrize(
        ("posted", "sentence"),
        [({"text": ""}, "请填写催办要求"), ({"text": "请抓紧"}, "没有选中可以催办的单位")],
    )
    def test_something_missing_is_said(self, client_of, staff, posted, sentence):
        assert sentence in client_of(staff).post(self.url, posted, follow=True).text

    def test_units_do_not_urge(self, client_of, clerk):
        assert client_of(clerk).post(self.url).status_code == 403


class TestUrge:
    def url(self, case) -> str:
        return reverse("supervision:urge", args=[case.pk])

    def test_who_may_open_it(self, request, client_of, case):
        expected = {
            "staff": 200,
            "system_office": 200,
            "clerk": 403,
            "outsider": 404,
            "leader": 403,
        }

        assert statuses(request, client_of, self.url(case), expected) == expected

    def test_urges_the_units_chosen(self, client_of, case, unit, staff):
        chosen = case.assignments.get(unit=unit)

        answer = client_of(staff).post(self.url(case), {"units": [chosen.pk], "text": "请抓紧"})

        assert answer.status_code == FOUND
        assert Urging.objects.get().assignment == chosen

    def test_a_refusal_keeps_what_was_typed(self, client_of, case, unit, staff):
        chosen = case.assignments.get(unit=unit)

        answer = client_of(staff).post(
            self.url(case), {"units": [chosen.pk], "text": "请抓紧", "answer_by": "2020-01-01"}
        )

        assert answer.status_code == REFUSED
        assert "不能早于今天" in answer.text


class TestAnswerUrging:
    def test_only_the_unit_answers(self, request, client_of, case, unit, staff):
        urging = urged(case.assignments.get(unit=unit), by=staff)
        url = reverse("supervision:answer_urging", args=[urging.pk])
        expected = {"clerk": 200, "other_clerk": 403, "outsider": 404, "staff": 403}

        assert statuses(request, client_of, url, expected) == expected

    def test_answers(self, client_of, case, unit, staff, clerk):
        urging = urged(case.assignments.get(unit=unit), by=staff)
        url = reverse("supervision:answer_urging", args=[urging.pk])

        client_of(clerk).post(url, {"answer": "下周面商"})

        urging.refresh_from_db()
        assert urging.answer == "下周面商"


class TestKeyCases:
    charge = {"decided_on": "2026-03-09", "decision": "主任会议决定"}

    def test_who_may_enter_one(self, request, client_of, case):
        url = reverse("supervision:designate", args=[case.pk])
        expected = {"staff": 200, "session_staff": 403, "clerk": 403, "other_staff": 404}

        assert statuses(request, client_of, url, expected) == expected

    def test_enters(self, client_of, case, committee, staff):
        url = reverse("supervision:designate", args=[case.pk])

        client_of(staff).post(url, {**self.charge, "committee": committee.pk})

        assert KeyCase.objects.get().committee == committee

    def test_a_refusal_keeps_what_was_typed(self, client_of, case, staff):
        url = reverse("supervision:designate", args=[case.pk])

        answer = client_of(staff).post(url, self.charge)

        assert answer.status_code == REFUSED
        assert "主任会议决定" in answer.text

    def test_changes(self, client_of, case, committee, official, staff):
        key_case = designated_case(case, committee=committee, by=staff)
        url = reverse("supervision:change_charge", args=[key_case.pk])

        page = client_of(staff).get(url)
        client_of(staff).post(url, {**self.charge, "leader": official.pk, "why": "分工调整"})

        key_case.refresh_from_db()
        assert page.status_code == 200
        assert key_case.leader == official

    def test_removes(self, client_of, case, committee, staff):
        key_case = designated_case(case, committee=committee, by=staff)
        url = reverse("supervision:remove", args=[key_case.pk])

        page = client_of(staff).get(url)
        client_of(staff).post(url, {"why": "误列"})

        assert page.status_code == 200
        assert not KeyCase.objects.exists()

    def test_who_may_log(self, request, client_of, case, committee, staff):
        key_case = designated_case(case, committee=committee, by=staff)
        url = reverse("supervision:add_log", args=[key_case.pk])
        expected = {
            "committee_member": 200,
            "other_committee_member": 404,
            "clerk": 403,
            "leader": 403,
        }

        assert statuses(request, client_of, url, expected) == expected

    def test_logs_with_a_paper(self, client_of, case, committee, staff, committee_member):
        key_case = designated_case(case, committee=committee, by=staff)
        url = reverse("supervision:add_log", args=[key_case.pk])

        client_of(committee_member).post(
            url,
            {
                "kind": "meeting",
                "happened_on": "2026-03-09",
                "text": "要求六月底前完成",
                "upload": SimpleUploadedFile("纪要.pdf", b"%PDF-1.7 text\n%%EOF\n"),
            },
        )

        assert SupervisionLog.objects.get().attachment.name == "纪要.pdf"

    def test_grades(self, client_of, case, official, staff, clerk):
        url = reverse("supervision:grade", args=[case.pk])

        page = client_of(staff).get(url)
        client_of(staff).post(url, {"led_by": official.pk})

        case.refresh_from_db()
        assert page.status_code == 200
        assert case.led_by == official
        assert client_of(clerk).get(url).status_code == 403


class TestCasePage:
    def test_shows_the_log_and_who_led_before(
        self, client_of, case, unit, committee, staff, deputy
    ):
        designated_case(case, committee=committee, by=staff)
        urged(case.assignments.get(unit=unit), by=staff)

        of_staff = client_of(staff).get(case.get_absolute_url()).text
        of_deputy = client_of(deputy).get(case.get_absolute_url()).text

        assert f"催办{unit}" in of_staff
        assert str(committee) in of_deputy
        assert "请抓紧办理，并反馈进展" not in of_deputy

    def test_a_leader_finds_the_case_in_the_inbox(self, client_of, case, congress, staff):
        leader = make_member("leader", bodies.make_official(congress, name="刘副主任"))
        designated_case(case, leader.official, by=staff)

        assert case.title in client_of(leader).get(reverse("desk:inbox")).text
