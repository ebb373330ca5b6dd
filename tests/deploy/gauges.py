"""What a site takes of its machine: memory, looked at every few seconds, and processor time."""

import threading
import time
from pathlib import Path

import psutil

from tests.deploy.containers import Container
from tests.deploy.site import Site

_EVERY = 3  # seconds; looking costs something, too


class Memory(threading.Thread):
    """Looks again and again how much memory containers hold, with all they started."""

    def __init__(self, containers: dict[str, Container]) -> None:
        super().__init__(daemon=True)
        self.containers = containers
        self.most = dict.fromkeys(containers, 0.0)
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(_EVERY):
            for name, container in self.containers.items():
                self.most[name] = max(self.most[name], held_by(container.process.pid))

    def finish(self) -> None:
        self.over.set()
        self.join()

    def above_limit(self) -> list[str]:
        """Name the containers that would have been ended by docker-compose.yml."""
        return [
            name
            for name, container in self.containers.items()
            if self.most[name] >= float(container.service["mem_limit"].removesuffix("m"))
        ]

    def told(self) -> str:
        return ", ".join(f"{name} {most:.0f} MB" for name, most in self.most.items())


class Processor:
    """Processor seconds of a site's parts, and of this process, since it was made."""

    def __init__(self, site: Site) -> None:
        line = (site.postgres.data / "postmaster.pid").read_text().splitlines()[0]
        self.parents = {each.name: each.process.pid for each in site.containers}
        self.parents["PostgreSQL"] = int(line)
        self.before, self.whole_before = self._now(), psutil.cpu_times()
        self.taken: dict[str, float] = {}

    def _now(self) -> dict[str, float]:
        seconds = {name: taken_by(pid) for name, pid in self.parents.items()}
        return seconds | {"the people themselves": time.process_time()}

    def finish(self) -> None:
        self.taken = {name: each - self.before[name] for name, each in self._now().items()}
        before, after = self.whole_before, psutil.cpu_times()
        idle = after.idle + after.iowait - before.idle - before.iowait
        self.whole = sum(after) - sum(before)
        self.others = max(0.0, self.whole - idle - sum(self.taken.values())) / self.whole

    def told(self) -> str:
        parts = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in self.taken.items())
        return f"{parts} of {self.whole:.0f} s, others {self.others:.0%} of the machine"


def family(pid: int) -> list[psutil.Process]:
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def held_by(pid: int) -> float:
    """Return the megabytes of a process and its children, what they share counted once."""
    whole = 0
    for process in family(pid):
        try:
            lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        whole += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return whole / 1000


def taken_by(pid: int) -> float:
    """Return the processor seconds of a process and its children, those that ended included."""
    whole = 0.0
    for process in family(pid):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        whole += times.user + times.system + times.children_user + times.children_system
    return whole
