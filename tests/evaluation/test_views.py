"""Judging, releasing, deciding, as each person meets it in the browser."""

import pytest
from django.urls import reverse
from django.utils import timezone

from evaluation.models import RehandlingDecision, Verdict
from suggestions.stages import Stage
from tests.factories.accounts import PASSWORD
from tests.factories.evaluation import judge as judge_case
from tests.factories.evaluation import judged_case, reason_of, released_case
from tests.factories.handling import pdf, replied_case

GOOD = {"attitude": "satisfied", "result": "satisfied"}


@pytest.fixture
def case(unit, other_unit, deputy):
    """Return a case answered by a lead unit with a supporting one, waiting for its deputy."""
    return replied_case(unit, other_unit, roles=["lead", "support"], lead=deputy.deputy)


def same_for_all(case, **fields):
    """Fill in one judgement for all units."""
    apart = {f"unit{receipt.pk}-how": "same" for receipt in case.assignments.all()}
    return GOOD | apart | fields


def said(case):
    """Read the standing verdicts of a case, by the role of the unit."""
    found = Verdict.objects.current().filter(assignment__suggestion=case).order_by("pk")
    return [(each.assignment.role, each.state, each.attitude, each.result) for each in found]


class TestJudge:
    def url(self, case):
        return reverse("evaluation:judge", args=[case.pk])

    def test_is_checked_before_it_is_given(self, case, deputy, client_of):
        client = client_of(deputy)

        check = client.post(self.url(case), same_for_all(case, step="check"))
        before = said(case)
        done = client.post(self.url(case), same_for_all(case, step="give"))

        assert (check.status_code, before, done.status_code) == (200, [], 200)
        assert "提交后 24 小时内" in check.text
        assert said(case) == [
            ("lead", "given", "satisfied", "satisfied"),
            ("support", "given", "satisfied", "satisfied"),
        ]

    def test_goes_back_with_everything_that_was_filled_in(self, case, deputy, client_of):
        filled = same_for_all(case, step="edit", comment="沟通很及时")

        page = client_of(deputy).post(self.url(case), filled)

        assert (page.status_code, page.context["form"]["comment"].value()) == (200, "沟通很及时")
        assert said(case) == []

    def test_dissatisfaction_without_a_reason_is_refused_beside_the_field(
        self, case, deputy, client_of
    ):
        filled = same_for_all(case, step="check", result="dissatisfied", comment="第二条没有回应")

        page = client_of(deputy).post(self.url(case), filled)

        assert page.status_code == 422
        assert page.context["form"].errors == {
            "reasons": ["评价为不满意，请选择原因，或在下面写明。"]
        }
        assert "第二条没有回应" in page.text

    def test_a_unit_is_judged_apart_and_another_passed_over(self, case, deputy, client_of):
        lead, support = case.assignments.order_by("pk")
        filled = same_for_all(case, step="give") | {
            f"unit{lead.pk}-how": "own",
            f"unit{lead.pk}-attitude": "fairly",
            f"unit{lead.pk}-result": "dissatisfied",
            f"unit{lead.pk}-reasons": [reason_of(case).pk],
            f"unit{support.pk}-how": "skip",
        }

        client_of(deputy).post(self.url(case), filled)

        assert said(case) == [
            ("lead", "given", "fairly", "dissatisfied"),
            ("support", "not_involved", "", ""),
        ]

    def test_a_unit_judged_apart_needs_both_grades(self, case, deputy, client_of):
        lead = case.assignments.order_by("pk")[0]
        filled = same_for_all(case, step="check") | {f"unit{lead.pk}-how": "own"}

        page = client_of(deputy).post(self.url(case), filled)

        assert page.status_code == 422
        assert page.context["filled"].exceptions[0].errors == {
            "attitude": ["请评价办理态度。"],
            "result": ["请评价办理结果。"],
        }

    def test_after_a_sitting_the_password_is_asked_for(self, case, deputy, client_of):
        client = client_of(deputy, is_recent=False)

        wrong = client.post(self.url(case), same_for_all(case, step="give", password="nobody-s"))
        before = said(case)
        right = client.post(self.url(case), same_for_all(case, step="give", password=PASSWORD))

        assert (wrong.status_code, before, right.status_code) == (422, [], 200)
        assert "密码不对" in wrong.text
        assert len(said(case)) == 2

    def test_a_second_click_says_that_it_was_given(self, case, deputy, client_of):
        lead = case.assignments.order_by("pk")[0]
        client = client_of(deputy)
        filled = same_for_all(case, step="give")
        client.post(self.url(case), filled | {f"unit{lead.pk}-how": "same"})

        again = client.post(self.url(case), filled)

        assert "各承办单位的评价都已提交" in again.text
        assert len(said(case)) == 2

    def test_without_a_password_it_is_asked_for_once_more(self, case, deputy, client_of):
        client = client_of(deputy, is_recent=False)

        first = client.post(self.url(case), same_for_all(case, step="check"))
        empty = client.post(self.url(case), same_for_all(case, step="give", password=""))

        assert (first.status_code, first.context["password"].errors) == (200, {})
        assert (empty.status_code, list(empty.context["password"].errors)) == (422, ["password"])
        assert said(case) == []


class TestEnterReceipt:
    def url(self, case):
        return reverse("evaluation:enter_receipt", args=[case.pk])

    def test_staff_enter_what_the_deputy_signed(self, case, staff, client_of):
        answer = client_of(staff).post(self.url(case), same_for_all(case, receipt=pdf("回执.pdf")))

        assert answer.url == case.get_absolute_url()
        ways = Verdict.objects.filter(assignment__suggestion=case).values_list("way", "given_by")
        assert set(ways) == {("paper", staff.pk)}

    def test_without_the_scan_nothing_is_entered(self, case, staff, client_of):
        page = client_of(staff).post(self.url(case), same_for_all(case, comment="按回执"))

        assert page.status_code == 422
        assert list(page.context["form"].errors) == ["receipt"]
        assert "按回执" in page.text
        assert said(case) == []

    def test_a_file_that_may_not_be_kept_is_refused(self, case, staff, client_of):
        scan = pdf("回执.pdf")
        scan.name = "回执.exe"

        page = client_of(staff).post(self.url(case), same_for_all(case, receipt=scan))

        assert page.status_code == 422
        assert page.context["form"].non_field_errors()
        assert said(case) == []


class TestRelease:
    def test_shows_what_goes_out_and_sends_it(self, unit, deputy, staff, client_of):
        case = judged_case(unit, lead=deputy.deputy)
        url = reverse("evaluation:release_verdicts", args=[case.pk])
        client = client_of(staff)

        page, answer = client.get(url), client.post(url)
        again = client.post(url)

        assert [each.assignment.unit for each in page.context["verdicts"]] == [unit]
        assert (answer.status_code, answer.url) == (302, case.get_absolute_url())
        assert again.status_code == 422
        assert not Verdict.objects.filter(released_at__isnull=True).exists()

    def test_a_colleague_who_was_faster_is_named_on_the_page(
        self, unit, deputy, staff, client_of, other_unit
    ):
        case = judged_case(unit, lead=deputy.deputy, result="dissatisfied")
        url = reverse("evaluation:release_verdicts", args=[case.pk])
        client = client_of(staff)
        client.post(url)

        again = client.post(url)

        assert (again.status_code, again.context["refusal"]) == (
            422,
            "没有待反馈的评价，可能同事已经反馈。",
        )


class TestDecide:
    @pytest.fixture
    def bad(self, unit, deputy):
        return released_case(unit, result="dissatisfied", lead=deputy.deputy)

    def url(self, case):
        return reverse("evaluation:decide_rehandling", args=[case.pk])

    def test_orders_a_second_round(self, bad, staff, client_of):
        answer = client_of(staff).post(
            self.url(bad), {"outcome": "ordered", "reason": "请逐条回应第二条。"}
        )

        bad.refresh_from_db()
        assert answer.url == bad.get_absolute_url()
        assert (bad.stage, bad.round) == (Stage.REHANDLING, 2)

    def test_asks_for_a_reason_and_keeps_the_choice(self, bad, staff, client_of):
        page = client_of(staff).post(self.url(bad), {"outcome": "ordered", "reason": ""})

        assert page.status_code == 422
        assert page.context["form"]["outcome"].value() == "ordered"
        assert not RehandlingDecision.objects.exists()

    def test_a_blank_reason_is_none(self, bad, staff, client_of):
        page = client_of(staff).post(self.url(bad), {"outcome": "not_ordered", "reason": "　 "})

        assert page.status_code == 422
        assert not RehandlingDecision.objects.exists()

    def test_a_decision_is_made_once(self, bad, staff, client_of):
        client = client_of(staff)
        given = {"outcome": "conferred", "reason": "召开协调会。"}
        client.post(self.url(bad), given)

        again = client.post(self.url(bad), given)

        assert again.status_code == 422
        assert RehandlingDecision.objects.count() == 1


class TestMarkSilent:
    def url(self, case):
        return reverse("evaluation:mark_silent", args=[case.pk])

    def test_silence_is_recorded_after_the_last_day(self, case, staff, client_of):
        client = client_of(staff)
        page = client.get(self.url(case))

        answer = client.post(self.url(case))

        assert page.status_code == 200
        assert answer.url == case.get_absolute_url()
        assert said(case) == [("lead", "no_feedback", "", "")]

    def test_is_refused_while_the_days_run(self, unit, deputy, staff, client_of):
        fresh = replied_case(unit, lead=deputy.deputy, at=timezone.now())

        page = client_of(staff).post(self.url(fresh))

        assert (page.status_code, page.context["refusal"]) == (
            422,
            "评价期限还没有届满，不能记为未反馈。",
        )


class TestCorrect:
    def verdict_of(self, case):
        return Verdict.objects.current().get(assignment__suggestion=case)

    def url(self, verdict):
        return reverse("evaluation:correct", args=[verdict.pk])

    @pytest.fixture
    def judged(self, unit, deputy):
        fresh = replied_case(unit, lead=deputy.deputy)
        judge_case(fresh, at=timezone.now())
        return fresh

    def test_a_deputy_corrects_on_the_same_day(self, judged, deputy, client_of):
        first = self.verdict_of(judged)
        client = client_of(deputy)

        page = client.get(self.url(first))
        answer = client.post(self.url(first), {"attitude": "satisfied", "result": "fairly"})

        assert page.context["form"].initial["result"] == "satisfied"
        assert answer.url == judged.get_absolute_url()
        assert (self.verdict_of(judged).result, self.verdict_of(judged).revision) == ("fairly", 2)

    def test_later_the_deputy_is_told_whom_to_ask(self, unit, deputy, client_of):
        old = self.verdict_of(judged_case(unit, lead=deputy.deputy))

        page = client_of(deputy).post(self.url(old), {"attitude": "satisfied", "result": "fairly"})

        assert page.status_code == 422
        assert "请联系代表工委" in page.context["form"].non_field_errors()[0]

    def test_staff_say_why(self, judged, staff, client_of):
        verdict = self.verdict_of(judged)
        given = {"attitude": "satisfied", "result": "fairly"}
        client = client_of(staff)

        refused = client.post(self.url(verdict), given)
        answer = client.post(self.url(verdict), given | {"why": "代表3月10日来电更正。"})

        assert (refused.status_code, answer.status_code) == (422, 302)
        assert self.verdict_of(judged).correction_why == "代表3月10日来电更正。"

    def test_a_stranger_finds_none(self, judged, other_deputy, client_of):
        page = client_of(other_deputy).get(self.url(self.verdict_of(judged)))

        assert page.status_code == 404


def test_the_overview_is_read_by_the_committee_alone(case, staff, clerk, client_of):
    url = reverse("evaluation:overview")

    pages = [client_of(who).get(url) for who in (staff, clerk)]

    assert [page.status_code for page in pages] == [200, 403]
    assert case.title in pages[0].text
    assert case.title not in pages[1].text


class TestCasePage:
    def pages(self, case, *people, client_of):
        return [client_of(who).get(case.get_absolute_url()).text for who in people]

    def test_offers_each_the_next_deed(self, case, deputy, staff, clerk, client_of):
        judge = reverse("evaluation:judge", args=[case.pk])
        enter = reverse("evaluation:enter_receipt", args=[case.pk])
        silent = reverse("evaluation:mark_silent", args=[case.pk])

        pages = self.pages(case, deputy, staff, clerk, client_of=client_of)

        assert [[url in page for url in (judge, enter, silent)] for page in pages] == [
            [True, False, False],
            [False, True, True],
            [False, False, False],
        ]

    def test_tells_the_unit_nothing_before_release(
        self, unit, deputy, staff, clerk, leader, client_of
    ):
        case = judged_case(unit, lead=deputy.deputy, result="dissatisfied")
        who = (staff, deputy, clerk, leader)

        before = ["没有回应第二条" in page for page in self.pages(case, *who, client_of=client_of)]
        client_of(staff).post(reverse("evaluation:release_verdicts", args=[case.pk]))
        after = ["没有回应第二条" in page for page in self.pages(case, *who, client_of=client_of)]

        assert before == [True, True, False, False]
        assert after == [True, True, True, True]

    def test_offers_the_decision_once_it_is_due(self, unit, deputy, staff, client_of):
        case = judged_case(unit, lead=deputy.deputy, result="dissatisfied")
        release = reverse("evaluation:release_verdicts", args=[case.pk])
        decide = reverse("evaluation:decide_rehandling", args=[case.pk])

        before = self.pages(case, staff, client_of=client_of)[0]
        client_of(staff).post(release)
        after = self.pages(case, staff, client_of=client_of)[0]

        assert [release in before, decide in before] == [True, False]
        assert [release in after, decide in after] == [False, True]
