"""Who sees a verdict, and when: the shield between the deputy and the unit judged (背靠背)."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Membership, Role
from accounts.roles import COMMITTEE_STAFF_ROLES, UNIT_ROLES
from suggestions.visibility import cases_of

#: Verdicts reach 代表工委 and the system's office at the same time: both lead units.
_BEFORE_RELEASE = COMMITTEE_STAFF_ROLES | {Role.SYSTEM_OFFICE}


class VerdictQuerySet(QuerySet):
    def visible_to(self, actor: Membership) -> VerdictQuerySet:
        """Keep what the acting membership may read; a unit its own, and only when released."""
        verdicts = self.filter(assignment__suggestion__in=cases_of(actor))
        if actor.role in _BEFORE_RELEASE:
            return verdicts
        if actor.role == Role.DEPUTY:
            return verdicts.filter(Q(deputy=actor.deputy) | Q(released_at__isnull=False))
        if actor.role in UNIT_ROLES:
            return verdicts.filter(released_at__isnull=False, assignment__unit=actor.unit)
        return verdicts.filter(released_at__isnull=False)

    def current(self) -> VerdictQuerySet:
        """Keep the standing revisions."""
        return self.filter(is_current=True)

    def given(self) -> VerdictQuerySet:
        """Keep the standing verdicts in which the deputy said something."""
        return self.filter(is_current=True, state="given")
