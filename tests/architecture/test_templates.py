"""What the strict Content-Security-Policy and plain HTML ask of every template."""

import re

import pytest

from tests.architecture.source import ROOT, templates

FORBIDDEN = {
    "an inline style": re.compile(r"""<[^>]*\sstyle\s*="""),
    "a style element": re.compile(r"<style\b"),
    "an inline script": re.compile(r"<script\b(?![^>]*\ssrc=)(?![^>]*type=.application/json)"),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "hx-on": re.compile(r"\b(data-)?hx-on\b"),
    "a script in hx-vals": re.compile(r"hx-vals\s*=\s*.js:"),
    "an address elsewhere": re.compile(r"""\b(src|href|action|hx-[a-z]+)\s*=\s*["'](https?:)?//"""),
    "a button that is too pale": re.compile(r"btn-outline-(warning|info)"),
}
COMMENT = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<!--.*?-->", re.DOTALL)


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_has(what):
    offenders = [
        str(path.relative_to(ROOT))
        for path in templates()
        if FORBIDDEN[what].search(COMMENT.sub("", path.read_text(encoding="utf-8")))
    ]

    assert offenders == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("an inline style", '<p class="a" style="color: red">'),
        ("an inline script", "<script>go()</script>"),
        ("an event attribute", '<button onclick="go()">'),
        ("an address elsewhere", '<script src="//cdn.example/x.js">'),
        ("hx-on", '<div hx-on:click="go()">'),
    ],
)
def test_the_forbidden_is_noticed(what, text):
    assert FORBIDDEN[what].search(text)
