"""Many people at once: each reads, thinks and writes for a while, and what they met is counted."""

import random
import re
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import quantiles
from threading import Lock, Thread
from uuid import uuid4

from tests.deploy.people import Answer, Person


@dataclass
class Ledger:
    """What a crowd met: seconds by kind of page, and every answer that was no answer."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def note(self, kind: str, answer: Answer) -> None:
        lost = "/accounts/login" in answer.path and kind != "sign in"
        with self.lock:
            self.seconds[kind].append(answer.seconds)
            if answer.status >= 400 or lost:
                self.faults.append(f"{kind} {answer.path}: {answer.status}")

    def fail(self, kind: str, fault: Exception) -> None:
        with self.lock:
            self.faults.append(f"{kind}: {fault!r}")

    @property
    def count(self) -> int:
        return sum(len(times) for times in self.seconds.values())

    def percentile(self, kind: str, percent: int) -> int:
        """Return the milliseconds that so many of hundred stay below."""
        times = self.seconds[kind]
        cut = quantiles(times, n=100)[percent - 1] if len(times) > 1 else times[0]
        return round(cut * 1000)

    def slower_than(self, milliseconds: int) -> dict[str, int]:
        """Return the pages of which one in twenty and more took longer."""
        found = {kind: self.percentile(kind, 95) for kind in self.seconds}
        return {kind: each for kind, each in found.items() if each > milliseconds}

    def told(self) -> str:
        return ", ".join(
            f"{kind} {self.percentile(kind, 50)}/{self.percentile(kind, 95)} ms ({len(times)})"
            for kind, times in sorted(self.seconds.items())
        )


class Visit(Thread):
    """One person with a habit: what they do next, again and again until the evening is over."""

    def __init__(
        self,
        person: Person,
        habit: list[tuple[str, Callable[[Person], Answer]]],
        ledger: Ledger,
        *,
        until: float,
        thinks: tuple[float, float],
        ports: list[int],
        seed: int,
    ) -> None:
        super().__init__(daemon=True)
        self.person, self.habit, self.ledger, self.ends = person, habit, ledger, until
        self.thinks, self.ports, self.chance = thinks, ports, random.Random(seed)

    def run(self) -> None:
        # Not all at the stroke of the same second.
        time.sleep(self.chance.uniform(0, self.thinks[1]))
        while time.monotonic() < self.ends:
            for kind, do in self.habit:
                self.person.port = self.chance.choice(self.ports)
                try:
                    self.ledger.note(kind, do(self.person))
                except Exception as fault:
                    self.ledger.fail(kind, fault)
                time.sleep(self.chance.uniform(*self.thinks))
                if time.monotonic() > self.ends:
                    return


def page(path: str) -> Callable[[Person], Answer]:
    return lambda person: person.get(path)


def a_case_of(path: str) -> Callable[[Person], Answer]:
    """Open a case from a list, as somebody does who reads down it."""

    def open_one(person: Person) -> Answer:
        listed = person.get(path)
        cases = re.findall(r'href="(/cases/\d+/)', listed.text)
        return person.get(random.choice(cases)) if cases else listed

    return open_one


def begin_and_write(person: Person) -> Answer:
    """Begin a suggestion and keep its title."""
    step = person.submit("/suggestions/new/")
    return person.send(
        step.path,
        step,
        page=uuid4().hex[:16],
        draft_version=_value(step, "draft_version"),
        title=f"关于截止前一晚{random.randrange(10**6)}的建议",
        then="list",
    )


def _value(answer: Answer, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    return found[1] if found else ""


DEPUTY = [
    ("home", page("/mine/")),
    ("own list", page("/suggestions/mine/")),
    ("post", begin_and_write),
    ("case", a_case_of("/suggestions/mine/")),
]
STAFF = [
    ("inbox", page("/inbox/")),
    ("list", page("/cases/")),
    ("case", a_case_of("/cases/")),
    ("search", page("/cases/?q=%E7%94%B5%E6%A2%AF")),
]
