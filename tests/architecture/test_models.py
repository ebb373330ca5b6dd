"""What every model owes: a Chinese name, and facts that the database keeps."""

import re

from django.db.models import CheckConstraint, F, Model, Q

from tests.architecture.source import local_models

HAN = re.compile(r"[\u4e00-\u9fff]")

# Pairs that may stand half, each with the reason.
EXCUSED = {
    "Assignment.assigned": "history from a ledger knows the day, not who it was",
    "Reply.saved": "a draft of one's own, saved by the machine as one types",
}


def test_every_model_has_a_chinese_name():
    assert [m.__name__ for m in local_models() if not HAN.search(str(m._meta.verbose_name))] == []


def test_every_field_of_a_person_or_a_moment_has_a_chinese_name():
    nameless = [
        f"{model.__name__}.{field.name}"
        for model in local_models()
        for field in model._meta.fields
        if field.name.endswith(("_at", "_by", "_on", "_until"))
        and not HAN.search(str(field.verbose_name))
    ]

    assert nameless == []


def test_who_and_when_stand_together():
    """``…_at`` and ``…_by`` of one act are both there or both not, by a constraint."""
    loose = [
        name
        for model in local_models()
        for name in _pairs(model)
        if name not in EXCUSED and not _is_kept(model, name)
    ]

    assert loose == []


def test_no_excuse_outlives_its_pair():
    everything = {name for model in local_models() for name in _pairs(model)}

    assert set(EXCUSED) - everything == set()


def _pairs(model: type[Model]) -> list[str]:
    names = {field.name for field in model._meta.fields}
    acts = [name.removesuffix("_at") for name in names if name.endswith("_at")]
    return sorted(f"{model.__name__}.{act}" for act in acts if f"{act}_by" in names)


def _is_kept(model: type[Model], name: str) -> bool:
    act = name.split(".")[1]
    fields = {field.name: field for field in model._meta.fields}
    if not fields[f"{act}_at"].null and not fields[f"{act}_by"].null:
        return True
    checks = (c.condition for c in model._meta.constraints if isinstance(c, CheckConstraint))
    return any({f"{act}_at", f"{act}_by"} <= _names(check) for check in checks)


def _names(check: Q) -> set[str]:
    """Return the fields that a condition speaks of."""
    found: set[str] = set()
    for child in check.children:
        if isinstance(child, Q):
            found |= _names(child)
            continue
        lookup, value = child
        found.add(lookup.split("__")[0])
        if isinstance(value, F):
            found.add(value.name)
    return found
