"""Each component has its contract and is shown in the gallery."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

FOLDER = Path(settings.BASE_DIR) / "templates" / "components"
COMPONENTS = sorted(path.stem for path in FOLDER.glob("*.html"))
USED = re.compile(r"<c-([a-z][a-z-]*)")
COMMENT = re.compile(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", re.DOTALL)
DECLARED = re.compile(r"<c-vars\s+(.*?)/>", re.DOTALL)


TEMPLATES = [path.relative_to(FOLDER.parent).as_posix() for path in FOLDER.parent.rglob("*.html")]


def source(name: str) -> str:
    return (FOLDER / f"{name.replace('-', '_')}.html").read_text(encoding="utf-8")


def components_in(text: str) -> set[str]:
    return set(USED.findall(text)) - {"vars", "slot"}


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_opens_with_a_contract_that_names_its_variables(name):
    contract, _, rest = source(name).partition("{% endcomment %}")
    declared = re.sub(r'="[^"]*"', "", DECLARED.search(rest).group(1))
    variables = re.findall(r"[a-z_]+", declared)
    unnamed = [one for one in variables if not re.search(rf"\b{one}\b", contract)]

    assert contract.startswith("{% comment %}\n")
    assert "classname" in variables
    assert [one for one in unnamed if one not in {"classname", "id"}] == []


def test_every_component_is_in_the_gallery():
    shown: set[str] = set()
    found = components_in((FOLDER.parent / "ui" / "gallery.html").read_text(encoding="utf-8"))
    while found:
        shown |= found
        found = set().union(*(components_in(source(name)) for name in found)) - shown

    assert {name.replace("_", "-") for name in COMPONENTS} - shown - {"icon"} == set()


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_compiles(name):
    assert get_template(name)


def test_every_component_that_a_template_uses_is_there():
    used = {
        (name, component)
        for name in TEMPLATES
        for component in components_in(
            COMMENT.sub("", (FOLDER.parent / name).read_text(encoding="utf-8"))
        )
    }

    assert [each for each in used if each[1].replace("-", "_") not in COMPONENTS] == []
