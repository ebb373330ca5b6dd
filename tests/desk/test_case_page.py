"""The page of a case: what it shows whom, and that no row of it costs a query."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import assignment as receipts
from tests.factories import evaluation, handling
from tests.factories import suggestions as drafts


def panels(page) -> set[str]:
    return {panel.code for panel in page.context["page"].panels}


def test_the_deputy_reads_text_units_replies_and_verdicts(unit, deputy, client_of):
    case = evaluation.judged_case(unit, lead=deputy.deputy)

    found = panels(client_of(deputy).get(case.get_absolute_url()))

    assert {"suggestion_text", "units", "replies", "verdicts"} <= found


def test_a_unit_does_not_read_a_verdict_before_its_release(unit, deputy, clerk, client_of):
    case = evaluation.judged_case(unit, lead=deputy.deputy)

    assert "verdicts" not in panels(client_of(clerk).get(case.get_absolute_url()))


def test_it_does_not_exist_for_a_stranger(unit, deputy, outsider, other_deputy, client_of):
    case = receipts.handed_over_case(unit, lead=deputy.deputy)

    codes = [
        client_of(who).get(case.get_absolute_url()).status_code for who in (outsider, other_deputy)
    ]

    assert codes == [404, 404]


def test_the_running_clocks_stand_apart_from_the_ended(unit, deputy, clerk, client_of):
    assignment = receipts.accepted_assignment(unit, lead=deputy.deputy)

    page = client_of(clerk).get(assignment.suggestion.get_absolute_url()).context["page"]

    assert all(clock.is_open for clock in page.running)
    assert not any(clock.is_open for clock in page.ended)
    assert assignment.sign_deadline in page.ended
    assert assignment.answer_deadline in page.running


@pytest.mark.parametrize("who", ["staff", "clerk", "deputy", "system_office"])
def test_asks_as_often_for_three_rows_as_for_one(request, unit, deputy, client_of, who):
    lead, asked = deputy.deputy, []
    client = client_of(request.getfixturevalue(who))
    assignment = receipts.accepted_assignment(unit, lead=lead)
    url = assignment.suggestion.get_absolute_url()
    for more in (1, 2):
        for _ in range(more):
            handling.confirmed_talk(assignment)
            drafts.add_cosigner(assignment.suggestion)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        asked.append(len(queries))

    assert asked[0] == asked[1]
