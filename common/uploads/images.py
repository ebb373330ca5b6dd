"""Pictures: drawn anew from their pixels, so that place, device and stowaways stay behind."""

from io import BytesIO

from PIL import Image, ImageOps

from common.refusals import Refusal

# 64 million: above what telephones take, and 200 MB in memory.
MOST_PIXELS = 64_000_000
LONGEST_SIDE = 20_000
JPEG_QUALITY = 90
# Pillow itself stops above twice as many, before unpacking anything.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)
# What it raises on crafted files is not of one kind.
UNREADABLE = (
    OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, EOFError, MemoryError,
)  # fmt: skip


class ImageRefused(Refusal):
    """A picture that is not taken in, with the reason."""


def redrawn(content: bytes, kind: str) -> bytes:
    """
    Draw a JPEG or PNG anew: upright, without EXIF (GPS), comments, profiles and trailing bytes.

    :raises ImageRefused: if it is damaged, something else, or has too many pixels.
    """
    try:
        return _redrawn(content, kind)
    except TOO_LARGE:
        raise ImageRefused("图片的像素过多，请缩小后再上传。") from None
    except UNREADABLE:
        raise ImageRefused("图片已损坏或不是有效的图片，无法打开。") from None


def _redrawn(content: bytes, kind: str) -> bytes:
    with Image.open(BytesIO(content), formats=[kind]) as image:
        width, height = image.size
        # The header is enough: nothing has been unpacked yet.
        if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
            raise ImageRefused("图片的像素过多，请缩小后再上传。")
        image.load()
        drawn = _plain(ImageOps.exif_transpose(image), kind)
        # What Pillow would carry over by itself: comments, colour profile, texts.
        drawn.info.clear()
        target = BytesIO()
        drawn.save(target, kind, quality=JPEG_QUALITY, optimize=kind == "JPEG")
    return target.getvalue()


def _plain(image: Image.Image, kind: str) -> Image.Image:
    if kind == "JPEG":
        return image if image.mode in ("L", "RGB") else image.convert("RGB")
    if "transparency" in image.info or image.mode == "PA":
        return image.convert("RGBA")
    plain = image.mode in ("1", "L", "LA", "RGB", "RGBA", "I;16")
    return image if plain else image.convert("RGB")
