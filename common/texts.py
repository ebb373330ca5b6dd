"""Text that may go anywhere: into XML, onto paper, into a file name."""

import re

# What XML 1.0 cannot hold: control characters, lone surrogates, the two non-characters.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def without_unwritable(text: str) -> str:
    """Drop what no document can hold."""
    return UNWRITABLE.sub("", text)


# Seen in letters: five kinds of brackets; official is 〔〕 (GB/T 9704-2012, 7.2.5).
BRACKETED_YEAR = re.compile(r"[\[\uff3b【﹝(（〔「]\s*((?:19|20)\d{2})\s*[\]\uff3d】﹞)）〕」]")


def official_number(number: str) -> str:
    """Write the number of a document (发文字号) with the official brackets around its year."""
    digits = number.translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    return BRACKETED_YEAR.sub(r"〔\1〕", without_unwritable(digits).strip())
