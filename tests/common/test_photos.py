"""A hundred photos of a hundred places: none of the places is kept."""

import io
import random
import sys
import time
import zlib

import pytest
from django.core.files.base import ContentFile
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from common.uploads.intake import UploadRefused, take_in

GPS, DEVICE, ORIENTATION = 0x8825, 0x0110, 0x0112
SEED = 31


def whereabouts(dice):
    """EXIF of a place, a device, a moment and a way of holding it."""
    exif = Image.Exif()
    exif[DEVICE] = f"Phone {dice.randrange(1000)}"
    exif[ORIENTATION] = dice.randint(1, 8)
    exif.get_ifd(0x8769)[0x9003] = "2026:03:05 09:30:00"
    north, east = dice.uniform(20, 50), dice.uniform(80, 130)
    exif.get_ifd(GPS).update(
        {
            1: "N",
            2: tuple(map(IFDRational, (int(north), int(north % 1 * 60), 59))),
            3: "E",
            4: tuple(map(IFDRational, (int(east), int(east % 1 * 60), 58))),
            29: "2026:03:05",
        }
    )
    return exif.tobytes()


def photos(n):
    """Yield photos as (name, content): JPEG, PNG, and those with two pictures in one."""
    dice = random.Random(SEED)
    for number in range(n):
        image = Image.linear_gradient("L").resize((90, 60)).convert("RGB")
        kind = ("JPEG", "PNG", "MPO")[number % 3]
        file = io.BytesIO()
        more = {"save_all": True, "append_images": [image]} if kind == "MPO" else {}
        image.save(file, kind, exif=whereabouts(dice), **more)
        packet = b"<x:xmpmeta exif:GPSLatitude='29,33N'/>"
        suffix = "png" if kind == "PNG" else "jpg"
        yield f"{number}.{suffix}", file.getvalue() + packet


def tells_a_place(content):
    with Image.open(io.BytesIO(content)) as image:
        exif = image.getexif()
        return bool(dict(exif) or exif.get_ifd(GPS)) or b"GPS" in content or b"Phone" in content


def test_none_of_a_hundred_photos_keeps_its_place():
    given = dict(photos(100))

    kept = {
        name: take_in(ContentFile(content, name=name)).file.read()
        for name, content in given.items()
    }

    assert all(map(tells_a_place, given.values()))
    left = [name for name, content in kept.items() if tells_a_place(content)]
    sys.stdout.write(f"\n#31 photos that still tell their place: {len(left)}/{len(kept)}\n")
    assert left == []


def bomb(width, height):
    """A PNG of a few kilobytes that is a real picture of so many black pixels."""
    row = zlib.compressobj(9)
    packed = b"".join(row.compress(b"\0" * (width + 1)) for _ in range(height)) + row.flush()

    def chunk(kind, content):
        length, check = len(content), zlib.crc32(kind + content)
        return length.to_bytes(4, "big") + kind + content + check.to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )


@pytest.mark.long
def test_a_picture_of_thirty_thousand_by_thirty_thousand_is_refused_unopened():
    content = bomb(30_000, 30_000)
    begun = time.perf_counter()

    with pytest.raises(UploadRefused, match="像素过多"):
        take_in(ContentFile(content, name="黑.png"))

    seconds = time.perf_counter() - begun
    sys.stdout.write(
        f"\n#31 a picture of 30,000 x 30,000 in {len(content) // 1024} KiB: refused after "
        f"{seconds * 1000:.0f} ms\n"
    )
    assert seconds < 5  # to unpack its 900 million pixels alone takes longer
