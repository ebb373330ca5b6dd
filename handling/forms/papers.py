"""A file to send with a deed."""

from __future__ import annotations

from typing import Any

from django import forms

from common.uploads.intake import ACCEPT

KINDS = "可上传Word、Excel、PDF或图片，每个不超过20MB；手机上可以直接拍照。"


class PaperField(forms.FileField):
    """A paper of a case: what may be sent is said beside it and offered by the browser."""

    def __init__(self, *, help_text: str = "", **kwargs: Any) -> None:
        widget = forms.FileInput(attrs={"accept": ACCEPT})
        super().__init__(help_text=f"{help_text}{KINDS}", widget=widget, **kwargs)
