"""
Code lists (代码表): the default entries of a new congress, and what is added later.

The defaults are data (``congress/defaults/code_lists.json``): categories are those of the 成都2023
report first, result classes those of 重庆2018第二十二条, grounds for declining the union of all
local texts read.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from django.apps import apps
from django.db import transaction

from audit.services import Actor, record
from common.refusals import Refusal
from congress.models import Congress
from congress.models.codes import Coded

Entry = TypeVar("Entry", bound=Coded)

DEFAULTS = Path(__file__).resolve().parent.parent / "defaults" / "code_lists.json"


class CodeTaken(Refusal):
    def __init__(self, code: str):
        super().__init__(f"代码“{code}”已经存在。")


def add_default_codes(congress: Congress) -> None:
    """Give a new congress the usual code lists; what it already has stays."""
    lists = json.loads(DEFAULTS.read_text(encoding="utf-8"))
    for model_name, entries in lists.items():
        model = apps.get_model("congress", model_name)
        model.objects.bulk_create(
            [
                model(congress=congress, order=order, **_fields(entry))
                for order, entry in enumerate(entries, start=1)
            ],
            ignore_conflicts=True,
        )


@transaction.atomic
def add_code(
    model: type[Entry],
    congress: Congress,
    *,
    code: str,
    label: str,
    by: Actor | None,
    at: datetime,
    **fields: Any,
) -> Entry:
    """
    Add an entry at the end of a code list (代码).

    :raises CodeTaken: if the list has the code already.
    """
    entries = model._default_manager.filter(congress=congress)
    if entries.filter(code=code).exists():
        raise CodeTaken(code)
    last = entries.order_by("-order").values_list("order", flat=True).first() or 0
    entry = model._default_manager.create(
        congress=congress, code=code, label=label, order=last + 1, **fields
    )
    record("code.add", by=by, at=at, subject=entry, congress_id=congress.pk)
    return entry


def _fields(entry: Any) -> dict[str, Any]:
    return entry if isinstance(entry, dict) else {"code": entry[0], "label": entry[1]}
