"""Notices to units: prepared by the clock, released by a person, answered by the unit."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.db.utils import NotSupportedError, ProgrammingError

from notices.models import Alert
from suggestions import deadlines
from suggestions.models import StageEvent
from supervision import rules
from supervision.integrity import faults
from supervision.models import SupervisionNotice
from supervision.selectors import notices as selectors
from supervision.selectors import waiting
from supervision.selectors.overview import as_rows, late_and_soon, with_what_was_done
from supervision.services import notice_papers
from supervision.services.answering import AnsweredAlready
from supervision.services.reminders import remind
from tests.factories import NOW, TODAY
from tests.factories import congress as bodies
from tests.factories.accounts import make_member
from tests.factories.assignment import accepted_assignment, handed_over_case
from tests.factories.suggestions import merged_case, seat_of
from tests.factories.supervision import prepared_notice, released_notice, urged
from tests.together import at_once

pytestmark = pytest.mark.django_db
State = SupervisionNotice.State
DUE = date(2026, 6, 9)
LATER = NOW + (DUE + timedelta(days=7) - TODAY)


@pytest.fixture
def assignment(unit, clerk):
    found = accepted_assignment(unit, by=clerk)
    # The talk was held; the reply alone is late.
    deadlines.meet(found.contact_deadline, at=NOW)
    return found


def run(on: date) -> None:
    remind(on=on, at=NOW + (on - TODAY))


def drafts() -> list[SupervisionNotice]:
    return list(SupervisionNotice.objects.drafts().order_by("pk"))


def told(member) -> list[str]:
    found = Alert.objects.filter(recipient=member).exclude(kind=Alert.Kind.DUE)
    return [text for text in found.order_by("pk").values_list("text", flat=True) if "督办" in text]


class TestPrepare:
    def test_a_duty_a_week_late_is_put_on_the_desks_once(self, assignment, staff, system_office):
        for days in (6, 7, 8, 20):
            run(DUE + timedelta(days=days))

        [notice] = drafts()
        assert (notice.assignment, notice.deadline, notice.missed_on, notice.number) == (
            assignment,
            assignment.answer_deadline,
            DUE,
            None,
        )
        assert "期限为2026年6月9日，截至2026年6月16日已逾期7天" in notice.text
        said = ["有逾期事项已拟好督办通知单，请审阅后签发。"]
        weekly = "签发督办通知单0份"
        assert [text for text in told(staff) if weekly not in text] == said
        assert [text for text in told(system_office) if weekly not in text] == said

    def test_nobody_outside_the_offices_hears_of_a_draft(self, assignment, clerk, unit_head):
        run(DUE + timedelta(days=7))

        assert told(clerk) == told(unit_head) == []
        assert list(SupervisionNotice.objects.visible_to(clerk)) == []

    def test_what_was_done_meanwhile_leaves_the_desk_by_itself(self, assignment):
        run(DUE + timedelta(days=7))
        deadlines.meet(assignment.answer_deadline, at=LATER)

        run(DUE + timedelta(days=8))

        notice = SupervisionNotice.objects.get()
        assert (notice.state, notice.dropped_why, notice.dropped_by) == (
            State.DROPPED,
            "期限事项已完成或已终止。",
            None,
        )

    def test_a_unit_that_was_relieved_takes_its_draft_along(self, assignment):
        run(DUE + timedelta(days=7))
        type(assignment).objects.update(state="reassigned")

        run(DUE + timedelta(days=8))

        notice = SupervisionNotice.objects.get()
        assert (notice.state, notice.dropped_why) == (State.DROPPED, "单位已不再承办。")

    def test_an_extension_takes_it_back_and_a_second_failure_asks_for_another(self, assignment):
        run(DUE + timedelta(days=7))
        deadlines.extend(assignment.answer_deadline, until=date(2026, 7, 9), why="延期")

        run(date(2026, 6, 17))
        run(date(2026, 7, 16))

        states = SupervisionNotice.objects.order_by("pk").values_list("state", "missed_on")
        assert list(states) == [(State.DROPPED, DUE), (State.DRAFT, date(2026, 7, 9))]

    def test_one_receipt_has_one_at_a_time(self, unit, clerk):
        accepted_assignment(unit, by=clerk)  # contact and reply are late

        run(DUE + timedelta(days=7))

        [notice] = drafts()
        assert notice.deadline.kind == "contact"

    def test_who_has_just_had_one_is_given_as_long_again(self, unit, clerk, staff):
        receipt = accepted_assignment(unit, by=clerk)  # contact and reply are late
        notice = released_notice(receipt, by=staff)
        notice_papers.answer_notice(notice.pk, answer="月底前答复。", by=clerk, at=LATER)

        run(DUE + timedelta(days=13))
        before = drafts()
        run(DUE + timedelta(days=14))

        assert before == []
        assert [draft.deadline.kind for draft in drafts()] == ["contact"]

    def test_the_other_units_of_a_case_are_left_alone(self, unit, other_unit, clerk):
        case = handed_over_case(unit, other_unit, roles=["lead", "support"])
        for clock in case.deadlines.exclude(holder_unit=other_unit):
            deadlines.meet(clock, at=NOW)

        run(DUE + timedelta(days=7))

        assert {notice.assignment.unit for notice in drafts()} == {other_unit}


class TestRelease:
    def release(self, notice, by, **fields):
        given = {"text": "请抓紧办理。", "answer_by": date(2026, 6, 23), "at": LATER}
        return notice_papers.release_notice(notice.pk, by=by, **given | fields)

    def test_numbers_it_and_tells_the_unit_and_the_other_office(
        self, assignment, staff, system_office, clerk, unit_head, outsider
    ):
        notice = self.release(prepared_notice(assignment), staff)

        case = assignment.suggestion
        assert notice.number_text == "督办通〔2026〕第1号"
        assert (
            told(clerk)
            == told(unit_head)
            == [f"收到督办通〔2026〕第1号，请于06月23日前回应：{case}"]
        )
        assert told(system_office) == [
            f"{staff.office}已对{assignment.unit}签发督办通〔2026〕第1号：{case}"
        ]
        assert told(staff) == told(outsider) == []
        event = StageEvent.objects.get(action="release_notice")
        assert (event.note, event.unit) == ("请抓紧办理。", assignment.unit)

    def test_the_office_of_the_system_may_release_too(self, assignment, system_office, staff):
        notice = self.release(prepared_notice(assignment), system_office)

        assert notice.office == system_office.office
        assert len(told(staff)) == 1

    def test_a_colleague_s_correction_is_kept(self, assignment, staff, director):
        notice = prepared_notice(assignment)
        given = {"text": "改过的话", "answer_by": date(2026, 6, 30)}

        notice_papers.edit_notice(notice.pk, **given, by=staff, at=LATER)

        [kept] = drafts()
        assert (kept.text, kept.answer_by, kept.edited_by) == (
            "改过的话",
            date(2026, 6, 30),
            staff,
        )

    def test_what_is_done_needs_none(self, assignment, staff):
        notice = prepared_notice(assignment)
        deadlines.meet(assignment.answer_deadline, at=LATER)

        with pytest.raises(notice_papers.NoLongerLate):
            self.release(notice, staff)

    def test_who_was_relieved_gets_none(self, assignment, staff):
        notice = prepared_notice(assignment)
        type(assignment).objects.update(state="reassigned")

        with pytest.raises(notice_papers.NoLongerHandles, match="已不再承办"):
            self.release(notice, staff)

    def test_an_answer_is_not_wanted_yesterday(self, assignment, staff):
        with pytest.raises(notice_papers.AnswerDayPast):
            self.release(prepared_notice(assignment), staff, answer_by=DUE)

    def test_a_second_press_says_who_was_faster(self, assignment, staff, director):
        notice = self.release(prepared_notice(assignment), staff)

        with pytest.raises(notice_papers.NoticeSettled, match=f"{staff.user}已处理.*已签发"):
            self.release(notice, director)

    def test_what_was_put_aside_stays_so_and_is_not_prepared_again(self, assignment, staff):
        notice = prepared_notice(assignment)

        notice_papers.drop_notice(notice.pk, why="已电话督促。", by=staff, at=LATER)

        run(DUE + timedelta(days=9))
        assert drafts() == []
        with pytest.raises(notice_papers.NoticeSettled, match="已电话督促"):
            self.release(notice, staff)

    def test_what_the_run_took_back_says_so(self, assignment, staff):
        notice = prepared_notice(assignment)
        deadlines.meet(assignment.answer_deadline, at=LATER)
        run(DUE + timedelta(days=8))

        with pytest.raises(notice_papers.NoticeSettled, match=r"已自动撤下.*已完成或已终止"):
            self.release(notice, staff)

    def test_a_system_without_an_office_has_nobody_else_to_tell(self, assignment, staff, clerk):
        assignment.unit.system.office = None
        assignment.unit.system.save()

        self.release(prepared_notice(assignment), staff)

        assert len(told(clerk)) == 1
        assert told(staff) == []

    def test_numbers_begin_anew_each_year(self, assignment, unit, clerk, staff):
        self.release(prepared_notice(assignment), staff)
        second = accepted_assignment(unit, by=clerk)
        next_year = LATER + timedelta(days=365)

        notice = self.release(
            prepared_notice(second), staff, at=next_year, answer_by=next_year.date()
        )

        assert notice.number_text == "督办通〔2027〕第1号"


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_and_no_double_however_many_press(unit, clerk, staff):
    found = [prepared_notice(accepted_assignment(unit, by=clerk)) for _ in range(4)]
    given = {"text": "请抓紧办理。", "answer_by": date(2026, 6, 23), "by": staff, "at": LATER}

    outcomes = at_once(
        *[lambda pk=pk: notice_papers.release_notice(pk, **given) for pk in (n.pk for n in found)],
        *[lambda pk=pk: notice_papers.release_notice(pk, **given) for pk in (n.pk for n in found)],
    )

    assert sum(isinstance(each, notice_papers.NoticeSettled) for each in outcomes) == 4
    numbers = SupervisionNotice.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3, 4]


class TestAnswer:
    def test_tells_the_offices_and_ends_the_wait(self, assignment, clerk, staff, system_office):
        notice = released_notice(assignment, by=staff)
        assert list(selectors.notices_to_answer(clerk)) == [notice]

        notice_papers.answer_notice(notice.pk, answer="月底前答复。", by=clerk, at=LATER)

        said = f"{assignment.unit}已回应督办通〔2026〕第1号：{assignment.suggestion}"
        assert told(staff) == told(system_office)[1:] == [said]
        assert list(selectors.notices_to_answer(clerk)) == []

    def test_is_given_once(self, assignment, clerk, unit_head):
        notice = released_notice(assignment)
        notice_papers.answer_notice(notice.pk, answer="月底前答复。", by=clerk, at=LATER)

        with pytest.raises(AnsweredAlready, match=str(clerk.user)):
            notice_papers.answer_notice(notice.pk, answer="已答复。", by=unit_head, at=LATER)


class TestRecusal:
    """Who proposed the case finds nothing about it to do in another seat (回避)."""

    def test_a_draft_waits_for_the_colleague_alone(self, assignment, staff):
        lead = assignment.suggestion.lead_deputy
        proposer = make_member("staff", staff.office, user=seat_of(lead).user)
        draft = prepared_notice(assignment)

        queues = {who: list(selectors.notices_to_release(who)) for who in (staff, proposer)}

        assert queues == {staff: [draft], proposer: []}
        assert not rules.may_release_notice(proposer, draft)

    def test_notice_and_urging_are_answered_by_the_colleague_alone(self, assignment, clerk, unit):
        lead = assignment.suggestion.lead_deputy
        proposer = make_member("clerk", unit, user=seat_of(lead).user)
        notice, urging = released_notice(assignment), urged(assignment)

        asked = {
            who: [*selectors.notices_to_answer(who), *waiting.urgings_to_answer(who)]
            for who in (clerk, proposer)
        }

        assert asked == {clerk: [notice, urging], proposer: []}

    def test_whose_case_was_merged_into_this_one_stands_back_too(self, assignment, staff):
        absorbed = merged_case(assignment.suggestion)
        proposer = make_member("staff", staff.office, user=seat_of(absorbed.lead_deputy).user)
        prepared_notice(assignment)

        assert list(selectors.notices_to_release(proposer)) == []


class TestWhoMay:
    def test_release_and_answer(self, assignment, request):
        draft = prepared_notice(assignment)
        people = [
            "deputy",
            "secretary",
            "staff",
            "director",
            "session_staff",
            "other_staff",
            "system_office",
            "other_system_office",
            "clerk",
            "unit_head",
            "other_clerk",
            "outsider",
            "committee_member",
            "leader",
        ]
        actors = {name: request.getfixturevalue(name) for name in people}

        releasing = {n for n, actor in actors.items() if rules.may_release_notice(actor, draft)}
        seeing = {
            n for n, actor in actors.items() if SupervisionNotice.objects.visible_to(actor).exists()
        }
        notice_papers.release_notice(
            draft.pk,
            text=draft.text,
            answer_by=LATER.date(),
            by=actors["staff"],
            at=LATER,
        )
        draft.refresh_from_db()
        answering = {n for n, actor in actors.items() if rules.may_answer_notice(actor, draft)}
        reading = {
            n for n, actor in actors.items() if SupervisionNotice.objects.visible_to(actor).exists()
        }

        assert releasing == {"staff", "director", "system_office"}
        assert seeing == releasing
        assert answering == {"clerk", "unit_head"}
        assert reading == releasing | answering | {"session_staff", "leader"}

    def test_who_proposed_the_case_stands_back(self, assignment, congress):
        lead = assignment.suggestion.lead_deputy
        proposer = make_member("deputy", lead)
        office = bodies.working_committee_of(congress)
        colleague = make_member("staff", office, user=proposer.user)

        assert not rules.may_release_notice(colleague, prepared_notice(assignment))


class TestWhatTheDatabaseKeeps:
    def test_a_released_notice_is_not_reworded(self, assignment):
        notice = released_notice(assignment)

        with pytest.raises((InternalError, NotSupportedError)), transaction.atomic():
            SupervisionNotice.objects.filter(pk=notice.pk).update(text="别的话")

    def test_nor_deleted(self, assignment):
        released_notice(assignment)

        with (
            pytest.raises((InternalError, ProgrammingError, NotSupportedError)),
            transaction.atomic(),
        ):
            SupervisionNotice.objects.all().delete()

    def test_a_release_is_whole(self, assignment):
        notice = prepared_notice(assignment)

        with pytest.raises(IntegrityError, match="notice_release_is_whole"):
            SupervisionNotice.objects.filter(pk=notice.pk).update(state=State.RELEASED)


def test_the_supervision_page_names_the_notice(assignment, staff, unit):
    notice = released_notice(assignment, by=staff)

    duties = as_rows(late_and_soon(staff, on=LATER.date()))
    rows = with_what_was_done(duties, actor=staff, on=LATER.date())

    assert {row.notice for row in rows} == {notice}


def test_queries_of_the_list_do_not_grow(unit, clerk, staff, django_assert_num_queries):
    for _ in range(3):
        released_notice(accepted_assignment(unit, by=clerk), by=staff)

    with django_assert_num_queries(1):
        rows = list(selectors.as_rows(selectors.listed_notices(staff)))
        assert [str(row.assignment.unit) + str(row.deadline) for row in rows]


def test_the_check_of_the_house_finds_a_missing_number(unit, clerk, staff, monkeypatch):
    released_notice(accepted_assignment(unit, by=clerk), by=staff)
    assert list(faults()) == []
    monkeypatch.setattr(notice_papers, "_next_number", lambda congress, year: 3)

    released_notice(accepted_assignment(unit, by=clerk), by=staff)

    assert list(faults()) == ["示例市人民代表大会2026年督办通知单：缺1个编号。"]
