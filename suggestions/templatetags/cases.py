"""The stage line of a case: five steps, each done, now or to come."""

from dataclasses import dataclass

from django import template

from suggestions.models import Deadline, Suggestion
from suggestions.stages import ENDED, STEP_OF_STAGE, Stage, Step

register = template.Library()

WORDS = {"done": "已完成", "now": "进行中", "todo": "未开始"}


@dataclass(frozen=True)
class ShownStep:
    """One of the five steps with its state (done, now, todo) and the word below its name."""

    name: str
    state: str
    word: str


@register.simple_tag
def stage_steps(case: Suggestion | None = None, stage: str = "") -> list[ShownStep]:
    """List the five steps for a case, or for a stage by its code."""
    now = Stage(stage or (case.stage if case else Stage.DRAFT))
    steps = list(Step)
    at = steps.index(STEP_OF_STAGE[now])
    shown = []
    for index, step in enumerate(steps):
        state = _state(now, index - at, step)
        word = now.label if state == "now" or (now in ENDED and index == at) else WORDS[state]
        shown.append(ShownStep(step.label, state, word))
    return shown


def _state(now: Stage, distance: int, step: Step) -> str:
    if now == Stage.CLOSED or distance < 0:
        return "done"
    if distance == 0:
        return "now"
    # What is tracked after the reply has its verdict already.
    return "done" if now == Stage.TRACKING and step == Step.EVALUATION else "todo"


@register.filter
def clock_name(kind: str) -> str:
    """Write the code of a deadline's kind as its name (答复, 签收…)."""
    return Deadline.Kind(kind).label if kind else ""
