"""Nothing grows beyond what a reader holds in mind."""

import ast

from tests.architecture.source import here, parsed, python_files

FILE_LIMIT = 400
LIMIT = 40


def test_no_module_is_longer_than_a_reader_can_bear():
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}

    assert [here(path, length) for path, length in lengths.items() if length > FILE_LIMIT] == []


def test_no_function_is_longer_than_a_screen():
    long = [
        f"{here(path, node.lineno)} {node.name}"
        for path in python_files()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and length(node) > LIMIT
    ]

    assert long == []


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function's body, without its docstring."""
    has_docstring = ast.get_docstring(function) is not None
    body = function.body[1:] if has_docstring else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
