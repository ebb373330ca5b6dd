"""Wherever a date is asked of somebody, it says why it is that date, without a script."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from desk.selectors.inbox import inbox
from tests.factories.assignment import accepted_assignment, offered_assignment
from tests.factories.handling import replied_case

pytestmark = pytest.mark.django_db
WORDS = "期限怎么算的"


def test_the_inbox_explains_the_clock_of_the_actor_s_own_unit(unit, clerk):
    assignment = offered_assignment(unit)

    [task] = [task for section in inbox(clerk) for task in section.tasks]

    assert task.clock == assignment.sign_deadline


def test_each_place_of_a_clerk_has_it(unit, clerk, staff, client_of):
    assignment = offered_assignment(unit)
    case = assignment.suggestion
    places = [reverse("desk:inbox"), case.get_absolute_url()]
    deed = reverse("assignment:accept", args=[assignment.pk])

    pages = [client_of(clerk).get(place).content.decode() for place in places]
    accept = client_of(clerk).get(deed).content.decode()

    assert all(WORDS in page and "深圳2007考核标准（7日）" in page for page in pages)
    assert accept.count(WORDS) == 2
    assert "代表法第五十一条" in accept


def test_the_supervision_page_has_it(unit, staff, client_of):
    accepted_assignment(unit)

    page = client_of(staff).get(reverse("supervision:overview")).content.decode()

    assert WORDS in page


def test_a_deputy_s_pocket_has_it(unit, deputy, client_of):
    case = replied_case(unit, lead=deputy.deputy)
    places = [reverse("desk:deputy_home"), reverse("desk:inbox"), case.get_absolute_url()]

    pages = [client_of(deputy).get(place).content.decode() for place in places]

    assert all(WORDS in page for page in pages)


def test_asks_the_database_as_often_for_three_tasks_as_for_one(unit, clerk):
    offered_assignment(unit)
    inbox(clerk)  # what a seat is asked is written once
    with CaptureQueriesContext(connection) as one:
        inbox(clerk)
    for _ in range(2):
        offered_assignment(unit)

    with CaptureQueriesContext(connection) as three:
        inbox(clerk)

    assert len(three) == len(one)
