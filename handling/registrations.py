"""What this app offers to the case page, the inbox and the floors below."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Membership, Role
from accounts.roles import COMMITTEE_STAFF_ROLES, UNIT_ROLES
from assignment.registry import register_mix_follower
from handling.models import (
    Consultation,
    Delivery,
    ExtensionRequest,
    Opinion,
    Promise,
    Reply,
    Talk,
)
from handling.selectors import office_queues, panels, queues
from handling.selectors.offers import WAITED_FOR, offers
from handling.selectors.texts import TEXTS
from handling.services.folding import follow_units, stop_requests
from suggestions.contents import Kind, register_contents
from suggestions.models import Suggestion
from suggestions.registry import (
    CaseAction,
    Panel,
    Queue,
    on_withdraw,
    register_action,
    register_panel,
    register_queue,
)
from suggestions.texts import register_text

#: code, label, order, is quiet; the URL name is ``handling:<code>``.
_DEEDS: tuple[tuple[str, str, int, bool], ...] = (
    ("answer_consultation", "对初步答复提出意见", 31, False),
    ("answer_talk", "确认沟通记录", 32, False),
    ("rate_fulfilment", "评价承诺落实", 33, False),
    ("issue", "签发答复", 34, False),
    ("consult", "征求代表意见", 36, False),
    ("send_to_check", "送核稿", 37, False),
    ("draft_reply", "拟写答复", 35, False),
    ("submit_opinion", "提交协办意见", 38, False),
    ("decide_extension", "决定延期申请", 40, False),
    ("give_view", "对延期申请提出意见", 41, False),
    ("let_lapse", "同意直接答复", 42, False),
    ("overrule", "协调后同意答复", 43, False),
    ("decide_clearance", "核定销号", 44, False),
    ("confirm_attempt", "核实未联系上", 45, False),
    ("record_receipt", "登记收到日期", 46, False),
    ("claim_clearance", "报请销号", 47, False),
    ("record_talk", "记录沟通", 48, False),
    ("record_attempt", "记录未联系上", 60, True),
    ("send_back_draft", "退回修改", 61, True),
    ("send_back_opinion", "退回协办意见", 62, True),
    ("ask_extension", "申请延期", 63, True),
    ("change_promise", "变更承诺", 64, True),
    ("review_class", "答复审核", 65, True),
    ("end_promise", "终止承诺", 66, True),
)


def _targets(code: str) -> Callable[[Membership, Suggestion], Iterable[int]]:
    def targets(actor: Membership, case: Suggestion) -> Iterable[int]:
        # Where there are several (promises, talks) the panel has a button beside each.
        return offers(actor, case, today=timezone.localdate()).get(code, [])[:1]

    return targets


def _expired(actor: Membership) -> QuerySet:
    return office_queues.consultations_expired(actor, on=timezone.localdate())


_DEPUTY = frozenset({Role.DEPUTY, Role.DELEGATION_SECRETARY})
_HEAD = frozenset({Role.UNIT_HEAD})
_SYSTEM = frozenset({Role.SYSTEM_OFFICE})

_QUEUES: tuple[Queue, ...] = (
    Queue(
        "views_to_give",
        "初步答复",
        "请看承办单位的初步答复，告诉他们是否认同",
        "看初步答复",
        "handling:answer_consultation",
        _DEPUTY,
        queues.views_to_give,
        31,
    ),
    Queue(
        "talks_to_confirm",
        "确认沟通",
        "承办单位记录了与您的沟通，请确认是否属实",
        "确认",
        "handling:answer_talk",
        _DEPUTY,
        queues.talks_to_confirm,
        32,
    ),
    Queue(
        "promises_to_rate",
        "承诺落实评价",
        "承诺事项已销号，请评价落实情况",
        "评价",
        "handling:rate_fulfilment",
        _DEPUTY,
        queues.promises_to_rate,
        33,
    ),
    Queue(
        "to_check",
        "核稿",
        "答复稿等待核稿",
        "核稿",
        "handling:consult",
        _HEAD,
        queues.to_check,
        34,
    ),
    Queue(
        "to_issue",
        "签发答复",
        "代表意见已明确，等待签发",
        "签发",
        "handling:issue",
        UNIT_ROLES,
        queues.to_issue,
        35,
    ),
    Queue(
        "to_contact",
        "首次沟通",
        "还没有与代表沟通的记录",
        "记录沟通",
        "handling:record_talk",
        UNIT_ROLES,
        queues.to_contact,
        36,
    ),
    Queue(
        "to_draft",
        "拟写答复",
        "等待拟写答复",
        "拟写",
        "handling:draft_reply",
        UNIT_ROLES,
        queues.to_draft,
        37,
    ),
    Queue(
        "opinions_to_give",
        "协办意见",
        "主办单位等待本单位的协办意见",
        "提交意见",
        "handling:submit_opinion",
        UNIT_ROLES,
        queues.opinions_to_give,
        38,
    ),
    Queue(
        "promises_to_keep",
        "承诺落实",
        "承诺事项落实后报请销号",
        "报请销号",
        "handling:claim_clearance",
        UNIT_ROLES,
        queues.promises_to_keep,
        39,
    ),
    Queue(
        "extensions_to_comment",
        "延期意见",
        "归口单位申请延期答复，请提出意见",
        "提出意见",
        "handling:give_view",
        _SYSTEM,
        office_queues.extensions_to_comment,
        40,
    ),
    Queue(
        "extensions_to_decide",
        "延期申请",
        "承办单位申请延期答复",
        "决定",
        "handling:decide_extension",
        COMMITTEE_STAFF_ROLES,
        office_queues.extensions_to_decide,
        41,
    ),
    Queue(
        "consultations_expired",
        "期满未提意见",
        "代表未在期限内对初步答复提出意见",
        "处理",
        "handling:let_lapse",
        COMMITTEE_STAFF_ROLES,
        _expired,
        42,
    ),
    Queue(
        "disagreements",
        "代表不认同",
        "代表不认同初步答复，必要时协调",
        "协调",
        "handling:overrule",
        COMMITTEE_STAFF_ROLES,
        office_queues.disagreements,
        43,
    ),
    Queue(
        "views_on_paper",
        "代录代表意见",
        "纸质办理的代表，请代录对初步答复的意见",
        "代录",
        "handling:answer_consultation",
        COMMITTEE_STAFF_ROLES,
        office_queues.views_on_paper,
        44,
    ),
    Queue(
        "attempts_to_confirm",
        "核实未联系上",
        "承办单位报告未联系上代表",
        "核实",
        "handling:confirm_attempt",
        COMMITTEE_STAFF_ROLES,
        office_queues.attempts_to_confirm,
        45,
    ),
    Queue(
        "clearances_to_decide",
        "核定销号",
        "承办单位报请承诺事项销号",
        "核定",
        "handling:decide_clearance",
        COMMITTEE_STAFF_ROLES,
        office_queues.clearances_to_decide,
        46,
    ),
    Queue(
        "receipts_to_record",
        "纸质答复收到日期",
        "纸质答复已送出，请登记代表收到日期",
        "登记",
        "handling:record_receipt",
        COMMITTEE_STAFF_ROLES,
        office_queues.receipts_to_record,
        47,
    ),
)

_PANELS: tuple[Panel, ...] = (
    Panel("replies", "答复", "handling/panel_replies.html", panels.replies_panel, 15),
    Panel("talks", "沟通记录", "handling/panel_talks.html", panels.talks_panel, 30),
    Panel("opinions", "协办意见", "handling/panel_opinions.html", panels.opinions_panel, 31),
    Panel("promises", "承诺事项", "handling/panel_promises.html", panels.promises_panel, 33),
)


_CONTENTS: dict[Kind, str] = {
    Talk: "assignment__suggestion",
    Opinion: "assignment__suggestion",
    Reply: "assignment__suggestion",
    Consultation: "reply__assignment__suggestion",
    Delivery: "reply__assignment__suggestion",
    ExtensionRequest: "assignment__suggestion",
    Promise: "suggestion",
}


def register_all() -> None:
    """Register the deeds, tasks and panels of handling, once at start."""
    register_mix_follower("handling", follow_units)
    on_withdraw("handling", stop_requests)
    for code, label, order, is_quiet in _DEEDS:
        register_action(
            CaseAction(code, label, f"handling:{code}", _targets(code), order, is_quiet)
        )
    for queue in _QUEUES:
        register_queue(queue)
    for panel in _PANELS:
        register_panel(panel)
    for text in TEXTS:
        register_text(text)
    register_contents(_CONTENTS | WAITED_FOR)
