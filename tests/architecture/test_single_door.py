"""Only ``suggestions.workflow`` writes a suggestion's stage."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, here, local_models, parsed, python_files

DOOR = ROOT / "suggestions" / "workflow.py"
# Rows that remember a stage without moving a case.
OTHER_CLASSES = {
    model.__name__
    for model in local_models()
    if model.__name__ != "Suggestion" and "stage" in {field.name for field in model._meta.fields}
}
WRITING_CALLS = {"update", "update_or_create", "create", "get_or_create", "Suggestion"}


def writes_of_stage(path: Path, tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if any(_is_stage(target) for target in _targets(node)) or _passes_stage(node):
            yield here(path, node.lineno)


def _targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return [leaf for target in node.targets for leaf in _leaves(target)]
    return [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else []


def _leaves(target: ast.expr) -> list[ast.expr]:
    return list(target.elts) if isinstance(target, ast.Tuple | ast.List) else [target]


def _is_stage(target: ast.expr) -> bool:
    return isinstance(target, ast.Attribute) and target.attr == "stage"


def _passes_stage(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    words = {argument.value for argument in node.args if isinstance(argument, ast.Constant)}
    if name == "setattr":
        return "stage" in words
    if name == "bulk_update":
        return "stage" in {c.value for c in ast.walk(node) if isinstance(c, ast.Constant)}
    if name not in WRITING_CALLS or _root(node.func) in OTHER_CLASSES:
        return False
    return "stage" in {keyword.arg for keyword in node.keywords}


def _root(node: ast.expr) -> str:
    """Return what a chain of attributes and calls starts from: ``Review`` in Review.objects.…."""
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return ""
    return node.id


def test_no_other_module_writes_a_stage():
    elsewhere = [
        place
        for path in python_files()
        if path != DOOR
        for place in writes_of_stage(path, parsed(path))
    ]

    assert elsewhere == []


@pytest.mark.parametrize(
    "statement",
    [
        "case.stage = Stage.CLOSED",
        "case.title, case.stage = title, stage",
        "Suggestion.objects.filter(pk=1).update(stage=Stage.CLOSED)",
        "setattr(case, 'stage', 'closed')",
        "Suggestion.objects.bulk_update(cases, ['title', 'stage'])",
        "Suggestion(title='题', stage='closed')",
        "Suggestion.objects.create(title='题', stage='closed')",
        "cases.update(stage='closed')",
    ],
)
def test_every_way_to_write_a_stage_is_noticed(statement):
    assert list(writes_of_stage(ROOT / "x.py", ast.parse(statement))) == ["x.py:1"]


def test_the_door_itself_is_where_this_test_looks():
    assert list(writes_of_stage(DOOR, parsed(DOOR))) != []
