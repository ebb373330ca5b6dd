"""
Numbers of a session: one after the other, none left out, none given twice.

The counter's row is locked until the transaction ends, so a rollback gives its number back; a
number of a withdrawn suggestion is never used again, because nothing ever lowers the counter.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from congress.profile import rules_for
from suggestions.models import NumberCounter, Suggestion


def give_number(case: Suggestion, *, at: datetime) -> None:
    """Give a locked case the next number of its session and filing kind; the caller saves it."""
    counter = _locked_counter(case)
    # A ledger may have brought numbers in beyond the counter.
    counter.last = max(counter.last, _last_given(case)) + 1
    counter.save(update_fields=["last"])
    rules = rules_for(case.congress, on=timezone.localdate(at))
    is_in_session = case.filing == Suggestion.Filing.IN_SESSION
    case.number = counter.last
    case.number_text = rules.number_text(counter.last, is_in_session=is_in_session)


def _locked_counter(case: Suggestion) -> NumberCounter:
    key = {"session_id": case.session_id, "filing": case.filing}
    counters = NumberCounter.objects.select_for_update()
    counter = counters.filter(**key).first()
    if counter is None:
        # Two first numbers at once: the loser of the insert waits for the winner's row.
        NumberCounter.objects.bulk_create([NumberCounter(**key)], ignore_conflicts=True)
        counter = counters.get(**key)
    return counter


def _last_given(case: Suggestion) -> int:
    given = Suggestion.objects.filter(session_id=case.session_id, filing=case.filing)
    return given.aggregate(last=Max("number"))["last"] or 0
