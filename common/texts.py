"""Text that may go anywhere: into XML, onto paper, into a file name."""

import re

# What XML 1.0 cannot hold: control characters, lone surrogates, the two non-characters.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def without_unwritable(text: str) -> str:
    """Drop what no document can hold."""
    return UNWRITABLE.sub("", text)
