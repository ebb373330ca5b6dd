"""消息发送: who sees what went out, and what each deed does."""

from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from notices.models import Message
from notices.rules import may_watch_delivery
from tests.factories import NOW
from tests.factories.accounts import make_member
from tests.factories.notices import make_message, reachable

State = Message.State
LIST = "/notices/"
WATCHERS = {Role.STAFF, Role.DIRECTOR, Role.SYSTEM_ADMIN}
EVERYBODY = [
    "deputy", "secretary", "session_staff", "staff", "director", "system_office", "clerk",
    "unit_head", "committee_member", "leader", "leading_official", "system_admin",
    "security_admin", "auditor",
]  # fmt: skip


@pytest.fixture
def parked(clerk) -> Message:
    return make_message(reachable(clerk), state=State.PARKED, error="是否送出不明")


def url(name, message):
    return reverse(f"notices:{name}", args=[message.pk])


@pytest.mark.parametrize("persona", EVERYBODY)
def test_opens_to_those_who_look_after_delivery(persona, request, client_of, parked):
    actor = request.getfixturevalue(persona)
    client = client_of(actor)
    allowed = actor.role in WATCHERS

    pages = [LIST, url("resend", parked), url("mark_sent", parked), LIST + "resend-failed/"]

    expected = HTTPStatus.OK if allowed else HTTPStatus.FORBIDDEN
    assert {client.get(page).status_code for page in pages} == {expected}
    assert may_watch_delivery(actor) == allowed


@pytest.mark.django_db
class TestMessages:
    def test_strangers_are_asked_to_sign_in(self, client):
        assert client.get(LIST).status_code == HTTPStatus.FOUND

    def test_shows_what_waits_for_a_person_with_the_number_masked(
        self, parked, unit_head, staff, client_of
    ):
        sent = make_message(unit_head, state=State.SENT)
        Message.objects.update(day=timezone.localdate())

        page = client_of(staff).get(LIST)

        text = page.content.decode()
        assert [message for message, _ in page.context["rows"]] == [parked]
        assert "138****1111" in text
        assert "13800001111" not in text
        assert {each.state: each.total for each in page.context["counts"] if each.total} == {
            "sent": 1,
            "parked": 1,
        }
        query = next(each.query for each in page.context["counts"] if each.state == "sent")
        listed = client_of(staff).get(LIST + query)
        assert [message for message, _ in listed.context["rows"]] == [sent]

    def test_lists_another_state_on_request(self, parked, clerk, staff, client_of):
        sent = make_message(clerk, state=State.SENT)

        page = client_of(staff).get(LIST, {"state": "sent", "channel": "sms", "name": "承办"})

        assert [message for message, _ in page.context["rows"]] == [sent]

    def test_keeps_congresses_apart(self, parked, other_staff, client_of):
        client = client_of(other_staff)

        assert list(client.get(LIST).context["rows"]) == []
        assert client.get(url("resend", parked)).status_code == HTTPStatus.NOT_FOUND
        assert client.post(url("mark_sent", parked), {"why": "x"}).status_code == (
            HTTPStatus.NOT_FOUND
        )

    def test_the_system_administrator_sees_the_congresses_below(
        self, parked, clerk, system_admin, other_congress, other_staff, client_of
    ):
        other_congress.parent = clerk.congress
        other_congress.save()
        below = make_message(reachable(other_staff), state=State.FAILED)

        page = client_of(system_admin).get(LIST)

        assert {message for message, _ in page.context["rows"]} == {parked, below}

    def test_asks_the_database_as_often_for_three_as_for_one(self, unit, staff, client_of):
        client = client_of(staff)
        client.get(LIST)

        def queries(n):
            for _ in range(n):
                make_message(reachable(make_member("clerk", unit)), state=State.FAILED)
            with CaptureQueriesContext(connection) as captured:
                client.get(LIST)
            return len(captured)

        assert queries(1) == queries(2)


@pytest.mark.django_db
class TestDeeds:
    def test_resend(self, parked, staff, client_of):
        page = client_of(staff).post(url("resend", parked), {"why": "网关恢复"}, follow=True)

        assert page.redirect_chain == [(LIST, HTTPStatus.FOUND)]
        assert "已重新排入发送队列。" in page.content.decode()
        assert Message.objects.get().state == State.WAITING

    def test_mark_as_sent(self, parked, director, client_of):
        client_of(director).post(url("mark_sent", parked), {"why": "已电话告知"})

        assert Message.objects.get().state == State.SENT

    def test_all_failed_at_once(self, parked, other_clerk, staff, client_of):
        failed = make_message(reachable(other_clerk), state=State.FAILED)

        page = client_of(staff).post(LIST + "resend-failed/", {"why": "网关恢复"}, follow=True)

        assert "1条消息已重新排入发送队列。" in page.content.decode()
        assert set(Message.objects.values_list("pk", "state")) == {
            (parked.pk, "parked"),
            (failed.pk, "waiting"),
        }

    @pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
    def test_asks_for_a_reason(self, parked, staff, client_of, headers):
        page = client_of(staff).post(url("resend", parked), {"why": ""}, headers=headers)

        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert Message.objects.get().state == State.PARKED

    def test_says_what_a_colleague_did_and_keeps_what_was_typed(self, parked, staff, client_of):
        Message.objects.update(state=State.SENT, state_at=NOW)

        page = client_of(staff).post(url("resend", parked), {"why": "网关恢复"})

        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "同事可能已经处理" in page.content.decode()
        assert "网关恢复" in page.content.decode()
