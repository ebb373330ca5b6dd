"""gunicorn killed while it takes files in, and thirty-two people at once: no case is half done."""

import os
import random
import statistics
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from audit import sealer
from common.uploads.leftovers import stored_in
from desk.integrity import faults
from suggestions.models import Attachment, StageEvent, Suggestion
from suggestions.services.sweeping import sweep_files
from suggestions.stages import Stage
from suggestions.steps import WritingStep
from tests.factories import handling as made
from tests.factories.assignment import accepted_assignment, case_to_assign
from tests.factories.congress import category_of, make_deputy
from tests.factories.suggestions import case_in_review, draft_case, seat_of
from tests.survival.report import report, scaled
from tests.survival.webs import Browser, Web, files_in, paper

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
KILLS = scaled(200)
CLIENTS = 32
SECONDS = float(os.environ.get("SURVIVAL_SECONDS", "90"))


@pytest.fixture
def web():
    site = Web(UPLOADS_PER_HOUR="100000", SEARCHES_PER_MINUTE="100000")
    site.start()
    yield site
    site.kill()


@pytest.fixture
def drafts(term, delegation, session):
    """Complete drafts of eight deputies, and the client of each."""
    deputies = [make_deputy(term, delegation) for _ in range(8)]
    return {seat_of(each): [draft_case(each, cosigners=[]) for _ in range(8)] for each in deputies}


def begin(case, step):
    return reverse("suggestions:write", args=[case.pk, step])


def write_and_send(browser, cases, rng, answers, enough):
    """Upload, save and submit at random, again and again."""
    while not enough.is_set():
        case, deed = rng.choice(cases), rng.random()
        if deed < 0.6:
            url, size = (
                reverse("suggestions:papers", args=[case.pk]),
                rng.choice([50_000, 4_000_000]),
            )
            files, posted = {"upload": paper(size)}, {"purpose": "suggestion"}
            answer = browser.ask("POST", url, data=posted, files=files)
        elif deed < 0.98:
            posted = {"situation": f"情况{rng.random()}", "page": f"{rng.random()}"[:16]}
            answer = browser.ask("POST", begin(case, "situation"), data=posted)
        else:
            answer = browser.ask("POST", reverse("suggestions:submit", args=[case.pk]))
        answers[answer.status_code if answer is not None else "cut off"] += 1


def run_all(works, seconds=None):
    """Run works in threads until told to stop; returns the function that stops them."""
    enough = threading.Event()
    threads = [threading.Thread(target=work, args=(enough,), daemon=True) for work in works]
    for thread in threads:
        thread.start()

    def stop():
        enough.set()
        for thread in threads:
            thread.join(timeout=120)

    return stop


def wait_for_an_answer(answers, seconds=10.0) -> None:
    """Let the site do something between two kills, or each would meet it while it starts."""
    before, end = answers.total() - answers["cut off"], time.monotonic() + seconds
    while answers.total() - answers["cut off"] == before and time.monotonic() < end:
        time.sleep(0.01)


def half_done() -> list[str]:
    """Find cases whose stage and timeline, or whose rows and files, do not agree."""
    sealer.seal()
    found = [f"{part}：{sentence}" for part, sentence in faults() if "没有对应" not in sentence]
    submitted = Suggestion.objects.exclude(stage=Stage.DRAFT)
    for case in submitted:
        events = StageEvent.objects.filter(suggestion=case, action="submit").count()
        if events != 1:
            found.append(f"{case.pk}: {events} submissions")
    return found + [
        f"{kept.pk}: half a file"
        for kept in Attachment.objects.all()
        if Path(kept.file.path).stat().st_size != kept.size
    ]


def test_gunicorn_killed_while_it_takes_files_in(web, drafts, client_of):
    answers, rng, began = Counter(), random.Random(58), time.monotonic()
    browsers = [(Browser(web, client_of(seat)), cases) for seat, cases in drafts.items()]
    works = [
        lambda enough, b=browser, c=cases, n=n: write_and_send(
            b, c, random.Random(n), answers, enough
        )
        for n, (browser, cases) in enumerate(browsers)
    ]
    stop = run_all(works)
    for n in range(KILLS):
        wait_for_an_answer(answers)
        time.sleep(rng.random() * 0.8)
        if n % 10 == 9:
            web.kill()
            web.start()
        else:
            web.kill_workers()
    stop()
    web.kill()

    later = timezone.now() + timedelta(days=2)
    named = set(Attachment.objects.values_list("file", flat=True))
    before = len(set(stored_in("attachments")) - named)
    temporary = len(files_in(settings.FILE_UPLOAD_TEMP_DIR))
    sweep_files(at=later)
    after = len(set(stored_in("attachments")) - named)
    left = len(files_in(settings.FILE_UPLOAD_TEMP_DIR))
    half = half_done()
    report(
        58,
        f"{KILLS} kills of gunicorn in {answers.total()} requests ({answers['cut off']} cut off,"
        f" {len(named)} files kept): half-written {len(half)}, orphan files {before} + {temporary}"
        f" half received, after the sweep {after} + {left}, {time.monotonic() - began:.0f} s",
    )
    assert (half, after, left) == ([], 0, 0)
    assert answers["cut off"] > 0
    assert named
    assert not [status for status in answers if str(status).startswith("5")]


def test_thirty_two_people_at_once(web, drafts, client_of, staff, director, unit, clerk, unit_head):
    deputies = list(drafts)
    receipts = [made.reload(accepted_assignment(unit, by=clerk)) for _ in range(4)]
    reviewed = [case_in_review(seat.deputy, cosigners=[]) for seat in deputies for _ in range(20)]
    waiting = [case_to_assign(unit.congress) for _ in range(scaled(100))]
    category, times, answers = category_of(unit.congress), [], Counter()
    lock = threading.Lock()

    def asks(browser, role, rng, enough):
        while not enough.is_set():
            method, url, posted = rng.choice(deeds[role])(rng)
            began = time.monotonic()
            answer = browser.ask(method, url, data=posted)
            with lock:
                times.append(time.monotonic() - began)
                answers[answer.status_code if answer is not None else "cut off"] += 1

    def accepting(rng):
        url = reverse("suggestions:accept", args=[rng.choice(reviewed).pk])
        return "POST", url, {"category": category.pk, "checked": "on"}

    def assigning(rng):
        posted = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 0}
        posted |= {"form-0-unit": unit.pk, "form-0-role": "sole"}
        return "POST", reverse("assignment:assign", args=[rng.choice(waiting).pk]), posted

    def replying(rng):
        url = reverse("handling:draft_reply", args=[rng.choice(receipts).pk])
        version = rng.randrange(50)
        return "POST", url, {"draft_version": version, "page": "x", "opening": f"{rng.random()}"}

    def writing(rng):
        # Somebody else's at times: there is nothing to be seen.
        case = rng.choice(rng.choice(list(drafts.values())))
        posted = {"situation": f"{rng.random()}", "page": f"{rng.random()}"[:16]}
        return "POST", begin(case, WritingStep.SITUATION), posted

    def reading(rng):
        return "GET", reverse(rng.choice(["desk:cases", "desk:inbox", "desk:alerts"])), None

    office, house = [accepting, assigning, reading], [replying, reading]
    deeds = {"staff": office, "director": office, "clerk": house, "unit_head": house}
    deeds["deputy"] = [writing, reading]
    everybody = [staff, director, clerk, unit_head, *deputies]
    people = [everybody[n % len(everybody)] for n in range(CLIENTS)]
    browsers = [(Browser(web, client_of(person)), person.role) for person in people]
    works = [
        lambda enough, b=browser, r=role, n=n: asks(b, r, random.Random(n), enough)
        for n, (browser, role) in enumerate(browsers)
    ]
    stop = run_all(works)
    time.sleep(SECONDS)
    stop()

    faulty = {status: n for status, n in answers.items() if str(status) >= "5"}
    p95 = statistics.quantiles(times, n=20)[18] if len(times) > 20 else max(times)
    report(
        59,
        f"{CLIENTS} people for {SECONDS:.0f} s: {answers.total()} requests, p95 {p95 * 1000:.0f}"
        f" ms, faults shown {faulty}, answers {dict(sorted(answers.items(), key=str))}",
    )
    assert faulty == {}
    assert half_done() == []
