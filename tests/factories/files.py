"""Papers that people upload: small, and of the kind their names say."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

PDF = b"%PDF-1.7\n%test\n%%EOF\n"


def paper(name: str = "材料.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    """Return a PDF to upload; the browser's word on its type is wrong on purpose."""
    return SimpleUploadedFile(name, content, content_type="text/html")


def photo(name: str = "签名.jpg") -> SimpleUploadedFile:
    """Return a photograph to upload."""
    drawn = BytesIO()
    Image.new("RGB", (8, 8), "white").save(drawn, "JPEG")
    return SimpleUploadedFile(name, drawn.getvalue(), content_type="image/jpeg")
