"""
Every page that a person can reach, walked from the first one, on a phone and at a desk.

The walk follows the links of the pages themselves, so a new page is measured as soon as another
leads to it; what no link leads to is not a page.
"""

import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from congress.models import Congress
from tests.browser.measures import faults_of
from tests.browser.walk import walk
from tests.factories import assignment as receipts
from tests.factories import evaluation as verdicts
from tests.factories import handling as replies
from tests.factories import suggestions as cases

#: Who is walked with at which width, in which mode: pairs of all, not all triples.
PHONE, ELDER, WIDE = (360, False), (360, True), (1366, False)
LOOKS = [(width, elder) for width in (360, 768, 1366) for elder in (False, True)]
ROLES = [
    "deputy",
    "cosigner",
    "secretary",
    "session_staff",
    "staff",
    "director",
    "system_office",
    "clerk",
    "unit_head",
    "committee_member",
    "leader",
    "leading_official",
    "system_admin",
    "security_admin",
    "auditor",
]
DUE = timezone.localdate() + timedelta(days=60)
LONG_TITLE = (
    "关于进一步完善老旧小区电动自行车集中充电设施布局、规范收费标准并落实消防安全主体责任"
    "以及推动相关地方性法规修订工作的建议"
)


@pytest.fixture
def world(congress: Congress, deputy, cosigner, secretary, unit, other_unit, clerk, unit_head):
    """A case in each step of its life, all of one deputy and one unit."""
    now = timezone.localtime().replace(hour=10) - timedelta(days=1)
    lead = deputy.deputy
    cases.draft_case(lead, cosigners=[cosigner.deputy])
    cases.submitted_case(lead)
    cases.case_in_review(lead)
    cases.sent_back_case(lead, title=LONG_TITLE)
    cases.registered_case(lead)
    receipts.handed_over_case(unit, lead=lead, at=now)
    asked = receipts.accepted_assignment(unit, lead=lead, at=now - timedelta(days=1))
    receipts.asked_return(asked, other_unit, at=now)
    at_work = receipts.accepted_assignment(unit, lead=lead, at=now - timedelta(days=20))
    replies.recorded_talk(at_work, at=now - timedelta(days=5))
    consulted = receipts.accepted_assignment(unit, lead=lead, at=now - timedelta(days=30))
    replies.consulted_reply(consulted, at=now - timedelta(days=2))
    to_sign = receipts.accepted_assignment(unit, lead=lead, at=now - timedelta(days=30))
    replies.reply_to_sign(to_sign, at=now - timedelta(days=1))
    replies.replied_case(
        unit, lead=lead, code="B", pledges=replies.pledges_for(2, DUE), at=now - timedelta(days=10)
    )
    verdicts.judged_case(unit, lead=lead, result="dissatisfied", at=now - timedelta(days=10))
    return congress


@pytest.mark.parametrize(
    ("role", "look"),
    [
        ("deputy", PHONE),
        ("deputy", ELDER),
        ("secretary", PHONE),
        ("staff", WIDE),
        ("director", ELDER),
        ("system_office", WIDE),
        ("clerk", PHONE),
        ("unit_head", WIDE),
        ("committee_member", WIDE),
        ("leader", PHONE),
        ("leading_official", ELDER),
        ("system_admin", WIDE),
        ("security_admin", PHONE),
        ("auditor", WIDE),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value[0]}{'e' * value[1]}",
)
def test_every_page_in_reach_is_sound(request, world, client_of, open_page, role, look):
    persona = request.getfixturevalue(role)
    found = walk(client_of(persona))

    faults = faults_on(found, persona, look, open_page)

    assert found.dead == []
    assert faults == {}
    assert len(found.pages) > 1


def faults_on(found, persona, look, open_page):
    width, elder = look
    page, faults = open_page(persona, "/", width=width, elder=elder), {}
    for address in found.pages.values():
        page.goto(address)
        if fault := faults_of(page):
            faults[address] = fault
    page.context.close()
    return faults


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_every_page_in_reach_is_sound_in_every_look(request, world, client_of, open_page, role):
    persona = request.getfixturevalue(role)
    found = walk(client_of(persona))

    faults = {look: faults_on(found, persona, look, open_page) for look in LOOKS}

    assert found.dead == []
    sys.stdout.write(f"{role}: {len(found.pages)} pages, each in {len(LOOKS)} looks\n")
    assert {look: found for look, found in faults.items() if found} == {}


def test_strangers_find_the_entrance_and_nothing_broken(db, client, open_page, sound):
    found = walk(client)
    page = open_page(None, "/", width=360)

    for address in found.pages.values():
        page.goto(address)
        sound(page)

    assert found.dead == []
