"""What people type into cells, as the values it means."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime

from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel

LONGEST_TEXT = 32_767
ERRORS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"}
# 1954 to 2119: a number outside it was never meant as a day.
SERIALS = range(20_000, 80_001)
TEXT_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]+\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?)?"
)
COMPACT_DATE = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
INTEGER = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+|[-+]?\d+")
YES = {"是", "有", "√", "✓", "✔", "y", "yes", "true", "1"}
NO = {"否", "无", "×", "✗", "n", "no", "false", "0"}
# Invisible characters that copying out of a web page or a word processor leaves behind.
INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]")


class Unreadable(ValueError):
    """A cell whose content does not mean what its column holds; the message is for people."""


def normal(text: str) -> str:
    """Fold full-width digits, letters and punctuation (全角) to plain ones and trim."""
    return unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).strip()


def heading(text: object) -> str:
    """Fold a heading so that line breaks, spaces and brackets of either width do not matter."""
    return re.sub(r"\s+", "", normal(str(text)))


def as_text(value: object) -> str:
    """
    Read a cell as text; a number typed into a text column is written as people see it.

    :raises Unreadable: if it holds an error value or more than a cell can.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if not _has_time(value) else value.isoformat(" ")
    text = INVISIBLE.sub("", str(value)).replace("_x000D_", "").replace("\xa0", " ")
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if text in ERRORS:
        raise Unreadable(f"单元格是错误值{text}")
    if len(text) > LONGEST_TEXT:
        raise Unreadable("文字过长")
    return text


def as_date(value: object, epoch: datetime = WINDOWS_EPOCH) -> date | None:
    """
    Read a cell as a day: a real date, a serial number of Excel, or text such as 2023年4月7日.

    :raises Unreadable: if it is no day.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = normal(as_text(value))
    if not text:
        return None
    if match := TEXT_DATE.fullmatch(text) or COMPACT_DATE.fullmatch(text):
        try:
            return date(*map(int, match.groups()))
        except ValueError:
            raise Unreadable(f"“{text}”不是有效日期") from None
    if re.fullmatch(r"\d{5}(\.\d+)?", text) and int(float(text)) in SERIALS:
        return from_excel(int(float(text)), epoch).date()
    raise Unreadable(f"“{text[:30]}”不是日期，请写成2023-4-7的样式")


def as_integer(value: object) -> int | None:
    """
    Read a cell as a whole number.

    :raises Unreadable: if it is none.
    """
    text = normal(as_text(value))
    if not text:
        return None
    # Beyond 15 digits Excel itself has lost the rest.
    if not INTEGER.fullmatch(text) or len(text) > 20 or isinstance(value, (bool, datetime, date)):
        raise Unreadable(f"“{text[:30]}”不是整数")
    return int(text.replace(",", ""))


def as_yes_no(value: object) -> bool | None:
    """
    Read a cell as 是 or 否.

    :raises Unreadable: if it is neither.
    """
    if isinstance(value, bool):
        return value
    text = normal(as_text(value)).lower()
    if not text:
        return None
    if text in YES:
        return True
    if text in NO:
        return False
    raise Unreadable(f"“{text[:30]}”应填“是”或“否”")


def as_choice(value: object, choices: Sequence[str]) -> str:
    """
    Read a cell as one of a few words, whatever the width of its letters; empty stays empty.

    :raises Unreadable: if it is none of them.
    """
    text = as_text(value)
    if not text:
        return ""
    folded = heading(text)
    for choice in choices:
        if heading(choice) == folded:
            return choice
    raise Unreadable(f"“{text[:30]}”应为{'、'.join(choices)}之一")


def _has_time(at: datetime) -> bool:
    return bool(at.hour or at.minute or at.second)
