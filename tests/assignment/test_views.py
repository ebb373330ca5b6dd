"""The pages of hand-over, signing and return requests: who comes in, and what each deed does."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assignment.models import Assignment, Batch, Objection, Referral, ReturnRequest
from assignment.services import assigning, batches, objections
from tests.doors import statuses
from tests.factories import NOW, TODAY
from tests.factories.accounts import make_member
from tests.factories.assignment import (
    accepted_assignment,
    asked_return,
    case_to_assign,
    handed_over_case,
    offered_assignment,
    reload,
    return_reason_of,
)

State = Assignment.State
FOUND, REFUSED = 302, 422


def orders(*rows: tuple[object, str], **terms: object) -> dict[str, object]:
    """Return what the form of units posts."""
    posted: dict[str, object] = {"form-TOTAL_FORMS": len(rows) or 1, "form-INITIAL_FORMS": 0}
    for number, (unit, role) in enumerate(rows):
        posted |= {f"form-{number}-unit": unit.pk if unit else "", f"form-{number}-role": role}
    return posted | terms


@pytest.fixture
def waiting(unit):
    return case_to_assign(unit.congress)


@pytest.fixture
def now_case(unit, deputy):
    """Return a case handed over this very day, by the clock that views read."""
    return handed_over_case(unit, lead=deputy.deputy, at=timezone.now())


class TestAssign:
    def url(self, case) -> str:
        return reverse("assignment:assign", args=[case.pk])

    def test_who_may_open_it(self, request, client_of, waiting):
        expected = {
            "staff": 200,
            "director": 200,
            "session_staff": 200,
            "other_staff": 404,
            "system_office": 404,
            "outsider": 404,
            "leader": 403,
        }

        assert statuses(request, client_of, self.url(waiting), expected) == expected

    def test_hands_over(self, client_of, staff, waiting, unit, other_unit):
        answer = client_of(staff).post(
            self.url(waiting), orders((unit, "sole"), (other_unit, "support"))
        )

        assert answer.status_code == FOUND
        assert set(waiting.assignments.values_list("unit__name", "role")) == {
            (unit.name, "lead"),
            (other_unit.name, "support"),
        }

    def test_a_refusal_keeps_what_was_typed(self, client_of, staff, waiting, unit):
        answer = client_of(staff).post(
            self.url(waiting), orders((unit, "sole"), is_hard="on", requirements="每月报进展")
        )

        assert answer.status_code == REFUSED
        assert "请写明涉及面广" in answer.text
        assert "每月报进展" in answer.text

    def test_htmx_gets_the_form_alone(self, client_of, staff, waiting, unit):
        answer = client_of(staff).post(
            self.url(waiting), orders((unit, "split")), headers={"HX-Request": "true"}
        )

        assert answer.status_code == REFUSED
        assert "<html" not in answer.text

    def test_a_unit_can_be_taken_over_from_the_ranking(self, client_of, staff, waiting, unit):
        answer = client_of(staff).get(f"{self.url(waiting)}?unit={unit.pk}")

        assert f'<option value="{unit.pk}" selected>' in answer.text

    def test_a_case_in_hand_is_no_longer_offered(self, client_of, staff, unit):
        case = handed_over_case(unit)

        assert client_of(staff).get(self.url(case)).status_code == 403


class TestBatchDesk:
    url = "/assignment/batch/"

    def test_who_may_open_it(self, request, client_of):
        expected = {"staff": 200, "system_office": 200, "clerk": 403, "leader": 403}

        assert statuses(request, client_of, self.url, expected) == expected

    def test_shows_what_waits_and_why_a_unit_is_suggested(self, client_of, staff, waiting, unit):
        waiting.wished_units.add(unit)

        answer = client_of(staff).get(f"{self.url}?focus={waiting.pk}")

        assert waiting.title in answer.text
        assert "代表希望由其承办" in answer.text

    def test_hands_over_what_is_ticked_and_reports(self, client_of, staff, waiting, unit, director):
        taken = handed_over_case(unit, by=director)

        answer = client_of(staff).post(
            self.url,
            {**orders((unit, "sole")), "ids": [waiting.pk, taken.pk], "deed": "assign"},
        )

        assert "办成 1 件，未办成 1 件" in answer.text
        assert waiting.assignments.get().unit == unit

    def test_passes_what_is_ticked_to_an_office(self, client_of, staff, waiting, system_office):
        client_of(staff).post(
            self.url,
            {
                **orders(),
                "ids": [waiting.pk],
                "deed": "refer",
                "refer-office": system_office.office_id,
                "refer-advice": "建议交通局主办",
            },
        )

        assert Referral.objects.get().advice == "建议交通局主办"

    def test_an_office_hands_over_what_was_passed_to_it(
        self, client_of, staff, waiting, unit, system_office
    ):
        assigning.refer(waiting.pk, office=system_office.office, by=staff, at=NOW)

        client_of(system_office).post(
            self.url, {**orders((unit, "sole")), "ids": [waiting.pk], "deed": "assign"}
        )

        assert waiting.assignments.get().unit == unit

    @pytest.mark.parametrize(
        ("posted", "sentence"),
        [({"ids": []}, "请先在左侧勾选"), ({"rows": [(None, "sole")]}, "请至少选择一个承办单位")],
    )
    def test_something_missing_is_said(self, client_of, staff, waiting, unit, posted, sentence):
        rows = posted.get("rows", [(unit, "sole")])
        ids = posted.get("ids", [waiting.pk])

        answer = client_of(staff).post(self.url, {**orders(*rows), "ids": ids, "deed": "assign"})

        assert answer.status_code == REFUSED
        assert sentence in answer.text

    def test_cases_of_another_congress_are_not_reached(self, client_of, other_staff, waiting, unit):
        client_of(other_staff).post(
            self.url, {**orders((unit, "sole")), "ids": [waiting.pk], "deed": "assign"}
        )

        assert not waiting.assignments.exists()

    def test_htmx_gets_the_pane_alone(self, client_of, staff, waiting):
        answer = client_of(staff).get(
            f"{self.url}?focus={waiting.pk}", headers={"HX-Request": "true"}
        )

        assert answer.text.strip().startswith('<div id="pane"')

    def test_strange_addresses_are_survived(self, client_of, staff, waiting):
        answer = client_of(staff).get(f"{self.url}?focus=x&unit=99999999999999999999&batch=-1")
        gone = client_of(staff).get(f"{self.url}?focus=999999&q=没有的")

        assert (answer.status_code, gone.status_code) == (200, 200)
        assert waiting.title not in gone.text


class TestAssignAtOnce:
    def url(self, case) -> str:
        return reverse("assignment:assign_at_once", args=[case.pk])

    def test_one_press_hands_over_with_the_batch(self, client_of, staff, waiting, unit, session):
        batch = batches.open_batch(session, name="批次", handed_over_on=TODAY, by=staff, at=NOW)

        answer = client_of(staff).post(self.url(waiting), {"unit": unit.pk, "batch": batch.pk})

        given = waiting.assignments.get()
        assert (given.unit, given.role, given.batch) == (unit, "sole", batch)
        assert answer.url == f"/assignment/batch/?batch={batch.pk}"

    def test_a_refusal_is_told_on_the_desk(self, client_of, staff, waiting, unit):
        waiting.registered_on = timezone.localdate() + timedelta(days=1)
        waiting.save()

        answer = client_of(staff).post(self.url(waiting), {"unit": unit.pk}, follow=True)

        assert "交办日期不能早于受理日期" in answer.text

    def test_without_batch_it_goes_back_to_the_desk(self, client_of, staff, waiting, unit):
        answer = client_of(staff).post(self.url(waiting), {"unit": unit.pk})

        assert answer.url == "/assignment/batch/"


class TestBatches:
    url = "/assignment/batches/"

    def test_opens_a_batch(self, client_of, staff, session):
        answer = client_of(staff).post(
            self.url, {"name": "集中交办", "handed_over_on": "2026-03-09"}
        )

        assert answer.url == f"/assignment/batch/?batch={Batch.objects.get().pk}"

    def test_a_refusal_keeps_what_was_typed(self, client_of, staff, session):
        answer = client_of(staff).post(
            self.url,
            {"name": "集中交办", "handed_over_on": "2026-03-09", "answer_by": "2026-03-01"},
        )

        assert answer.status_code == REFUSED
        assert "集中交办" in answer.text

    def test_says_so_where_no_session_is_current(self, client_of, staff):
        assert "还没有设置当前会议" in client_of(staff).get(self.url).text

    def test_clerks_have_none(self, client_of, clerk):
        assert client_of(clerk).get(self.url).status_code == 403

    def test_the_papers_have_a_sheet_for_each_unit(
        self, client_of, staff, session, unit, other_unit, clerk
    ):
        batch = batches.open_batch(session, name="批次", handed_over_on=TODAY, by=staff, at=NOW)
        handed_over_case(
            unit, other_unit, roles=["lead", "support"], by=staff, terms={"batch": batch}
        )
        url = reverse("assignment:batch_papers", args=[batch.pk])

        page = client_of(staff).get(url)

        assert f"{unit}承办建议清单" in page.text
        assert f"{other_unit}承办建议清单" in page.text
        assert client_of(clerk).get(url).status_code == 403

    @pytest.mark.parametrize(("kind", "begins"), [("docx", b"PK"), ("pdf", b"%PDF-")])
    def test_each_unit_has_a_letter(self, client_of, staff, session, unit, kind, begins):
        batch = batches.open_batch(session, name="批次", handed_over_on=TODAY, by=staff, at=NOW)
        handed_over_case(unit, by=staff, terms={"batch": batch})
        url = reverse("assignment:hand_over_letter", args=[batch.pk, unit.pk, kind])

        assert client_of(staff).get(url).content.startswith(begins)

    def test_there_is_no_letter_for_a_unit_outside_the_batch(
        self, client_of, staff, session, unit, clerk
    ):
        batch = batches.open_batch(session, name="批次", handed_over_on=TODAY, by=staff, at=NOW)
        url = reverse("assignment:hand_over_letter", args=[batch.pk, unit.pk, "pdf"])

        assert client_of(staff).get(url).status_code == 404
        assert client_of(clerk).get(url).status_code == 403

    def test_the_papers_of_another_congress_do_not_exist(
        self, client_of, staff, session, other_staff
    ):
        batch = batches.open_batch(session, name="批次", handed_over_on=TODAY, by=staff, at=NOW)
        url = reverse("assignment:batch_papers", args=[batch.pk])

        assert client_of(other_staff).get(url).status_code == 404


class TestReferral:
    @pytest.fixture
    def referral(self, waiting, staff, system_office):
        return assigning.refer(waiting.pk, office=system_office.office, by=staff, at=NOW)

    def test_staff_pass_a_case_on(self, client_of, staff, waiting, system_office):
        url = reverse("assignment:refer", args=[waiting.pk])

        page = client_of(staff).get(url)
        answer = client_of(staff).post(url, {"office": system_office.office_id, "advice": "请办"})

        assert (page.status_code, answer.status_code) == (200, FOUND)
        assert Referral.objects.get().office == system_office.office

    def test_only_its_office_chooses(self, request, client_of, referral):
        url = reverse("assignment:assign_within_system", args=[referral.pk])
        expected = {"system_office": 200, "other_system_office": 404, "staff": 403}

        assert statuses(request, client_of, url, expected) == expected

    def test_its_office_hands_over(self, client_of, referral, system_office, unit):
        url = reverse("assignment:assign_within_system", args=[referral.pk])

        client_of(system_office).post(url, orders((unit, "sole")))

        assert referral.suggestion.assignments.get().referral == referral

    def test_its_office_gives_it_back(self, client_of, referral, system_office):
        url = reverse("assignment:send_referral_back", args=[referral.pk])

        page = client_of(system_office).get(url)
        answer = client_of(system_office).post(url, {"why": "不属本系统"})

        assert page.status_code == 200
        assert answer.url == reverse("desk:inbox")


class TestReceipts:
    url = "/assignment/receipts/"

    def test_lists_the_unit_s_items_nearest_clock_first(self, client_of, clerk, unit):
        signed = accepted_assignment(unit, title="已签收的一件建议")
        waiting = offered_assignment(unit, title="还没签收的一件建议")

        text = client_of(clerk).get(self.url).text

        assert text.index(waiting.suggestion.title) < text.index(signed.suggestion.title)

    def test_filters_by_state_words_and_clerk(self, client_of, clerk, unit, unit_head):
        mine = accepted_assignment(unit, by=clerk, title="我承办的一件建议")
        accepted_assignment(unit, by=unit_head, title="别人的一件建议")
        offered_assignment(unit, title="没签收的一件建议")

        text = client_of(clerk).get(f"{self.url}?state=accepted&mine=on&q=一件").text

        assert mine.suggestion.title in text
        assert "别人的一件建议" not in text
        assert "没签收的一件建议" not in text

    def test_staff_have_no_items(self, client_of, staff):
        assert client_of(staff).get(self.url).status_code == 403

    def test_signs_for_what_is_ticked(self, client_of, clerk, unit, other_unit):
        first, second = offered_assignment(unit), offered_assignment(unit)
        stranger = offered_assignment(other_unit)

        answer = client_of(clerk).post(
            f"{self.url}accept/", {"ids": [first.pk, second.pk, stranger.pk, "x"]}, follow=True
        )

        assert "已签收2件" in answer.text
        assert reload(stranger).state == State.OFFERED

    def test_a_refusal_is_told(self, client_of, deputy, unit):
        both = make_member("clerk", unit, user=deputy.user)
        own = offered_assignment(unit, lead=deputy.deputy)

        answer = client_of(both).post(f"{self.url}accept/", {"ids": [own.pk]}, follow=True)

        assert "您是这件建议的提出人" in answer.text

    def test_nothing_ticked_is_said(self, client_of, clerk):
        answer = client_of(clerk).post(f"{self.url}accept/", follow=True)

        assert "没有选中待签收的承办件" in answer.text


class TestAccept:
    def test_only_the_unit_signs(self, request, client_of, unit, other_unit):
        case = handed_over_case(unit, other_unit, roles=["lead", "support"])
        url = reverse("assignment:accept", args=[case.assignments.get(unit=unit).pk])
        expected = {
            "clerk": 200,
            "unit_head": 200,
            "outsider": 404,
            "other_clerk": 403,
            "staff": 403,
        }

        assert statuses(request, client_of, url, expected) == expected

    def test_signs(self, client_of, clerk, unit):
        assignment = offered_assignment(unit)

        client_of(clerk).post(reverse("assignment:accept", args=[assignment.pk]))

        assert reload(assignment).state == State.ACCEPTED

    def test_hands_to_a_clerk(self, client_of, clerk, unit_head, unit):
        assignment = offered_assignment(unit)
        url = reverse("assignment:delegate", args=[assignment.pk])

        page = client_of(unit_head).get(url)
        client_of(unit_head).post(url, {"clerk": clerk.pk})

        assert page.status_code == 200
        assert reload(assignment).clerk == clerk


class TestReturns:
    def posted(self, assignment, proposed) -> dict[str, object]:
        return {
            "reason": return_reason_of(assignment.suggestion).pk,
            "proposed_unit": proposed.pk,
            "explanation": "三定方案第五条",
        }

    def test_asks(self, client_of, clerk, now_case, other_unit):
        assignment = now_case.assignments.get()
        url = reverse("assignment:ask_return", args=[assignment.pk])

        page = client_of(clerk).get(url)
        client_of(clerk).post(url, self.posted(assignment, other_unit))

        assert page.status_code == 200
        assert ReturnRequest.objects.get().proposed_unit == other_unit

    def test_too_late_is_said_and_keeps_what_was_typed(self, client_of, clerk, unit, other_unit):
        assignment = offered_assignment(unit)
        url = reverse("assignment:ask_return", args=[assignment.pk])

        answer = client_of(clerk).post(url, self.posted(assignment, other_unit))

        assert answer.status_code == REFUSED
        assert "申请调整的期限已于" in answer.text
        assert "三定方案第五条" in answer.text

    def test_the_office_of_the_system_decides(self, request, client_of, unit, other_unit):
        asked = asked_return(offered_assignment(unit), other_unit)
        url = reverse("assignment:decide_return", args=[asked.pk])
        expected = {"system_office": 200, "staff": 403, "clerk": 403, "other_system_office": 404}

        assert statuses(request, client_of, url, expected) == expected

    def test_grants(self, client_of, now_case, other_unit, system_office):
        asked = asked_return(now_case.assignments.get(), other_unit, at=timezone.now())
        url = reverse("assignment:decide_return", args=[asked.pk])

        client_of(system_office).post(url, {"outcome": "granted", "to": other_unit.pk})

        case = asked.assignment.suggestion
        assert case.assignments.live().get().unit == other_unit

    def test_a_refusal_needs_its_reason(self, client_of, unit, other_unit, system_office):
        asked = asked_return(offered_assignment(unit), other_unit)
        url = reverse("assignment:decide_return", args=[asked.pk])

        without = client_of(system_office).post(url, {"outcome": "refused"})
        client_of(system_office).post(url, {"outcome": "refused", "note": "属你单位职责"})

        asked.refresh_from_db()
        assert without.status_code == REFUSED
        assert asked.outcome == "refused"

    def test_hands_up(self, client_of, unit, other_unit, system_office, staff):
        asked = asked_return(offered_assignment(unit), other_unit)
        url = reverse("assignment:hand_up_return", args=[asked.pk])

        page = client_of(system_office).get(url)
        client_of(system_office).post(url, {"why": "应归党群系统"})

        asked.refresh_from_db()
        assert page.status_code == 200
        assert asked.decider == staff.office

    def test_staff_let_a_late_unit_ask(self, client_of, unit, staff, clerk):
        assignment = offered_assignment(unit)
        url = reverse("assignment:allow_late_return", args=[assignment.pk])
        until = timezone.localdate() + timedelta(days=3)

        page = client_of(staff).get(url)
        client_of(staff).post(url, {"until": until, "why": "机构改革"})

        assert page.status_code == 200
        assert reload(assignment).return_deadline.due_on == until
        assert client_of(clerk).get(url).status_code == 403


class TestChangingUnits:
    def test_adds(self, client_of, staff, unit, other_unit):
        case = handed_over_case(unit)
        url = reverse("assignment:add_units", args=[case.pk])

        page = client_of(staff).get(url)
        client_of(staff).post(url, orders((other_unit, "support")))

        assert "现有承办单位" in page.text
        assert case.assignments.count() == 2

    def test_replaces(self, client_of, staff, unit, other_unit):
        assignment = offered_assignment(unit)
        url = reverse("assignment:replace_unit", args=[assignment.pk])

        page = client_of(staff).get(url)
        client_of(staff).post(url, {"to": other_unit.pk, "why": "职责调整"})

        assert page.status_code == 200
        assert assignment.suggestion.assignments.live().get().unit == other_unit

    def test_takes_back(self, client_of, staff, unit):
        assignment = offered_assignment(unit)
        url = reverse("assignment:end_assignment", args=[assignment.pk])

        page = client_of(staff).get(url)
        client_of(staff).post(url, {"why": "交办有误"})

        assert page.status_code == 200
        assert reload(assignment).suggestion.stage == "registered"

    @pytest.mark.parametrize("name", ["replace_unit", "end_assignment"])
    def test_units_and_offices_do_not(self, client_of, system_office, clerk, unit, name):
        url = reverse(f"assignment:{name}", args=[offered_assignment(unit).pk])

        assert client_of(clerk).get(url).status_code == 403
        assert client_of(system_office).get(url).status_code == 403


class TestObjections:
    def test_a_deputy_objects_and_is_answered(self, client_of, now_case, deputy, staff):
        url = reverse("assignment:object_to_units", args=[now_case.pk])
        page = client_of(deputy).get(url)
        client_of(deputy).post(url, {"text": "应由城管局办"})

        objection = Objection.objects.get()
        answer_url = reverse("assignment:answer_objection", args=[objection.pk])
        answer_page = client_of(staff).get(answer_url)
        client_of(staff).post(answer_url, {"answer": "已增加城管局"})

        objection.refresh_from_db()
        assert (page.status_code, answer_page.status_code) == (200, 200)
        assert objection.answer == "已增加城管局"

    def test_others_do_not(self, request, client_of, now_case):
        url = reverse("assignment:object_to_units", args=[now_case.pk])
        expected = {"cosigner": 404, "clerk": 403, "staff": 403}

        assert statuses(request, client_of, url, expected) == expected

    def test_only_staff_answer(self, client_of, now_case, deputy, system_office):
        objection = objections.object_to_units(
            now_case.pk, text="应由城管局办", by=deputy, at=timezone.now()
        )
        url = reverse("assignment:answer_objection", args=[objection.pk])

        assert client_of(system_office).get(url).status_code == 403


class TestCasePage:
    def test_shows_whom_to_call(self, client_of, deputy, now_case, unit):
        page = client_of(deputy).get(now_case.get_absolute_url())

        assert f'href="tel:{unit.phone.replace("-", "")}"' in page.text
        assert "对交办提出意见" in page.text

    def test_hides_from_the_deputy_why_a_unit_wants_out(
        self, client_of, deputy, system_office, now_case, other_unit
    ):
        asked_return(now_case.assignments.get(), other_unit, at=timezone.now())

        of_deputy = client_of(deputy).get(now_case.get_absolute_url()).text
        of_office = client_of(system_office).get(now_case.get_absolute_url()).text

        assert "此事不属于我单位职责" not in of_deputy
        assert "此事不属于我单位职责" in of_office

    @pytest.mark.parametrize("who", ["staff", "clerk", "system_office", "deputy", "leader"])
    def test_opens_for_everyone_who_may_see_it(self, request, client_of, now_case, who):
        page = client_of(request.getfixturevalue(who)).get(now_case.get_absolute_url())

        assert page.status_code == 200
        assert "承办单位" in page.text

    def test_the_inbox_offers_what_waits(self, client_of, clerk, now_case):
        page = client_of(clerk).get(reverse("desk:inbox"))

        assert "签收" in page.text
        assert now_case.title in page.text
