"""Two hundred names of files, sent as browsers send them: none is a path, all come back."""

import random
import sys
import unicodedata
from collections import Counter
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from suggestions.models import Attachment
from tests.factories.files import PDF, photo
from tests.factories.suggestions import draft_case

pytestmark = pytest.mark.django_db
#: Surnames and words of deputies, in planes and blocks that few programs think of.
RARE = "𠮷㛃𬱟䶮堃喆犇玥㸆𫖯𬀩𪚥𡃁𠂢㐂丂龘爨麤𬍛"
#: Longer than the names of any file system; Django reads no more than 1 KiB of a part's headers.
LONGER_THAN_A_HEADER = "👩‍👩‍👧‍👦" * 60 + ".pdf"
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
    LONGER_THAN_A_HEADER,
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


def causes_of(name):
    """Say for what a name may not stay as it is."""
    last = unescape(name).replace("\\", "/").split("/")[-1]
    found = {
        "a path": last != unescape(name),
        "entities of HTML": unescape(name) != name,
        "signs that reorder or hide": any(unicodedata.category(sign) == "Cf" for sign in last)
        and "\u200d" not in last,  # it joins the parts of an emoji
        "control signs": any(unicodedata.category(sign) == "Cc" for sign in last),
        "signs that systems forbid": bool(set(last) & set('<>:"|?*')),
        "names of devices": last.lower().partition(".")[0] in {"con", "nul", "lpt1"},
        "dots and spaces at its ends": last != last.strip(" ."),
        "more than 255 bytes": len(last.encode()) > 255,
    }
    return [cause for cause, is_so in found.items() if is_so]


@pytest.mark.long
def test_two_hundred_names_are_no_paths_and_come_back(client_of, deputy, session):
    case, client = draft_case(deputy.deputy, cosigners=[]), client_of(deputy)
    around = everything_outside_the_store()
    plain = {name: round_trip(client, case, name) for name in plain_names()}
    hostile = {name: round_trip(client, case, name) for name in HOSTILE}

    outside = everything_outside_the_store() - around
    back_of = plain | hostile
    refused = {name for name, back in back_of.items() if back is None}
    changed = {name for name, back in back_of.items() if back not in {name, None}}
    causes = {name: causes_of(name) for name in back_of}
    without_cause = {name for name in changed if not causes[name]}
    unclean = {
        name: back
        for name, back in back_of.items()
        if back is not None and (causes_of(back) or len(back.encode()) > 255)
    }
    why = Counter(cause for name in changed for cause in causes[name])
    kept = len(back_of) - len(refused)
    sys.stdout.write(
        f"\n#28 {len(back_of)} names: files outside the store {len(outside)}; fetched under the "
        f"very name that is kept {kept}/{kept}, as it was sent {kept - len(changed)}, cleaned "
        f"{len(changed)} of {dict(sorted(why.items()))}, changed without such a cause "
        f"{len(without_cause)}, unclean when kept {len(unclean)}; refused {len(refused)} "
        f"(no extension left, or longer than any system's names)\n"
    )
    assert (len(back_of), changed & set(plain)) == (200, set())
    assert refused == {"...pdf", " .pdf", LONGER_THAN_A_HEADER}
    assert (outside, without_cause, unclean) == (set(), set(), {})


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
