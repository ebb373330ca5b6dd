"""
What reading a workbook may cost: memory and seconds, after which the reading is given up.

Limits of size stop most that is made to exhaust a reader; these stop the rest, and whatever a
parser may do that nobody foresaw. For a process that does one thing at a time: a worker.
"""

import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from common.containers import MEBIBYTE
from common.spreadsheets.source import WorkbookRefused

MEMORY = 512 * MEBIBYTE
SECONDS = 60.0
TOO_MUCH = "文件内容过多，读取时超出了内存限额，请拆分后再导入。"
TOO_LONG = "文件内容过于复杂，没有在限定时间内读完，请拆分后再导入。"
STATUS = Path("/proc/self/status")


class _TimeIsUpError(BaseException):
    """Passes through whatever catches the faults of a parser."""


@contextmanager
def bounded(*, memory: int = MEMORY, seconds: float = SECONDS) -> Iterator[None]:
    """
    Let what is done inside take so much more memory and so many seconds of the processor.

    :raises WorkbookRefused: if it takes more of either.
    """
    try:
        with _memory(memory), _time(seconds):
            yield
    except MemoryError:
        raise WorkbookRefused(TOO_MUCH) from None
    except _TimeIsUpError:
        raise WorkbookRefused(TOO_LONG) from None


@contextmanager
def _memory(most: int) -> Iterator[None]:
    taken = _taken()
    if taken is None:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limits = [limit for limit in (taken + most, soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(limits), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _taken() -> int | None:
    """Return the bytes that this process has for data; None where the system does not say."""
    if not STATUS.exists():
        return None
    lines = STATUS.read_text(encoding="ascii", errors="replace").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData:"))


@contextmanager
def _time(seconds: float) -> Iterator[None]:
    # Signals reach the main thread alone, in which a worker reads.
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGPROF, _stop)
    # Of the processor's time: a machine that is busy elsewhere is not the file's fault.
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _stop(number: int, frame: FrameType | None) -> None:
    raise _TimeIsUpError
