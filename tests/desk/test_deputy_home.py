"""The first page of a deputy shows the newest of what the deputy leads or co-signed."""

from datetime import timedelta

from desk.selectors.deputy import latest_cases
from suggestions.models import CoSigner, Suggestion
from suggestions.stages import Stage
from tests.factories import NOW
from tests.factories.suggestions import add_cosigner, draft_case, submitted_case


def touched(days, case):
    """Let a case have been saved some days after another."""
    Suggestion.objects.filter(pk=case.pk).update(saved_at=NOW + timedelta(days=days))
    return case


def test_the_five_newest_of_both_come_first(deputy, other_deputy):
    led = [touched(day, submitted_case(deputy.deputy)) for day in (1, 3, 5, 7, 9, 11)]
    signed = [touched(day, submitted_case(other_deputy.deputy)) for day in (2, 8)]
    for case in signed:
        add_cosigner(case, deputy.deputy)

    found = list(latest_cases(deputy))

    assert found == [led[5], led[4], signed[1], led[3], led[2]]
    assert list(latest_cases(other_deputy)) == [signed[1], signed[0]]


def test_what_was_thrown_away_or_never_signed_is_not_among_them(deputy, other_deputy):
    kept = touched(1, draft_case(deputy.deputy))
    gone = [touched(day, draft_case(deputy.deputy)) for day in range(2, 8)]
    Suggestion.objects.filter(pk__in=[case.pk for case in gone]).update(stage=Stage.WITHDRAWN)
    for state in (CoSigner.State.INVITED, CoSigner.State.DECLINED):
        add_cosigner(touched(9, submitted_case(other_deputy.deputy)), deputy.deputy, state)

    assert list(latest_cases(deputy)) == [kept]
