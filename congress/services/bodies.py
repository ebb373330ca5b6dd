"""Bodies that act: each is made together with the group that will hold its grants."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import Group
from django.db import models, transaction

from audit.services import Actor, record
from common.refusals import Refusal
from congress.models import Committee, Congress, Office, System, Unit
from congress.models.bodies import Body


class NameTaken(Refusal):
    def __init__(self, kind: str, name: str):
        super().__init__(f"{kind}“{name}”已经存在。")


class NotOfThisCongress(Refusal):
    def __init__(self, thing: models.Model):
        super().__init__(f"“{thing}”不属于本级人大。")


@transaction.atomic
def add_office(
    congress: Congress,
    *,
    name: str,
    kind: str = Office.Kind.SYSTEM_OFFICE,
    by: Actor | None,
    at: datetime,
    **fields: Any,
) -> Office:
    """
    Add an office that passes work on (交办机构).

    :raises NameTaken: if the congress has one of this name.
    """
    return _add_body(Office, congress, name=name, kind=kind, by=by, at=at, **fields)


@transaction.atomic
def add_system(
    congress: Congress,
    *,
    name: str,
    office: Office | None = None,
    by: Actor | None,
    at: datetime,
    order: int = 0,
) -> System:
    """
    Add a system of units (归口系统), with the office that directs it if there is one.

    :raises NameTaken: if the congress has one of this name.
    """
    if System.objects.filter(congress=congress, name=name).exists():
        raise NameTaken("归口系统", name)
    _check_same_congress(congress, office)
    system = System.objects.create(congress=congress, name=name, office=office, order=order)
    record("system.add", by=by, at=at, subject=system, congress_id=congress.pk)
    return system


@transaction.atomic
def direct_system(
    system: System, *, office: Office | None, by: Actor | None, at: datetime
) -> System:
    """
    Let an office direct a system, or none (设定归口督查机构).

    :raises NotOfThisCongress: if the office is another congress's.
    """
    _check_same_congress(system.congress, office)
    system.office = office
    system.save(update_fields=["office"])
    detail = {"office": office.pk if office else None}
    congress_id = system.congress_id
    record("system.direct", by=by, at=at, subject=system, congress_id=congress_id, detail=detail)
    return system


@transaction.atomic
def add_unit(
    congress: Congress,
    *,
    name: str,
    system: System,
    by: Actor | None,
    at: datetime,
    **fields: Any,
) -> Unit:
    """
    Add a unit that handles suggestions (承办单位).

    :raises NameTaken: if the congress has one of this name.
    :raises NotOfThisCongress: if the system is another congress's.
    """
    _check_same_congress(congress, system)
    return _add_body(Unit, congress, name=name, system=system, by=by, at=at, **fields)


@transaction.atomic
def add_committee(
    congress: Congress,
    *,
    name: str,
    unit: Unit | None = None,
    by: Actor | None,
    at: datetime,
    **fields: Any,
) -> Committee:
    """
    Add a special committee (专门委员会), with the unit it is where it handles suggestions itself.

    :raises NameTaken: if the congress has one of this name.
    :raises NotOfThisCongress: if the unit is another congress's.
    """
    _check_same_congress(congress, unit)
    return _add_body(Committee, congress, name=name, unit=unit, by=by, at=at, **fields)


def own_group(kind: str) -> Group:
    """Make a group whose name is still to come: the row it belongs to has no key yet."""
    return Group.objects.create(name=f"{kind}:new:{uuid4()}")


def name_group(body: Any, kind: str) -> None:
    """Name the group of a body for good, e.g. ``unit:12``."""
    body.group.name = f"{kind}:{body.pk}"
    body.group.save(update_fields=["name"])


def _add_body(
    model: type[Body],
    congress: Congress,
    *,
    name: str,
    by: Actor | None,
    at: datetime,
    **fields: Any,
) -> Any:
    kind = model.__name__.lower()
    if model._default_manager.filter(congress=congress, name=name).exists():
        raise NameTaken(str(model._meta.verbose_name), name)
    body = model._default_manager.create(
        congress=congress, name=name, group=own_group(kind), **fields
    )
    name_group(body, kind)
    record(f"{kind}.add", by=by, at=at, subject=body, congress_id=congress.pk)
    return body


def _check_same_congress(congress: Congress, thing: Any) -> None:
    if thing is not None and thing.congress_id != congress.pk:
        raise NotOfThisCongress(thing)
