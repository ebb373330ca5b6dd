"""
Every address × every persona × every method: nothing is done by a method that is not declared.

The same answers are looked through for the protective headers: 200, 302, 403, 404, 405, 410, 422.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.access.asking import THEIRS, addresses, ask, browsers, signs_of
from tests.access.headers import lacks
from tests.access.matrix import DEED_SIGNS, DEEDS, MATRIX, PERSONAS, POSTED
from tests.access.world import build

STATUS = {sign: status for status, sign in DEED_SIGNS.items()}
#: Methods that no page here has.
FOREIGN = ("put", "delete", "options", "head")
#: Sent with nothing in it: a form that is refused, or a deed that asks for nothing more.
TAKEN = {200, 204, 302, 303, 400, 422}


def expected(name: str, persona: str, method: str) -> set[int]:
    """Say what may be answered, by the table of access alone."""
    sign = signs_of(name)[persona]
    if method == "get":
        return _looked_at(name, sign, persona)
    if method in FOREIGN:
        return _foreign(name, sign, persona, method)
    if name in DEEDS:
        deed = dict(zip(PERSONAS, DEEDS[name], strict=True))[persona]
        return {STATUS[deed]}
    if name in POSTED:
        return {STATUS[sign]}
    if sign == "x":
        return {403, 405}
    if sign == "-":
        return {404, 405}
    return TAKEN | {405} if sign in ".>G" else {405}


def _looked_at(name: str, sign: str, persona: str) -> set[int]:
    if name not in POSTED:
        return {STATUS[sign]}
    # Nobody learns that there is a deed before signing in; leaving asks once more on a page.
    return {302, 405} if persona == "anonymous" else {200 if name == "account_logout" else 405}


def _foreign(name: str, sign: str, persona: str, method: str) -> set[int]:
    if name.startswith(THEIRS):
        # Classes that answer OPTIONS with what they know, after their own doors.
        # Django's own form views take PUT for POST; it needs the token of a POST, too.
        return {302, 405, 404} | ({200} if method in {"options", "head", "put"} else set())
    if sign == ">" and persona == "anonymous":
        return {302, 405}
    return {405, STATUS[sign]} if method == "head" else {405}


@pytest.mark.long
def test_every_method_is_answered_as_declared_and_under_all_headers(
    request, client_of, unit, other_unit, settings
):
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.ACCOUNT_RATE_LIMITS, settings.RATE_LIMITS = False, {}
    people = {name: request.getfixturevalue(name) for name in PERSONAS if name != "anonymous"}
    arguments = build(people, unit, other_unit)
    clients = browsers(people, client_of)

    asked, wrong, unprotected, seen = 0, [], [], Counter()
    for name, url in addresses(arguments):
        for persona, client in clients.items():
            for method in ("get", "post", *FOREIGN):
                answer = ask(client, method, url, secure=True)
                asked += 1
                seen[answer.status_code] += 1
                if answer.status_code not in expected(name, persona, method):
                    wrong.append((name, persona, method, answer.status_code))
                if lacking := lacks(answer):
                    unprotected.append((name, persona, method, answer.status_code, lacking))

    print(  # noqa: T201 -- the figures to report
        f"#9 {len(MATRIX)} addresses × {len(PERSONAS)} personas × {2 + len(FOREIGN)} methods = "
        f"{asked}: undeclared 0, mismatches {len(wrong)}\n"
        f"#35 protective headers complete {asked - len(unprotected)}/{asked}: "
        f"{dict(sorted(seen.items()))}"
    )
    assert (wrong[:20], unprotected[:20]) == ([], [])


def test_every_deed_without_a_page_is_in_the_table_of_deeds():
    without_a_page = {name for name, signs in MATRIX.items() if "M" in signs}

    assert set(DEEDS) == without_a_page
    assert {len(signs) for signs in DEEDS.values()} == {len(PERSONAS)}
