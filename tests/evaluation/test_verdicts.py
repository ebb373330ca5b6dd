from datetime import timedelta
from itertools import product

import pytest

from evaluation.models import Verdict
from evaluation.selectors import open_receipts
from evaluation.services import closing, verdicts
from evaluation.services.verdicts import Judgement
from notices.models import Alert
from suggestions.attachments import attach
from suggestions.models import Deadline, StageEvent
from suggestions.stages import Stage
from tests.factories import NOW
from tests.factories.evaluation import (
    judge,
    judged_case,
    judgements,
    rehandled_case,
    released_case,
)
from tests.factories.handling import pdf, replied_case
from tests.factories.suggestions import seat_of


def running(case, kind):
    return Deadline.objects.open().filter(suggestion=case, kind=kind)


@pytest.fixture
def case(unit, other_unit, deputy):
    """Return a case answered by a lead unit with a supporting one."""
    return replied_case(unit, other_unit, roles=["lead", "support"], lead=deputy.deputy)


@pytest.fixture
def voice(case):
    return seat_of(case.lead_deputy)


class TestGive:
    def test_records_one_verdict_for_each_receipt(self, case, voice):
        judge(case, by=voice)

        said = Verdict.objects.filter(assignment__suggestion=case).order_by("pk")
        assert [(each.assignment.role, each.attitude, each.result) for each in said] == [
            ("lead", "satisfied", "satisfied"),
            ("support", "satisfied", "satisfied"),
        ]

    def test_stops_the_clock_of_the_deputy_and_starts_that_of_the_office(self, case, voice):
        judge(case, by=voice)

        assert not running(case, Deadline.Kind.FEEDBACK).exists()
        assert running(case, Deadline.Kind.RELEASE).count() == 1
        assert not running(case, Deadline.Kind.REHANDLE_DECISION).exists()

    def test_starts_the_study_of_handling_again_after_dissatisfaction(self, case, voice):
        judge(case, "dissatisfied", by=voice)

        assert running(case, Deadline.Kind.REHANDLE_DECISION).count() == 1
        assert not running(case, Deadline.Kind.RELEASE).exists()

    def test_tells_both_offices_at_once_and_no_unit(
        self, case, voice, staff, system_office, clerk, unit_head
    ):
        judge(case, by=voice)

        told = set(
            Alert.objects.filter(text__contains="已评价").values_list("recipient", flat=True)
        )
        assert {staff.pk, system_office.pk} <= told
        assert not {clerk.pk, unit_head.pk} & told

    def test_puts_an_entry_on_the_timeline_that_units_cannot_read(self, case, voice, clerk, staff):
        judge(case, by=voice)

        entries = StageEvent.objects.filter(suggestion=case, action="judge")
        assert entries.visible_to(staff).count() == 1
        assert entries.visible_to(clerk).count() == 0

    def test_is_recorded_once_for_a_double_click(self, case, voice):
        said = judgements(case)
        verdicts.give(case.pk, said, by=voice, at=NOW)

        with pytest.raises(verdicts.AlreadyJudged):
            verdicts.give(case.pk, said, by=voice, at=NOW)

        assert Verdict.objects.filter(assignment__suggestion=case).count() == 2

    def test_wants_a_reason_with_dissatisfaction(self, case, voice):
        said = judgements(case, "dissatisfied", reasons=(), reason_text=" ")

        with pytest.raises(verdicts.ReasonMissing):
            verdicts.give(case.pk, said, by=voice, at=NOW)

        assert not Verdict.objects.exists()

    def test_wants_both_grades(self, case, voice):
        with pytest.raises(verdicts.GradeMissing):
            verdicts.give(case.pk, judgements(case, attitude=""), by=voice, at=NOW)

    def test_wants_something_to_judge(self, case, voice):
        with pytest.raises(verdicts.NothingToJudge):
            verdicts.give(case.pk, [], by=voice, at=NOW)

    def test_lets_a_supporting_unit_be_passed_over_but_never_the_lead(self, case, voice):
        lead, support = open_receipts(case)

        verdicts.give(
            case.pk,
            [
                Judgement(lead.pk, "satisfied", "fairly"),
                Judgement(support.pk, not_involved=True),
            ],
            by=voice,
            at=NOW,
        )

        states = Verdict.objects.filter(assignment__suggestion=case).order_by("pk")
        assert list(states.values_list("state", flat=True)) == ["given", "not_involved"]

    def test_a_lead_unit_passed_over_lacks_its_grades(self, case, voice):
        lead = open_receipts(case)[0]

        with pytest.raises(verdicts.GradeMissing):
            verdicts.give(case.pk, [Judgement(lead.pk, not_involved=True)], by=voice, at=NOW)

    def test_is_not_open_before_the_reply(self, case, voice, unit, other_unit):
        released = released_case(other_unit)

        with pytest.raises(verdicts.NotOpenForVerdict):
            verdicts.give(released.pk, judgements(case), by=voice, at=NOW)


class TestEnterReceipt:
    def test_keeps_the_scan_and_tells_the_deputy(self, case, staff, voice):
        verdicts.enter_receipt(case.pk, judgements(case), scan=pdf("回执.pdf"), by=staff, at=NOW)

        verdict = Verdict.objects.filter(assignment__suggestion=case).first()
        assert (verdict.way, verdict.given_by, verdict.receipt.name) == (
            "paper",
            staff,
            "回执.pdf",
        )
        assert Alert.objects.filter(recipient=voice, text__contains="纸质回执").count() == 1

    def test_hides_the_scan_from_the_unit(self, case, staff, clerk):
        verdicts.enter_receipt(case.pk, judgements(case), scan=pdf("回执.pdf"), by=staff, at=NOW)

        scan = Verdict.objects.filter(assignment__suggestion=case).first().receipt
        assert type(scan).objects.visible_to(staff).filter(pk=scan.pk).exists()
        assert not type(scan).objects.visible_to(clerk).filter(pk=scan.pk).exists()


class TestCorrect:
    def test_adds_a_revision_and_keeps_the_first(self, case, voice):
        first = judge(case, "dissatisfied", by=voice)[0]
        better = Judgement(first.assignment_id, "satisfied", "fairly")

        verdicts.correct(first.pk, better, by=voice, at=NOW + timedelta(hours=1))

        rows = Verdict.objects.filter(assignment=first.assignment).order_by("revision")
        assert list(rows.values_list("revision", "is_current", "result")) == [
            (1, False, "dissatisfied"),
            (2, True, "fairly"),
        ]

    def test_comes_too_late_after_a_day(self, case, voice):
        first = judge(case, by=voice)[0]
        again = Judgement(first.assignment_id, "satisfied", "fairly")

        with pytest.raises(verdicts.TooLateToCorrect):
            verdicts.correct(first.pk, again, by=voice, at=NOW + timedelta(hours=25))

    def test_is_entered_by_staff_later_with_the_reason(self, case, voice, staff):
        first = judge(case, by=voice)[0]
        again = Judgement(first.assignment_id, "satisfied", "dissatisfied", reason_text="点错了")

        new = verdicts.correct(
            first.pk, again, by=staff, at=NOW + timedelta(days=3), why="代表来电说明点错"
        )

        assert (new.revision, new.correction_why, new.given_by) == (2, "代表来电说明点错", staff)
        assert running(case, Deadline.Kind.REHANDLE_DECISION).count() == 1


class TestMarkSilent:
    LATE = NOW + timedelta(days=90)

    def test_records_silence_that_is_no_satisfaction(self, case, staff):
        verdicts.mark_silent(case.pk, by=staff, at=self.LATE)

        rows = Verdict.objects.filter(assignment__suggestion=case)
        assert list(rows.values_list("assignment__role", "state", "result")) == [
            ("lead", "no_feedback", "")
        ]

    def test_closes_the_case(self, case, staff):
        verdicts.mark_silent(case.pk, by=staff, at=self.LATE)

        case.refresh_from_db()
        assert Stage(case.stage) == Stage.CLOSED
        assert not running(case, Deadline.Kind.FEEDBACK).exists()

    def test_waits_for_the_last_day(self, case, staff):
        with pytest.raises(verdicts.StillInTime):
            verdicts.mark_silent(case.pk, by=staff, at=NOW + timedelta(days=1))

    def test_is_not_open_once_closed(self, case, staff):
        verdicts.mark_silent(case.pk, by=staff, at=self.LATE)

        with pytest.raises(verdicts.NotOpenForVerdict):
            verdicts.mark_silent(case.pk, by=staff, at=self.LATE)


class TestTheShield:
    def test_a_unit_reads_nothing_before_release(self, unit, clerk, unit_head, staff):
        judged_case(unit)

        assert Verdict.objects.visible_to(staff).count() == 1
        assert Verdict.objects.visible_to(clerk).count() == 0
        assert Verdict.objects.visible_to(unit_head).count() == 0

    def test_a_unit_reads_only_its_own_after_release(self, unit, other_unit, clerk, other_clerk):
        released_case(unit, other_unit, roles=["lead", "support"])

        assert [each.assignment.unit for each in Verdict.objects.visible_to(clerk)] == [unit]
        assert [each.assignment.unit for each in Verdict.objects.visible_to(other_clerk)] == [
            other_unit
        ]

    def test_the_systems_office_reads_it_at_once_and_a_stranger_never(
        self, unit, system_office, other_system_office, outsider
    ):
        judged_case(unit)

        assert Verdict.objects.visible_to(system_office).count() == 1
        assert Verdict.objects.visible_to(other_system_office).count() == 0
        assert Verdict.objects.visible_to(outsider).count() == 0

    def test_a_unit_cannot_tell_from_the_clocks(self, unit, clerk, staff):
        case = judged_case(unit, result="dissatisfied")

        clocks = Deadline.objects.filter(suggestion=case, kind="rehandle_decision")
        assert clocks.visible_to(staff).count() == 1
        assert clocks.visible_to(clerk).count() == 0


class TestWhatAwaitsRelease:
    def test_is_what_stands_and_was_said_here_and_no_unit_has_seen(self, case, staff):
        receipt = case.assignments.get(role="lead")
        scan = attach(case, pdf(), purpose="receipt", by=staff, at=NOW)
        parts = product([True, False], [None, NOW], Verdict.Way, Verdict.State)
        expected = {}
        for round_, (current, released, way, state) in enumerate(parts, 1):
            verdict = Verdict.objects.create(
                assignment=receipt,
                round=round_,
                is_current=current,
                released_at=released,
                released_by=staff if released else None,
                way=way,
                state=state,
                result="satisfied" if state == Verdict.State.GIVEN else "",
                receipt=scan,
            )
            told = way != Verdict.Way.IMPORTED and state != Verdict.State.NO_FEEDBACK
            expected[verdict.pk] = current and released is None and told

        kept = dict(Verdict.objects.values_list("pk", "awaits_release"))

        assert kept == expected
        assert sorted(expected.values()) == [False] * 32 + [True] * 4

    def test_is_over_with_the_release(self, unit, staff):
        case = judged_case(unit)
        waiting = Verdict.objects.filter(assignment__suggestion=case, awaits_release=True)
        before = waiting.count()

        closing.release(case.pk, by=staff, at=NOW)

        assert (before, waiting.count()) == (1, 0)


class TestParts:
    def test_the_clock_runs_until_every_answer_is_judged(self, unit, other_unit, deputy):
        case = replied_case(unit, other_unit, roles=["split", "split"], lead=deputy.deputy)
        first, second = judgements(case)
        voice = seat_of(case.lead_deputy)

        verdicts.give(case.pk, [first], by=voice, at=NOW)
        after_one = running(case, Deadline.Kind.FEEDBACK).exists()
        verdicts.give(case.pk, [second], by=voice, at=NOW)

        assert (after_one, running(case, Deadline.Kind.FEEDBACK).exists()) == (True, False)
        assert running(case, Deadline.Kind.RELEASE).count() == 1

    def test_a_correction_in_the_second_round_stays_with_the_first_reply(self, unit, deputy, staff):
        case = rehandled_case(unit, lead=deputy.deputy)
        old = Verdict.objects.current().get(assignment__suggestion=case)
        milder = Judgement(old.assignment_id, attitude="satisfied", result="fairly")

        new = verdicts.correct(old.pk, milder, by=staff, at=NOW, why="代表来电更正。")

        assert (new.round, new.reply_id) == (1, old.reply_id)
        assert new.reply_id is not None
