"""A button pressed twice, sent again or pressed in two tabs does its deed once."""

import time
from collections import Counter
from itertools import count

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assignment.models import Assignment
from evaluation.models import Verdict
from handling.models import Delivery, Reply
from suggestions.models import StageEvent, Suggestion
from tests.factories import TODAY
from tests.factories import handling as made
from tests.factories.assignment import accepted_assignment, case_to_assign
from tests.factories.congress import make_deputy
from tests.factories.suggestions import draft_case, seat_of
from tests.survival.report import report, scaled
from tests.together import at_once

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
EACH = scaled(100)
#: What a second press may be answered with: done, shown again, refused, or no longer there.
GENTLE = {200, 302, 403, 404, 422}
_next = count(1)


def twin(client) -> Client:
    """Return the same browser's second tab."""
    tab = Client()
    tab.cookies = client.cookies.copy()
    return tab


def press_twice(client, url, posted=dict) -> list[int]:
    """Press a button twice at once, then send the same once more."""
    tabs = [client, twin(client)]
    answers = at_once(*[lambda tab=tab: tab.post(url, posted()) for tab in tabs])
    answers.append(client.post(url, posted()))
    return [getattr(answer, "status_code", answer) for answer in answers]


@pytest.fixture
def tally():
    """Collect the answers of one kind of deed and tell them with the rows it made."""
    began, answers = time.monotonic(), Counter()

    def tell(deed, rows):
        faults = {status: n for status, n in answers.items() if status not in GENTLE}
        seconds = time.monotonic() - began
        told = f"{EACH} double presses and {EACH} repeats of {deed}: {rows} rows, faults {faults}"
        report(52, f"{told}, {seconds:.0f} s")
        assert (rows, faults) == (EACH, {})

    return answers, tell


def test_beginning(client_of, session, term, delegation, tally):
    answers, tell = tally
    for _ in range(EACH):
        client = client_of(seat_of(make_deputy(term, delegation)))
        answers.update(press_twice(client, reverse("suggestions:new")))

    tell("beginning a draft", Suggestion.objects.count())


def test_submitting(client_of, deputy, session, tally):
    answers, tell = tally
    client = client_of(deputy)
    for _ in range(EACH):
        case = draft_case(deputy.deputy, cosigners=[])
        answers.update(press_twice(client, reverse("suggestions:submit", args=[case.pk])))

    tell("submitting", StageEvent.objects.filter(action="submit").count())


def test_assigning(client_of, staff, unit, tally):
    answers, tell = tally
    client = client_of(staff)
    posted = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 0}
    posted |= {"form-0-unit": unit.pk, "form-0-role": "sole"}
    for _ in range(EACH):
        case = case_to_assign(unit.congress)
        url = reverse("assignment:assign", args=[case.pk])
        answers.update(press_twice(client, url, lambda: posted))

    tell("assigning", Assignment.objects.count())


def test_issuing(client_of, unit, deputy, tally):
    answers, tell = tally
    client = client_of(made.head_of(unit))
    for _ in range(EACH):
        reply = made.reply_to_sign(made.reload(accepted_assignment(unit, lead=deputy.deputy)))
        posted = {
            "document_number": f"市交函[2026]{next(_next)}号",
            "signer": "陈局长",
            "signed_on": TODAY.isoformat(),
            "mode": "letter",
            "signer_is_of_level": "on",
        }
        url = reverse("handling:issue", args=[reply.pk])
        answers.update(press_twice(client, url, lambda posted=posted: posted))

    assert Delivery.objects.filter(is_lead=True).count() == EACH
    tell("issuing a reply", Reply.objects.filter(state=Reply.State.ISSUED).count())


def test_judging(client_of, unit, deputy, tally):
    answers, tell = tally
    client = client_of(deputy)
    for _ in range(EACH):
        case = made.replied_case(unit, lead=deputy.deputy, at=timezone.now())
        posted = {"attitude": "satisfied", "result": "satisfied", "step": "give"}
        posted |= {f"unit{row.pk}-how": "same" for row in case.assignments.all()}
        url = reverse("evaluation:judge", args=[case.pk])
        answers.update(press_twice(client, url, lambda posted=posted: posted))

    tell("judging", Verdict.objects.current().filter(state="given").count())
