"""Delegations, deputies and leading officials enter the house here."""

from datetime import datetime
from typing import Any

from django.db import transaction

from audit.services import Actor, record
from common.refusals import Refusal
from congress.models import Congress, Delegation, Deputy, Official, SupervisorCategory, Term
from congress.services.bodies import NameTaken, NotOfThisCongress, name_group, own_group


class DeputyTaken(Refusal):
    def __init__(self, name: str):
        super().__init__(f"本届同一代表团已有代表“{name}”，同名的请填写代表证号加以区别。")


class HeadNotOfDelegation(Refusal):
    def __init__(self, head: Deputy, delegation: Delegation):
        super().__init__(f"{head}不是{delegation}的代表，不能任团长。")


@transaction.atomic
def add_delegation(
    congress: Congress,
    *,
    name: str,
    kind: str = Delegation.Kind.DELEGATION,
    by: Actor | None,
    at: datetime,
    order: int = 0,
) -> Delegation:
    """
    Add a delegation (代表团) or a contact group (联系组).

    :raises NameTaken: if the congress has one of this name.
    """
    if Delegation.objects.filter(congress=congress, name=name).exists():
        raise NameTaken(Delegation.Kind(kind).label, name)
    delegation = Delegation.objects.create(congress=congress, name=name, kind=kind, order=order)
    record("delegation.add", by=by, at=at, subject=delegation, congress_id=congress.pk)
    return delegation


@transaction.atomic
def add_deputy(
    term: Term,
    *,
    name: str,
    delegation: Delegation,
    by: Actor | None,
    at: datetime,
    credential_no: str = "",
    contact_group: Delegation | None = None,
    **fields: Any,
) -> Deputy:
    """
    Add a deputy (代表) of one term.

    :raises DeputyTaken: if the delegation has one of this name and credential already.
    """
    for group in filter(None, (delegation, contact_group)):
        if group.congress_id != term.congress_id:
            raise NotOfThisCongress(group)
    same = {"name": name, "credential_no": credential_no, "delegation": delegation}
    if Deputy.objects.filter(term=term, **same).exists():
        raise DeputyTaken(name)
    deputy = Deputy.objects.create(
        congress_id=term.congress_id, term=term, contact_group=contact_group, **same, **fields
    )
    record("deputy.add", by=by, at=at, subject=deputy, congress_id=term.congress_id)
    return deputy


@transaction.atomic
def appoint_head(
    delegation: Delegation, *, head: Deputy, by: Actor | None, at: datetime
) -> Delegation:
    """
    Name the head of a delegation (团长) or of a contact group (组长).

    :raises HeadNotOfDelegation: if the deputy belongs to another.
    """
    if delegation.pk not in {head.delegation_id, head.contact_group_id}:
        raise HeadNotOfDelegation(head, delegation)
    delegation.head = head
    delegation.save(update_fields=["head"])
    congress_id, detail = delegation.congress_id, {"head": head.pk}
    record(
        "delegation.head", by=by, at=at, subject=delegation, congress_id=congress_id, detail=detail
    )
    return delegation


@transaction.atomic
def add_official(
    congress: Congress,
    *,
    name: str,
    title: str = "",
    category: SupervisorCategory | None = None,
    by: Actor | None,
    at: datetime,
    order: int = 0,
) -> Official:
    """
    Add a leading official (领导), with the group that will hold grants of led suggestions.

    :raises NameTaken: if the congress has the same person in the same office.
    """
    if Official.objects.filter(congress=congress, name=name, title=title).exists():
        raise NameTaken("领导", f"{name}（{title}）")
    official = Official.objects.create(
        congress=congress,
        name=name,
        title=title,
        category=category,
        order=order,
        group=own_group("official"),
    )
    name_group(official, "official")
    record("official.add", by=by, at=at, subject=official, congress_id=congress.pk)
    return official
