"""Files that ask for others: nothing is opened for them and nobody is connected to."""

import shutil
import socket
import subprocess
import sys
from contextlib import closing

import pytest

from tests.architecture.source import ROOT
from tests.common.files import in_document, ofd, repacked, word
from tests.common.opener import BEGIN, END
from tests.common.workbooks import HEADER, MAIN, PACKAGE, package, relationships, sheet, with_words


def asking(address, canary):
    """Files that ask for an address and for a file of this machine, each in another way."""
    file = f"file://{canary}"
    external = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{file}">]>'
    fetched = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{address}">]>'
    parameter = f'<!DOCTYPE a [<!ENTITY % p SYSTEM "{address}/a.dtd"> %p;]>'
    grammar = f'<!DOCTYPE a SYSTEM "{address}/b.dtd">'.encode()
    laughs = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>'
    strings = f'<sst xmlns="{MAIN}"><si><t>&x;</t></si></sst>'
    included = (
        f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="{file}"/>'
    )
    located = (
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="urn:x {address}/c.xsd"'
    )
    styled = f'<?xml-stylesheet type="text/xsl" href="{address}/d.xsl"?>'
    return {
        "strings.xlsx": with_words(f"{HEADER}{external}{strings}").getvalue(),
        "sheet.xlsx": package(
            {"xl/worksheets/sheet1.xml": sheet().replace("<worksheet", f"{fetched}<worksheet")}
        ).getvalue(),
        "types.xlsx": repacked(
            package().getvalue(),
            {"[Content_Types].xml": lambda part: part.replace(b"<Types", b"%b<Types" % grammar)},
        ),
        "wide.xlsx": with_words(
            f'<?xml version="1.0" encoding="UTF-16"?>{external}{strings}'.encode("utf-16")
        ).getvalue(),
        "relations.xlsx": package(
            {"xl/worksheets/_rels/sheet1.xml.rels": relationships("image", f"{address}/e.png")}
        ).getvalue(),
        "located.xlsx": package(
            {"xl/worksheets/sheet1.xml": sheet().replace("<worksheet ", f"<worksheet {located} ")}
        ).getvalue(),
        "document.docx": repacked(
            word("x"),
            {"word/document.xml": lambda part: part.replace(b"?>", b"?>" + external.encode(), 1)},
        ),
        "settings.docx": repacked(
            word("x"),
            {"word/settings.xml": lambda part: part.replace(b"?>", b"?>" + laughs.encode(), 1)},
        ),
        "included.docx": in_document(included),
        "styled.docx": repacked(
            word("x"),
            {"word/styles.xml": lambda part: part.replace(b"?>", b"?>" + styled.encode(), 1)},
        ),
        "drawing.docx": repacked(
            word("x"),
            {"word/media/a.svg": f"{parameter}<svg><image href='{address}/f.png'/></svg>"},
        ),
        "drawing.svg": f"{external}<svg xmlns='http://www.w3.org/2000/svg'>&x;</svg>".encode(),
        "page.ofd": ofd({"Doc_0/Document.xml": grammar + b"<a/>"}),
        "first.ofd": ofd({"OFD.xml": f"{external}<OFD xmlns='{PACKAGE}'>&x;</OFD>"}),
    }  # fmt: skip


@pytest.fixture
def listener():
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.setblocking(False)
        yield server


def address_of(listener):
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def connections_to(listener):
    met = 0
    while True:
        try:
            listener.accept()[0].close()
        except BlockingIOError:
            return met
        met += 1


def opened_apart(files, folder, *before):
    place = folder / "files"
    place.mkdir()
    for name, content in files.items():
        (place / name).write_bytes(content)
    command = [*before, sys.executable, "-m", "tests.common.opener", str(place)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_nothing_else_is_opened_and_nobody_is_asked(tmp_path, listener):
    canary = tmp_path / "canary.txt"
    canary.write_text("secret")
    files = asking(address_of(listener), canary)

    seen = opened_apart(files, tmp_path)

    assert (seen, connections_to(listener)) == ([], 0)


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("strace"), reason="没有 strace：apt-get install strace")
def test_no_system_call_opens_or_connects(tmp_path, listener):
    canary, calls = tmp_path / "canary.txt", tmp_path / "calls"
    canary.write_text("secret")
    files = asking(address_of(listener), canary)
    kinds = "trace=connect,sendto,open,openat,openat2,stat,newfstatat,statx,access"

    opened_apart(files, tmp_path, "strace", "-f", "-e", kinds, "-o", str(calls))
    watched = calls.read_text().partition(BEGIN)[2].partition(END)[0].splitlines()[1:]
    foreign = [call for call in watched if "open" in call.partition("(")[0]]
    connects = [call for call in watched if "connect(" in call or "sendto(" in call]
    met = connections_to(listener)

    sys.stdout.write(
        f"\n#23 {len(files)} files that ask for others, {len(watched)} system calls: connects "
        f"{len(connects)}, foreign opens {len(foreign)}, connections met {met}\n"
    )
    assert END in calls.read_text()
    assert (foreign[:3], connects[:3], met) == ([], [], 0)
