"""A draft as its checks and its pages see it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from suggestions import completeness
from suggestions.models import CoSigner, Suggestion
from suggestions.steps import WritingStep


def draft_of(case: Suggestion, *, is_by_proxy: bool = False) -> completeness.Draft:
    """Fetch what the completeness check looks at."""
    states = list(case.cosigners.values_list("state", flat=True))
    return completeness.Draft(
        case=case,
        items=list(case.items.values_list("text", flat=True)),
        purposes=frozenset(case.attachments.values_list("purpose", flat=True)),
        confirmed=states.count(CoSigner.State.CONFIRMED),
        waiting=states.count(CoSigner.State.INVITED),
        wished=case.wished_units.count(),
        is_by_proxy=is_by_proxy,
    )


def text_mark(case: Suggestion) -> str:
    """
    Return a mark of what a co-signer puts their name to: the title and the numbered items.

    It changes exactly when those do, whatever else is saved meanwhile.
    """
    items = list(case.items.order_by("number").values_list("text", flat=True))
    told = json.dumps([case.title, *items], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class WrittenStep:
    """One row of the task list: a step, what it holds so far, and what is said about it."""

    step: WritingStep
    state: str
    summary: str
    remarks: tuple[completeness.Remark, ...]

    @property
    def label(self) -> str:
        """Name the step."""
        return self.step.label

    @property
    def state_label(self) -> str:
        """Say in a word how far the step is."""
        return {"done": "已完成", "missing": "待完成", "optional": "可不填"}[self.state]


def written_steps(draft: completeness.Draft) -> list[WrittenStep]:
    """Say for each step of a draft what is done and what is missing."""
    remarks = completeness.remarks(draft)
    rows = []
    for step in WritingStep:
        said = tuple(remark for remark in remarks if remark.step == step)
        summary = _summary(draft, step)
        if any(remark.is_gate for remark in said):
            state = "missing"
        else:
            state = "done" if summary else "optional"
        rows.append(WrittenStep(step, state, summary, said))
    return rows


def _summary(draft: completeness.Draft, step: WritingStep) -> str:
    case = draft.case
    return {
        WritingStep.TITLE: case.title,
        WritingStep.SITUATION: _length(case.situation),
        WritingStep.ANALYSIS: _length(case.analysis),
        WritingStep.ITEMS: f"{len(draft.items)}条" if draft.items else "",
        WritingStep.ORIGIN: str(case.origin or ""),
        WritingStep.DISCLOSURE: case.get_disclosure_display(),
        WritingStep.COSIGNERS: _signatures(draft),
        WritingStep.ATTACHMENTS: "已上传" if draft.purposes else "",
    }[step]


def _length(text: str) -> str:
    return f"{len(text.strip())}字" if text.strip() else ""


def _signatures(draft: completeness.Draft) -> str:
    told = []
    if draft.confirmed:
        told.append(f"已确认{draft.confirmed}人")
    if draft.waiting:
        told.append(f"待确认{draft.waiting}人")
    return "，".join(told)
