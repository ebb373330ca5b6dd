"""Two people, two buttons, one real database: what must happen once happens once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from accounts.models import Membership
from common.refusals import Refusal
from congress.models import DeclineGround
from suggestions.models import CoSigner, Deadline, NumberCounter, StageEvent, Suggestion
from suggestions.selectors import text_mark
from suggestions.services import (
    cosigning,
    drafting,
    merging,
    reviewing,
    submission,
    withdrawing,
)
from suggestions.stages import Stage
from suggestions.steps import WritingStep
from tests.factories import NOW
from tests.factories.suggestions import (
    add_cosigner,
    case_in_review,
    draft_case,
    registered_case,
    reload,
    seat_of,
    submitted_case,
)
from tests.suggestions.conftest import SITTING, texts_for

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, ROUNDS = 8, 12


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Let each deed go at the same moment in a thread of its own; return results or refusals."""
    ready = threading.Barrier(len(deeds))

    def run(deed):
        try:
            ready.wait(timeout=10)
            return deed()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [future.result() for future in [pool.submit(run, deed) for deed in deeds]]


def refused(results: list[object]) -> int:
    return sum(isinstance(result, Refusal) for result in results)


class GaveUp(Exception):
    """The transaction around a deed fails after it."""


def test_numbers_have_no_gap_under_many_threads_and_rollbacks(deputy, session, staff):
    """Every third attempt of each thread is rolled back after it was given its number."""
    cases = [case_in_review(deputy.deputy, cosigners=[]) for _ in range(THREADS * ROUNDS)]
    ready = threading.Barrier(THREADS)

    def work(mine):
        ready.wait(timeout=10)
        try:
            for place, case in enumerate(mine):
                accept_or_give_up(case, gives_up=place % 3 == 2)
        finally:
            connection.close()

    def accept_or_give_up(case, *, gives_up):
        try:
            with transaction.atomic():
                reviewing.accept(case.pk, category=case.category, by=staff, at=NOW)
                if gives_up:
                    raise GaveUp
        except GaveUp:
            pass

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(work, cases[n::THREADS]) for n in range(THREADS)]:
            done.result()

    numbers = sorted(
        Suggestion.objects.filter(number__isnull=False).values_list("number", flat=True)
    )
    kept = THREADS * ROUNDS * 2 // 3
    assert numbers == list(range(1, kept + 1))
    assert NumberCounter.objects.get().last == kept


def test_the_first_two_numbers_of_a_session(deputy, session, staff):
    cases = [case_in_review(deputy.deputy, cosigners=[]) for _ in range(2)]

    at_once(
        *(lambda c=c: reviewing.accept(c.pk, category=c.category, by=staff, at=NOW) for c in cases)
    )

    assert {reload(case).number for case in cases} == {1, 2}


def test_two_staff_accept_the_same(deputy, session, staff, session_staff):
    case = case_in_review(deputy.deputy)

    results = at_once(
        lambda: reviewing.accept(case.pk, category=case.category, by=staff, at=NOW),
        lambda: reviewing.accept(case.pk, category=case.category, by=session_staff, at=NOW),
    )

    assert refused(results) == 1
    assert NumberCounter.objects.get().last == 1
    assert len(texts_for(deputy)) == 1


def test_one_accepts_while_another_sends_back(deputy, session, staff, session_staff):
    case = case_in_review(deputy.deputy)

    results = at_once(
        lambda: reviewing.accept(case.pk, category=case.category, by=staff, at=NOW),
        lambda: reviewing.send_back(case.pk, reason="改", by=session_staff, at=NOW),
    )

    assert refused(results) == 1
    assert reload(case).stage in {Stage.REGISTERED, Stage.SENT_BACK}
    assert case.reviews.count() == 1


def test_one_declines_while_another_merges(deputy, other_deputy, session, staff, session_staff):
    target, case = registered_case(other_deputy.deputy), case_in_review(deputy.deputy)
    ground = DeclineGround.objects.filter(congress=case.congress).first()

    results = at_once(
        lambda: reviewing.decline(
            case.pk, ground=ground, explanation="不属", next_step="returned", by=staff, at=NOW
        ),
        lambda: merging.merge(case.pk, into_id=target.pk, reason="相同", by=session_staff, at=NOW),
    )

    assert refused(results) == 1


def test_two_cases_merged_into_each_other_cannot_deadlock(deputy, other_deputy, session, staff):
    one, other = case_in_review(deputy.deputy), case_in_review(other_deputy.deputy)
    target = registered_case(deputy.deputy)

    results = at_once(
        lambda: merging.merge(one.pk, into_id=target.pk, reason="同", by=staff, at=NOW),
        lambda: merging.merge(other.pk, into_id=target.pk, reason="同", by=staff, at=NOW),
        lambda: merging.merge(one.pk, into_id=other.pk, reason="同", by=staff, at=NOW),
    )

    assert refused(results) == 1
    assert target.merged_cases.count() == 2


def test_a_double_click_submits_once(deputy, session):
    case = draft_case(deputy.deputy)

    results = at_once(*[lambda: submission.submit(case.pk, by=deputy, at=SITTING)] * 2)

    assert refused(results) == 1
    assert StageEvent.objects.filter(suggestion=case, action="submit").count() == 1


def test_a_double_click_begins_one_draft(deputy, session):
    at_once(*[lambda: drafting.begin(by=deputy, at=NOW)] * 2)

    assert Suggestion.objects.count() == 1


def test_a_name_is_never_put_under_a_text_that_changed(deputy, session, cosigner):
    case = draft_case(deputy.deputy, cosigners=[])
    row = add_cosigner(case, cosigner.deputy, CoSigner.State.INVITED)
    mark = text_mark(case)

    at_once(
        lambda: cosigning.confirm(row.pk, mark=mark, by=cosigner, at=NOW),
        lambda: drafting.save(
            case.pk,
            WritingStep.ITEMS,
            {"items": ["全换了"]},
            version=1,
            page="a",
            by=deputy,
            at=NOW,
        ),
    )

    assert reload(row).state == CoSigner.State.INVITED


def test_submitting_while_a_cosigner_confirms(deputy, session, cosigner):
    case = draft_case(deputy.deputy, cosigners=[])
    row = add_cosigner(case, cosigner.deputy, CoSigner.State.INVITED)
    mark = text_mark(case)

    results = at_once(
        lambda: submission.submit(case.pk, by=deputy, at=SITTING),
        lambda: cosigning.confirm(row.pk, mark=mark, by=cosigner, at=NOW),
    )

    confirmed = case.cosigners.filter(state=CoSigner.State.CONFIRMED).count()
    assert (confirmed, reload(case).proposer) in {(1, "joint"), (0, "single")}
    assert refused(results) == 1 - confirmed


def test_two_reviewers_of_a_delegation_pass_it_once(deputy, session, secretary, head_deputy):
    case = submitted_case(deputy.deputy)

    results = at_once(
        lambda: reviewing.pass_on(case.pk, by=secretary, at=NOW),
        lambda: reviewing.pass_on(case.pk, by=head_deputy, at=NOW),
    )

    assert refused(results) == 1
    assert Deadline.objects.filter(suggestion=case).count() == 1


def test_a_withdrawal_against_a_number(deputy, session, staff):
    case = case_in_review(deputy.deputy, cosigners=[])

    at_once(
        lambda: withdrawing.ask(case.pk, reason="变", by=deputy, at=NOW),
        lambda: reviewing.accept(case.pk, category=case.category, by=staff, at=NOW),
    )

    # Either order ends withdrawn; the number, once given, stays on the row.
    assert reload(case).stage == Stage.WITHDRAWN
    assert list(StageEvent.objects.filter(suggestion=case, action="withdraw")) != []


def test_the_last_two_consents_withdraw_once(deputy, session):
    case = registered_case(deputy.deputy)
    asked = withdrawing.ask(case.pk, reason="变", by=deputy, at=NOW)
    consents = list(asked.consents.select_related("cosigner__deputy"))

    def agree(consent) -> Callable[[], object]:
        by: Membership = seat_of(consent.cosigner.deputy)
        return lambda: withdrawing.answer(consent.pk, agrees=True, by=by, at=NOW)

    results = at_once(*(agree(consent) for consent in consents))

    assert refused(results) == 0
    assert reload(case).stage == Stage.WITHDRAWN
    assert StageEvent.objects.filter(suggestion=case, action="withdraw").count() == 1


def test_two_requests_to_withdraw_are_one(deputy, session):
    case = registered_case(deputy.deputy)

    results = at_once(*[lambda: withdrawing.ask(case.pk, reason="变", by=deputy, at=NOW)] * 2)

    assert refused(results) == 1
    assert case.withdrawals.count() == 1
