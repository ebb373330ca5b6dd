"""
Suggestions in any stage, as rows.

Each function makes the people it is not given. A case comes with three numbered items, a lead
deputy and two confirmed co-signers, and with the step on its timeline that its stage needs.
"""

from datetime import date, datetime
from typing import Any

from accounts.models import Membership, Role
from congress.models import Deputy, Session
from suggestions.models import (
    CoSigner,
    NumberCounter,
    StageEvent,
    Suggestion,
    SuggestionItem,
)
from suggestions.stages import Stage
from tests.factories import NOW
from tests.factories import congress as bodies
from tests.factories.accounts import make_member

#: A day on which the session of ``make_session`` sits.
IN_SESSION = date(2026, 2, 27)
TITLE = "关于加快居民小区公共充电桩建设的建议"
SITUATION = "全市现有居民小区一千二百个，建有公共充电桩的不足两成，老旧小区尤其缺少，居民意见集中。"
ANALYSIS = "小区电力容量不足、场地产权不清、建设费用没有着落，是充电桩难以落地的三个主要原因。"
ITEMS = (
    "制定老旧小区电力增容三年计划，分批安排资金。",
    "明确小区公共场地建设充电桩的议事程序和产权归属。",
    "对统一建设、统一运营的小区给予运营补贴。",
)


def seat_of(deputy: Deputy) -> Membership:
    """Return the membership a deputy acts in, made on first use."""
    found = Membership.objects.with_seats().filter(deputy=deputy, role=Role.DEPUTY).first()
    return found or make_member(Role.DEPUTY, deputy, name=deputy.name)


def make_lead() -> Deputy:
    return bodies.make_deputy(bodies.make_term(bodies.make_congress()))


def session_of(lead: Deputy) -> Session:
    current = Session.objects.filter(congress=lead.congress, is_current=True).first()
    return current or bodies.make_session(lead.congress, lead.term)


def draft_case(
    lead: Deputy | None = None,
    *,
    cosigners: list[Deputy] | None = None,
    items: tuple[str, ...] = ITEMS,
    **fields: Any,
) -> Suggestion:
    """Make a complete draft; ``cosigners`` have confirmed, two are made unless given."""
    lead = lead or make_lead()
    if cosigners is None:
        cosigners = [bodies.make_deputy(lead.term, lead.delegation) for _ in range(2)]
    by = seat_of(lead)
    given: dict[str, Any] = {
        "congress": lead.congress,
        "session": session_of(lead),
        "filing": Suggestion.Filing.IN_SESSION,
        "proposer": Suggestion.Proposer.JOINT if cosigners else Suggestion.Proposer.SINGLE,
        "lead_deputy": lead,
        "delegation": lead.delegation,
        "title": TITLE,
        "situation": SITUATION,
        "analysis": ANALYSIS,
        "category": bodies.category_of(lead.congress),
        "entered_by": by,
        "created_at": NOW,
        "saved_at": NOW,
    }
    case = Suggestion.objects.create(**given | fields)
    SuggestionItem.objects.bulk_create(
        SuggestionItem(suggestion=case, number=number, text=text)
        for number, text in enumerate(items, start=1)
    )
    for deputy in cosigners:
        add_cosigner(case, deputy)
    _event(case, "begin", "开始起草", by=by)
    return case


def delegation_draft(secretary: Membership, **fields: Any) -> Suggestion:
    """Make a draft of a whole delegation, entered by its secretary."""
    delegation = secretary.delegation
    lead = delegation.deputies.first() or bodies.make_deputy(
        bodies.make_term(delegation.congress), delegation
    )
    given = {"lead_deputy": None, "proposer": Suggestion.Proposer.DELEGATION}
    return draft_case(lead, cosigners=[], **given | {"entered_by": secretary} | fields)


def add_cosigner(
    case: Suggestion, deputy: Deputy | None = None, state: str = CoSigner.State.CONFIRMED
) -> CoSigner:
    """Add a co-signer, confirmed online unless told otherwise."""
    lead = case.lead_deputy
    assert lead is not None
    deputy = deputy or bodies.make_deputy(lead.term, lead.delegation)
    seat = seat_of(deputy)
    answered = {} if state == CoSigner.State.INVITED else {"answered_at": NOW, "answered_by": seat}
    way = CoSigner.Way.ONLINE if answered else ""
    return CoSigner.objects.create(
        suggestion=case, deputy=deputy, state=state, way=way, invited_at=NOW, **answered
    )


def submitted_case(lead: Deputy | None = None, **fields: Any) -> Suggestion:
    """Make a case that waits for the first review of its delegation (代表团初审)."""
    case = draft_case(lead, **{"proposed_on": IN_SESSION} | fields)
    return move(case, Stage.DELEGATION_REVIEW, "submit", "提交")


def case_in_review(lead: Deputy | None = None, **fields: Any) -> Suggestion:
    """Make a case that waits for the review of 代表工委 (工委审核)."""
    return move(submitted_case(lead, **fields), Stage.COMMITTEE_REVIEW, "pass", "初审通过")


def sent_back_case(lead: Deputy | None = None, **fields: Any) -> Suggestion:
    return move(submitted_case(lead, **fields), Stage.SENT_BACK, "send_back", "退回修改")


def declined_case(lead: Deputy | None = None, **fields: Any) -> Suggestion:
    return move(case_in_review(lead, **fields), Stage.DECLINED, "decline", "不作建议处理")


def withdrawn_case(lead: Deputy | None = None, **fields: Any) -> Suggestion:
    return move(submitted_case(lead, **fields), Stage.WITHDRAWN, "withdraw", "撤回")


def merged_case(into: Suggestion, lead: Deputy | None = None, **fields: Any) -> Suggestion:
    """Make a case that was merged into another of the same congress (并案)."""
    if lead is None:
        assert into.lead_deputy is not None
        lead = bodies.make_deputy(into.lead_deputy.term)
    case = case_in_review(lead, merged_into=into, **fields)
    return move(case, Stage.MERGED, "merge", "并案")


def registered_case(lead: Deputy | None = None, **fields: Any) -> Suggestion:
    """Make a numbered case that waits to be handed over (待交办)."""
    case = case_in_review(lead, **fields)
    counter, _ = NumberCounter.objects.get_or_create(session=case.session, filing=case.filing)
    counter.last += 1
    counter.save()
    prefix = "" if case.filing == Suggestion.Filing.IN_SESSION else "闭"
    case.number, case.number_text = counter.last, f"{prefix}第{counter.last:04d}号"
    case.registered_on = NOW.date()
    case.save()
    return move(case, Stage.REGISTERED, "accept", "受理编号")


#: The steps that lead to the stages behind 待交办, for cases of which only the stage matters.
_LATER: dict[Stage, tuple[tuple[Stage, str, str], ...]] = {
    Stage.HANDLING: ((Stage.HANDLING, "hand_over", "交办"),),
    Stage.REPLIED: ((Stage.HANDLING, "hand_over", "交办"), (Stage.REPLIED, "answer", "办复")),
}
_LATER[Stage.REHANDLING] = (*_LATER[Stage.REPLIED], (Stage.REHANDLING, "rehandle", "重新办理"))
_LATER[Stage.TRACKING] = (*_LATER[Stage.REPLIED], (Stage.TRACKING, "track", "转入跟踪落实"))
_LATER[Stage.CLOSED] = (*_LATER[Stage.REPLIED], (Stage.CLOSED, "close", "办结"))


def case_in(stage: Stage, lead: Deputy | None = None, **fields: Any) -> Suggestion:
    """Make a case in any stage; behind 待交办 it has the stage's timeline but no children."""
    early = {
        Stage.DRAFT: draft_case,
        Stage.DELEGATION_REVIEW: submitted_case,
        Stage.COMMITTEE_REVIEW: case_in_review,
        Stage.SENT_BACK: sent_back_case,
        Stage.DECLINED: declined_case,
        Stage.WITHDRAWN: withdrawn_case,
        Stage.REGISTERED: registered_case,
    }
    if stage in early:
        return early[stage](lead, **fields)
    if stage == Stage.MERGED:
        lead = lead or make_lead()
        return merged_case(registered_case(lead), lead, **fields)
    case = registered_case(lead, **fields)
    for target, action, text in _LATER[stage]:
        move(case, target, action, text)
    return case


def move(case: Suggestion, target: Stage, action: str, text: str) -> Suggestion:
    """Put a case into a stage with the timeline entry that says so."""
    source, case.stage = case.stage, target
    case.save()
    _event(case, action, text, source=source, target=target)
    return case


def _event(case: Suggestion, action: str, text: str, **fields: Any) -> None:
    StageEvent.objects.create(suggestion=case, action=action, text=text, at=NOW, **fields)


def on(day: int, month: int = 3) -> datetime:
    """Return ten in the morning of a day of 2026, in Shanghai."""
    return NOW.replace(month=month, day=day)


def reload(case: Any) -> Any:
    """Return a row as the database has it now."""
    return type(case).objects.get(pk=case.pk)
