"""The parts of the case page that tell of handling: talks, opinions, replies, promises."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects

from accounts.models import Membership, Role
from accounts.roles import COMMITTEE_STAFF_ROLES, UNIT_ROLES
from assignment.models import Assignment
from assignment.selectors.panel import receipts_of_case
from handling.models import Consultation, Delivery, Opinion, Promise, Reply, ReplyItem, Talk
from handling.models.talk import COUNTED
from handling.selectors.meetings import meeting_share
from handling.selectors.offers import offers, own_replies
from suggestions.contents import has, rows_of
from suggestions.models import Suggestion

Content = dict[str, Any] | None
_JUDGES = {Role.DEPUTY, Role.DELEGATION_SECRETARY, Role.SYSTEM_OFFICE}


def talks_panel(actor: Membership, case: Suggestion, today: date) -> Content:
    """Show the talks of all rounds; a unit sees how many meetings it still lacks."""
    rows = rows_of(case, actor, _talks) if has(case, Talk) else []
    rows.sort(key=lambda talk: (talk.round, talk.talked_on, talk.pk), reverse=True)
    can = offers(actor, case, today=today)
    owes = actor.role in UNIT_ROLES and "record_talk" in can
    if not rows and not owes:
        return None
    return {
        "talks": rows,
        "counted": COUNTED,
        "answerable": set(can.get("answer_talk", [])),
        "checkable": set(can.get("confirm_attempt", [])),
        "receipts": can.get("record_talk", []),
        "share": meeting_share(actor, on=today) if actor.role in UNIT_ROLES else None,
        "sees_records": actor.role in UNIT_ROLES or actor.role in COMMITTEE_STAFF_ROLES,
    }


def _talks(actor: Membership, case_id: int) -> QuerySet[Talk]:
    found = Talk.objects.visible_to(actor).filter(assignment__suggestion=case_id)
    return found.select_related("assignment__unit", "deputy", "record").order_by()


def opinions_panel(actor: Membership, case: Suggestion, today: date) -> Content:
    """Show what supporting units said, and who still owes an opinion, to those it concerns."""
    rows = rows_of(case, actor, _opinions) if has(case, Opinion) else []
    rows.sort(key=lambda each: (-each.round, each.assignment_id, -each.pk))
    owed = _owed_opinions(actor, case) if rows or _follows_opinions(actor) else []
    if not rows and not owed:
        return None
    sendable = set(offers(actor, case, today=today).get("send_back_opinion", []))
    return {"opinions": rows, "owed": owed, "sendable": sendable}


def _opinions(actor: Membership, case_id: int) -> QuerySet[Opinion]:
    found = Opinion.objects.visible_to(actor).filter(assignment__suggestion=case_id)
    return found.select_related("assignment__unit", "attachment", "redo_deadline").order_by()


def _follows_opinions(actor: Membership) -> bool:
    return actor.role in UNIT_ROLES | COMMITTEE_STAFF_ROLES | {Role.SYSTEM_OFFICE}


def _owed_opinions(actor: Membership, case: Suggestion) -> list[Assignment]:
    owing = [
        receipt
        for receipt in receipts_of_case(case)
        if receipt.is_live
        and receipt.role == Assignment.Role.SUPPORT
        and receipt.state != Assignment.State.DONE
    ]
    if not owing:
        return []
    given = Opinion.objects.standing().filter(assignment__in=owing, round=case.round)
    heard = set(given.values_list("assignment_id", flat=True))
    return [receipt for receipt in owing if receipt.pk not in heard]


def replies_panel(actor: Membership, case: Suggestion, today: date) -> Content:
    """Show each issued reply point by point, and to its own unit what is being written."""
    if not has(case, Reply):
        return None
    issued = _issued(actor, case)
    views = rows_of(case, actor, _views) if has(case, Consultation) else []
    views.sort(key=lambda each: each.pk, reverse=True)
    own = own_replies(actor, case) if actor.unit_id else []
    drafts = [reply for reply in own if reply.state != Reply.State.ISSUED]
    if not issued and not drafts and not views:
        return None
    can = offers(actor, case, today=today)
    return {
        "replies": issued,
        "drafts": drafts,
        "views": views,
        "can": {code: set(ids) for code, ids in can.items()},
        "is_deputy": actor.role == Role.DEPUTY,
        "sees_deliveries": actor.role in COMMITTEE_STAFF_ROLES | UNIT_ROLES,
    }


@dataclass(frozen=True)
class ShownReply:
    """A reply with its numbered requests beside their answers, as ``c-item-answers`` takes them."""

    reply: Reply
    beside: list[dict[str, Any]]
    deliveries: list[Delivery]
    is_unread: bool


def _issued(actor: Membership, case: Suggestion) -> list[ShownReply]:
    replies = rows_of(case, actor, _replies)
    if not replies:
        return []
    items, deliveries = defaultdict(list), defaultdict(list)
    for row in sorted(rows_of(case, actor, _answers), key=lambda row: row.item.number):
        items[row.reply_id].append(row)
    for each in sorted(rows_of(case, actor, _sent), key=lambda each: (not each.is_lead, each.pk)):
        deliveries[each.reply_id].append(each)
    replies.sort(key=lambda reply: (-reply.round, reply.assignment_id))
    return [_shown(reply, items[reply.pk], deliveries[reply.pk], actor) for reply in replies]


def _replies(actor: Membership, case_id: int) -> QuerySet[Reply]:
    issued = Reply.objects.visible_to(actor).issued().filter(assignment__suggestion=case_id)
    shown = issued.select_related("assignment__unit", "claimed_class", "reviewed_class", "letter")
    return shown.order_by()


def _answers(actor: Membership, case_id: int) -> QuerySet[ReplyItem]:
    rows = ReplyItem.objects.filter(reply__assignment__suggestion=case_id)
    return rows.select_related("item").order_by()


def _sent(actor: Membership, case_id: int) -> QuerySet[Delivery]:
    sent = Delivery.objects.visible_to(actor).filter(reply__assignment__suggestion=case_id)
    return sent.select_related("deputy", "feedback_deadline").order_by()


def _shown(
    reply: Reply, items: list[ReplyItem], deliveries: list[Delivery], actor: Membership
) -> ShownReply:
    beside = [
        {
            "number": row.item.number,
            "text": row.item.text,
            "answer": row.text,
            "state": row.get_outcome_display() if row.outcome else "",
        }
        for row in items
        if row.text or not reply.assignment.part
    ]
    unread = any(each.read_at is None and each.deputy_id == actor.deputy_id for each in deliveries)
    return ShownReply(reply, beside, deliveries, unread)


def _views(actor: Membership, case_id: int) -> QuerySet[Consultation]:
    asked = Consultation.objects.visible_to(actor).filter(reply__assignment__suggestion=case_id)
    return asked.select_related("reply__assignment__unit", "deputy", "deadline").order_by()


def promises_panel(actor: Membership, case: Suggestion, today: date) -> Content:
    """Show what was promised, by when, and what has become of it."""
    if not has(case, Promise):
        return None
    rows = rows_of(case, actor, _promises)
    if not rows:
        return None
    rows.sort(key=lambda promise: (promise.assignment_id, promise.pk))
    prefetch_related_objects(rows, "changes")
    can = offers(actor, case, today=today)
    return {
        "promises": rows,
        "can": {code: set(ids) for code, ids in can.items()},
        # How a deputy judged a unit's word is not told to that unit (背靠背).
        "sees_rating": actor.role in COMMITTEE_STAFF_ROLES | _JUDGES,
    }


def _promises(actor: Membership, case_id: int) -> QuerySet[Promise]:
    made = Promise.objects.visible_to(actor).filter(suggestion=case_id)
    worded = made.exclude(state=Promise.State.DRAFT)
    return worded.select_related("assignment__unit", "deadline", "evidence").order_by()
