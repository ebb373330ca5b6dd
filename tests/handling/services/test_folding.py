"""The net under the folds."""

from handling.services import folding as services
from handling.tasks import carry_promises_over, settle_answers, settle_talks
from suggestions.services import withdrawing
from suggestions.stages import Stage
from tests.factories import NOW
from tests.factories import handling as made
from tests.factories.suggestions import reload


def left_behind(receipt):
    """A case that every unit has answered and that stands in handling all the same."""
    made.issued_reply(receipt)
    case = reload(receipt.suggestion)
    case.stage = Stage.HANDLING
    case.save()
    return case


def test_a_case_left_behind_is_folded_at_night(receipt):
    case = left_behind(receipt)

    assert services.settle_answers(at=NOW) == 1
    assert reload(case).stage == Stage.REPLIED
    assert services.settle_answers(at=NOW) == 0


def test_a_case_in_hand_is_left(receipt):
    assert services.settle_answers(at=NOW) == 0


def test_a_case_without_units_is_not_answered(receipt):
    case = receipt.suggestion
    receipt.delete()

    assert services.fold_answers(case, by=None, at=NOW) is False


def test_a_case_beyond_is_not_answered_again(receipt):
    made.issued_reply(receipt)

    assert services.fold_answers(reload(receipt.suggestion), by=None, at=NOW) is False


def test_the_tasks_run_twice(receipt):
    case = left_behind(receipt)

    for task in (settle_talks, settle_answers, carry_promises_over) * 2:
        task(from_a_newer_caller=True)

    assert reload(case).stage == Stage.REPLIED


def test_a_withdrawal_puts_away_what_units_asked_for(receipt, deputy):
    request = made.asked_extension(receipt)
    asked = made.consulted_reply(receipt)
    case = receipt.suggestion
    case.cosigners.all().delete()  # nobody else has to consent

    withdrawing.ask(case.pk, reason="问题已解决", by=deputy, at=NOW)

    assert reload(case).stage == Stage.WITHDRAWN
    assert reload(request).outcome == "moot"
    assert reload(asked).deadline.ended_at == NOW
