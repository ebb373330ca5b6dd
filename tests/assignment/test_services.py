"""Handing cases over: who may be asked what, and what starts with it."""

from datetime import date, timedelta

import pytest

from assignment.models import Assignment, AssignmentRound, Referral
from assignment.services import assigning, batches, returns
from assignment.services.assigning import (
    AssignedByColleague,
    OutsideTheSystem,
    ReferralEnded,
    ReferredAlready,
)
from assignment.services.handing_over import (
    NotInStageToAssign,
    Recused,
    UnitNotActive,
    UnitTwice,
    UnitWasRelieved,
    WrongDay,
)
from assignment.services.orders import NoReasonForLongerTime, Order, Terms, WrongMix
from congress.models import Unit
from notices.models import Alert
from suggestions import deadlines
from suggestions.models import Deadline, StageEvent
from suggestions.stages import Stage
from tests.factories import NOW, TODAY
from tests.factories import congress as bodies
from tests.factories.accounts import make_member
from tests.factories.assignment import (
    asked_return,
    case_to_assign,
    hand_over,
    handed_over_case,
    reload,
)
from tests.factories.suggestions import case_in

Role = Assignment.Role
TERMS = Terms()


def clocks_of(holder: str, who) -> dict[str, date]:
    return dict(Deadline.objects.open().filter(**{holder: who}).values_list("kind", "due_on"))


def roles_of(case) -> dict[str, str]:
    return dict(case.assignments.live().values_list("unit__name", "role"))


def told(membership) -> list[str]:
    return list(Alert.objects.filter(recipient=membership).values_list("text", flat=True))


def assign(case, *orders: Order, by, at=NOW, terms=TERMS):
    return assigning.assign(case.pk, orders=orders, terms=terms, by=by, at=at)


class TestAssign:
    def test_gives_a_sole_unit_all_its_clocks(self, unit, staff):
        case = handed_over_case(unit, by=staff)

        assert Stage(case.stage) == Stage.HANDLING
        assert (case.handling, case.handed_over_on) == ("sole", TODAY)
        assert clocks_of("holder_unit", unit) == {
            "sign": date(2026, 3, 16),
            "return_window": date(2026, 3, 23),
            "contact": date(2026, 4, 7),
            "reply": date(2026, 6, 9),
        }
        assert AssignmentRound.objects.values_list("round", "accepted_on").get() == (1, None)

    def test_gives_a_supporting_unit_the_clock_of_an_opinion(self, unit, other_unit, staff):
        case = handed_over_case(unit, other_unit, roles=["lead", "support"], by=staff)

        assert case.handling == "lead_and_support"
        assert clocks_of("holder_unit", other_unit) == {
            "sign": date(2026, 3, 16),
            "return_window": date(2026, 3, 23),
            "opinion": date(2026, 4, 21),
        }

    def test_the_window_for_a_return_is_a_right_and_no_duty(self, unit, staff):
        case = handed_over_case(unit, by=staff)

        window = case.assignments.get().return_deadline
        assert (window.kind, window.is_duty) == ("return_window", False)

    def test_a_hard_case_has_six_months_and_a_reason(self, unit, staff):
        terms = {"is_hard": True, "hard_reason": "涉及八个部门和三个区"}

        case = handed_over_case(unit, by=staff, terms=terms)

        assert case.assignments.get().answer_deadline.due_on == date(2026, 9, 9)

    def test_six_months_without_a_reason_are_refused(self, unit, staff):
        case = case_to_assign(unit.congress)

        with pytest.raises(NoReasonForLongerTime):
            hand_over(case, [(unit, "sole")], by=staff, is_hard=True, hard_reason=" ")

    def test_what_the_platform_delivers_later_is_received_later(self, unit, staff):
        case = case_to_assign(unit.congress)
        at = NOW + timedelta(days=3)

        hand_over(case, [(unit, "sole")], by=staff, at=at, assigned_on=TODAY)

        receipt = case.assignments.get()
        assert receipt.answer_deadline.starts_on == TODAY
        assert receipt.contact_deadline.starts_on == TODAY + timedelta(days=3)

    def test_a_batch_gives_its_day_and_its_common_date(self, session, unit, staff):
        batch = batches.open_batch(
            session,
            name="大会建议集中交办",
            handed_over_on=TODAY,
            answer_by=date(2026, 5, 29),
            requirements="每月报送进展",
            by=staff,
            at=NOW,
        )
        case = case_to_assign(unit.congress)

        [receipt] = hand_over(case, [(unit, "sole")], by=staff, batch=batch)

        assert (receipt.batch, receipt.requirements) == (batch, "每月报送进展")
        assert receipt.answer_deadline.due_on == date(2026, 5, 29)
        assert receipt.answer_deadline.source == Deadline.Source.BATCH

    def test_stops_the_clock_of_the_office_that_had_to_assign(self, unit, staff):
        case = case_to_assign(unit.congress)
        clock = deadlines.start(
            Deadline.Kind.ASSIGN,
            clock="intersession_assign",
            holder=staff.office,
            starts_on=TODAY,
            case=case,
        )

        hand_over(case, [(unit, "sole")], by=staff)

        clock.refresh_from_db()
        assert clock.met_at == NOW

    def test_tells_the_unit_the_deputies_and_the_office_of_the_system(
        self, unit, clerk, unit_head, outsider, deputy, staff, system_office
    ):
        case = case_to_assign(unit.congress, deputy.deputy)

        hand_over(case, [(unit, "sole")], by=staff)

        assert told(clerk) == [f"请签收（独办，2026年06月09日前办结）：{case}"]
        assert told(unit_head) == told(clerk)
        assert told(deputy) == [f"您的建议已交由{unit}（独办）办理：{case}"]
        assert told(system_office) == [f"已交办本系统单位{unit}（独办）：{case}"]
        assert told(outsider) == []

    def test_puts_the_units_on_the_timeline_with_the_step(self, unit, other_unit, staff):
        case = handed_over_case(unit, other_unit, roles=["lead", "support"], by=staff)

        step = StageEvent.objects.filter(suggestion=case).latest("pk")
        assert (step.action, step.source, step.target) == ("hand_over", "registered", "handling")
        assert step.note == f"交办给{unit}（主办）、{other_unit}（协办）。"

    def test_a_colleague_who_was_faster_is_named(self, unit, other_unit, staff, director):
        case = handed_over_case(unit, by=director)

        with pytest.raises(AssignedByColleague, match=f"{director.user}.*{unit}"):
            assign(case, Order(other_unit), by=staff)

    def test_a_case_under_review_cannot_be_assigned(self, unit, staff):
        lead = bodies.make_deputy(bodies.make_term(unit.congress))
        case = case_in(Stage.COMMITTEE_REVIEW, lead)

        with pytest.raises(NotInStageToAssign, match="工委审核"):
            assign(case, Order(unit), by=staff)

    def test_the_same_unit_cannot_be_asked_twice(self, unit, staff):
        case = case_to_assign(unit.congress)

        with pytest.raises(UnitTwice):
            assign(case, Order(unit, Role.LEAD), Order(unit, Role.SUPPORT), by=staff)

    def test_a_unit_that_is_closed_cannot_be_asked(self, unit, staff):
        Unit.objects.filter(pk=unit.pk).update(is_active=False)
        unit.refresh_from_db()
        case = case_to_assign(unit.congress)

        with pytest.raises(UnitNotActive):
            assign(case, Order(unit), by=staff)

    def test_who_proposed_the_case_in_another_seat_stands_back(self, unit, deputy, congress):
        office = bodies.working_committee_of(congress)
        both = make_member("staff", office, user=deputy.user)
        case = case_to_assign(unit.congress, deputy.deputy)

        with pytest.raises(Recused):
            assign(case, Order(unit), by=both)

    @pytest.mark.parametrize(("days", "sentence"), [(1, "晚于今天"), (-30, "早于受理日期")])
    def test_the_day_lies_between_acceptance_and_today(self, unit, staff, days, sentence):
        case = case_to_assign(unit.congress)

        with pytest.raises(WrongDay, match=sentence):
            hand_over(case, [(unit, "sole")], by=staff, assigned_on=TODAY + timedelta(days=days))

    def test_nothing_is_left_behind_when_one_unit_is_refused(self, unit, other_unit, staff):
        case = handed_over_case(unit, by=staff)
        before = Deadline.objects.count()

        with pytest.raises(UnitTwice):
            assigning.add_units(
                case.pk,
                orders=[Order(other_unit, Role.SUPPORT), Order(unit, Role.SUPPORT)],
                terms=TERMS,
                by=staff,
                at=NOW,
            )

        assert (roles_of(case), Deadline.objects.count()) == ({unit.name: "sole"}, before)


class TestMixOfRoles:
    def test_what_cannot_be_is_refused(self, unit, other_unit, staff):
        case = case_to_assign(unit.congress)
        for roles in [
            ["sole", "sole"],
            ["sole", "support"],
            ["lead", "lead"],
            ["lead", "split"],
            ["support"],
            ["split"],
        ]:
            with pytest.raises(WrongMix):
                hand_over(case, zip([unit, other_unit], roles, strict=False), by=staff)

    def test_nobody_is_no_hand_over(self, unit, staff):
        with pytest.raises(WrongMix):
            assign(case_to_assign(unit.congress), by=staff)

    def test_split_units_need_their_parts(self, unit, other_unit, staff):
        case = case_to_assign(unit.congress)

        with pytest.raises(WrongMix, match="部分"):
            assign(case, Order(unit, Role.SPLIT, "路面"), Order(other_unit, Role.SPLIT), by=staff)

    def test_split_units_may_have_a_supporting_one(self, unit, other_unit, third_unit, staff):
        case = handed_over_case(
            unit, other_unit, third_unit, roles=["split", "split", "support"], by=staff
        )

        assert case.handling == "split"

    def test_a_lead_alone_is_a_sole_unit(self, unit, staff):
        case = handed_over_case(unit, roles=["lead"], by=staff)

        assert (case.handling, roles_of(case)) == ("sole", {unit.name: "sole"})


class TestAddUnits:
    def test_a_sole_unit_that_is_joined_leads(self, unit, other_unit, staff):
        case = handed_over_case(unit, by=staff)

        assigning.add_units(
            case.pk, orders=[Order(other_unit, Role.SUPPORT)], terms=TERMS, by=staff, at=NOW
        )

        case.refresh_from_db()
        assert roles_of(case) == {unit.name: "lead", other_unit.name: "support"}
        assert (case.stage, case.handling) == ("handling", "lead_and_support")

    def test_a_case_that_waits_is_assigned_and_not_added_to(self, unit, staff):
        case = case_to_assign(unit.congress)

        with pytest.raises(NotInStageToAssign):
            assigning.add_units(case.pk, orders=[Order(unit)], terms=TERMS, by=staff, at=NOW)

    def test_a_unit_that_was_relieved_is_not_asked_again(self, unit, other_unit, third_unit, staff):
        case = handed_over_case(unit, other_unit, roles=["lead", "support"], by=staff)
        asked = asked_return(case.assignments.get(unit=other_unit), third_unit)
        returns.grant_return(asked.pk, by=staff, at=NOW)

        with pytest.raises(UnitWasRelieved):
            assigning.add_units(
                case.pk, orders=[Order(other_unit, Role.SUPPORT)], terms=TERMS, by=staff, at=NOW
            )


class TestRefer:
    def test_passes_the_duty_to_the_office(self, unit, staff, system_office):
        case = case_to_assign(unit.congress)
        clock = deadlines.start(
            Deadline.Kind.ASSIGN,
            clock="intersession_assign",
            holder=staff.office,
            starts_on=TODAY,
            case=case,
        )

        referral = assigning.refer(
            case.pk, office=system_office.office, advice="建议由交通局办", by=staff, at=NOW
        )

        clock.refresh_from_db()
        case.refresh_from_db()
        assert clock.met_at == NOW
        assert Stage(case.stage) == Stage.REGISTERED
        assert clocks_of("holder_office", system_office.office) == {"referral": date(2026, 3, 16)}
        assert referral.deadline.holder == system_office.office
        assert told(system_office) == [f"请于03月16日前确定承办单位：{case}"]

    def test_the_office_is_asked_once(self, unit, staff, system_office):
        case = case_to_assign(unit.congress)
        assigning.refer(case.pk, office=system_office.office, by=staff, at=NOW)

        with pytest.raises(ReferredAlready):
            assigning.refer(case.pk, office=system_office.office, by=staff, at=NOW)

    def test_a_case_in_hand_is_not_passed_on(self, unit, staff, system_office):
        case = handed_over_case(unit, by=staff)

        with pytest.raises(AssignedByColleague):
            assigning.refer(case.pk, office=system_office.office, by=staff, at=NOW)

    def test_a_case_under_review_is_not_passed_on(self, unit, staff, system_office):
        lead = bodies.make_deputy(bodies.make_term(unit.congress))

        with pytest.raises(NotInStageToAssign):
            assigning.refer(
                case_in(Stage.COMMITTEE_REVIEW, lead).pk,
                office=system_office.office,
                by=staff,
                at=NOW,
            )


@pytest.fixture
def referral(unit, staff, system_office) -> Referral:
    case = case_to_assign(unit.congress)
    return assigning.refer(case.pk, office=system_office.office, by=staff, at=NOW)


def assign_within(referral, *orders: Order, by, at=NOW):
    return assigning.assign_within_system(referral.pk, orders=orders, terms=TERMS, by=by, at=at)


class TestAssignWithinSystem:
    def test_hands_the_case_over_and_meets_the_office_s_clock(self, referral, unit, system_office):
        [receipt] = assign_within(referral, Order(unit), by=system_office)

        referral.refresh_from_db()
        assert (referral.ended_by, referral.ended_why) == (system_office, "已交办")
        assert referral.deadline.met_at == NOW
        assert receipt.referral == referral
        assert reload(receipt).suggestion.stage == "handling"

    def test_a_unit_of_another_system_is_refused(self, referral, congress, system_office):
        stranger = bodies.make_unit(congress, congress.systems.get(name="党群"))

        with pytest.raises(OutsideTheSystem):
            assign_within(referral, Order(stranger), by=system_office)

    def test_it_is_done_once(self, referral, unit, other_unit, system_office):
        assign_within(referral, Order(unit), by=system_office)

        with pytest.raises(ReferralEnded, match=str(system_office.user)):
            assign_within(referral, Order(other_unit), by=system_office)

    def test_two_offices_each_bring_their_part(self, referral, unit, staff, system_office):
        congress = unit.congress
        party = congress.systems.get(name="党群")
        party.office = bodies.make_office(congress, name="市委督查室")
        party.save()
        stranger = bodies.make_unit(congress, party, name="市委宣传部")
        second = assigning.refer(referral.suggestion_id, office=party.office, by=staff, at=NOW)

        assign_within(referral, Order(unit, Role.LEAD), by=system_office)
        assign_within(
            second, Order(stranger, Role.SUPPORT), by=make_member("system_office", party.office)
        )

        case = referral.suggestion
        assert roles_of(case) == {unit.name: "lead", stranger.name: "support"}


class TestSendReferralBack:
    def test_the_case_waits_for_the_committee_again(self, referral, staff, system_office):
        assigning.send_referral_back(referral.pk, why="属党群系统", by=system_office, at=NOW)

        referral.refresh_from_db()
        assert referral.ended_why == "退回代表工委"
        assert clocks_of("holder_office", staff.office) == {"assign": date(2026, 3, 23)}
        assert told(staff) == [f"{system_office.office}退回转办：{referral.suggestion}"]

    def test_it_is_done_once(self, referral, system_office):
        assigning.send_referral_back(referral.pk, why="属党群系统", by=system_office, at=NOW)

        with pytest.raises(ReferralEnded):
            assigning.send_referral_back(referral.pk, why="又退", by=system_office, at=NOW)

    def test_while_another_office_has_it_the_committee_owes_nothing(
        self, referral, congress, staff, system_office, other_system_office
    ):
        assigning.refer(referral.suggestion_id, office=other_system_office.office, by=staff, at=NOW)

        assigning.send_referral_back(referral.pk, why="属党群系统", by=system_office, at=NOW)

        assert clocks_of("holder_office", staff.office) == {}


class TestBatches:
    def test_reports_what_went_and_what_was_refused(self, unit, other_unit, staff, director):
        waiting = case_to_assign(unit.congress)
        taken = handed_over_case(other_unit, by=director)

        results = batches.assign_many(
            [waiting.pk, taken.pk, waiting.pk], orders=[Order(unit)], terms=TERMS, by=staff, at=NOW
        )

        assert [(result.case, result.went) for result in results] == [
            (waiting, True),
            (taken, False),
        ]
        assert "已将本建议交办给" in results[1].refusal

    def test_passes_many_to_an_office(self, unit, staff, system_office):
        cases = [case_to_assign(unit.congress) for _ in range(2)]

        results = batches.refer_many(
            [case.pk for case in cases], office=system_office.office, by=staff, at=NOW
        )

        assert [result.went for result in results] == [True, True]

    def test_an_office_hands_over_what_was_passed_to_it_and_nothing_else(
        self, referral, unit, system_office
    ):
        stranger = case_to_assign(unit.congress)

        results = batches.assign_many_within_system(
            [referral.suggestion_id, stranger.pk],
            office=system_office.office,
            orders=[Order(unit)],
            terms=TERMS,
            by=system_office,
            at=NOW,
        )

        assert [result.case.pk for result in results] == [referral.suggestion_id]

    def test_a_common_date_lies_after_the_hand_over(self, session, staff):
        with pytest.raises(batches.BatchDateBeforeHandOver):
            batches.open_batch(
                session, name="批次", handed_over_on=TODAY, answer_by=TODAY, by=staff, at=NOW
            )
