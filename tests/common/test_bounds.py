"""Reading a workbook costs so much and no more, whatever is in it."""

import resource
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from common.containers import MEBIBYTE
from common.spreadsheets.bounds import MEMORY, TOO_LONG, TOO_MUCH, bounded
from common.spreadsheets.source import WorkbookRefused
from tests.architecture.source import ROOT
from tests.common.test_spreadsheets_reading import HOSTILE
from tests.common.workbooks import HEADER, MAIN, package, sheet, with_words


def test_what_takes_too_much_memory_is_given_up_and_the_process_goes_on():
    before = resource.getrlimit(resource.RLIMIT_DATA)

    with pytest.raises(WorkbookRefused, match=TOO_MUCH), bounded(memory=50 * MEBIBYTE):
        bytearray(100 * MEBIBYTE)

    assert resource.getrlimit(resource.RLIMIT_DATA) == before
    assert len(bytearray(100 * MEBIBYTE)) == 100 * MEBIBYTE


def catch_everything_for_ever():
    while True:
        try:
            sum(range(1000))
        except Exception:
            continue


def test_what_takes_too_long_is_given_up_even_where_every_fault_is_caught():
    before = signal.getsignal(signal.SIGPROF)

    with pytest.raises(WorkbookRefused, match=TOO_LONG), bounded(seconds=0.1):
        catch_everything_for_ever()

    assert signal.getsignal(signal.SIGPROF) is before
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_what_takes_little_passes_also_beside_other_threads():
    def read():
        with bounded():
            return "read"

    with bounded(), ThreadPoolExecutor(1) as threads:
        assert threads.submit(read).result() == "read"


def swollen():
    """A workbook within every limit of size whose words, once read, fill half a gigabyte."""
    words = "".join(f"<si><t>字{n * 7919 % 10_007 % 256:x}</t></si>" for n in range(6_800_000))
    return with_words(f'{HEADER}<sst xmlns="{MAIN}">{words}</sst>')


def filled_to_the_brim():
    """A workbook of 49,000 rows of 25 short texts."""
    rows = "".join(
        f'<row r="{n}">'
        + "".join(f'<c t="inlineStr"><is><t>字{n * c}</t></is></c>' for c in range(25))
        + "</row>"
        for n in range(2, 49_000)
    )
    heads = "".join(f'<c t="inlineStr"><is><t>列{n}</t></is></c>' for n in range(25))
    return package({"xl/worksheets/sheet1.xml": sheet(f'<row r="1">{heads}</row>{rows}')})


def read_apart(*arguments):
    """Read a workbook in a process of its own; return its seconds, peak in MiB, and outcome."""
    command = [sys.executable, "-m", "tests.common.reader", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, peak, outcome = done.stdout.strip().split(" ", 2)
    return float(seconds), int(peak), outcome


@pytest.mark.long
def test_no_workbook_takes_more_than_its_bounds(tmp_path):
    path = tmp_path / "hostile.xlsx"
    _, alone, _ = read_apart()
    measured = {}
    for name, (make, _) in HOSTILE.items():
        path.write_bytes(make().getvalue())
        measured[name] = read_apart(path)
    path.write_bytes(swollen().getvalue())
    measured["swollen"] = read_apart(path, "--as-ledger")
    path.write_bytes(filled_to_the_brim().getvalue())
    brim = read_apart(path)

    refused = {name for name, (_, _, outcome) in measured.items() if outcome.startswith("refused")}
    slowest = max(seconds for seconds, _, _ in measured.values())
    peak = max(peak for _, peak, _ in measured.values())
    sys.stdout.write(
        f"\n#22 hostile workbooks refused {len(refused)}/{len(measured)}, slowest {slowest:.1f} s, "
        f"peak {peak} MiB ({alone} MiB before reading); the largest that is allowed: "
        f"{brim[2]} rows, {brim[0]:.0f} s, {brim[1]} MiB\n"
    )
    assert refused == set(measured)
    assert measured["swollen"][2] in {f"refused {TOO_MUCH}", f"refused {TOO_LONG}"}
    assert brim[2] == "read 48998"
    # The process itself, the limit, and what the ledger's own code and Django weigh.
    assert max(peak, brim[1]) <= alone + MEMORY // MEBIBYTE + 150
