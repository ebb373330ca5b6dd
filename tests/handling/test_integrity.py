"""Contradictions are named, and sound histories have none."""

from handling.integrity import faults
from handling.models import Consultation, Delivery, Promise, Reply, Talk
from suggestions.stages import Stage
from tests.factories import handling as made
from tests.factories.suggestions import reload


def test_a_sound_history_has_no_fault(receipt, shared):
    made.issued_reply(receipt, "B")
    made.consulted_reply(shared[0])

    assert list(faults()) == []


def test_each_contradiction_is_named(receipt):
    reply = made.issued_reply(receipt)
    Delivery.objects.all().delete()
    Talk.objects.all().delete()

    assert list(faults()) == [
        f"答复{reply.pk}已签发，但没有送达领衔代表的记录。",
        f"答复{reply.pk}已签发，但本轮没有有效沟通（不沟通不答复）。",
    ]


def test_stage_and_replies_agree(receipt):
    reply = made.issued_reply(receipt)
    case = reload(receipt.suggestion)
    case.stage = Stage.HANDLING
    case.save()
    stuck = list(faults())
    case.stage = Stage.REPLIED
    case.save()
    Reply.objects.filter(pk=reply.pk).update(state="signing")

    assert stuck == [f"建议{case.pk}各单位都已答复，但阶段仍是“办理中”。"]
    assert list(faults()) == [f"建议{case.pk}已答复，但承办件{receipt.pk}没有本轮答复。"]


def test_a_question_belongs_to_a_consulting_reply(receipt):
    asked = made.consulted_reply(receipt)
    Consultation.objects.all().delete()

    assert list(faults()) == [f"答复{asked.reply_id}在征求意见，但没有待代表回复的征求记录。"]


def test_a_running_promise_has_its_clock(receipt):
    promise = made.open_promise(receipt)
    Promise.objects.filter(pk=promise.pk).update(due_on="2030-01-01")
    case = reload(receipt.suggestion)

    assert list(faults()) == [f"承诺事项{promise.pk}落实中，但期限与承诺的完成时限不符。"]
    Promise.objects.filter(pk=promise.pk).update(state="ended")
    case.stage = Stage.TRACKING
    case.save()
    assert list(faults()) == [f"建议{case.pk}在跟踪落实，但没有未销号的承诺事项。"]


def test_history_from_a_ledger_is_not_asked_for_our_steps(receipt):
    made.issued_reply(receipt)
    Delivery.objects.all().delete()
    Talk.objects.all().delete()
    case = reload(receipt.suggestion)
    case.is_imported = True
    case.save()

    assert list(faults()) == []
