"""Stage × action × persona: what is offered is open, what is open is offered, and nothing else."""

from __future__ import annotations

import pytest
from django.urls import resolve, reverse

from assignment.models import Assignment
from assignment.workflow import MOVES, Move, MoveNotAllowed, move_to, offers
from audit.models import AuditEvent
from suggestions.models import StageEvent, Suggestion
from suggestions.registry import actions_for, all_actions
from suggestions.stages import Stage
from tests.access.asking import ask, browsers
from tests.access.matrix import DEEDS, PERSONAS
from tests.access.world import build
from tests.factories import NOW
from tests.factories import suggestions as cases
from tests.factories.assignment import offered_assignment

pytestmark = pytest.mark.django_db
State = Assignment.State
#: The life of a receipt, as the design writes it: state → the moves it offers.
RECEIPT = {
    "offered": {"accept", "reassign", "stop"},
    "accepted": {"ask_return", "reassign", "finish", "stop"},
    "returning": {"keep", "reassign", "stop"},
    "done": {"reopen", "stop"},
    "reassigned": set(),
    "stopped": set(),
}

#: Open by the rule where they are not offered; what is done then is decided under the lock.
REFUSED_BY_THE_DEED = {
    ("decide_rehandling", 422),  # nothing to decide
    ("release_verdicts", 422),  # none are given
    ("suggestion_withdraw", 422),  # already asked
    ("suggestion_record_signatures", 422),
    ("suggestion_submit", 302),  # a second press leads to what was submitted
    ("judge", 200),  # a case at 已答复 without a receipt, which only a test has
    ("enter_receipt", 200),
    ("mark_silent", 302),
}


@pytest.mark.parametrize("state", list(State))
def test_a_receipt_moves_only_along_its_table(unit, state):
    for move in Move:
        receipt = offered_assignment(unit)
        receipt.state = state

        assert offers(receipt, move) == (move in RECEIPT[state]), (state, move)
        if move in RECEIPT[state]:
            continue
        with pytest.raises(MoveNotAllowed):
            move_to(receipt, move, at=NOW)
        assert Assignment.objects.get(pk=receipt.pk).state == State.OFFERED
    assert set(MOVES) == set(Move)
    assert set(RECEIPT) == set(State)


@pytest.mark.long
def test_every_action_that_is_offered_is_open_and_no_other(
    request, client_of, unit, other_unit, settings
):
    settings.RATE_LIMITS = {}
    people = {name: request.getfixturevalue(name) for name in PERSONAS if name != "anonymous"}
    build(people, unit, other_unit)
    for stage in Stage:
        cases.case_in(stage, people["deputy"].deputy)
    clients, registered = browsers(people, client_of), all_actions()
    on_case = [action for action in registered if _takes_the_case(action)]

    combinations, asked, unoffered, wrong, stages = 0, 0, 0, [], set()
    for case in Suggestion.objects.order_by("-pk"):
        for who, actor in people.items():
            visible = Suggestion.objects.visible_to(actor).filter(pk=case.pk).first()
            offered = actions_for(actor, visible) if visible else []
            combinations += len(registered)
            for action in offered:
                status = ask(clients[who], "get", action.url).status_code
                asked += 1
                if status not in {200, 302} | (
                    {405} if _is_deed(action.code, registered) else set()
                ):
                    wrong.append((case.stage, who, action.code, status))
            if case.stage in stages:
                continue
            # Of each stage one case: what is not offered there is closed, be it seen or not.
            codes = {action.code for action in offered}
            for action in [each for each in on_case if each.code not in codes]:
                before = _told()
                status = ask(clients[who], "post", _address(action, case)).status_code
                if status == 405:  # a page without a deed
                    status = ask(clients[who], "get", _address(action, case)).status_code
                asked += 1
                is_refused = (action.code, status) in REFUSED_BY_THE_DEED and _told() == before
                unoffered += is_refused
                if status not in {403, 404} and not is_refused:
                    wrong.append((case.stage, who, action.code, status, "not offered"))
        stages.add(case.stage)

    print(  # noqa: T201 -- the figure to report
        f"#13 {len(stages)} stages × {len(registered)} actions × {len(people)} personas on "
        f"{Suggestion.objects.count()} cases = {combinations} combinations, {asked} asked "
        f"({len(on_case)} actions on a case itself in each stage also where they are not "
        f"offered, {unoffered} of them open to a form with nothing in it): unexpected {len(wrong)}"
    )
    assert wrong == []
    assert stages == set(Stage)


def _told() -> tuple[int, int]:
    """Count what no deed leaves out: its record and its line on the timeline."""
    return AuditEvent.objects.count(), StageEvent.objects.count()


def _takes_the_case(action) -> bool:
    taken = resolve(reverse(action.url_name, args=[1])).captured_kwargs
    return set(taken) <= {"case_id", "suggestion_id"}


def _address(action, case) -> str:
    return reverse(action.url_name, args=[case.pk])


def _is_deed(code: str, registered) -> bool:
    return next(each.url_name for each in registered if each.code == code) in DEEDS
