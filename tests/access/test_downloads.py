"""Whatever is sent as a file is inert: saved, not shown, its type taken as said, powerless."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from common.uploads.downloads import SENT_AS_THEY_ARE
from ledgers import running
from ledgers.models import LedgerJob
from ledgers.services import jobs
from suggestions.attachments import attach
from suggestions.models import Attachment
from tests.access.matrix import MATRIX, PERSONAS, POSTED
from tests.access.test_matrix import Undo
from tests.access.world import build
from tests.common.files import excel, ofd, pdf, picture, word
from tests.factories import NOW
from tests.factories.files import paper
from tests.factories.ledger_workbook import workbook
from tests.factories.ledgers import case_row
from tests.factories.suggestions import draft_case

KINDS = {
    "报告.pdf": pdf,
    "报告.docx": lambda: word("x"),
    "表.xlsx": excel,
    "文.ofd": ofd,
    "照片.jpg": picture,
    "照片.jpeg": picture,
    "图.png": lambda: picture("PNG"),
}
#: Made by us and shown, so that a telephone can print it: nothing of it came from outside.
SHOWN = {"suggestions:print"}
INERT = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}


def files_of(people: dict[str, Any], unit: Any, other_unit: Any) -> dict[str, str]:
    """Return the address of every file that the site can hand out, by a name."""
    arguments = build(people, unit, other_unit)
    addresses = {
        name: reverse(name, args=arguments.get(name, []))
        for name, signs in MATRIX.items()
        if name not in POSTED and "." in signs
    }
    for name in [name for name, given in arguments.items() if "docx" in given]:
        args = ["pdf" if each == "docx" else each for each in arguments[name]]
        addresses[f"{name} pdf"] = reverse(name, args=args)
    case = draft_case(people["deputy"].deputy, cosigners=[])
    for name, make in KINDS.items():
        kept = attach(
            case,
            paper(name, make()),
            purpose=Attachment.Purpose.SUGGESTION,
            by=people["deputy"],
            at=NOW,
        )
        addresses[f"attachment {name}"] = reverse("suggestions:attachment", args=[kept.pk])
    return addresses | _of_jobs(people["staff"])


def _of_jobs(staff: Any) -> dict[str, str]:
    export = jobs.ask_export("", total=1, by=staff, at=NOW)
    faulty = paper("台账.xlsx", workbook([case_row(提出日期="无")]).read())
    asked = jobs.ask_import(faulty, creates_missing=True, by=staff, at=NOW)
    for job in (export, asked):
        running.run(job.pk, at=NOW)
    assert LedgerJob.objects.get(pk=asked.pk).report
    return {
        "export": reverse("ledgers:download", args=[export.pk]),
        "marked ledger": reverse("ledgers:report", args=[asked.pk]),
    }


def answer(client: Any, url: str) -> Any:
    """Ask once, and take back whatever was written."""
    response = None
    with suppress(Undo), transaction.atomic():
        response = client.get(url)
        response.getvalue()
        raise Undo
    return response


def is_file(response: Any) -> bool:
    kind = response.headers.get("Content-Type", "")
    page = kind.startswith(("text/html", "application/json")) or response.status_code != 200
    return not page or response.has_header("Content-Disposition")


def faults_of(response: Any, name: str) -> list[str]:
    """Say which headers of a file are not what they must be."""
    if name in SHOWN:
        kept = (response.headers["X-Content-Type-Options"], response.headers["Content-Type"])
        return [] if kept == ("nosniff", "application/pdf") else [name]
    faults = [name for name, value in INERT.items() if response.headers.get(name) != value]
    if not {"private", "no-store"} <= set(re.split(r",\s*", response.headers["Cache-Control"])):
        faults.append("Cache-Control")
    if not response.headers.get("Content-Disposition", "").startswith("attachment;"):
        faults.append("Content-Disposition")
    if response.headers["Content-Type"] not in SENT_AS_THEY_ARE:
        faults.append(response.headers["Content-Type"])
    return faults


@pytest.mark.long
def test_every_file_is_inert_for_everybody_who_gets_it(request, client_of, unit, other_unit):
    people = {name: request.getfixturevalue(name) for name in PERSONAS if name != "anonymous"}
    addresses = files_of(people, unit, other_unit)
    clients = {name: client_of(person) for name, person in people.items()}

    sent: dict[tuple[str, str], list[str]] = {}
    for name, url in addresses.items():
        for persona, client in clients.items():
            response = answer(client, url)
            if is_file(response) and name not in {"health-live", "health-ready"}:
                sent[name, persona] = faults_of(response, name)

    wrong = {place: faults for place, faults in sent.items() if faults}
    files = {name for name, _ in sent}
    sys.stdout.write(
        f"\n#29 {len(files)} files, each for those who get it: not inert {len(wrong)}/{len(sent)}\n"
    )
    assert wrong == {}
    expected = {"export", "marked ledger", "ledgers:template", "handling:letter"}
    assert expected | {f"attachment {name}" for name in KINDS} <= files
