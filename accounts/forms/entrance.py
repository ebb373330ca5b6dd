"""Forms of the entrance: what allauth asks, in our words and inputs."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as factor_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms

from common.forms import FormMixin


class _Plain(FormMixin):
    """Take allauth's placeholders away: a placeholder is gone when it is needed."""

    labels: dict[str, str] = {}
    hints: dict[str, str] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, "")
            field.error_messages["required"] = f"请填写{field.label}。"


class SignInForm(_Plain, account_forms.LoginForm):
    labels = {"login": "用户名", "password": "密码"}


class ChangePasswordForm(_Plain, account_forms.ChangePasswordForm):
    labels = {
        "oldpassword": "当前密码（或管理员给您的初始密码）",
        "password1": "新密码",
        "password2": "再输入一次新密码",
    }
    hints = {
        "password1": "至少10位，可以是一句话，中文、空格都可以；"
        "不要用姓名、生日和“代表”“建议”等常用词。"
    }


class ConfirmPasswordForm(_Plain, account_forms.ReauthenticateForm):
    labels = {"password": "密码"}


class _CodeForm(_Plain):
    labels = {"code": "6位验证码"}
    hints = {"code": "打开手机上的验证器，输入当前显示的6位数字。"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {
            "inputmode": "numeric",
            "autocomplete": "one-time-code",
        }


class SecondFactorForm(_CodeForm, factor_forms.AuthenticateForm):
    hints = {
        "code": "打开手机上的验证器，输入当前显示的6位数字；手机不在身边时，可以输入一个恢复码。"
    }


class ConfirmSecondFactorForm(_CodeForm, factor_forms.ReauthenticateForm):
    pass


class ActivateSecondFactorForm(_CodeForm, totp_forms.ActivateTOTPForm):
    pass
