"""The project's own source, as the tests of its architecture read it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import Model

ROOT = Path(settings.BASE_DIR)


def local_apps() -> list[str]:
    """Return the apps of this project, by label."""
    return [config.label for config in apps.get_app_configs() if _is_ours(Path(config.path))]


def local_models() -> list[type[Model]]:
    ours = set(local_apps())
    return [model for model in apps.get_models() if model._meta.app_label in ours]


def python_files() -> Iterator[Path]:
    """Return the modules of the apps, without migrations."""
    for label in sorted({*local_apps(), "common", "config"}):
        for path in sorted((ROOT / label).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def templates() -> list[Path]:
    places = [ROOT / "templates", *ROOT.glob("*/templates")]
    return sorted(path for place in places for path in place.rglob("*.*") if path.is_file())


def here(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def _is_ours(path: Path) -> bool:
    return path.parent == ROOT
