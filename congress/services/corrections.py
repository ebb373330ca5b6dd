"""Corrections of the roster (基础资料): names, phones, orders, what is in use. All on record."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction

from audit.services import Actor, record
from common.refusals import Refusal
from congress.services.bodies import NotOfThisCongress


class AlreadyThere(Refusal):
    def __init__(self, row: models.Model):
        super().__init__(f"已有同名或者同代码的{row._meta.verbose_name}，请核对。")


@transaction.atomic
def correct(
    row: models.Model, *, changes: dict[str, Any], by: Actor | None, at: datetime
) -> models.Model:
    """
    Correct the fields of a row of the roster (更正基础资料) and record what was there before.

    :raises AlreadyThere: if another row has the name or code.
    :raises NotOfThisCongress: if it would point at a row of another congress.
    """
    kept: Any = type(row)._base_manager.select_for_update(no_key=True).get(pk=row.pk)
    before = {name: getattr(kept, name) for name in changes}
    changed = {name: value for name, value in changes.items() if before[name] != value}
    if not changed:
        return kept

    for name, value in changed.items():
        if getattr(value, "congress_id", kept.congress_id) != kept.congress_id:
            raise NotOfThisCongress(value)
        setattr(kept, name, value)
    try:
        with transaction.atomic():
            kept.save(update_fields=list(changed))
    except IntegrityError as fault:
        raise AlreadyThere(kept) from fault
    detail = {name: [_plain(before[name]), _plain(value)] for name, value in changed.items()}
    kind = str(kept._meta.model_name)
    record(
        f"{kind}.correct", by=by, at=at, subject=kept, congress_id=kept.congress_id, detail=detail
    )
    return kept


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    return value if isinstance(value, bool | int | None) else str(value)
