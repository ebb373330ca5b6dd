"""Keys that are found first give the same rows as any other way to ask for them."""

import pytest

from common.among import among
from congress.models import Unit

pytestmark = pytest.mark.django_db


def test_keeps_the_rows_whose_keys_are_named(unit, other_unit, third_unit):
    keys = Unit.objects.filter(pk__in=[unit.pk, third_unit.pk]).values("pk")

    found = Unit.objects.filter(among("pk", keys)).exclude(among("pk", keys.filter(pk=unit.pk)))

    assert list(found) == [third_unit]


def test_a_key_is_looked_up_through_a_relation(unit, other_unit):
    keys = Unit.objects.filter(pk=unit.pk).values("system")

    found = Unit.objects.filter(among("system", keys))

    assert list(found) == list(Unit.objects.filter(system=unit.system))


def test_no_key_finds_nothing(unit):
    none, impossible = Unit.objects.filter(pk=0), Unit.objects.none()

    found = [
        list(Unit.objects.filter(among("pk", keys.values("pk")))) for keys in (none, impossible)
    ]

    assert found == [[], []]
