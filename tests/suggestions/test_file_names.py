"""Two hundred names of files, sent as browsers send them: none is a path, all come back."""

import random
import sys
import unicodedata
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from common.uploads.names import clean_name
from suggestions.models import Attachment
from tests.factories.files import PDF, photo
from tests.factories.suggestions import draft_case

pytestmark = pytest.mark.django_db
#: Surnames and words of deputies, in planes and blocks that few programs think of.
RARE = "𠮷㛃𬱟䶮堃喆犇玥㸆𫖯𬀩𪚥𡃁𠂢㐂丂龘爨麤𬍛"
HOSTILE = [
    "../../../../etc/cron.d/x.pdf",
    "..\\..\\..\\windows\\x.pdf",
    "/etc/passwd.pdf",
    "C:\\Windows\\system32\\a.pdf",
    "\\\\evil\\share\\a.pdf",
    "..././..././a.pdf",
    "....//....//a.pdf",
    "%2e%2e%2fa.pdf",
    "..%c0%af..%c0%afa.pdf",
    "file:///etc/passwd.pdf",
    "a.pdf/../../b.pdf",
    "~/a.pdf",
    "$(reboot).pdf",
    "`reboot`.pdf",
    "a;rm -rf x.pdf",
    "| a.pdf",
    "-rf.pdf",
    "a%00.exe.pdf",
    "a%0d%0aSet-Cookie: x=1.pdf",
    "a%0d%0a%0d%0a<script>alert(1)</script>.pdf",
    "<script>alert(1)</script>.pdf",
    "&lt;b&gt;.pdf",
    "&amp;.pdf",
    "&#46;&#46;&#47;a.pdf",
    "a%22; filename=b.exe; x=%22.pdf",
    "{{ 7*7 }}.pdf",
    "con.pdf",
    "nul.pdf",
    "LPT1.pdf",
    "...pdf",
    " .pdf",
    ".htaccess.pdf",
    "invoice\u202efdp.exe.pdf",
    "a\u200b\u2066b\u2069.pdf",
    "\ufeffa.pdf",
    "a:stream.pdf",
    "a?b*c|d.pdf",
    "a" * 400 + ".pdf",
    "长" * 300 + ".pdf",
    "👩‍👩‍👧‍👦" * 60 + ".pdf",
]


def plain_names():
    """Names that people give, each to come back as it was."""
    dice = random.Random(28)
    words = [
        "建议",
        "调研报告（终稿）",
        "附件1",
        "签名页",
        "现场照片",
        "Report",
        "Ünïcode",
        "📷",
        "🏫",
        "x",
    ]
    names = []
    while len(names) < 200 - len(HOSTILE):
        parts = [
            dice.choice([*words, *RARE, "、", " ", "-", "＆", "【】", "«»", "'"]) for _ in range(6)
        ]
        name = unicodedata.normalize("NFC", "".join(parts).strip(" -'、")) or "空"
        if name not in names:
            names.append(name)
    longest = ["长" * 83, "𠮷" * 62, "a" * 251, "é" * 125, "🏫" * 62]
    return [f"{name}.pdf" for name in [*names[: -len(longest)], *longest]]


def sent(name, content=PDF, more=b""):
    """A form with a file, its name raw as browsers put it: UTF-8, quotes and breaks escaped."""
    raw = name.encode()
    body = (
        b"--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nsuggestion\r\n"
        + more
        + b"--b\r\nContent-Disposition: form-data; name=\"upload\"; filename=\"" + raw
        + b"\"\r\nContent-Type: application/pdf\r\n\r\n" + content + b"\r\n--b--\r\n"
    )  # fmt: skip
    return {"data": body, "content_type": "multipart/form-data; boundary=b"}


def came_back(response):
    """Read the name of a download as a browser does."""
    header = response["Content-Disposition"]
    assert header.startswith("attachment; ")
    assert header.isascii()
    assert header.isprintable()
    if "filename*=" in header:
        return unquote(header.partition("filename*=UTF-8''")[2])
    return header.partition('filename="')[2].removesuffix('"')


def round_trip(client, case, name):
    """Send a file of a name and fetch it again; return its name then, None if it was refused."""
    cache.clear()  # nobody sends so many at once
    response = client.post(reverse("suggestions:papers", args=[case.pk]), **sent(name))
    if response.status_code in {400, 422}:
        return None
    assert response.status_code == 302
    kept = Attachment.objects.latest("pk")
    fetched = client.get(reverse("suggestions:attachment", args=[kept.pk]))
    assert fetched.getvalue() == PDF
    back = came_back(fetched)
    assert back == kept.name
    kept.file.delete(save=False)
    kept.delete()
    return back


def everything_outside_the_store():
    """List the files around the store, without those that the servers write all the time."""
    data, store = Path(settings.DATA_DIR), Path(settings.MEDIA_ROOT)
    servers = {data / name for name in ("postgres", "redis", "log")}
    return {
        path
        for path in data.rglob("*")
        if path.is_file() and not {store, *servers} & {*path.parents}
    }


@pytest.mark.long
def test_two_hundred_names_are_no_paths_and_come_back(client_of, deputy, session):
    case, client = draft_case(deputy.deputy, cosigners=[]), client_of(deputy)
    around = everything_outside_the_store()
    plain = {name: round_trip(client, case, name) for name in plain_names()}
    hostile = {name: round_trip(client, case, name) for name in HOSTILE}

    outside = everything_outside_the_store() - around
    changed = {name: back for name, back in plain.items() if back != name}
    unclean = {
        name: back
        for name, back in hostile.items()
        if back is not None and (clean_name(back) != back or len(back.encode()) > 255)
    }
    refused = sum(back is None for back in hostile.values())
    sys.stdout.write(
        f"\n#28 {len(plain) + len(hostile)} names: files outside the store {len(outside)}, changed "
        f"on the way {len(changed)}/{len(plain)}, hostile names left as they were "
        f"{len(unclean)}/{len(hostile)} and refused {refused}\n"
    )
    assert (len(plain) + len(hostile), refused <= 5) == (200, True)
    assert (outside, changed, unclean) == (set(), {}, {})


def test_a_name_of_a_path_is_none_when_it_is_kept(client_of, deputy, session):
    case = draft_case(deputy.deputy, cosigners=[])

    back = round_trip(client_of(deputy), case, "../../../etc/𠮷田&amp;.pdf")

    assert back == "𠮷田&.pdf"


def test_of_several_files_in_one_field_none_is_kept_unseen(client_of, deputy, session):
    case, client = draft_case(deputy.deputy, cosigners=[]), client_of(deputy)
    first = (
        b'--b\r\nContent-Disposition: form-data; name="upload"; filename="a.exe"\r\n\r\nMZ\r\n'
        b'--b\r\nContent-Disposition: form-data; name="upload"; filename="b.html"\r\n\r\n<b>\r\n'
    )
    url = reverse("suggestions:papers", args=[case.pk])

    client.post(url, **sent("c.pdf", more=first))
    refused = client.post(url, **sent("d.exe", content=b"MZ", more=first))
    client.post(url, {"upload": [photo("一.jpg"), photo("二.jpg")], "purpose": "suggestion"})

    assert refused.status_code == 422
    # The last of a field is the one that is checked, and the only one that is kept.
    assert sorted(Attachment.objects.values_list("name", flat=True)) == ["c.pdf", "二.jpg"]
