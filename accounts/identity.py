"""Is it still the person who signed in? One check per sitting, asked where it matters most."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

#: A sitting: long enough to read three replies and think.
SITTING = timedelta(minutes=30)
_CHECKED = "identity_checked_at"


def is_recent(request: HttpRequest, *, at: datetime) -> bool:
    """Test if the person proved who they are within the last sitting."""
    records = get_authentication_records(request, request.user)
    stamps = [record.get("at", 0) for record in records]
    stamps.append(request.session.get(_CHECKED, 0))
    return at.timestamp() - max(stamps) <= SITTING.total_seconds()


def prove(request: HttpRequest, password: str, *, at: datetime) -> bool:
    """Take the password once more and remember for the sitting that it was right."""
    if not request.user.check_password(password):
        return False
    request.session[_CHECKED] = at.timestamp()
    return True
