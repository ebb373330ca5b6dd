"""
How allauth behaves here: one-time passwords, known devices, Chinese sentences, secrets encrypted.

An entry point: it sees requests and reads the clock.
"""

import base64
import hashlib
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from accounts import devices, second_factor, services
from accounts.models import User
from audit.services import record
from common.refusals import Refusal


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in with a user name and a password that somebody handed over once."""

    error_messages: ClassVar = DefaultAccountAdapter.error_messages | {
        "account_inactive": "该账号已停用，请联系系统管理员。",
        "username_password_mismatch": "用户名或密码不正确。请检查大小写，或联系管理员重置密码。",
        "invalid_login": "用户名或密码不正确。",
        "too_many_login_attempts": "连续多次输入错误，请五分钟后再试；急用请打电话给工作人员。",
        "enter_current_password": "当前密码不正确。",
        "incorrect_password": "密码不正确。",
        "rate_limited": "操作过于频繁，请稍后再试。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> Any:
        response = super().pre_login(request, user, **kwargs)
        if response is None and user.must_change_password:
            return self._use_initial_password(request, user)
        return response

    def post_login(
        self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any
    ) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        devices.remember(request, response, user)
        address = self.get_client_ip(request)
        record("sign_in", by=None, user_id=user.pk, at=timezone.now(), address=address)
        return response

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """
        Count a guess; on a device its owner has signed in from, against that device alone.

        Otherwise whoever guesses somebody's password would lock the owner out (ASVS 6.3.1).
        """
        login = credentials.get("username", "").lower()
        user = User.objects.filter(username__iexact=login).first()
        if user is None or not devices.is_known(request, user):
            super().pre_authenticate(request, **credentials)
            return
        used = ratelimit.consume(
            request,
            app="allauth.account",
            action="login_failed_on_known_device",
            key=devices.key_of(request, user),
        )
        self._login_failed_rl_usage = used
        if not used:
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        # Only the person, never what was typed: a password lands in the wrong field easily.
        user = User.objects.filter(username__iexact=credentials.get("username", "")).first()
        address = self.get_client_ip(request)
        at = timezone.now()
        record("sign_in.fail", by=None, user_id=user.pk if user else None, at=at, address=address)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """
        Test if the person must prove again who they are (ASVS 7.5): not right after signing in.
        """
        request = self.request
        proofs = get_authentication_records(request, request.user)
        if not proofs:
            return True
        age = timezone.now().timestamp() - proofs[-1]["at"]
        return age > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        super().set_password(user, password)
        services.password_was_changed(user, at=timezone.now())
        user.refresh_from_db()

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: the page that follows shows well enough that one is signed in."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing: the record keeps what happened to an account."""

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # Not by host name, which the one who guesses chooses.
        return credentials.get("username", "").lower()

    def _use_initial_password(
        self, request: HttpRequest, user: AbstractBaseUser
    ) -> HttpResponse | None:
        try:
            services.use_initial_password(user, at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse("account_login"))
        return None


class MFAAdapter(DefaultMFAAdapter):
    """The second factor: secrets encrypted at rest, not to be dropped where it is demanded."""

    error_messages: ClassVar = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "验证码不正确，请输入验证器上当前显示的6位数字。",
        "cannot_delete_authenticator": "您的身份须使用两步验证，不能关闭。",
        "cannot_generate_recovery_codes": "须先启用两步验证。",
        "unreadable_secret": "您的验证器无法核对，请联系系统管理员重置两步验证。",
    }

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            # Encrypted under another SECRET_KEY, as after a move: no code fits, and no page breaks.
            raise self.validation_error("unreadable_secret") from None

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        today = timezone.localdate()
        return not second_factor.is_demanded_of(authenticator.user, on=today)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing: the record keeps what happened to an account."""


def _fernet() -> Fernet:
    key = hashlib.sha256(b"second factor" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
