"""No password, key or token in what is committed."""

import math
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

#: Built or fetched by tools, each line with a sum of its own.
SUMS = {"constraints.txt", "package-lock.json", "frontend/built.json"}
BINARY = {".woff2", ".png", ".ico", ".docx", ".otf", ".ttf", ".jpg", ".gz", ".xlsx", ".pdf"}
SHAPES = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY"),
    "token of a host": re.compile(
        r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{18,}|AKIA[0-9A-Z]{16}"
        r"|LTAI[A-Za-z0-9]{16,}|xox[abp]-[\w-]{10,}|sk-[A-Za-z0-9]{30,}|npm_[A-Za-z0-9]{30,})"
    ),
    "token of a session": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\."),
}
#: Outside the tests alone, whose people have passwords that are none.
PASSWORDS = {
    "password in an address": re.compile(r"\b[a-z+]{3,}://[^\s:/@\"'{}<$]+:([^\s@\"'{}<$*…]{3,})@"),
    "password beside its name": re.compile(
        r"(?i)\b(?:password|passwd|secret|secret_key|api_?key|token)\s*[=:]\s*[\"']([^\"'\s{}$<]{8,})[\"']"
    ),
}
LONG_WORD = re.compile(r"[\"'=\s]([A-Za-z0-9+/_=-]{32,})[\"'\s]")
#: Bits for each character: words and names stay below, what a machine drew lies above.
DRAWN = 4.3
#: Variables of a shell, and the password that the demonstration tells everybody.
HARMLESS = {"app_password", "owner_password", "password", "shifan-2026"}
ALPHABET = "abcdefghij"


def committed() -> list[str]:
    """List what is committed; without git, what lies there."""
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return [name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]
    pytest.skip("no git here: what is committed is not known")


def entropy(word: str) -> float:
    counts = Counter(word)
    return -sum(n / len(word) * math.log2(n / len(word)) for n in counts.values())


def suspects(text: str, *, is_test: bool = False) -> set[str]:
    shapes = [*SHAPES.values(), *([] if is_test else PASSWORDS.values())]
    found = {match[match.lastindex or 0] for shape in shapes for match in shape.finditer(text)}
    words = {word for word in LONG_WORD.findall(text) if ALPHABET not in word.lower()}
    return found | {word for word in words if entropy(word) >= DRAWN}


def is_read(name: str) -> bool:
    path = Path(name)
    is_made = name in SUMS or "vendor" in path.parts or path.parts[0] in {"static", "assets"}
    return not is_made and path.suffix not in BINARY


def test_nothing_committed_looks_like_a_secret():
    names = [name for name in committed() if is_read(name)]
    found = {}
    for name in names:
        text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
        if suspicious := suspects(text, is_test=name.startswith("tests/")) - HARMLESS:
            found[name] = suspicious

    sys.stdout.write(f"\n#34 {len(names)} committed files: what looks like a secret {len(found)}\n")
    assert found == {}


@pytest.mark.parametrize(
    "secret",
    [
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        'TOKEN = "ghp_' + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0" + 'x"',
        "postgres://app:" + "Xk9#mQ2v@db.example/daibiao",
        'SECRET_KEY = "' + "q8Zr2Lw0Vt5Yb7N" + "c4Xd1Mf6Kg3Hj9Ps8" + '"',
        "password: '" + "tr0ub4dor&3" + "'",
    ],
)
def test_a_secret_would_be_seen(secret):
    assert suspects(f"x {secret} ")
