"""Two webs, two workers and a beat on one database, as ``--scale web=2 --scale worker=2`` has."""

import time

import pytest

from tests.deploy.crowd import DEPUTY, STAFF, Ledger, Visit
from tests.deploy.people import Person
from tests.deploy.site import Site

pytestmark = pytest.mark.long

SECONDS, RINGS = 60, 12
DEPUTIES = [f"daibiao{n:02}" for n in range(2, 8)]
AT_DESKS = ["gongwei01", "gongwei02", "danwei01", "danwei02", "danwei03", "ducha01"]
#: Of one day's run; a run that finds them there already writes nothing.
_TODAY = "day = (now() AT TIME ZONE 'Asia/Shanghai')::date AND rung IS NOT NULL"
_ALERTS = f"SELECT recipient_id, key FROM notices_alert WHERE {_TODAY} ORDER BY 1, 2"


@pytest.fixture
def doubled(site) -> Site:
    for name in ("web", "worker"):
        for number in (1, 2):
            site.start(name, number=number)
    site.start("beat")
    for container in site.containers:
        container.wait_until_healthy()
    return site


def test_two_of_each_share_sessions_lose_nothing_and_ring_once(doubled):
    webs = [each.port for each in doubled.containers if each.name == "web"]
    ledger, before = Ledger(), drafts(doubled)
    visits = [
        visit(name, webs, ledger, number) for number, name in enumerate([*DEPUTIES, *AT_DESKS])
    ]
    until = time.monotonic() + SECONDS
    for each in visits:
        each.ends = until
        each.start()
    once, often = remind_once_and_often(doubled)
    for each in visits:
        each.join(timeout=120)
    began, posted = drafts(doubled) - before, len(ledger.seconds.get("post", []))
    codes = [each.stop() for each in doubled.containers]

    print(  # noqa: T201 - the figure to report
        f"#72 two webs, two workers, one beat: {len(visits)} people, each changing between the "
        f"webs, {ledger.count} pages, errors {len(ledger.faults)}; {began} drafts of "
        f"{posted} begun; {RINGS} rings to both workers: {len(often)} alerts, "
        f"{len(once)} expected, doubled {len(often) - len(set(often))}; p50/p95 {ledger.told()}"
    )
    assert ledger.faults == []
    assert began == posted > 0
    assert once
    assert often == once
    assert codes == [0] * 5


def visit(name: str, webs: list[int], ledger: Ledger, number: int) -> Visit:
    person = Person(webs[number % 2], address=f"10.1.0.{number}")
    ledger.note("sign in", person.sign_in(name))
    habit = DEPUTY if name in DEPUTIES else STAFF
    return Visit(person, habit, ledger, until=0, thinks=(0.5, 2), ports=webs, seed=number)


def drafts(site: Site) -> int:
    return site.ask("SELECT count(*) FROM suggestions_suggestion WHERE stage = 'draft'")[0][0]


def remind_once_and_often(site: Site) -> tuple[list[tuple], list[tuple]]:
    """Return the alerts of one run of the day's reminders, and of many rung at the same moment."""
    forget_the_alerts(site)
    site.manage("remind")
    once = site.ask(_ALERTS)
    forget_the_alerts(site)
    ring = f"[app.send_task('supervision.tasks.remind') for _ in range({RINGS})]"
    site.manage("shell", "-c", f"from config.celery import app; {ring}")
    end = time.monotonic() + 60
    while time.monotonic() < end:
        time.sleep(3)
        if len(site.ask(_ALERTS)) >= len(once):
            time.sleep(10)  # for the rings that come late
            break
    return once, site.ask(_ALERTS)


def forget_the_alerts(site: Site) -> None:
    site.ask(f"SET session_replication_role = replica; DELETE FROM notices_alert WHERE {_TODAY}")


def test_what_is_out_of_reach_is_named_and_comes_back(site):
    web = site.service("web")
    person = Person(web.port)
    told = {"all": ready(person)}

    site.redis.stop()
    told["without redis"], alive = ready(person), person.get("/health/live").status
    site.redis.ensure()
    told["again"] = ready(person)
    site.postgres.stop()
    told["without database"] = ready(person)
    alive_still = person.get("/health/live").status
    site.postgres.ensure()
    end = time.monotonic() + 20
    while ready(person)[0] != 200 and time.monotonic() < end:
        time.sleep(0.2)

    assert told == {
        "all": (200, '{"ready": true, "missing": []}'),
        "without redis": (503, '{"ready": false, "missing": ["redis"]}'),
        "again": (200, '{"ready": true, "missing": []}'),
        "without database": (503, '{"ready": false, "missing": ["database"]}'),
    }
    assert (alive, alive_still) == (200, 200)
    assert ready(person) == (200, '{"ready": true, "missing": []}')


def ready(person: Person) -> tuple[int, str]:
    answer = person.get("/health/ready")
    return answer.status, answer.text
