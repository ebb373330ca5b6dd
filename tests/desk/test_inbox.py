"""The inbox: what it counts is what its queues hold, for each role."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assignment.services.mix import replace_unit
from desk.selectors import inbox
from desk.selectors.alerts import OUT_OF_SIGHT
from notices.services import post
from suggestions.registry import queues_for
from tests.factories import NOW, evaluation, handling, suggestions
from tests.factories import assignment as receipts
from tests.factories import supervision as leading

PERSONAS = [
    "deputy",
    "head_deputy",
    "secretary",
    "session_staff",
    "staff",
    "director",
    "system_office",
    "clerk",
    "unit_head",
    "committee_member",
    "leader",
    "leading_official",
]


@pytest.fixture
def busy(unit, other_unit, third_unit, deputy, session):
    """Let something wait at most desks."""
    lead = deputy.deputy
    suggestions.submitted_case(lead)
    suggestions.case_in_review(lead)
    suggestions.sent_back_case(lead)
    suggestions.registered_case(lead)
    receipts.offered_assignment(unit, lead=lead)
    receipts.accepted_assignment(unit, lead=lead)
    returning = receipts.accepted_assignment(unit, lead=lead)
    receipts.asked_return(returning, third_unit)
    handling.recorded_talk(receipts.accepted_assignment(unit, lead=lead))
    handling.replied_case(unit, lead=lead)
    evaluation.judged_case(unit, result="dissatisfied", lead=lead)
    evaluation.released_case(unit, result="dissatisfied", lead=lead)


@pytest.mark.parametrize("who", PERSONAS)
def test_counts_are_the_rows_of_the_queues(request, busy, who):
    actor = request.getfixturevalue(who)

    rows = {queue.code: len(list(queue.tasks(actor))) for queue in queues_for(actor)}
    sections = {section.code: section.count for section in inbox.inbox(actor)}

    assert inbox.counts(actor) == rows
    assert sections == {code: count for code, count in rows.items() if count}


def test_something_waits_for_each_who_works(request, busy):
    waiting = {
        who: sum(inbox.counts(request.getfixturevalue(who)).values())
        for who in ("deputy", "secretary", "staff", "system_office", "clerk", "unit_head")
    }

    assert all(waiting.values()), waiting


def test_nothing_of_it_waits_for_another_unit(busy, outsider, other_deputy, other_staff):
    assert [sum(inbox.counts(who).values()) for who in (outsider, other_deputy, other_staff)] == [
        0,
        0,
        0,
    ]


def test_a_queue_shows_its_nearest_rows_and_says_how_many_more(unit, clerk, monkeypatch):
    monkeypatch.setattr(inbox, "ON_THE_PAGE", 2)
    monkeypatch.setattr(inbox, "LEAST_SHOWN", 2)
    dues = sorted(receipts.offered_assignment(unit).sign_deadline.due_on for _ in range(3))

    section = next(each for each in inbox.inbox(clerk) if each.code == "accept")

    assert [task.due for task in section.tasks] == dues[:2]
    assert (section.count, section.hidden) == (3, 1)


def test_only_keeps_one_queue_and_all_its_rows(busy, clerk, client_of):
    page = client_of(clerk).get("/inbox/?queue=accept")

    sections = page.context["sections"]
    assert [section.code for section in sections] == ["accept"]
    assert len(sections[0].tasks) == sections[0].count == inbox.counts(clerk)["accept"]


def test_a_queue_that_is_none_of_the_role_holds_nothing(busy, clerk, client_of):
    page = client_of(clerk).get("/inbox/?queue=suggestion_reviews")

    assert (page.status_code, page.context["sections"]) == (200, [])


def test_each_task_opens_for_the_one_it_is_asked_of(busy, clerk, staff, client_of):
    for actor in (clerk, staff):
        urls = {task.url for section in inbox.inbox(actor) for task in section.tasks}

        assert {url: client_of(actor).get(url).status_code for url in urls} == dict.fromkeys(
            urls, 200
        )


@pytest.mark.parametrize("who", ["clerk", "staff", "deputy"])
def test_asks_as_often_for_three_rows_as_for_one(request, unit, deputy, client_of, who):
    client = client_of(request.getfixturevalue(who))
    asked = []
    for more in (1, 2):
        for _ in range(more):
            receipts.accepted_assignment(unit, lead=deputy.deputy)
            suggestions.registered_case(deputy.deputy)
            handling.recorded_talk(receipts.accepted_assignment(unit, lead=deputy.deputy))
        client.get("/inbox/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/inbox/")
        asked.append(len(queries))

    assert asked[0] == asked[1] <= 15


def test_a_committee_and_a_leader_follow_their_key_cases(
    official, committee, unit, deputy, committee_member, leading_official, other_committee_member
):
    case = receipts.handed_over_case(unit, lead=deputy.deputy)
    leading.designated_case(case, official, committee)

    found = [
        {task.case.pk for section in inbox.inbox(who) for task in section.tasks}
        for who in (committee_member, leading_official, other_committee_member)
    ]

    assert found == [{case.pk}, {case.pk}, set()]


class TestWhatWasToldOfACase:
    """An alert is read as long as its case is seen; then it says that, and nothing of the case."""

    @pytest.fixture
    def lost(self, unit, third_unit, deputy, clerk):
        """Return a case that the unit was told of and that was then given to another."""
        held = receipts.accepted_assignment(unit, lead=deputy.deputy)
        case = held.suggestion
        staff = receipts.staff_of(case)
        replace_unit(held.pk, to=third_unit, why="职责不符。", by=staff, at=NOW)
        return case

    @pytest.mark.parametrize("url", ["/inbox/", "/alerts/"])
    def test_is_blotted_out_for_the_former_unit(self, lost, clerk, client_of, url):
        page = client_of(clerk).get(url)

        assert lost.title not in page.text
        assert f"本件不再由贵单位承办：{lost.number_text}" in page.text
        assert OUT_OF_SIGHT in page.text
        assert re.findall(r"/alerts/\d+/", page.text) == []

    def test_stays_for_who_sees_the_case(self, lost, deputy, client_of):
        page = client_of(deputy).get("/alerts/")

        assert lost.title in page.text
        assert OUT_OF_SIGHT not in page.text

    def test_costs_one_question_however_many_there_are(self, lost, clerk, client_of):
        client, asked = client_of(clerk), []
        for more in (1, 2):
            for _ in range(more):
                post(to=[clerk], text="x", about=lost, key=str(len(asked)), at=NOW)
                receipts.accepted_assignment(clerk.unit)
            client.get("/alerts/")
            with CaptureQueriesContext(connection) as queries:
                client.get("/alerts/")
            asked.append(len(queries))

        assert asked[0] == asked[1]
