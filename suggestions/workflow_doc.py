"""The table of the workflow as a page that people read: docs/workflow.md is written from here."""

from __future__ import annotations

from suggestions.stages import STEP_OF_STAGE, Stage
from suggestions.workflow import TRANSITIONS, Action

_HEAD = """# The life of a case (办理流程)

Written by `manage.py write_workflow_doc` from `suggestions/workflow.py`; a test compares the two.
Only `advance()` moves a case, and only along these rows.
"""


def markdown() -> str:
    """Return docs/workflow.md: stages, transitions, a diagram and the full product."""
    return "\n".join([_HEAD, _stages(), _transitions(), _diagram(), _product()])


def _stages() -> str:
    rows = [f"| {stage.label} | `{stage}` | {STEP_OF_STAGE[stage].label} |" for stage in Stage]
    return "\n".join(
        ["## Stages (阶段)", "", "| 阶段 | Code | Step (五个阶段) |", "|---|---|---|", *rows, ""]
    )


def _transitions() -> str:
    rows = []
    for action, step in TRANSITIONS.items():
        sources = "、".join(stage.label for stage in Stage if stage in step.sources)
        rows.append(
            f"| {action.label} | `{action}` | {sources} | {step.target.label} "
            f"| {step.who} | {step.asked_by} |"
        )
    head = "| 动作 | Code | 从 | 到 | 由谁 | Asked by |"
    return "\n".join(["## Transitions (动作)", "", head, "|---|---|---|---|---|---|", *rows, ""])


def _diagram() -> str:
    lines = ["## Diagram", "", "```mermaid", "stateDiagram-v2"]
    lines += [f"    {stage}: {stage.label}" for stage in Stage]
    lines += [
        f"    {source} --> {step.target}: {action.label}"
        for action, step in TRANSITIONS.items()
        for source in Stage
        if source in step.sources
    ]
    return "\n".join([*lines, "```", ""])


def _product() -> str:
    head = "| 阶段 | " + " | ".join(action.label for action in Action) + " |"
    rows = [
        f"| {stage.label} | "
        + " | ".join("✓" if stage in TRANSITIONS[action].sources else "" for action in Action)
        + " |"
        for stage in Stage
    ]
    rule = "|---" * (len(Action) + 1) + "|"
    return "\n".join(["## Stage × action", "", head, rule, *rows, ""])
