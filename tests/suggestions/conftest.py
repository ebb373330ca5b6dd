"""What the tests of 提出审核 share."""

from datetime import UTC, date, datetime

import pytest

from congress.services import add_profile_version
from notices.models import Alert
from tests.factories import NOW

#: Ten in the morning while the session sits.
SITTING = datetime(2026, 2, 26, 2, 0, tzinfo=UTC)


def texts_for(membership) -> list[str]:
    """Return what a membership was told, oldest first."""
    return list(
        Alert.objects.filter(recipient=membership).order_by("pk").values_list("text", flat=True)
    )


@pytest.fixture
def local_rules(congress):
    """Return a function that puts other local rules in force."""

    def put(**values):
        return add_profile_version(
            congress, values=values, valid_from=date(2020, 1, 1), by=None, at=NOW
        )

    return put
