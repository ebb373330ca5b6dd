"""Who gets in at one address: a table of persona and status, asked in one test."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Membership


def statuses(
    request: pytest.FixtureRequest,
    client_of: Callable[[Membership], Client],
    url: str,
    expected: dict[str, int],
) -> dict[str, int]:
    """Open an address as each persona named in ``expected`` and return what each is answered."""
    return {who: client_of(request.getfixturevalue(who)).get(url).status_code for who in expected}
