"""
A process of its own that opens hostile files: ``python -m tests.common.opener FOLDER``.

Prints, one to a line, what Python opened or connected to meanwhile. The marks in the middle of
the system calls, for who watches those, are two folders that are not there.
"""

import contextlib
import sys
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile

from common.refusals import Refusal

BEGIN, END = "/begin-of-hostile-files", "/end-of-hostile-files"


def open_all(files: dict[str, bytes]) -> None:
    for name, content in files.items():
        with contextlib.suppress(Refusal):
            take_in(ContentFile(content, name=name))
        if name.endswith(".xlsx"):
            with contextlib.suppress(Refusal), open_workbook(ContentFile(content)) as book:
                list(book.sheet("建议台账"))
        # And by the parsers themselves, as if the look inside had let them through.
        with contextlib.suppress(Exception):
            load_workbook(ContentFile(content))
        with contextlib.suppress(Exception):
            fromstring(content)


def watch(event: str, arguments: tuple[object, ...]) -> None:
    if is_watching and event in ("open", "socket.connect", "socket.getaddrinfo"):
        seen.append(f"{event} {arguments[0] if event == 'open' else arguments}")


if __name__ == "__main__":
    settings.configure(VIRUS_SCANNER="")
    from defusedxml.ElementTree import fromstring
    from openpyxl import load_workbook

    from common.spreadsheets.reading import open_workbook
    from common.uploads.intake import take_in

    given = {path.name: path.read_bytes() for path in sorted(Path(sys.argv[1]).iterdir())}
    # Once unwatched: what is imported late is not what a file asked for.
    open_all(given)
    seen: list[str] = []
    is_watching = True
    sys.addaudithook(watch)
    Path(BEGIN).exists()
    open_all(given)
    Path(END).exists()
    is_watching = False
    sys.stdout.write("\n".join(seen))
