"""The units and offices that a case can be given to."""

from __future__ import annotations

from django.db.models import QuerySet

from congress.models import Congress, Office, Unit


def assignable_units(congress: Congress) -> QuerySet[Unit]:
    """Find the active units of a congress and of those above it, system by system."""
    own_and_above, above = [congress.pk], congress.parent
    while above is not None:
        own_and_above.append(above.pk)
        above = above.parent
    return (
        Unit.objects.filter(congress__in=own_and_above, is_active=True)
        .select_related("system__office")
        .order_by("congress", "system__order", "system", "order", "pk")
    )


def units_of_office(office: Office) -> QuerySet[Unit]:
    """Find the active units of the systems that an office directs."""
    return (
        Unit.objects.filter(system__office=office, is_active=True)
        .select_related("system__office")
        .order_by("system__order", "system", "order", "pk")
    )


def referral_offices(congress: Congress) -> QuerySet[Office]:
    """Find the offices that choose units inside their systems."""
    offices = Office.objects.filter(congress=congress, is_active=True, systems__isnull=False)
    return offices.filter(kind=Office.Kind.SYSTEM_OFFICE).distinct().order_by("order", "pk")
