"""Ranking, queues and lists: what they hold, and that they do not grow in queries."""

from datetime import timedelta

import pytest

from assignment.filters import ReceiptFilter
from assignment.selectors import batches as batch_selectors
from assignment.selectors import receipts, waiting
from assignment.selectors.letter import letter_of
from assignment.selectors.panel import units_panel
from assignment.selectors.ranking import ranked_units
from assignment.selectors.units import assignable_units
from assignment.services import assigning, batches, objections, returns
from common.listing import make_listing
from congress.services.profiles import add_profile_version
from suggestions.registry import actions_for, queues_for
from tests.factories import NOW, TODAY
from tests.factories import congress as bodies
from tests.factories.accounts import make_member
from tests.factories.assignment import (
    accepted_assignment,
    asked_return,
    case_to_assign,
    handed_over_case,
    offered_assignment,
)


class TestRanking:
    def test_like_titles_the_wish_and_the_category_each_say_why(
        self, unit, other_unit, third_unit, staff
    ):
        category = bodies.category_of(unit.congress, "农林水利")
        handed_over_case(unit, title="关于增设居民小区充电桩的建议", category=category)
        handed_over_case(other_unit, title="关于保护古树名木的建议")
        case = case_to_assign(unit.congress, title="关于居民小区充电桩建设的建议")
        case.wished_units.add(third_unit)

        ranked = ranked_units(case)

        assert [row.unit for row in ranked] == [third_unit, unit, other_unit]
        assert ranked[0].reasons == ["代表希望由其承办"]
        assert ranked[1].reasons == [
            "承办过相似建议1件，如《关于增设居民小区充电桩的建议》",
            "现有在办1件",
        ]
        assert ranked[2].reasons == ["承办过同类别建议1件", "现有在办1件"]

    def test_without_history_nobody_is_ranked(self, unit, staff):
        assert ranked_units(case_to_assign(unit.congress, category=None)) == []

    def test_an_office_ranks_its_own_units_alone(self, unit, congress, staff):
        stranger = bodies.make_unit(congress, congress.systems.get(name="党群"))
        case = case_to_assign(unit.congress, category=None)
        case.wished_units.add(unit, stranger)

        assert [row.unit for row in ranked_units(case, among=[unit])] == [unit]


class TestUnits:
    def test_a_district_may_ask_the_units_of_the_city(self, unit, other_congress, other_unit):
        other_congress.parent = unit.congress
        other_congress.save()
        own = bodies.make_unit(other_congress)

        assert set(assignable_units(other_congress)) == {own, unit, other_unit}


class TestQueues:
    def test_what_waits_to_be_assigned(self, unit, staff, system_office, other_staff):
        case = case_to_assign(unit.congress)
        passed = case_to_assign(unit.congress)
        assigning.refer(passed.pk, office=system_office.office, by=staff, at=NOW)
        handed_over_case(unit)

        assert list(waiting.to_assign(staff)) == [case]
        assert list(waiting.to_assign(other_staff)) == []
        assert [row.suggestion for row in waiting.to_pass_on(system_office)] == [passed]

    def test_a_case_left_with_supporters_lacks_a_unit(
        self, unit, other_unit, third_unit, staff, system_office
    ):
        case = handed_over_case(unit, other_unit, roles=["lead", "support"])
        asked = asked_return(case.assignments.get(unit=unit), third_unit)
        returns.grant_return(asked.pk, by=system_office, at=NOW)

        assert list(waiting.lacking_a_unit(staff)) == [case]

    def test_requests_wait_for_the_office_that_decides(
        self, unit, other_unit, staff, system_office
    ):
        asked = asked_return(offered_assignment(unit), other_unit)

        assert list(waiting.returns_to_decide(system_office)) == [asked]
        assert list(waiting.returns_to_decide(staff)) == []

    def test_a_unit_sees_its_own_items_alone(self, unit, clerk, outsider):
        offered = offered_assignment(unit)

        assert list(waiting.to_accept(clerk)) == [offered]
        assert list(waiting.to_accept(outsider)) == []

    def test_in_hand_is_mine_or_nobody_s(self, unit, clerk, unit_head):
        mine = accepted_assignment(unit, by=clerk)
        nobody_s = accepted_assignment(unit, by=unit_head)
        colleague = accepted_assignment(unit, by=clerk)
        colleague.clerk = make_member("clerk", unit)
        colleague.save()

        assert set(waiting.in_hand(clerk)) == {mine, nobody_s}
        assert set(waiting.in_hand(unit_head)) == {mine, nobody_s, colleague}

    def test_objections_wait_for_staff(self, unit, deputy, staff):
        case = handed_over_case(unit, lead=deputy.deputy)
        objection = objections.object_to_units(case.pk, text="不妥", by=deputy, at=NOW)

        assert list(waiting.objections_to_answer(staff)) == [objection]

    @pytest.mark.parametrize("who", ["staff", "system_office", "clerk", "unit_head"])
    def test_every_queue_has_the_columns_of_the_inbox(self, request, who, unit, staff):
        offered_assignment(unit)
        case_to_assign(unit.congress)
        actor = request.getfixturevalue(who)

        for queue in queues_for(actor):
            list(queue.tasks(actor).values_list("task_case", "task_target", "task_due"))


class TestActions:
    def offered(self, actor, case) -> set[str]:
        return {action.code for action in actions_for(actor, case)}

    def test_staff_assign_what_waits(self, unit, staff, clerk):
        case = case_to_assign(unit.congress)

        assert {"assign", "refer"} <= self.offered(staff, case)

    def test_the_unit_signs_and_nobody_else(self, unit, clerk, staff, outsider):
        case = handed_over_case(unit)

        assert {"accept", "delegate", "ask_return"} <= self.offered(clerk, case)
        assert "accept" not in self.offered(outsider, case) | self.offered(staff, case)

    def test_an_office_passes_on_and_decides(self, unit, other_unit, staff, system_office):
        passed = case_to_assign(unit.congress)
        assigning.refer(passed.pk, office=system_office.office, by=staff, at=NOW)
        case = handed_over_case(unit)
        asked_return(case.assignments.get(), other_unit)

        assert {"assign_within_system", "send_referral_back"} <= self.offered(system_office, passed)
        assert "decide_return" in self.offered(system_office, case)

    def test_staff_answer_an_objection(self, unit, deputy, staff):
        case = handed_over_case(unit, lead=deputy.deputy)
        objections.object_to_units(case.pk, text="不妥", by=deputy, at=NOW)

        assert "answer_objection" in self.offered(staff, case)


class TestPanel:
    def test_there_is_none_before_the_hand_over(self, unit, staff):
        assert units_panel(staff, case_to_assign(unit.congress), TODAY) is None

    def test_objections_are_the_deputy_s_and_the_staff_s(self, unit, deputy, staff, clerk):
        case = handed_over_case(unit, lead=deputy.deputy)
        objection = objections.object_to_units(case.pk, text="不妥", by=deputy, at=NOW)

        def seen_by(actor):
            return units_panel(actor, case, TODAY)["objections"]

        assert seen_by(deputy) == seen_by(staff) == [objection]
        assert seen_by(clerk) == []

    @pytest.mark.parametrize("count", [1, 3])
    def test_queries_do_not_grow(self, count, unit, congress, staff, django_assert_num_queries):
        units = [bodies.make_unit(congress, unit.system) for _ in range(count)]
        roles = ["sole"] if count == 1 else ["lead", "support", "support"]
        case = handed_over_case(*units, roles=roles)

        with django_assert_num_queries(6):
            content = units_panel(staff, case, TODAY)
            assert [row.unit.system.name for row in content["live"]] == ["政府"] * count


class TestLists:
    @pytest.mark.parametrize("count", [1, 3])
    def test_items_of_a_unit(self, count, unit, clerk, django_assert_num_queries):
        for _ in range(count):
            offered_assignment(unit)
        rows = receipts.as_rows(waiting.with_nearest_clock(waiting.receipts_of(clerk)))

        with django_assert_num_queries(1):
            shown = [(row.suggestion.lead_deputy.name, row.nearest_kind) for row in rows]

        assert [kind for _, kind in shown] == ["sign"] * count

    @pytest.mark.parametrize("sort", ["due", "-due"])
    def test_the_nearest_day_comes_first_and_what_has_none_last(self, unit, clerk, rf, sort):
        made = [offered_assignment(unit) for _ in range(4)]
        for receipt, days in zip(made, (9, 2, None, None), strict=True):
            open_duties = receipt.suggestion.deadlines.open().duties()
            if days is None:
                open_duties.update(ended_at=NOW, ended_why="终止")
            else:
                open_duties.update(due_on=TODAY + timedelta(days=days))
        request = rf.get("/", {"sort": sort})
        request.actor = clerk

        listing = make_listing(
            request.GET,
            waiting.listed_receipts(clerk),
            filters=ReceiptFilter,
            headings=receipts.HEADINGS,
            default_sort="due",
            filter_context={"request": request},
        )

        found = [made.index(row) for row in listing.rows]
        assert found == ([1, 0, 2, 3] if sort == "due" else [3, 2, 0, 1])

    def test_counts_by_state(self, unit, clerk):
        offered_assignment(unit)
        accepted_assignment(unit)

        assert receipts.counts(clerk) == {"待签收": 1, "办理中": 1, "申请调整": 0, "已办理": 0}

    @pytest.mark.parametrize("count", [1, 3])
    def test_what_waits_on_the_batch_desk(self, count, unit, staff, django_assert_num_queries):
        for _ in range(count):
            case_to_assign(unit.congress)
        rows = batch_selectors.as_waiting_rows(batch_selectors.waiting_cases(staff))

        with django_assert_num_queries(3):
            assert len([(row.lead_deputy.name, list(row.items.all())) for row in rows]) == count

    @pytest.mark.parametrize("count", [1, 3])
    def test_sheets_of_a_batch(
        self, count, session, unit, congress, staff, django_assert_num_queries
    ):
        batch = batches.open_batch(session, name="批次", handed_over_on=TODAY, by=staff, at=NOW)
        for _ in range(count):
            handed_over_case(bodies.make_unit(congress, unit.system), terms={"batch": batch})

        with django_assert_num_queries(2):
            units = batch_selectors.units_of_batch(batch)
            assert sum(len(each.receipts_of_batch) for each in units) == count

    def test_batches_count_cases_receipts_and_signatures(self, session, unit, other_unit, staff):
        batch = batches.open_batch(session, name="批次", handed_over_on=TODAY, by=staff, at=NOW)
        handed_over_case(unit, other_unit, roles=["lead", "support"], terms={"batch": batch})

        row = batch_selectors.batches_with_counts(staff).get()

        assert (row.cases, row.receipts, row.signed) == (1, 2, 0)

    def test_a_new_batch_begins_with_the_common_date_of_the_rules(self, session):
        values = {"batch_deadline": "06-30"}
        add_profile_version(session.congress, values=values, valid_from=TODAY, by=None, at=NOW)

        defaults = batch_selectors.batch_defaults(session, TODAY)

        assert str(defaults["answer_by"]) == "2026-06-30"
        assert batch_selectors.batch_defaults(None, TODAY) == {}


class TestLetter:
    def test_says_what_until_when_and_which_part(
        self, session, unit, other_unit, third_unit, staff
    ):
        batch = batches.open_batch(session, name="批次", handed_over_on=TODAY, by=staff, at=NOW)
        handed_over_case(
            unit,
            other_unit,
            third_unit,
            roles=["split", "split", "support"],
            terms={"batch": batch},
        )
        letters = {
            each: letter_of(batch, each, each.receipts_of_batch)
            for each in batch_selectors.units_of_batch(batch)
        }

        [item] = letters[unit]["items"]
        assert f"承办部分：涉及{unit}的部分。请于2026年6月9日前答复代表。" in item["answer"]
        [item] = letters[third_unit]["items"]
        assert "请于2026年4月21日前向主办单位提出协办意见。" in item["answer"]

    def test_an_imported_item_without_day_names_none(self, session, unit, staff):
        batch = batches.open_batch(session, name="批次", handed_over_on=TODAY, by=staff, at=NOW)
        case = handed_over_case(unit, terms={"batch": batch})
        receipt = case.assignments.get()
        receipt.answer_deadline = None

        [item] = letter_of(batch, unit, [receipt])["items"]

        assert item["answer"] == f"承办角色：独办；领衔：{case.lead_deputy}。"
