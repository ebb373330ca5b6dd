"""Writing a suggestion: begin, save step by step, throw away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Role
from audit import services as audit
from common.refusals import Refusal
from congress.models import Delegation, Deputy, Session
from congress.profile import rules_for
from notices.services import post
from suggestions import notices, rules, timeline, workflow
from suggestions.models import Audience, Suggestion, SuggestionItem
from suggestions.selectors import text_mark
from suggestions.services import cosigning
from suggestions.services.filing import filing_of, session_to_file_in
from suggestions.steps import FIELDS_OF_STEP, WritingStep
from suggestions.workflow import Action, lock_case


class NotYourDeputy(Refusal):
    def __init__(self) -> None:
        super().__init__("只能为本团（组）、本级人大的在任代表代录。")


class OnlyDelegationsPropose(Refusal):
    def __init__(self) -> None:
        super().__init__("只有代表团联络员可以录入以代表团名义提出的建议。")


class NotWritable(Refusal):
    def __init__(self, case: Suggestion):
        super().__init__(f"建议现在的状态是“{case.get_stage_display()}”，不能再修改。")


class StaleDraft(Refusal):
    """Another page or person has saved the same step since this one was opened."""

    def __init__(self, step: WritingStep):
        super().__init__(
            f"“{step.label}”已在别处修改过。较新的内容已列出；您刚才填写的仍在输入框中，请核对后再保存。"
        )
        self.step = step


@transaction.atomic
def begin(
    *,
    by: Membership,
    at: datetime,
    deputy: Deputy | None = None,
    for_delegation: bool = False,
) -> Suggestion:
    """
    Begin a suggestion for oneself, for a deputy (代录) or for one's delegation.

    A blank draft of the same writer and deputy is used again, so that two presses make one.

    :raises NotYourDeputy: if the deputy is not the actor's to write for.
    :raises OnlyDelegationsPropose: if anybody but a delegation's secretary names the delegation.
    :raises NoCurrentSession: if the congress has no current session.
    """
    lead, delegation = _authors(by, deputy, for_delegation=for_delegation)
    session = session_to_file_in(by.congress)
    # Two presses at once wait for each other here.
    Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    blank = _blank_draft(by, lead, delegation)
    if blank is not None:
        return blank
    publish = rules_for(by.congress, on=timezone.localdate(at)).publish_default
    proposer = Suggestion.Proposer.SINGLE if lead else Suggestion.Proposer.DELEGATION
    case = Suggestion.objects.create(
        congress=by.congress,
        session=session,
        filing=filing_of(session, at=at),
        proposer=proposer,
        lead_deputy=lead,
        delegation=delegation,
        disclosure=publish.value,
        entered_by=by,
        entered_for_deputy=lead is not None and by.role != Role.DEPUTY,
        created_at=at,
        saved_at=at,
    )
    timeline.add(case, "begin", "开始起草", by=by, at=at, audience=Audience.NOT_UNITS)
    if case.entered_for_deputy:
        _tell_of_proxy_entry(case, by=by, at=at)
    return case


@transaction.atomic
def save(
    case_id: int,
    step: WritingStep,
    values: Mapping[str, Any],
    *,
    version: int,
    page: str,
    by: Membership,
    at: datetime,
) -> Suggestion:
    """
    Save one step of a draft and return the case with its new version.

    ``version`` is the one the page was opened with and ``page`` a mark of that page: what the
    same page saved before is never in its own way, even when the answer was lost on the way.

    :raises NotWritable: if the case is no longer a draft.
    :raises StaleDraft: if the step was saved elsewhere since; nothing is changed then.
    """
    case = lock_case(case_id)
    if not rules.may_edit(by, case):
        raise NotWritable(case)
    wanted = {name: values[name] for name in FIELDS_OF_STEP[step] if name in values}
    changed = {name: value for name, value in wanted.items() if _stored(case, name) != value}
    if not changed:
        return case
    saved_version, saved_page = case.step_versions.get(step, [0, ""])
    if saved_version > version and saved_page != page:
        raise StaleDraft(step)

    before = text_mark(case)
    _store(case, changed)
    case.version += 1
    case.step_versions = case.step_versions | {step: [case.version, page]}
    case.saved_at = at
    case.save()
    audit.record(
        "case.save_draft",
        by=by,
        at=at,
        subject=case,
        congress_id=case.congress_id,
        detail={"step": step, "version": case.version},
    )
    if text_mark(case) != before:
        cosigning.ask_again(case, by=by, at=at)
    return case


@transaction.atomic
def discard(case_id: int, *, by: Membership, at: datetime) -> None:
    """
    Throw away a draft that was never submitted (删除草稿).

    :raises NotWritable: if it is no draft any more.
    """
    case = lock_case(case_id)
    if not rules.may_discard(by, case):
        raise NotWritable(case)
    invited = list(case.cosigners.values_list("deputy_id", flat=True))
    workflow.advance(
        case, Action.WITHDRAW, by=by, at=at, note="删除草稿", audience=Audience.NOT_UNITS
    )
    case.cosigners.all().delete()
    post(
        to=notices.deputies(invited, on=timezone.localdate(at)),
        text=f"{case.lead_deputy}已放弃草稿《{case.title}》，不再请您联名。",
        about=case,
        link="",
        at=at,
    )


def _authors(
    by: Membership, deputy: Deputy | None, *, for_delegation: bool
) -> tuple[Deputy | None, Delegation]:
    if by.role == Role.DEPUTY:
        lead = by.deputy
        assert lead is not None  # noqa: S101 - the database ties the role to the seat
        return lead, lead.delegation
    if for_delegation:
        group = by.delegation if by.role == Role.DELEGATION_SECRETARY else None
        if group is None or group.kind != Delegation.Kind.DELEGATION:
            raise OnlyDelegationsPropose
        return None, group
    if deputy is None or not _may_write_for(by, deputy):
        raise NotYourDeputy
    return deputy, deputy.delegation


def _may_write_for(by: Membership, deputy: Deputy) -> bool:
    if not deputy.is_active or deputy.congress_id != by.congress_id:
        return False
    if by.role == Role.DELEGATION_SECRETARY:
        return by.delegation_id in {deputy.delegation_id, deputy.contact_group_id}
    return by.role in rules.PROXY_ROLES


def _blank_draft(by: Membership, lead: Deputy | None, delegation: Delegation) -> Suggestion | None:
    return Suggestion.objects.filter(
        entered_by=by,
        lead_deputy=lead,
        delegation=delegation,
        stage=workflow.Stage.DRAFT,
        version=1,
        cosigners__isnull=True,
        attachments__isnull=True,
    ).first()


def _stored(case: Suggestion, name: str) -> Any:
    if name == "items":
        return list(case.items.order_by("number").values_list("text", flat=True))
    if name == "wished_units":
        return set(case.wished_units.all())
    return getattr(case, name)


def _store(case: Suggestion, changed: Mapping[str, Any]) -> None:
    for name, value in changed.items():
        if name == "items":
            case.items.all().delete()
            SuggestionItem.objects.bulk_create(
                SuggestionItem(suggestion=case, number=number, text=text)
                for number, text in enumerate(value, start=1)
            )
        elif name == "wished_units":
            case.wished_units.set(value)
        else:
            setattr(case, name, value)


def _tell_of_proxy_entry(case: Suggestion, *, by: Membership, at: datetime) -> None:
    post(
        to=notices.lead_of(case, on=timezone.localdate(at)),
        text=f"{by.seat_name}{by.user.name}正在为您代录一件建议，您可以随时查看。",
        about=case,
        at=at,
    )
