"""What each party reads on the case page, in a number of queries that rows do not raise."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handling.selectors import offers as offered
from handling.selectors import panels
from suggestions.models import Suggestion
from tests.factories import NOW, TODAY
from tests.factories import handling as made
from tests.factories.assignment import accept, handed_over_case
from tests.factories.suggestions import reload


def fresh(case):
    return Suggestion.objects.select_related("congress", "lead_deputy", "delegation").get(
        pk=case.pk
    )


def counted(panel, actor, case):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        content = panel(actor, fresh(case), TODAY)
    return len(queries), content


class TestQueries:
    def test_talks(self, receipt, clerk):
        made.recorded_talk(receipt)
        one, _ = counted(panels.talks_panel, clerk, receipt.suggestion)
        for _ in range(2):
            made.recorded_talk(receipt)

        three, content = counted(panels.talks_panel, clerk, receipt.suggestion)

        assert (one, len(content["talks"])) == (three, 3)

    def test_opinions(self, unit, other_unit, third_unit, staff):
        units = [unit, other_unit, third_unit]
        case = handed_over_case(*units, roles=["lead", "support", "support"])
        for given in case.assignments.all():
            accept(given)
        supporting = [made.reload(row) for row in case.assignments.order_by("pk")[1:]]
        made.given_opinion(supporting[0])
        one, first = counted(panels.opinions_panel, staff, case)
        made.given_opinion(supporting[1])

        two, content = counted(panels.opinions_panel, staff, case)

        assert [row.unit for row in first["owed"]] == [third_unit]
        # Where nobody owes an opinion any more, nobody is asked who gave one.
        assert (one - 1, len(content["opinions"]), content["owed"]) == (two, 2, [])

    def test_replies(self, unit, other_unit, third_unit, deputy):
        case = handed_over_case(
            unit, other_unit, third_unit, roles=["split"] * 3, lead=deputy.deputy
        )
        for given in case.assignments.all():
            accept(given)
        first, *others = [made.reload(row) for row in case.assignments.order_by("pk")]
        made.issued_reply(first)
        one, _ = counted(panels.replies_panel, deputy, case)
        for receipt in others:
            made.issued_reply(receipt)

        three, content = counted(panels.replies_panel, deputy, case)

        assert (one, len(content["replies"])) == (three, 3)

    def test_promises(self, receipt, staff):
        reply = made.issued_reply(receipt, "B", pledges=made.pledges_for(3))
        three, content = counted(panels.promises_panel, staff, receipt.suggestion)
        reply.promises.exclude(pk=reply.promises.first().pk).delete()

        one, _ = counted(panels.promises_panel, staff, receipt.suggestion)

        assert (one, len(content["promises"])) == (three, 3)


class TestWhatIsShown:
    def test_a_unit_that_owes_a_talk_sees_so(self, receipt, clerk, deputy):
        content = panels.talks_panel(clerk, fresh(receipt.suggestion), TODAY)

        assert (content["talks"], content["share"].lacking) == ([], 1)
        assert panels.talks_panel(deputy, fresh(receipt.suggestion), TODAY) is None

    def test_opinions_are_not_the_deputys(self, shared, deputy, clerk, other_clerk):
        made.given_opinion(shared[1])
        case = shared[0].suggestion

        shown = [
            panels.opinions_panel(who, fresh(case), TODAY) is not None
            for who in (clerk, other_clerk, deputy)
        ]

        assert shown == [True, True, False]

    def test_nothing_is_shown_before_there_is_anything(self, receipt, clerk, staff):
        case = receipt.suggestion

        assert panels.replies_panel(clerk, fresh(case), TODAY) is None
        assert panels.promises_panel(staff, fresh(case), TODAY) is None
        assert panels.opinions_panel(staff, fresh(case), TODAY) is None

    def test_a_split_unit_shows_its_part_alone(self, unit, other_unit, deputy):
        case = handed_over_case(unit, other_unit, roles=["split"] * 2, lead=deputy.deputy)
        first = made.reload(case.assignments.order_by("pk")[0])
        accept(first)
        item = case.items.get(number=1)
        made.issued_reply(
            made.reload(first),
        )
        first.replies.get().items.exclude(item=item).update(text="", outcome="")

        content = panels.replies_panel(deputy, fresh(case), TODAY)

        assert [row["number"] for row in content["replies"][0].beside] == [1]

    def test_a_rating_is_hidden_from_the_unit(self, receipt, clerk, deputy, staff):
        made.cleared_promise(made.open_promise(receipt))
        case = receipt.suggestion

        shown = [
            panels.promises_panel(who, fresh(case), TODAY)["sees_rating"]
            for who in (clerk, deputy, staff)
        ]

        assert shown == [False, True, True]


class TestOffers:
    def codes(self, actor, case):
        found = offered.offers(actor, fresh(case), today=TODAY)
        return {code for code, ids in found.items() if ids}

    def test_follow_the_reply_through_its_life(
        self, receipt, clerk, unit_head, deputy, staff, system_office
    ):
        case = receipt.suggestion
        people = (clerk, unit_head, deputy, staff, system_office)
        steps = [tuple(sorted(self.codes(who, case)) for who in people)]

        asked = made.consulted_reply(receipt)
        steps.append(tuple(sorted(self.codes(who, case)) for who in people))
        made.consultations.answer_consultation(asked.pk, view="agree", by=deputy, at=NOW)
        made.issue(asked.reply)
        steps.append(tuple(sorted(self.codes(who, case)) for who in people))

        fresh_receipt = ["ask_extension", "draft_reply", "record_attempt", "record_talk"]
        asked_now = ["ask_extension", "record_attempt", "record_talk"]
        talking = ["record_attempt", "record_talk"]
        assert steps == [
            (fresh_receipt, fresh_receipt, [], [], []),
            (asked_now, asked_now, ["answer_consultation"], [], []),
            (talking, talking, [], ["review_class"], ["review_class"]),
        ]

    def test_name_what_the_committee_decides(self, receipt, staff, clerk):
        made.recorded_attempt(receipt)
        made.asked_extension(receipt)
        asked = made.consulted_reply(receipt)
        asked.deadline.due_on = asked.deadline.starts_on
        asked.deadline.save()

        later = offered.offers(staff, fresh(receipt.suggestion), today=TODAY.replace(day=30))

        assert set(later) == {"confirm_attempt", "decide_extension", "let_lapse"}

    def test_name_promises_and_papers(self, receipt, staff, clerk, deputy):
        lead = receipt.suggestion.lead_deputy
        lead.works_on_paper = True
        lead.save()
        first, second = made.issued_reply(
            receipt, "B", pledges=made.pledges_for(2)
        ).promises.order_by("pk")
        made.claimed_promise(first)

        case = receipt.suggestion
        assert self.codes(staff, case) == {
            "decide_clearance", "end_promise", "record_receipt", "review_class"
        }  # fmt: skip
        assert {"claim_clearance", "change_promise"} <= self.codes(clerk, case)
        made.promises.decide_clearance(first.pk, cleared=True, by=staff, at=NOW)
        assert "rate_fulfilment" in self.codes(deputy, case)
        assert second.pk

    def test_let_the_lead_ask_the_supporter_again(self, shared, clerk, other_clerk):
        case = shared[0].suggestion
        before = self.codes(other_clerk, case)
        made.given_opinion(shared[1])

        assert "submit_opinion" in before
        assert "send_back_opinion" in self.codes(clerk, case)

    def test_let_the_committee_mediate(self, receipt, staff, deputy, system_office):
        asked = made.consulted_reply(receipt)
        made.consultations.answer_consultation(
            asked.pk, view="disagree", note="不", by=deputy, at=NOW
        )
        made.asked_extension(receipt)

        assert "overrule" in self.codes(staff, receipt.suggestion)
        assert "give_view" in self.codes(system_office, receipt.suggestion)

    def test_are_asked_once_a_page(self, receipt, clerk, leader):
        case = fresh(receipt.suggestion)
        offered.offers(clerk, case, today=TODAY)

        with CaptureQueriesContext(connection) as queries:
            offered.offers(clerk, case, today=TODAY)

        assert len(queries) == 0
        assert offered.offers(leader, case, today=TODAY) == {}

    def test_a_talk_waits_for_its_deputy(self, receipt, deputy):
        talk = made.recorded_talk(receipt)

        found = offered.offers(deputy, fresh(receipt.suggestion), today=TODAY)
        assert found == {"answer_talk": [talk.pk]}
        assert reload(talk).state == "recorded"


@pytest.mark.parametrize("persona", ["committee_member", "leader", "secretary"])
def test_those_who_watch_are_offered_nothing(receipt, request, persona):
    made.issued_reply(receipt, "B")
    actor = request.getfixturevalue(persona)

    assert dict(offered.offers(actor, fresh(receipt.suggestion), today=TODAY)) == {}
