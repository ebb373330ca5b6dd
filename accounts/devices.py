"""
Devices from which a person has signed in before (常用设备): one signed cookie, no table.

Guesses from elsewhere never count against them.
"""

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core import signing
from django.http import HttpRequest, HttpResponse

_SALT = "accounts.devices"
_DAYS_90 = 90 * 24 * 60 * 60
#: One office machine, several clerks; more than this is no personal device.
_MOST = 8


def is_known(request: HttpRequest, user: AbstractBaseUser) -> bool:
    """Test if this person has signed in on this device within ninety days."""
    return user.pk in _read(request).get("users", [])


def key_of(request: HttpRequest, user: AbstractBaseUser) -> str:
    """Name person and device, for counting."""
    return f"{_read(request).get('device', '')}:{user.pk}"


def remember(request: HttpRequest, response: HttpResponse, user: AbstractBaseUser) -> None:
    """Note in the device's cookie that this person has signed in on it."""
    known = _read(request)
    users = [pk for pk in known.get("users", []) if pk != user.pk]
    device = known.get("device") or secrets.token_urlsafe(12)
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps({"device": device, "users": [user.pk, *users][:_MOST]}, salt=_SALT),
        max_age=_DAYS_90,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> dict[str, Any]:
    cookie = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    try:
        return signing.loads(cookie, salt=_SALT, max_age=_DAYS_90)
    except signing.BadSignature:
        return {}
