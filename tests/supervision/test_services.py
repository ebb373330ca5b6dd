"""Key suggestions, grades, urging."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assignment.models import Assignment
from assignment.services import assigning, mix
from assignment.services.orders import Order, Terms
from common.uploads.intake import UploadRefused
from congress.models import Grade
from notices.models import Alert
from suggestions.grants import grants_on
from suggestions.models import Attachment, Audience, StageEvent
from suggestions.stages import Stage
from supervision.models import KeyCase, KeyCaseChange, SupervisionLog
from supervision.services import grading, key_cases, urging
from supervision.services.answering import AnsweredAlready
from supervision.services.committees import HandlesItself, SupervisesItself
from supervision.services.grading import NothingChanged
from supervision.services.key_cases import (
    HappensLater,
    HasALog,
    KeyAlready,
    NobodyLeads,
    NotToBeSupervised,
)
from supervision.services.urging import (
    AnswerDayPast,
    NoLongerHandles,
    UrgedToday,
)
from tests.factories import NOW, TODAY
from tests.factories import congress as bodies
from tests.factories.accounts import make_member
from tests.factories.assignment import accepted_assignment, handed_over_case, offered_assignment
from tests.factories.suggestions import case_in
from tests.factories.supervision import charge, designated_case, urged


@pytest.fixture
def case(unit, deputy):
    return handed_over_case(unit, lead=deputy.deputy)


def told(member) -> list[str]:
    return list(Alert.objects.filter(recipient=member).values_list("text", flat=True))


class TestDesignate:
    def test_lets_its_leader_and_committee_see_the_case(
        self, case, unit, official, committee, staff, system_office
    ):
        designated_case(case, official, committee, by=staff)

        assert grants_on(case) == {
            (unit.group_id, "handles"),
            (system_office.office.group_id, "assigns"),
            (committee.group_id, "tracks"),
            (official.group_id, "leads"),
        }

    def test_tells_all_concerned(
        self, case, official, committee, staff, clerk, deputy, committee_member, leading_official
    ):
        designated_case(case, official, committee, by=staff)

        said = f"已确定为重点督办建议（督办领导 {official}，跟踪 {committee}）：{case}"
        for member in [clerk, deputy, committee_member, leading_official]:
            assert said in told(member)

    def test_is_entered_once(self, case, committee, staff):
        designated_case(case, committee=committee, by=staff)

        with pytest.raises(KeyAlready):
            designated_case(case, committee=committee, by=staff)

    def test_somebody_must_lead_it(self, case, staff):
        with pytest.raises(NobodyLeads):
            designated_case(case, by=staff)

    def test_a_committee_does_not_supervise_what_it_handles(self, congress, committee, staff):
        committee.unit = bodies.make_unit(congress, name="城环委")
        committee.save()
        case = handed_over_case(committee.unit)

        with pytest.raises(HandlesItself):
            designated_case(case, committee=committee, by=staff)

    def test_a_committee_that_also_is_a_unit_supervises_others(self, case, congress, committee):
        committee.unit = bodies.make_unit(congress, name="城环委")
        committee.save()

        assert designated_case(case, committee=committee).committee == committee

    def test_a_committee_that_supervises_does_not_come_to_handle_it(
        self, case, congress, committee, staff
    ):
        committee.unit = bodies.make_unit(congress, name="城环委")
        committee.save()
        designated_case(case, committee=committee, by=staff)

        with pytest.raises(SupervisesItself):
            assigning.add_units(
                case.pk,
                orders=[Order(committee.unit, "support")],
                terms=Terms(),
                by=staff,
                at=NOW,
            )

    def test_other_units_may_join_what_a_committee_supervises(
        self, case, committee, other_unit, staff
    ):
        designated_case(case, committee=committee, by=staff)

        assigning.add_units(
            case.pk, orders=[Order(other_unit, "support")], terms=Terms(), by=staff, at=NOW
        )

        assert case.assignments.count() == 2

    def test_without_committee_any_unit_may_join(self, case, official, other_unit, staff):
        designated_case(case, official, by=staff)

        assigning.add_units(
            case.pk, orders=[Order(other_unit, "support")], terms=Terms(), by=staff, at=NOW
        )

        assert case.assignments.count() == 2

    def test_a_case_without_number_is_none(self, unit, committee, staff):
        lead = bodies.make_deputy(bodies.make_term(unit.congress))

        with pytest.raises(NotToBeSupervised, match="工委审核"):
            designated_case(case_in(Stage.COMMITTEE_REVIEW, lead), committee=committee, by=staff)


class TestChangeCharge:
    def test_keeps_who_led_before_and_moves_the_grants(
        self, case, congress, official, committee, staff, unit, system_office
    ):
        key_case = designated_case(case, official, committee, by=staff)
        second = bodies.make_official(congress, name="周副主任")

        key_cases.change_charge(
            key_case.pk, charge=charge(second), why="分工调整", by=staff, at=NOW
        )

        change = KeyCaseChange.objects.get()
        assert (change.leader, change.committee, change.why) == (official, committee, "分工调整")
        assert {row for row in grants_on(case) if row[1] in {"tracks", "leads"}} == {
            (second.group_id, "leads")
        }
        event = StageEvent.objects.get(action="change_key")
        assert event.text == (
            f"督办责任由“督办领导 {official}，跟踪 {committee}”调整为“督办领导 {second}”"
        )


class TestRemove:
    def test_takes_a_slip_off_the_list(self, case, committee, staff):
        key_case = designated_case(case, committee=committee, by=staff)

        key_cases.remove(key_case.pk, why="误列", by=staff, at=NOW)

        assert not KeyCase.objects.exists()
        assert (committee.group_id, "tracks") not in grants_on(case)

    def test_what_has_a_log_stays(self, case, committee, staff):
        key_case = designated_case(case, committee=committee, by=staff)
        add_log(key_case, staff)

        with pytest.raises(HasALog):
            key_cases.remove(key_case.pk, why="误列", by=staff, at=NOW)


def add_log(key_case, by, **fields):
    given = {"kind": "site_visit", "happened_on": TODAY, "text": "现场查看施工进度"}
    return key_cases.add_log(key_case.pk, **given | fields, by=by, at=NOW)


class TestAddLog:
    def test_keeps_what_was_done_with_its_paper(self, case, committee, staff, committee_member):
        key_case = designated_case(case, committee=committee, by=staff)
        paper = SimpleUploadedFile("调研报告.pdf", b"%PDF-1.7 text\n%%EOF\n")

        entry = add_log(key_case, committee_member, upload=paper, place="工地", people="三名委员")

        assert entry.attachment.purpose == Attachment.Purpose.SUPERVISION
        assert StageEvent.objects.get(action="supervise").note == "现场查看施工进度"

    def test_a_bad_file_leaves_no_entry(self, case, committee, staff):
        key_case = designated_case(case, committee=committee, by=staff)

        with pytest.raises(UploadRefused):
            add_log(key_case, staff, upload=SimpleUploadedFile("a.exe", b"MZ"))
        assert not SupervisionLog.objects.exists()

    def test_what_has_yet_to_happen_is_no_log(self, case, committee, staff):
        key_case = designated_case(case, committee=committee, by=staff)

        with pytest.raises(HappensLater):
            add_log(key_case, staff, happened_on=TODAY + timedelta(days=1))

    def test_a_leader_alone_or_a_committee_alone_is_named(self, official, committee):
        assert key_cases.leaders_line(KeyCase(leader=official)) == f"督办领导 {official}"
        assert key_cases.leaders_line(KeyCase(committee=committee)) == f"跟踪 {committee}"
        assert key_cases.leaders_line(KeyCase()) == "未定"


class TestGrade:
    @pytest.fixture
    def first(self, congress) -> Grade:
        return Grade.objects.filter(congress=congress).first() or Grade.objects.create(
            congress=congress, code="1", label="一类"
        )

    def test_lets_the_leading_official_see_the_case(
        self, case, first, official, leading_official, staff
    ):
        grading.grade(case.pk, grade=first, led_by=official, by=staff, at=NOW)

        case.refresh_from_db()
        assert (case.grade, case.led_by) == (first, official)
        assert (official.group_id, "leads") in grants_on(case)
        assert told(leading_official) == [f"请领办：{case}"]

    def test_the_same_again_is_refused(self, case, first, official, staff):
        grading.grade(case.pk, grade=first, led_by=official, by=staff, at=NOW)

        with pytest.raises(NothingChanged):
            grading.grade(case.pk, grade=first, led_by=official, by=staff, at=NOW)

    def test_taken_off_again_it_ends_the_grant_and_tells_nobody(
        self, case, first, official, leading_official, staff
    ):
        grading.grade(case.pk, grade=first, led_by=official, by=staff, at=NOW)

        grading.grade(case.pk, grade=None, led_by=None, by=staff, at=NOW)

        assert (official.group_id, "leads") not in grants_on(case)
        assert len(told(leading_official)) == 1


class TestUrge:
    def test_tells_the_clerk_and_the_head(self, unit, clerk, unit_head, outsider, staff):
        second = make_member("clerk", unit)
        assignment = accepted_assignment(unit, by=clerk)

        urged(assignment, by=staff)

        said = f"催办：{assignment.suggestion}。请抓紧办理，并反馈进展。"
        assert said in told(clerk)
        assert said in told(unit_head)
        assert said not in told(second)
        assert told(outsider) == []

    def test_while_nobody_has_the_item_all_clerks_are_told(self, unit, clerk, staff):
        second = make_member("clerk", unit)

        urged(offered_assignment(unit), by=staff)

        assert any(text.startswith("催办") for text in told(clerk))
        assert any(text.startswith("催办") for text in told(second))

    def test_only_the_unit_and_the_offices_read_it(self, unit, staff):
        urged(offered_assignment(unit), by=staff)

        event = StageEvent.objects.get(action="urge")
        assert (event.audience, event.unit) == (Audience.UNIT, unit)

    def test_an_office_urges_once_a_day(self, unit, staff, director, system_office):
        assignment = offered_assignment(unit)
        urged(assignment, by=staff)

        with pytest.raises(UrgedToday):
            urged(assignment, by=director)
        urged(assignment, by=system_office)
        urged(assignment, by=director, at=NOW + timedelta(days=1))
        assert assignment.urgings.count() == 3

    def test_who_was_relieved_is_not_urged(self, unit, other_unit, staff):
        assignment = offered_assignment(unit)
        mix.replace_unit(assignment.pk, to=other_unit, why="职责调整", by=staff, at=NOW)

        with pytest.raises(NoLongerHandles):
            urged(assignment, by=staff)

    def test_an_answer_is_not_wanted_yesterday(self, unit, staff):
        with pytest.raises(AnswerDayPast):
            urging.urge(
                offered_assignment(unit).pk,
                text="请反馈",
                answer_by=TODAY - timedelta(days=1),
                by=staff,
                at=NOW,
            )

    def test_many_are_reported_one_by_one(self, unit, congress, other_unit, system_office):
        mine = offered_assignment(unit)
        stranger = offered_assignment(bodies.make_unit(congress, congress.systems.get(name="党群")))
        urged(again := offered_assignment(other_unit), by=system_office)

        results = urging.urge_many(
            [mine.pk, stranger.pk, again.pk], text="请反馈", by=system_office, at=NOW
        )

        assert {result.assignment: result.refusal for result in results} == {
            mine: "",
            stranger: f"{stranger.unit}不在您的督办范围内。",
            again: f"{system_office.user}今天已催办过{other_unit}。",
        }


class TestAnswerUrging:
    def test_tells_who_urged(self, unit, clerk, staff):
        urging_ = urged(offered_assignment(unit), by=staff)

        urging.answer_urging(urging_.pk, answer="下周面商", by=clerk, at=NOW)

        urging_.refresh_from_db()
        assert (urging_.answer, urging_.answered_by) == ("下周面商", clerk)
        assert told(staff)[-1].startswith(f"{unit}已反馈催办") or any(
            text.startswith(f"{unit}已反馈催办") for text in told(staff)
        )

    def test_is_answered_once(self, unit, clerk, unit_head, staff):
        urging_ = urged(offered_assignment(unit), by=staff)
        urging.answer_urging(urging_.pk, answer="下周面商", by=clerk, at=NOW)

        with pytest.raises(AnsweredAlready):
            urging.answer_urging(urging_.pk, answer="又答", by=unit_head, at=NOW)


def test_done_receipts_are_urged_too_for_what_they_promised(unit, staff):
    assignment = offered_assignment(unit)
    Assignment.objects.filter(pk=assignment.pk).update(state="done")

    assert urged(assignment, by=staff).assignment == assignment
