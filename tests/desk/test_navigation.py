"""The number beside 待办: true on the page of the inbox, half a minute old at most elsewhere."""

from django.test import override_settings
from django.urls import reverse

from tests.factories import assignment as receipts

NOBODY_LISTENS = {
    "default": {
        "BACKEND": "config.cache.RedisCache",
        "LOCATION": "redis://127.0.0.1:1/0",
    }
}


def waiting_on(page) -> int | None:
    return next(entry.count for entry in page.context["navigation"] if entry.label == "待办")


def test_counts_what_waits_for_the_actor(unit, clerk, other_clerk, client_of):
    receipts.offered_assignment(unit)

    counts = [waiting_on(client_of(who).get(reverse("me"))) for who in (clerk, other_clerk)]

    assert counts == [1, 0]


def test_is_kept_for_a_while_but_never_on_the_inbox(unit, clerk, client_of):
    client = client_of(clerk)
    client.get(reverse("me"))
    receipts.offered_assignment(unit)

    kept = waiting_on(client.get(reverse("me")))
    inbox = waiting_on(client.get(reverse("desk:inbox")))
    after_inbox = waiting_on(client.get(reverse("me")))

    assert (kept, inbox, after_inbox) == (0, 1, 1)


def test_is_counted_anew_after_the_reader_s_own_deed(unit, clerk, client_of):
    assignment = receipts.offered_assignment(unit)
    client = client_of(clerk)
    before = waiting_on(client.get(reverse("me")))

    client.post(reverse("assignment:accept", args=[assignment.pk]))

    assert (before, waiting_on(client.get(reverse("me")))) == (1, waiting_on(client.get("/inbox/")))


def test_pages_need_no_redis(unit, clerk, client_of):
    receipts.offered_assignment(unit)
    client = client_of(clerk)

    with override_settings(CACHES=NOBODY_LISTENS):
        page = client.get(reverse("me"))

    assert waiting_on(page) == 1
