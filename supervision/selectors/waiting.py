"""What waits for units, leaders and committees."""

from __future__ import annotations

from django.db.models import DateField, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast

from accounts.models import Membership, Role
from suggestions.models import Deadline, Suggestion
from suggestions.selectors import cases_proposed_by
from suggestions.stages import NUMBERED_AND_COUNTED, Stage
from suggestions.visibility import SuggestionQuerySet
from supervision.models import KeyCase, Urging


def urgings_to_answer(actor: Membership) -> QuerySet[Urging]:
    """Find where the unit was urged and has not said how it stands (待反馈催办)."""
    return (
        Urging.objects.visible_to(actor)
        .filter(assignment__unit=actor.unit, answered_at__isnull=True)
        .exclude(assignment__suggestion__in=cases_proposed_by(actor))
        .annotate(
            task_case=F("assignment__suggestion_id"), task_target=F("pk"), task_due=F("answer_by")
        )
    )


def key_cases_of(actor: Membership) -> SuggestionQuerySet:
    """Find the running cases that a leader supervises or leads, or a committee follows."""
    if actor.role == Role.COMMITTEE:
        mine = KeyCase.objects.filter(committee_id=actor.committee_id).values("suggestion_id")
    else:
        supervised = KeyCase.objects.filter(leader_id=actor.official_id).order_by()
        led = Suggestion.objects.filter(led_by_id=actor.official_id).order_by()
        # Each by its own index: an OR over both tables would read every running case.
        mine = supervised.values("suggestion_id").union(led.values("pk"), all=True)
    clocks = Deadline.objects.open().duties().filter(suggestion=OuterRef("pk"))
    running = NUMBERED_AND_COUNTED - {Stage.CLOSED}
    return (
        Suggestion.objects.visible_to(actor)
        .filter(pk__in=mine, stage__in=running)
        .annotate(
            task_case=F("pk"),
            task_target=F("pk"),
            task_due=Cast(Subquery(clocks.order_by("due_on").values("due_on")[:1]), DateField()),
        )
    )
