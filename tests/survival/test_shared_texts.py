"""Two people write the same text: nothing is lost without a word, and the slower one sees both."""

import random
import time

import pytest
from django.urls import reverse

from handling.models import Reply
from handling.services import replies
from suggestions.models import Suggestion
from suggestions.services import drafting
from suggestions.steps import WritingStep
from tests.factories import NOW
from tests.factories import handling as made
from tests.factories.suggestions import draft_case
from tests.survival.report import report, scaled
from tests.together import at_once

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
ROUNDS = scaled(1_000)


class Writer:
    """Opens a text, adds a word of its own and saves; when refused, opens it again and adds it."""

    def __init__(self, name, read, save):
        self.name, self.read, self.save = name, read, save
        self.kept, self.refused, self.n = [], 0, 0

    def open(self):
        self.version, self.text = self.read()

    def write(self, pause=0.0):
        self.n += 1
        word = f"{self.name}{self.n};"
        while True:
            time.sleep(pause)
            try:
                self.save(self.text + word, self.version, f"{self.name}-{self.n}-{self.refused}")
            except (replies.DraftHasChanged, drafting.StaleDraft):
                self.refused += 1
                self.open()
            else:
                self.kept.append(word)
                return


def take_turns(writers, rounds: int, rng: random.Random) -> None:
    """Let both open and save at random moments, some of them at the same one."""
    for _ in range(rounds):
        for writer in rng.sample(writers, len(writers)):
            writer.open()
            if rng.random() < 0.3:
                writer.write()
        pauses = [rng.random() * 0.004 for _ in writers]
        pairs = list(zip(writers, pauses, strict=True))
        faults = at_once(*[lambda w=w, p=p: w.write(p) for w, p in pairs])
        assert faults == [None] * len(writers)


def tell(what, writers, text, rounds, began):
    lost = [word for writer in writers for word in writer.kept if word not in text]
    refused = sum(writer.refused for writer in writers)
    saves = sum(len(writer.kept) for writer in writers)
    report(
        51,
        f"{what}: {rounds} random interleavings of two writers, {saves} saves, {refused} refused"
        f" and done again, lost {len(lost)}, {time.monotonic() - began:.0f} s",
    )
    assert lost == []
    assert refused > 0


def test_two_clerks_write_one_reply(receipt, clerk, unit_head):
    began, rounds = time.monotonic(), ROUNDS // 2 or 1

    def read():
        reply = Reply.objects.filter(assignment=receipt).first()
        return (reply.version, reply.opening) if reply else (0, "")

    def writer(name, by):
        def save(text, version, page):
            draft = made.draft_text(receipt, opening=text)
            replies.save_draft(receipt.pk, draft, version=version, page=page, by=by, at=NOW)

        return Writer(name, read, save)

    writers = [writer("a", clerk), writer("b", unit_head)]
    take_turns(writers, rounds, random.Random(51))

    tell("reply", writers, Reply.objects.get().opening, rounds, began)


def test_a_deputy_and_the_secretary_write_one_draft(deputy, secretary, session):
    began, rounds = time.monotonic(), ROUNDS // 2 or 1
    case = draft_case(deputy.deputy, cosigners=[], situation="")

    def read():
        found = Suggestion.objects.get(pk=case.pk)
        return found.version, found.situation

    def writer(name):
        def save(text, version, page):
            values = {"situation": text}
            step = WritingStep.SITUATION
            drafting.save(case.pk, step, values, version=version, page=page, by=deputy, at=NOW)

        return Writer(name, read, save)

    writers = [writer("a"), writer("b")]
    take_turns(writers, rounds, random.Random(52))

    tell("draft", writers, Suggestion.objects.get(pk=case.pk).situation, rounds, began)


def test_the_slower_of_two_sees_both_texts(receipt, clerk, unit_head, client_of):
    browsers, shown, conflicts = [client_of(clerk), client_of(unit_head)], 0, scaled(100)
    url = reverse("handling:draft_reply", args=[receipt.pk])
    for n in range(conflicts):
        version = getattr(Reply.objects.first(), "version", 0)
        first, second = random.Random(n).sample(browsers, 2)
        texts = {"draft_version": version, "save": "1"}

        first.post(url, texts | {"page": f"first{n}", "opening": f"快者的引言{n}"})
        page = second.post(url, texts | {"page": f"second{n}", "opening": f"慢者的引言{n}"})

        said = page.content.decode()
        both = f"<dd>快者的引言{n}</dd>" in said and f"慢者的引言{n}</textarea>" in said
        shown += page.status_code == 422 and both

    report(51, f"the loser is shown both texts: {shown} of {conflicts} conflicts")
    assert shown == conflicts
