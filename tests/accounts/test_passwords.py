"""Passwords: guessable ones refused, long sentences welcome, two profiles that contradict."""

import pytest
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    get_password_validators,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.test import override_settings

from accounts.models import User
from accounts.services.passwords import new_password
from accounts.validators import CONTEXT_WORDS, SeveralKindsValidator

USER = User(username="wangxiulan", name="王秀兰", phone="13900001111")

GOOD = [
    "清晨的江水 very calm",
    "correct horse battery staple",
    "我家门前有两棵树，一棵是枣树",
    "x" * 12 + "Quietly-Flowing-River",
    "梧桐更兼细雨到黄昏点点滴滴",
    "tuesday maple 47 lantern",
    "a very long sentence that nobody would ever guess, not even a patient machine ok",
    "кириллица и пробелы",
    "Zt9#mQ4v!pLw",
    "river-stone-lamp-cloud",
    "明月松间照清泉石上流竹喧",
    "snow falls on cedars 1994",
    "Lemon&Mint&Ginger",
    "ωμέγα και άλφα μαζί",
    "夜来风雨声 花落知多少",
    "seven quiet herons wade",
    "Blue.Kettle.Morning",
    "picking-plums-in-july",
    "老槐树下的石板凳很凉快",
    "🌾 harvest moon 🌕 field",
]


@pytest.mark.parametrize("password", GOOD)
def test_accepts_sentences_in_any_script(password):
    validate_password(password, USER)


def test_accepts_sixty_four_characters():
    validate_password("a quiet lantern above the river " * 2, USER)


def test_refuses_every_common_password():
    common = sorted(CommonPasswordValidator().passwords)[:3000]

    passed = [password for password in common if not _is_refused(password)]

    assert passed == []


def test_refuses_words_of_the_trade_with_a_year():
    tried = [
        f"{word}{tail}" for word in CONTEXT_WORDS for tail in ("2026!!!", "@123456", "20262026")
    ]

    passed = [password for password in tried if not _is_refused(password)]

    assert (len(tried) >= 50, passed) == (True, [])


@pytest.mark.parametrize(
    "password", ["wangxiulan99", "王秀兰2026年3月", "13900001111", "aaaaaaaaaaaa", "1212121212"]
)
def test_refuses_the_person_and_repetition(password):
    assert _is_refused(password)


def test_dengbao_asks_for_several_kinds():
    several = get_password_validators([{"NAME": "accounts.validators.SeveralKindsValidator"}])

    validate_password("Quiet-river-47", USER, password_validators=several)
    with pytest.raises(ValidationError):
        validate_password("quiet river lantern", USER, password_validators=several)
    assert "三类" in SeveralKindsValidator().get_help_text()


@override_settings(PASSWORD_MAX_AGE_DAYS=90)
def test_dengbao_asks_for_a_new_password_every_ninety_days(deputy, client_of):
    User.objects.filter(pk=deputy.user_id).update(password_changed_at="2020-01-01T00:00:00Z")

    assert client_of(deputy).get("/accounts/me/").url == "/accounts/password/"


def test_one_time_passwords_differ_and_can_be_read_aloud():
    made = {new_password() for _ in range(200)}

    assert len(made) == 200
    assert not set("".join(made)) & set("0o1il")


def _is_refused(password: str) -> bool:
    try:
        validate_password(password, USER)
    except ValidationError:
        return True
    return False
