"""The scanned paper of the demonstration: one sheet that says what it is."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont

from common.documents import FONTS


def scanned_sheet() -> bytes:
    """Return a one-page PDF that looks like a scan and says that it is an example."""
    page = Image.new("L", (620, 877), 250)
    draw = ImageDraw.Draw(page)
    font_file = next(path for path in sorted(FONTS.iterdir()) if path.suffix in {".otf", ".ttf"})
    draw.rectangle((40, 40, 580, 837), outline=180, width=2)
    for text, size, top in (
        ("扫描件（演示）", 44, 180),
        ("此处为签名或盖章文件的扫描件", 28, 300),
        ("示范市人民代表大会", 28, 700),
    ):
        font = ImageFont.truetype(str(font_file), size)
        width = draw.textlength(text, font=font)
        draw.text(((620 - width) / 2, top), text, fill=60, font=font)
    file = io.BytesIO()
    page.save(file, "PDF", resolution=75)
    return file.getvalue()
