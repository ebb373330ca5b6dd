"""Who may draft, check, consult on, sign, issue, review and receive a reply."""

from __future__ import annotations

from accounts.models import Membership, Role
from assignment.models import Assignment
from handling.models import Consultation, Delivery, Reply
from handling.rules.seats import (
    acts_for_committee,
    acts_for_system,
    acts_for_unit,
    is_in_hand,
    speaks_for,
)

State = Reply.State


def _works_on(actor: Membership, reply: Reply, *states: Reply.State) -> bool:
    return (
        reply.state in states
        and reply.round == reply.assignment.suggestion.round
        and is_in_hand(reply.assignment)
        and acts_for_unit(actor, reply.assignment)
    )


def _signs(actor: Membership, reply: Reply) -> bool:
    """Inside this system only the head signs; elsewhere the unit's own office has signed before."""
    return actor.role == Role.UNIT_HEAD or not reply.assignment.unit.signs_inside


def _is_asked(consultation: Consultation) -> bool:
    """A case withdrawn or a unit taken off leaves the question behind without an answer."""
    reply = consultation.reply
    waits = consultation.view == "" and reply.state == State.CONSULTING
    return waits and is_in_hand(reply.assignment)


def may_draft_reply(actor: Membership, assignment: Assignment) -> bool:
    """Test if the actor may write the reply of this round (拟写答复)."""
    if not assignment.answers or not is_in_hand(assignment):
        return False
    if not acts_for_unit(actor, assignment):
        return False
    begun = assignment.replies.filter(round=assignment.suggestion.round)
    return not begun.exclude(state=State.DRAFTING).exists()


def may_send_to_check(actor: Membership, reply: Reply) -> bool:
    """Test if the actor may hand the draft to the unit's head (送核稿)."""
    return reply.assignment.unit.signs_inside and _works_on(actor, reply, State.DRAFTING)


def may_consult(actor: Membership, reply: Reply) -> bool:
    """Test if the actor may send the preliminary reply to the deputy (征求代表意见)."""
    ready = State.CHECKING if reply.assignment.unit.signs_inside else State.DRAFTING
    return _signs(actor, reply) and _works_on(actor, reply, ready)


def may_send_back_draft(actor: Membership, reply: Reply) -> bool:
    """Test if the actor may give the text back to its writer (退回修改)."""
    return _signs(actor, reply) and _works_on(actor, reply, State.CHECKING, State.SIGNING)


def may_issue(actor: Membership, reply: Reply) -> bool:
    """Test if the actor may send the signed reply out (签发答复)."""
    return _signs(actor, reply) and _works_on(actor, reply, State.SIGNING)


def may_export_letter(actor: Membership, reply: Reply) -> bool:
    """
    Test if the actor may have the letter as a file (导出答复函).

    A draft goes to the unit's own document system; what was issued is printed for those who
    work on paper, and by the deputies themselves.
    """
    assignment = reply.assignment
    if reply.state != State.ISSUED:
        return acts_for_unit(actor, assignment)
    return (
        actor.role == Role.DEPUTY
        or actor.unit_id == assignment.unit_id
        or acts_for_committee(actor, assignment.suggestion)
    )


def may_answer_consultation(actor: Membership, consultation: Consultation) -> bool:
    """Test if the actor may say what the deputy thinks of the preliminary reply (认同、不认同)."""
    case = consultation.reply.assignment.suggestion
    return _is_asked(consultation) and speaks_for(actor, consultation.deputy, case)


def may_let_consultation_lapse(actor: Membership, consultation: Consultation) -> bool:
    """Test if the actor may allow a reply that the deputy left unanswered (期满同意答复)."""
    case = consultation.reply.assignment.suggestion
    return _is_asked(consultation) and acts_for_committee(actor, case)


def may_overrule(actor: Membership, consultation: Consultation) -> bool:
    """Test if the actor may, after mediation, allow a reply that the deputy does not share."""
    reply = consultation.reply
    return (
        consultation.view == Consultation.View.DISAGREE
        and reply.state == State.DRAFTING
        and is_in_hand(reply.assignment)
        and acts_for_committee(actor, reply.assignment.suggestion)
    )


def may_review_class(actor: Membership, reply: Reply) -> bool:
    """Test if the actor may correct the class a unit gave itself (答复审核)."""
    return (
        reply.state == State.ISSUED
        and reply.claimed_class_id is not None
        and (
            acts_for_committee(actor, reply.assignment.suggestion)
            or acts_for_system(actor, reply.assignment)
        )
    )


def may_record_receipt(actor: Membership, delivery: Delivery) -> bool:
    """Test if the actor may enter the day a paper reply was received (登记收到日期)."""
    return (
        delivery.on_paper
        and delivery.received_on is None
        and acts_for_committee(actor, delivery.reply.assignment.suggestion)
    )


def may_print_receipt(actor: Membership, delivery: Delivery) -> bool:
    """Test if the actor may print the letter and its reply slip (打印答复和回执)."""
    assignment = delivery.reply.assignment
    return (
        acts_for_committee(actor, assignment.suggestion)
        or actor.unit_id == assignment.unit_id
        or (actor.role == Role.DEPUTY and actor.deputy_id == delivery.deputy_id)
    )


def may_read_reply(actor: Membership, reply: Reply) -> bool:
    """Test if the reply is one to be read as it went out (阅看答复)."""
    return reply.state == State.ISSUED


def may_note_reading(actor: Membership, reply: Reply) -> bool:
    """Test if it matters that the actor opened the reply: a deputy to whom it was sent."""
    return actor.role == Role.DEPUTY and reply.state == State.ISSUED
