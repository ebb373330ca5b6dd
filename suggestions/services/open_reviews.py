"""Who looks at a case just now: a courtesy between colleagues, no lock."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Membership
from suggestions.models import OpenReview
from suggestions.workflow import lock_case

#: How long a page opened by a colleague is taken for somebody at work on it.
AT_WORK = timedelta(minutes=15)


@transaction.atomic
def open_for_review(case_id: int, *, by: Membership, at: datetime) -> OpenReview | None:
    """
    Note that the actor looks at a case, and return the colleague who has it open already.

    It keeps nobody out: decisions check the stage under the lock.
    """
    case = lock_case(case_id)
    opened = OpenReview.objects.select_related("by__user").filter(suggestion=case).first()
    if opened and opened.by_id != by.pk and at - opened.at < AT_WORK:
        return opened
    OpenReview.objects.update_or_create(suggestion=case, defaults={"by": by, "at": at})
    return None
