"""Two PostgreSQL: pages that only read come from the follower, with it and without it."""

import json
import re
import time
from contextlib import closing
from threading import Thread

import pytest

from common.replica import LOOK_EVERY, MOST_LAG
from config.engines.postgres import APP, Postgres
from tests.deploy.people import Person
from tests.deploy.site import Site, connect

pytestmark = pytest.mark.long

READING = ["/dashboard/", "/cases/", "/cases/?page=2", "/ledgers/figures/"]
_CHANGING = re.compile(rb'(csrfmiddlewaretoken" value=|"X-CSRFToken": |csrf[^"]*" content=)"[^"]*"')


class Followed:
    """A site with a follower, a web that reads from it, and one that knows nothing of it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.follower: Postgres = site.standby()
        self.web = site.service("web", DATABASE_REPLICA_URL=self.follower.url(APP))
        self.plain = site.service("web", number=2)

    def follower_asked(self) -> int:
        """Count the pages' statements that the follower has answered for the app."""
        with closing(connect(self.follower)) as session, session.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = %s", [APP])
            return cursor.fetchone()[0]

    def tell_follower(self, statement: str) -> None:
        with closing(connect(self.follower)) as session, session.cursor() as cursor:
            cursor.execute(statement)

    def health(self) -> dict:
        return json.loads(Person(self.web.port).get("/health/ready").text)

    def until(self, *, used: bool, seconds: float = 30) -> dict:
        end = time.monotonic() + seconds
        while (told := self.health())["replica"]["used"] != used:
            assert time.monotonic() < end, told
            time.sleep(0.2)
        time.sleep(LOOK_EVERY + 0.5)  # each of the two processes looks for itself
        return told


@pytest.fixture
def followed(site) -> Followed:
    made = Followed(site)
    try:
        yield made
    finally:
        made.follower.stop()


def signed_in(name: str, port: int, address: str = "10.0.0.1") -> Person:
    person = Person(port, address=address)
    assert person.sign_in(name).status == 200
    return person


def warm(person: Person) -> None:
    """Let both processes of a web find out that there is a follower."""
    end = time.monotonic() + 2 * LOOK_EVERY
    while time.monotonic() < end:
        person.get("/cases/")


def test_reading_pages_come_from_the_follower_and_go_on_without_it(followed):
    staff = signed_in("gongwei01", followed.web.port)
    time.sleep(16)  # signing in was a write of her own
    warm(staff)
    followed.until(used=True)

    assert_same_pages(followed, staff)
    lag = assert_own_writes_are_read(followed, staff)
    served, failed = serve_while_the_follower_stops(followed, staff)

    print(  # noqa: T201
        f"#72 replica: {len(READING)} pages equal to the primary's; lag shown while replay stood "
        f"still {lag['lag_bytes']} bytes, {lag['lag_seconds']} s, then read from the primary; "
        f"follower stopped and started under {served} pages: errors {failed}"
    )
    assert failed == 0
    assert served > 50


def assert_same_pages(followed: Followed, staff: Person) -> None:
    assert followed.follower_asked() > 0
    for path in READING:
        staff.port = followed.web.port
        read = staff.get(path)
        staff.port = followed.plain.port
        true = staff.get(path)
        assert (read.status, true.status) == (200, 200), path
        assert _CHANGING.sub(b"", read.body) == _CHANGING.sub(b"", true.body), path
    staff.port = followed.web.port


def assert_own_writes_are_read(followed: Followed, staff: Person) -> dict:
    """Stop the replay: a stranger reads the past for a moment, whoever wrote reads the truth."""
    other = signed_in("gongwei02", followed.web.port, "10.0.0.2")
    page = staff.get("/cases/").text
    case = int(re.search(r'href="/cases/(\d+)/', page)[1])
    followed.tell_follower("SELECT pg_wal_replay_pause()")
    followed.site.ask(
        "UPDATE suggestions_suggestion SET title = '刚刚改过的题目' WHERE id = %s", case
    )

    past = staff.get("/cases/").text
    own = other.get("/cases/").text  # signed in a moment ago: a write of his own
    time.sleep(MOST_LAG + LOOK_EVERY + 1)
    told = followed.health()["replica"]
    now = staff.get("/cases/").text

    seen = ["刚刚改过的题目" in text for text in (past, own, now)]
    assert seen == [False, True, True]
    assert told["used"] is False
    assert told["lag_bytes"] > 0
    followed.tell_follower("SELECT pg_wal_replay_resume()")
    followed.until(used=True)
    assert followed.health()["replica"] == {"used": True, "lag_bytes": 0, "lag_seconds": 0.0}
    return told


def serve_while_the_follower_stops(followed: Followed, staff: Person) -> tuple[int, int]:
    served, faults, over = [], [], []

    def read() -> None:
        while not over:
            for path in READING:
                answer = Person(followed.web.port)
                answer.cookies = dict(staff.cookies)
                found = answer.get(path)
                served.append(path)
                if found.status != 200 or "/login" in found.path:
                    faults.append((path, found.status, found.path))

    threads = [Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(5)
    followed.follower.stop()
    time.sleep(8)
    assert followed.health()["replica"] == {"used": False}
    followed.follower._start()
    followed.until(used=True)
    over.append(True)
    for thread in threads:
        thread.join(timeout=60)
    return len(served), len(faults)
