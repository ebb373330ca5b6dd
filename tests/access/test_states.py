"""State of a receipt and its reply × deed × persona: open to those of the table, nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse

from assignment.models import Assignment, ReturnRequest
from assignment.services.mix import replace_unit
from congress.models import Unit
from handling.models import Consultation, Delivery, ExtensionRequest, Promise, Reply, Talk
from handling.services import consultations, replies
from suggestions.services import withdrawing
from tests.access.asking import ask, browsers
from tests.access.matrix import PERSONAS
from tests.factories import NOW
from tests.factories import assignment as receipts
from tests.factories import handling as make
from tests.factories.suggestions import seat_of

DEEDS = {
    Assignment: (
        "assignment:accept", "assignment:delegate", "assignment:ask_return",
        "assignment:replace_unit", "assignment:end_assignment", "assignment:allow_late_return",
        "handling:record_talk", "handling:record_attempt", "handling:submit_opinion",
        "handling:draft_reply", "handling:autosave_reply", "handling:ask_extension",
    ),
    ReturnRequest: ("assignment:decide_return", "assignment:hand_up_return"),
    Reply: (
        "handling:reply", "handling:send_to_check", "handling:consult",
        "handling:send_back_draft", "handling:issue", "handling:review_class",
        "handling:mark_read",
    ),
    Consultation: ("handling:answer_consultation", "handling:let_lapse", "handling:overrule"),
    Talk: ("handling:answer_talk", "handling:confirm_attempt"),
    ExtensionRequest: ("handling:give_view", "handling:decide_extension"),
    Delivery: ("handling:record_receipt",),
    Promise: (
        "handling:claim_clearance", "handling:decide_clearance", "handling:change_promise",
        "handling:end_promise", "handling:rate_fulfilment",
    ),
}  # fmt: skip
#: From each of them to the receipt it hangs on.
RECEIPT = {
    Assignment: "pk", ReturnRequest: "assignment", Reply: "assignment",
    Consultation: "reply__assignment", Talk: "assignment", ExtensionRequest: "assignment",
    Delivery: "reply__assignment", Promise: "assignment",
}  # fmt: skip
#: Read, not done.
PAGE = "handling:reply"
DONE, CLOSED = {200, 204, 302, 422}, {403, 404}

UNIT, HEAD, OFFICE, LEAD = {"clerk", "unit_head"}, {"unit_head"}, {"system_office"}, {"deputy"}
HOME = {"staff", "director"}
STAFF = HOME | {"session_staff"}
READERS = UNIT | OFFICE | LEAD | STAFF | {"secretary", "leader"}
TALKING = {"handling:record_talk": UNIT, "handling:record_attempt": UNIT}
HELD = {
    "assignment:ask_return": UNIT,
    "assignment:delegate": UNIT,
    "assignment:replace_unit": STAFF,
    "assignment:end_assignment": STAFF,
    "assignment:allow_late_return": STAFF,
}
IN_HAND = HELD | TALKING | {"handling:ask_extension": UNIT}
WRITING = {"handling:draft_reply": UNIT, "handling:autosave_reply": UNIT}
TO_CHECK = {"handling:send_to_check": UNIT}
ANSWERED = TALKING | {
    PAGE: READERS,
    "handling:mark_read": LEAD,
    "handling:review_class": HOME | OFFICE,
}
#: What is open in which state, and to whom; whatever is not named is closed to everybody.
OPEN: dict[str, dict[str, set[str]]] = {
    "offered": HELD | {"assignment:accept": UNIT},
    # Whoever asked to be relieved waits; nobody takes the case off past the one who decides.
    "returning": {"assignment:decide_return": OFFICE, "assignment:hand_up_return": OFFICE},
    "accepted": IN_HAND | WRITING,
    "talk recorded": IN_HAND | WRITING | {"handling:answer_talk": LEAD},
    "attempt recorded": IN_HAND | WRITING | {"handling:confirm_attempt": HOME},
    "extension asked": HELD
    | TALKING
    | WRITING
    | {"handling:give_view": OFFICE, "handling:decide_extension": HOME},
    "drafting": IN_HAND | WRITING | TO_CHECK,
    "checking": IN_HAND | {"handling:consult": HEAD, "handling:send_back_draft": HEAD},
    "consulting": IN_HAND | {"handling:answer_consultation": LEAD, "handling:let_lapse": HOME},
    "disagreed": IN_HAND | WRITING | TO_CHECK | {"handling:overrule": HOME},
    "signing": IN_HAND | {"handling:send_back_draft": HEAD, "handling:issue": HEAD},
    "issued": ANSWERED,
    "promise open": ANSWERED
    | {
        "handling:claim_clearance": UNIT,
        "handling:change_promise": UNIT,
        "handling:end_promise": HOME,
    },
    "promise claimed": ANSWERED | {"handling:decide_clearance": HOME},
    "promise cleared": ANSWERED | {"handling:rate_fulfilment": LEAD},
    "reassigned": {},
    "withdrawn": {},
}


def _drafting(receipt: Assignment) -> None:
    make.confirmed_talk(receipt)
    make.saved_draft(receipt)


def _checking(receipt: Assignment) -> None:
    _drafting(receipt)
    reply = receipt.replies.get()
    replies.send_to_check(
        reply.pk, without_opinion_reason="", by=make.head_of(receipt.unit), at=NOW
    )


def _disagreed(receipt: Assignment) -> None:
    asked = make.consulted_reply(receipt)
    consultations.answer_consultation(
        asked.pk,
        view=Consultation.View.DISAGREE,
        note="请写明时限。",
        by=seat_of(asked.deputy),
        at=NOW,
    )


def _reassigned(receipt: Assignment) -> None:
    _drafting(receipt)
    other = Unit.objects.get(name="市财政局")
    staff = receipts.staff_of(receipt.suggestion)
    replace_unit(receipt.pk, to=other, why="职责不符。", by=staff, at=NOW)


def _withdrawn(receipt: Assignment) -> None:
    _drafting(receipt)
    deputy = seat_of(receipt.suggestion.lead_deputy)
    withdrawing.ask(receipt.suggestion_id, reason="另行沟通。", by=deputy, at=NOW)


#: How a receipt that was signed for comes into each state; the first two make their own.
WAYS: dict[str, Callable[[Assignment], Any]] = {
    "accepted": lambda receipt: None,
    "talk recorded": make.recorded_talk,
    "attempt recorded": make.recorded_attempt,
    "extension asked": make.asked_extension,
    "drafting": _drafting,
    "checking": _checking,
    "consulting": make.consulted_reply,
    "disagreed": _disagreed,
    "signing": make.reply_to_sign,
    "issued": make.issued_reply,
    "promise open": make.open_promise,
    "promise claimed": lambda receipt: make.claimed_promise(make.open_promise(receipt)),
    "promise cleared": lambda receipt: make.cleared_promise(make.open_promise(receipt)),
    "reassigned": _reassigned,
    "withdrawn": _withdrawn,
}


def receipts_in(lead: Any, unit: Unit, wished: Unit) -> Iterator[tuple[str, int]]:
    """Yield a receipt in each state."""
    yield "offered", receipts.offered_assignment(unit, lead=lead, cosigners=[]).pk
    asked = receipts.asked_return(
        receipts.offered_assignment(unit, lead=lead, cosigners=[]), wished
    )
    yield "returning", asked.assignment_id
    for state, come in WAYS.items():
        receipt = receipts.accepted_assignment(unit, lead=lead, cosigners=[])
        come(receipt)
        yield state, receipt.pk


def deeds_on(receipt: int) -> Iterator[tuple[str, str]]:
    """Yield every deed on a receipt and on what hangs on it, with its address."""
    for model, deeds in DEEDS.items():
        for key in model.objects.filter(**{RECEIPT[model]: receipt}).values_list("pk", flat=True):
            for deed in deeds:
                yield deed, reverse(deed, args=[key])


@pytest.mark.long
@pytest.mark.django_db
def test_in_each_state_a_deed_is_open_to_those_of_the_table_alone(
    request, client_of, unit, other_unit, third_unit, settings
):
    settings.RATE_LIMITS, settings.ACCOUNT_RATE_LIMITS = {}, False
    people = {name: request.getfixturevalue(name) for name in PERSONAS if name != "anonymous"}
    clients = browsers(people, client_of)
    clients.pop("anonymous")

    asked, opened, wrong, met = 0, set(), [], set()
    for state, receipt in receipts_in(people["deputy"].deputy, unit, other_unit):
        for deed, url in deeds_on(receipt):
            met.add((state, deed))
            for who, client in clients.items():
                is_open = who in OPEN[state].get(deed, ())
                methods = ["get"] if deed == PAGE else ["post", "get"] if is_open else ["post"]
                # What has no page of its own says that it is a deed.
                statuses = {ask(client, each, url).status_code for each in methods} - {405}
                asked += len(methods)
                if not statuses or not statuses <= (DONE if is_open else CLOSED):
                    wrong.append((state, deed, who, statuses))
                elif is_open:
                    opened.add((state, deed))

    named = {(state, deed) for state, deeds in OPEN.items() for deed in deeds}
    print(  # noqa: T201 -- the figure to report
        f"#13 {len(OPEN)} states of a receipt, its reply, talks, requests and promises × "
        f"{len({deed for _, deed in met})} deeds on {len(met)} objects × {len(clients)} personas, "
        f"{asked} asked: unexpected {len(wrong)}"
    )
    assert wrong == []
    assert opened == named
