"""The pages of notices to units and of the weekly digest."""

from datetime import date
from http import HTTPStatus

import pytest
from django.urls import reverse
from django.utils import timezone

from supervision.models import Digest
from supervision.services.reminders import remind
from tests.factories import NOW, TODAY
from tests.factories.assignment import accepted_assignment
from tests.factories.supervision import prepared_notice, released_notice

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 16)
LATER = NOW + (ON - TODAY)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    """The pages read the clock: let it be a week after the reply was due."""
    monkeypatch.setattr(timezone, "now", lambda: LATER)


def at(name, *args):
    return reverse(f"supervision:{name}", args=args)


@pytest.fixture
def assignment(unit, clerk):
    return accepted_assignment(unit, by=clerk)


class TestNotices:
    def test_a_person_looks_corrects_and_releases_with_one_press(
        self, assignment, staff, client_of
    ):
        notice = prepared_notice(assignment)
        client = client_of(staff)
        page = client.get(at("release_notice", notice.pk))

        answer = client.post(
            at("release_notice", notice.pk),
            {"text": "请抓紧办理。", "answer_by": page.context["form"].initial["answer_by"]},
        )

        assert page.context["form"].initial["answer_by"] == date(2026, 6, 24)
        assert answer.headers["Location"] == at("notice", notice.pk)
        notice.refresh_from_db()
        assert (notice.number_text, notice.text) == ("督办通〔2026〕第1号", "请抓紧办理。")

    def test_words_may_be_kept_without_a_release(self, assignment, staff, client_of):
        notice = prepared_notice(assignment)
        given = {"text": "改过的话", "answer_by": "2026-06-30", "keep": "1"}

        client_of(staff).post(at("release_notice", notice.pk), given)

        notice.refresh_from_db()
        assert (notice.state, notice.text) == ("draft", "改过的话")

    def test_a_refusal_keeps_what_was_typed(self, assignment, staff, client_of):
        notice = prepared_notice(assignment)
        given = {"text": "我的话", "answer_by": "2026-06-01"}

        page = client_of(staff).post(at("release_notice", notice.pk), given)

        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "我的话" in page.content.decode()
        assert "不能早于今天" in page.content.decode()

    def test_the_unit_finds_it_in_the_inbox_answers_and_all_is_on_the_case(
        self, assignment, staff, clerk, client_of
    ):
        notice = released_notice(assignment, by=staff)
        client = client_of(clerk)

        inbox = client.get(reverse("desk:inbox")).content.decode()
        client.post(at("answer_notice", notice.pk), {"answer": "月底前答复。"})

        assert "待回应督办通知单" in inbox
        case = client.get(assignment.suggestion.get_absolute_url()).content.decode()
        assert all(
            words in case for words in ("督办通〔2026〕第1号", "月底前答复。", "要求2026年6月23日")
        )

    def test_staff_find_drafts_in_the_inbox_and_put_one_aside(
        self, assignment, staff, system_office, client_of
    ):
        notice = prepared_notice(assignment)
        inboxes = [
            client_of(each).get(reverse("desk:inbox")).content.decode()
            for each in (staff, system_office)
        ]

        client_of(staff).post(at("drop_notice", notice.pk), {"why": "已电话督促。"})

        assert all("待签发督办通知单" in inbox for inbox in inboxes)
        page = client_of(staff).get(at("notice", notice.pk)).content.decode()
        assert "已电话督促。" in page

    @pytest.mark.parametrize(("kind", "mark"), [("docx", b"PK"), ("pdf", b"%PDF")])
    def test_prints(self, assignment, staff, clerk, client_of, kind, mark):
        notice = released_notice(assignment, by=staff)

        file = client_of(clerk).get(at("print_notice", notice.pk, kind))

        assert file.content.startswith(mark)

    def test_what_is_not_released_is_not_printed(self, assignment, staff, client_of):
        draft = prepared_notice(assignment)

        assert client_of(staff).get(at("print_notice", draft.pk, "pdf")).status_code == 404

    @pytest.mark.parametrize("state", ["draft", "waiting", "silent", "answered", "dropped"])
    def test_each_number_of_the_list_opens_its_rows(
        self, assignment, unit, clerk, staff, client_of, state
    ):
        prepared_notice(assignment)
        released_notice(accepted_assignment(unit, by=clerk), by=staff)

        page = client_of(staff).get(at("notices"), {"state": state})

        assert page.context["listing"].total == page.context["counts"][state]

    def test_says_what_would_appear(self, staff, clerk, client_of):
        for actor in (staff, clerk):
            assert "没有督办通知单" in client_of(actor).get(at("notices")).content.decode()


class TestDigest:
    def test_the_alert_opens_it_and_each_number_its_rows(self, assignment, staff, client_of):
        remind(on=date(2026, 6, 15), at=LATER)
        digest = Digest.objects.get(office=staff.office)
        client = client_of(staff)

        for figure in client.get(at("digest", digest.pk)).context["figures"]:
            page = client.get(at("digest", digest.pk), {"section": figure.section})
            assert page.context["page"].paginator.count == figure.count
        assert str(digest.made_on.day) in client.get(at("digests")).content.decode()

    def test_shows_the_notices_that_were_released(self, assignment, staff, client_of):
        released_notice(assignment, by=staff, at=LATER)
        remind(on=date(2026, 6, 22), at=LATER)
        digest = Digest.objects.get(office=staff.office)

        page = client_of(staff).get(at("digest", digest.pk), {"section": "released"})

        assert "督办通〔2026〕第1号" in page.content.decode()

    def test_nobody_opens_that_of_another_office(
        self, staff, system_office, other_staff, client_of
    ):
        remind(on=date(2026, 6, 15), at=LATER)
        digest = Digest.objects.get(office=staff.office)

        answers = [
            client_of(actor).get(at("digest", digest.pk)).status_code
            for actor in (system_office, other_staff)
        ]
        assert answers == [HTTPStatus.NOT_FOUND, HTTPStatus.NOT_FOUND]

    def test_is_for_offices(self, clerk, client_of):
        assert client_of(clerk).get(at("digests")).status_code == HTTPStatus.FORBIDDEN
