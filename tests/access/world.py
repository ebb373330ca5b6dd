"""
One object for every address that takes a key, each in the state in which its deed is open.

All hang on the cases of one deputy and one unit, so that the same role elsewhere is a stranger.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from assignment.services import assigning, objections
from assignment.services.batches import open_batch
from evaluation.models import Verdict
from handling.models import Consultation
from handling.services import consultations, extensions
from ledgers.models import LedgerJob
from suggestions.attachments import attach
from suggestions.models import Attachment
from suggestions.services import withdrawing
from supervision.models import Digest
from tests.factories import NOW, TODAY
from tests.factories import assignment as receipts
from tests.factories import evaluation as verdicts
from tests.factories import handling as replies
from tests.factories import notices as told
from tests.factories import suggestions as cases
from tests.factories import supervision as watched
from tests.factories.assignment import staff_of


def build(people: dict[str, Any], unit: Any, other_unit: Any) -> dict[str, list[Any]]:
    """Return the arguments of each address, by its name."""
    lead, cosigner = people["deputy"].deputy, people["cosigner"].deputy
    ids: dict[str, list[Any]] = {}
    ids |= _filing(people, lead, cosigner)
    ids |= _hand_over(people, lead, unit, other_unit)
    ids |= _handling(lead, cosigner, unit, other_unit)
    ids |= _after(people, lead, unit, other_unit)
    ids |= _house(people, unit)
    return ids


def _filing(people: dict[str, Any], lead: Any, cosigner: Any) -> dict[str, list[Any]]:
    draft = cases.draft_case(lead, cosigners=[])
    row = cases.add_cosigner(draft, cosigner, "invited")
    paper = attach(
        draft,
        replies.pdf("附件.pdf"),
        purpose=Attachment.Purpose.SUGGESTION,
        by=people["deputy"],
        at=NOW,
    )
    submitted = cases.submitted_case(lead, cosigners=[cosigner])
    review = cases.case_in_review(lead, cosigners=[cosigner])
    leaving = cases.submitted_case(lead, cosigners=[cosigner])
    withdrawal = withdrawing.ask(leaving.pk, reason="另行沟通。", by=people["deputy"], at=NOW)
    on_draft = ["draft", "cosigners", "papers", "discard", "submit", "record_signatures"]
    return {
        **{f"suggestions:{name}": [draft.pk] for name in on_draft},
        "suggestions:write": [draft.pk, "title"],
        "suggestions:autosave": [draft.pk, "title"],
        "suggestions:cosign": [row.pk],
        "suggestions:uninvite": [row.pk],
        "suggestions:attachment": [paper.pk],
        "suggestions:detach": [paper.pk],
        "suggestions:submitted": [submitted.pk],
        "suggestions:print": [submitted.pk],
        "suggestions:alike": [submitted.pk],
        "suggestions:pass_on": [submitted.pk],
        "suggestions:withdraw": [submitted.pk],
        **{f"suggestions:{name}": [review.pk] for name in ("accept", "decline", "merge")},
        "suggestions:send_back": [review.pk],
        "suggestions:cancel_withdrawal": [withdrawal.pk],
        "suggestions:consent": [withdrawal.consents.get().pk],
    }


def _hand_over(
    people: dict[str, Any], lead: Any, unit: Any, other_unit: Any
) -> dict[str, list[Any]]:
    registered = cases.registered_case(lead)
    referred = cases.registered_case(lead)
    staff = staff_of(referred)
    referral = assigning.refer(referred.pk, office=unit.system.office, by=staff, at=NOW)
    offered = receipts.offered_assignment(unit, lead=lead)
    in_hand = receipts.accepted_assignment(unit, lead=lead)
    asked = receipts.asked_return(receipts.offered_assignment(unit, lead=lead), other_unit)
    objection = objections.object_to_units(
        in_hand.suggestion_id, text="希望由牵头部门主办。", by=people["deputy"], at=NOW
    )
    batch = open_batch(referred.session, name="集中交办", handed_over_on=TODAY, by=staff, at=NOW)
    return {
        **{f"assignment:{name}": [registered.pk] for name in ("assign", "assign_at_once", "refer")},
        "assignment:assign_within_system": [referral.pk],
        "assignment:send_referral_back": [referral.pk],
        "assignment:accept": [offered.pk],
        "assignment:ask_return": [offered.pk],
        "assignment:add_units": [in_hand.suggestion_id],
        "assignment:object_to_units": [offered.suggestion_id],
        "assignment:answer_objection": [objection.pk],
        "assignment:delegate": [in_hand.pk],
        "assignment:replace_unit": [in_hand.pk],
        "assignment:end_assignment": [in_hand.pk],
        "assignment:allow_late_return": [in_hand.pk],
        "assignment:decide_return": [asked.pk],
        "assignment:hand_up_return": [asked.pk],
        "assignment:batch_papers": [batch.pk],
        # The unit got nothing in this batch: for those who may print letters there is none.
        "assignment:hand_over_letter": [batch.pk, unit.pk, "docx"],
    }


def _handling(lead: Any, cosigner: Any, unit: Any, other_unit: Any) -> dict[str, list[Any]]:
    in_hand = receipts.accepted_assignment(unit, lead=lead, cosigners=[cosigner])
    talk = replies.recorded_talk(in_hand)
    attempt = replies.recorded_attempt(in_hand)
    pair = receipts.handed_over_case(unit, other_unit, roles=["lead", "support"], lead=lead)
    for receipt in pair.assignments.select_related("unit"):
        receipts.accept(receipt)
    support = pair.assignments.get(role="support")
    both = receipts.handed_over_case(unit, other_unit, roles=["lead", "support"], lead=lead)
    for receipt in both.assignments.select_related("unit"):
        receipts.accept(receipt)
    opinion = replies.given_opinion(both.assignments.get(role="support"))
    drafted = replies.saved_draft(receipts.accepted_assignment(unit, lead=lead))
    asked = replies.consulted_reply(receipts.accepted_assignment(unit, lead=lead))
    refused = replies.consulted_reply(receipts.accepted_assignment(unit, lead=lead))
    consultations.answer_consultation(
        refused.pk,
        view=Consultation.View.DISAGREE,
        note="请写明时限。",
        by=cases.seat_of(lead),
        at=NOW,
    )
    to_sign = replies.reply_to_sign(receipts.accepted_assignment(unit, lead=lead))
    request = _extension(receipts.accepted_assignment(unit, lead=lead))
    return {
        "handling:record_talk": [in_hand.pk],
        "handling:record_attempt": [in_hand.pk],
        "handling:answer_talk": [talk.pk],
        "handling:confirm_attempt": [attempt.pk],
        "handling:submit_opinion": [support.pk],
        "handling:send_back_opinion": [opinion.pk],
        "handling:opinion_paper": [opinion.pk],
        "handling:draft_reply": [drafted.assignment_id],
        "handling:autosave_reply": [drafted.assignment_id],
        "handling:send_to_check": [drafted.pk],
        "handling:consult": [drafted.pk],
        "handling:send_back_draft": [drafted.pk],
        "handling:issue": [to_sign.pk],
        "handling:letter": [to_sign.pk, "docx"],
        "handling:answer_consultation": [asked.pk],
        "handling:let_lapse": [asked.pk],
        "handling:overrule": [refused.pk],
        "handling:ask_extension": [in_hand.pk],
        "handling:give_view": [request.pk],
        "handling:decide_extension": [request.pk],
    }


def _extension(assignment: Any) -> Any:
    deadline = replies.reload(assignment).answer_deadline
    return extensions.ask_extension(
        assignment.pk,
        reason="涉及管线迁改，需要会商。",
        until=deadline.due_on + timedelta(days=20),
        told_deputy=True,
        by=receipts.clerk_of(assignment.unit),
        at=NOW,
    )


def _after(people: dict[str, Any], lead: Any, unit: Any, other_unit: Any) -> dict[str, list[Any]]:
    answered = replies.replied_case(unit, lead=lead)
    reply = answered.assignments.get().replies.get()
    delivery = replies.lead_delivery(reply)
    promised = replies.replied_case(unit, lead=lead, code="B")
    promise = promised.promises.get()
    cleared = replies.cleared_promise(
        replies.replied_case(unit, lead=lead, code="B").promises.get()
    )
    judged = verdicts.judged_case(unit, lead=lead)
    released = verdicts.released_case(unit, lead=lead, result="dissatisfied")
    verdict = Verdict.objects.get(assignment__suggestion=judged)
    watched_case = cases.registered_case(lead)
    key_case = watched.designated_case(
        watched_case, people["leading_official"].official, people["committee_member"].committee
    )
    late = receipts.accepted_assignment(unit, lead=lead)
    urging = watched.urged(late)
    draft = watched.prepared_notice(receipts.accepted_assignment(unit, lead=lead))
    notice = watched.released_notice(receipts.accepted_assignment(unit, lead=lead))
    # One for a congress, however many worlds are built in it.
    digest, _ = Digest.objects.get_or_create(
        congress=people["staff"].congress,
        office=people["staff"].office,
        week=TODAY,
        defaults={"since": TODAY, "made_on": TODAY, "at": NOW},
    )
    on_key = ("change_charge", "remove", "add_log")
    return {
        "desk:case": [answered.pk],
        "handling:reply": [reply.pk],
        "handling:mark_read": [reply.pk],
        "handling:review_class": [reply.pk],
        "handling:record_receipt": [delivery.pk],
        "handling:receipt_slip": [delivery.pk],
        **{
            f"handling:{name}": [promise.pk]
            for name in ("claim_clearance", "decide_clearance", "change_promise", "end_promise")
        },
        "handling:rate_fulfilment": [cleared.pk],
        **{
            f"evaluation:{name}": [answered.pk]
            for name in ("judge", "enter_receipt", "mark_silent")
        },
        "evaluation:release_verdicts": [judged.pk],
        "evaluation:decide_rehandling": [released.pk],
        "evaluation:correct": [verdict.pk],
        **{f"supervision:{name}": [key_case.pk] for name in on_key},
        "supervision:urge": [late.suggestion_id],
        "supervision:designate": [late.suggestion_id],
        "supervision:grade": [late.suggestion_id],
        "supervision:answer_urging": [urging.pk],
        "supervision:notice": [notice.pk],
        "supervision:print_notice": [notice.pk, "docx"],
        "supervision:answer_notice": [notice.pk],
        "supervision:release_notice": [draft.pk],
        "supervision:drop_notice": [draft.pk],
        "supervision:digest": [digest.pk],
    }


def _house(people: dict[str, Any], unit: Any) -> dict[str, list[Any]]:
    clerk, staff = people["clerk"], people["staff"]
    job = LedgerJob.objects.create(
        congress=staff.congress, kind=LedgerJob.Kind.EXPORT, by=staff, created_at=NOW
    )
    message = told.make_message(staff)
    alert = told.make_alert(staff)
    on_user = ("user", "user_correct", "password_reset", "seat_grant", "user_disable")
    on_job = ("job", "confirm", "cancel", "download", "report")
    return {
        **{name: [clerk.user_id] for name in (*on_user, "factor_reset", "user_enable")},
        "seat_end": [clerk.pk],
        "rules_of_congress": [staff.congress_id],
        "roster_list": ["units"],
        "roster_add": ["units"],
        "roster_correct": ["units", unit.pk],
        "desk:open_alert": [alert.pk],
        **{f"ledgers:{name}": [job.pk] for name in on_job},
        "notices:resend": [message.pk],
        "notices:mark_sent": [message.pk],
    }
