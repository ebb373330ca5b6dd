"""
What a password may not be (口令规则).

Two profiles: ``asvs`` (ASVS 5.0, 6.2: length and no guessable words, nothing else) and ``dengbao``
(GB/T 22239-2019 8.1.4.1 a: several kinds of characters, changed on schedule). They contradict each
other; the setting ``PASSWORD_PROFILE`` chooses.
"""

import re
import unicodedata
from pathlib import Path

from django.core.exceptions import ValidationError

#: Words of this trade: what is left of a password without them must still be long enough.
CONTEXT_WORDS = (Path(__file__).parent / "context_words.txt").read_text(encoding="utf-8").split()
_LEAST_LEFT = 6
_KINDS = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")


class ContextWordValidator:
    """Refuse what is hardly more than words of the trade, a year and punctuation."""

    def validate(self, password: str, user: object = None) -> None:
        rest = unicodedata.normalize("NFKC", password).lower()
        words = [*CONTEXT_WORDS, getattr(user, "username", ""), getattr(user, "name", "")]
        for word in sorted(filter(None, words), key=len, reverse=True):
            rest = rest.replace(word.lower(), "")
        letters = re.sub(r"[\W\d_]", "", rest)
        if rest != unicodedata.normalize("NFKC", password).lower() and len(letters) < _LEAST_LEFT:
            raise ValidationError("密码与本系统、单位或者本人的常用词过于接近，请换一个。")

    def get_help_text(self) -> str:
        return "不要使用“代表”“建议”“renda”等与工作有关的常用词。"


class RepetitionValidator:
    """Refuse a password of very few different characters, such as aaaaaaaaaa or 1212121212."""

    def validate(self, password: str, user: object = None) -> None:
        if len(set(password)) < 5:
            raise ValidationError("密码中重复的字符过多，请换一个。")

    def get_help_text(self) -> str:
        return "不要重复使用少数几个字符。"


class SeveralKindsValidator:
    """Ask for three of four kinds of characters (等保三级身份鉴别)."""

    def validate(self, password: str, user: object = None) -> None:
        if sum(bool(re.search(kind, password)) for kind in _KINDS) < 3:
            raise ValidationError("密码须含大写字母、小写字母、数字、符号中的三类。")

    def get_help_text(self) -> str:
        return "须含大写字母、小写字母、数字、符号中的三类。"
