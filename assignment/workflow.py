"""
The life of one receipt: which move leads from which states to which.

Nothing else writes ``Assignment.state``; whoever moves one holds the lock of its case.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models

from assignment.models import ENDED_STATES, Assignment
from common.refusals import Refusal

State = Assignment.State


class Move(models.TextChoices):
    """What happens to a unit's receipt (承办件变动)."""

    ACCEPT = "accept", "签收"
    ASK_RETURN = "ask_return", "申请调整"
    KEEP = "keep", "继续承办"
    REASSIGN = "reassign", "改办"
    FINISH = "finish", "办理完毕"
    REOPEN = "reopen", "重新办理"
    STOP = "stop", "终止办理"


#: Move → the states it starts from and the state it leads to.
MOVES: dict[Move, tuple[frozenset[State], State]] = {
    Move.ACCEPT: (frozenset({State.OFFERED}), State.ACCEPTED),
    Move.ASK_RETURN: (frozenset({State.ACCEPTED}), State.RETURNING),
    Move.KEEP: (frozenset({State.RETURNING}), State.ACCEPTED),
    Move.REASSIGN: (
        frozenset({State.OFFERED, State.ACCEPTED, State.RETURNING}),
        State.REASSIGNED,
    ),
    Move.FINISH: (frozenset({State.ACCEPTED}), State.DONE),
    Move.REOPEN: (frozenset({State.DONE}), State.ACCEPTED),
    Move.STOP: (
        frozenset({State.OFFERED, State.ACCEPTED, State.RETURNING, State.DONE}),
        State.STOPPED,
    ),
}


class MoveNotAllowed(Refusal):
    def __init__(self, move: Move, assignment: Assignment):
        state = State(assignment.state)
        super().__init__(f"{assignment.unit}的承办件现为“{state.label}”，不能{move.label}。")


def offers(assignment: Assignment, move: Move) -> bool:
    """Test if the state of a receipt offers a move."""
    return State(assignment.state) in MOVES[move][0]


def move_to(assignment: Assignment, move: Move, *, at: datetime, why: str = "") -> None:
    """
    Move one receipt of a locked case.

    :raises MoveNotAllowed: if its state does not offer the move.
    """
    sources, target = MOVES[move]
    if State(assignment.state) not in sources:
        raise MoveNotAllowed(move, assignment)
    assignment.state = target
    if target in ENDED_STATES:
        assignment.ended_at, assignment.ended_why = at, why[:200]
    assignment.save(update_fields=["state", "ended_at", "ended_why"])
