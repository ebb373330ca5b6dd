"""
Letters and forms as files: .docx for those who still edit, PDF for those who sign, print and keep.

Templates lie in ``assets/documents`` and are ours; what comes in is plain data. A text is set as
text whatever it contains: ``{{ }}``, field codes, XML and Typst markup stay mere characters.
"""

import json
import threading
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import qrcode
import typst
from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment
from qrcode.image.svg import SvgPathImage

from common.texts import without_unwritable

ASSETS = Path(__file__).resolve().parent.parent / "assets"
TEMPLATES = ASSETS / "documents"
FONTS = ASSETS / "fonts"
# An archive must be able to open it in thirty years (GB/T 33190 and PDF/A think alike here).
ARCHIVAL = "a-2b"


def docx(template: str | Path, context: Mapping[str, Any]) -> bytes:
    """
    Fill a Word template, e.g. ``letter.docx``.

    A text of several lines keeps them as line breaks, or as paragraphs where the template repeats
    one for ``text|lines``.
    """
    document = DocxTemplate(TEMPLATES / template)
    # The sandbox is for our own slips: no text of a user is ever read as a template.
    environment = SandboxedEnvironment(autoescape=True)
    environment.filters["lines"] = _lines
    document.render(_clean(context), environment, autoescape=True)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def pdf(template: str | Path, data: Mapping[str, Any], *, at: datetime | None = None) -> bytes:
    """
    Set a Typst template, e.g. ``letter.typ``, as a PDF (PDF/A-2b) that carries its fonts.

    The data must be what JSON can hold; the head of each template names its keys. ``at`` is the
    date of the document; the same data of the same date makes the same bytes.
    """
    moment = at and at.replace(microsecond=0)  # a PDF knows no parts of a second
    return _compiled(
        template, data, {"format": "pdf", "pdf_standards": ARCHIVAL, "timestamp": moment}
    )


def pictures(template: str | Path, data: Mapping[str, Any], dots_per_inch: int = 96) -> list[bytes]:
    """Set a Typst template as one PNG per page, to show a page before it is printed."""
    pages = _compiled(template, data, {"format": "png", "ppi": dots_per_inch})
    return [pages] if isinstance(pages, bytes) else pages


def qr_svg(text: str) -> str:
    """Draw a text as a QR code for the ``qr_svg`` of a form."""
    image = qrcode.make(text, image_factory=SvgPathImage, border=1)
    return str(image.to_string(encoding="unicode"))


def _compiled(template: str | Path, data: Mapping[str, Any], options: dict[str, Any]) -> Any:
    inputs = {"data": json.dumps(_clean(data), ensure_ascii=False)}
    # One compiler serves one document at a time; its fonts are read once per process.
    with _lock:
        return _compiler().compile(input=str(TEMPLATES / template), sys_inputs=inputs, **options)


_lock = threading.Lock()


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)]
    )
    # Nothing is fetched: templates import each other and nothing else.
    return typst.Compiler(
        root=str(TEMPLATES), font_paths=fonts, ignore_system_fonts=True, package_path=str(TEMPLATES)
    )


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return without_unwritable(value).replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, Mapping):
        return {key: _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return value


def _lines(text: object) -> list[str]:
    return [line.strip() for line in str(text or "").split("\n") if line.strip()]
