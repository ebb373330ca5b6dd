"""docker-compose.yml as the tests read it: parsed, and with its variables filled in."""

import re
from typing import Any

import yaml

from tests.architecture.source import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
#: The services that run our own image.
OURS = [name for name, service in SERVICES.items() if "build" in service]
LASTING = [name for name, service in SERVICES.items() if service["restart"] != "no"]
_VARIABLE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>[A-Z_]+)(?P<how>:[-?])(?P<rest>[^}]*)\})")


class NotSet(Exception):
    """What Compose says and stops with when a required variable is missing."""


def filled(value: Any, given: dict[str, str]) -> Any:
    """Put variables into a value as Compose does."""

    def put(found: re.Match) -> str:
        if found["dollar"]:
            return "$"
        if value := given.get(found["name"]):
            return value
        if found["how"] == ":?":
            raise NotSet(found["rest"])
        return found["rest"]

    if isinstance(value, str):
        return _VARIABLE.sub(put, value)
    if isinstance(value, list):
        return [filled(part, given) for part in value]
    if isinstance(value, dict):
        return {key: filled(part, given) for key, part in value.items()}
    return value


def variables(value: Any) -> dict[str, set[tuple[str, str]]]:
    """Return the variables that a value asks for, each with how it does so."""
    found: dict[str, set[tuple[str, str]]] = {}
    for match in _VARIABLE.finditer(_text_of(value)):
        if match["name"]:
            found.setdefault(match["name"], set()).add((match["how"], match["rest"]))
    return found


def _text_of(value: Any) -> str:
    if isinstance(value, dict):
        return "\n".join(map(_text_of, value.values()))
    if isinstance(value, list):
        return "\n".join(map(_text_of, value))
    return str(value)
