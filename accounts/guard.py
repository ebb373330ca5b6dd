"""The one way a view asks a rule: no is 403."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied

from accounts.models import Membership


def require(rule: Callable[..., bool], actor: Membership, *objects: Any) -> None:
    """
    Let only those pass whom the rule allows.

    :raises PermissionDenied: if the rule says no.
    """
    if not rule(actor, *objects):
        raise PermissionDenied
