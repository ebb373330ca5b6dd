"""
Addresses of the entrance and of one's own account.

Only those pages of allauth that are in use: no sign-up, no mail addresses, no reset by mail.
"""

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path

from accounts.views import own

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("login/second/", factor.authenticate, name="mfa_authenticate"),
    path("login/help/", own.sign_in_help, name="sign_in_help"),
    path("login/disabled/", account.account_inactive, name="account_inactive"),
    path("logout/", account.logout, name="account_logout"),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("confirm/second/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("second/", factor.index, name="mfa_index"),
    path("second/set-up/", totp.activate_totp, name="mfa_activate_totp"),
    path("second/drop/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second/codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path(
        "second/codes/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"
    ),
    path("me/", own.me, name="me"),
    path("act-as/", own.act_as, name="act_as"),
    path("elder-mode/", own.elder_mode, name="elder_mode"),
]
