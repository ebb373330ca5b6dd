"""What every page is told about itself."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Membership, Role, User
from config.page import elder_mode, page, shell_of


@pytest.fixture
def request_of(rf):
    def made(user=None, session=None):
        request = rf.get("/")
        request.user = user or AnonymousUser()
        request.session = session or {}
        return request

    return made


@pytest.mark.parametrize(
    ("role", "shell"),
    [
        (Role.DEPUTY, "pocket"),
        (Role.LEADER, "pocket"),
        (Role.LEADING_OFFICIAL, "pocket"),
        (Role.CLERK, "desk"),
        (Role.UNIT_HEAD, "desk"),
        (Role.STAFF, "desk"),
        (Role.COMMITTEE, "desk"),
        (Role.AUDIT_ADMIN, "desk"),
    ],
)
def test_the_shell_follows_the_role(role, shell):
    assert shell_of(Membership(role=role)) == shell


def test_whoever_has_not_signed_in_reads_the_public_shell(request_of):
    assert page(request_of())["shell"] == "public"


def test_the_reading_mode_is_remembered_on_the_user(request_of):
    assert elder_mode(request_of(User(elder_mode=True), {"elder_mode": False})) is True


def test_visitors_keep_the_reading_mode_in_their_session(request_of):
    assert [elder_mode(request_of(session={"elder_mode": True})), elder_mode(request_of())] == [
        True,
        False,
    ]


def test_a_request_that_failed_before_it_had_a_session_is_read_in_the_normal_mode(rf):
    assert elder_mode(rf.get("/")) is False
