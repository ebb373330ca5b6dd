"""What must hold between the rows of handling and no single constraint can say."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, QuerySet

from assignment.models import Assignment
from handling.models import Consultation, Delivery, Promise, Reply, Talk
from handling.models.talk import COUNTED
from handling.selectors.queues import open_consultations
from suggestions.models import Deadline, Suggestion
from suggestions.stages import Stage

_ANSWERED = [Stage.REPLIED, Stage.TRACKING, Stage.CLOSED]


def faults() -> Iterator[str]:
    """Yield a sentence for each contradiction; history from a ledger is not asked for our steps."""
    yield from _issued_without_delivery()
    yield from _answered_without_replies()
    yield from _handled_though_answered()
    yield from _answered_without_talk()
    yield from _consulting_without_question()
    yield from _asked_without_clock()
    yield from _promises_without_clock()
    yield from _tracked_without_promise()


def _issued_without_delivery() -> Iterator[str]:
    sent = Delivery.objects.filter(reply=OuterRef("pk"), is_lead=True)
    for reply in _issued().filter(~Exists(sent)):
        yield f"答复{reply.pk}已签发，但没有送达领衔代表的记录。"


def _issued() -> QuerySet[Reply]:
    return Reply.objects.issued().filter(assignment__suggestion__is_imported=False)


def _answering_without_reply() -> QuerySet[Assignment]:
    written = Reply.objects.issued().filter(
        assignment=OuterRef("pk"), round=OuterRef("suggestion__round")
    )
    return Assignment.objects.live().answering().filter(~Exists(written))


def _answered_without_replies() -> Iterator[str]:
    waiting = _answering_without_reply().filter(
        suggestion__stage__in=_ANSWERED, suggestion__is_imported=False
    )
    for receipt in waiting:
        yield f"建议{receipt.suggestion_id}已答复，但承办件{receipt.pk}没有本轮答复。"


def _handled_though_answered() -> Iterator[str]:
    missing = _answering_without_reply().filter(suggestion=OuterRef("pk"))
    answering = Assignment.objects.live().answering().filter(suggestion=OuterRef("pk"))
    stuck = Suggestion.objects.filter(
        Exists(answering), ~Exists(missing), stage__in=[Stage.HANDLING, Stage.REHANDLING]
    )
    for case in stuck:
        yield f"建议{case.pk}各单位都已答复，但阶段仍是“{case.get_stage_display()}”。"


def _answered_without_talk() -> Iterator[str]:
    talked = Talk.objects.filter(assignment=OuterRef("assignment"), round=OuterRef("round"))
    counted = talked.filter(state__in=[*COUNTED, Talk.State.ATTEMPT_CONFIRMED])
    for reply in _issued().filter(~Exists(counted)):
        yield f"答复{reply.pk}已签发，但本轮没有有效沟通（不沟通不答复）。"


def _consulting_without_question() -> Iterator[str]:
    asked = Consultation.objects.open().filter(reply=OuterRef("pk"))
    for reply in Reply.objects.filter(~Exists(asked), state=Reply.State.CONSULTING):
        yield f"答复{reply.pk}在征求意见，但没有待代表回复的征求记录。"


def _asked_without_clock() -> Iterator[str]:
    """Find questions whose clock stopped: the queue of what expired begins with clocks that run."""
    stopped = open_consultations().filter(deadline__isnull=False)
    for asked in stopped.exclude(deadline__in=Deadline.objects.open()):
        yield f"征求意见{asked.pk}：代表还没有答复，但期限已不再计算。"


def _promises_without_clock() -> Iterator[str]:
    running = Promise.objects.filter(
        state=Promise.State.OPEN, due_on__isnull=False, suggestion__is_imported=False
    )
    for promise in running.exclude(deadline__due_on=F("due_on"), deadline__met_at__isnull=True):
        yield f"承诺事项{promise.pk}落实中，但期限与承诺的完成时限不符。"


def _tracked_without_promise() -> Iterator[str]:
    binding = Promise.objects.uncleared().filter(suggestion=OuterRef("pk"))
    for case in Suggestion.objects.filter(~Exists(binding), stage=Stage.TRACKING):
        yield f"建议{case.pk}在跟踪落实，但没有未销号的承诺事项。"
