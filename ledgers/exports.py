"""An export of exactly what the list of cases shows its reader under the same query string."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO
from urllib.parse import parse_qs

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from accounts.models import Membership
from audit.services import record
from common.refusals import Refusal
from congress.models import Session, System
from ledgers.filters import CaseFilter
from ledgers.rules import may_read_figures
from ledgers.selectors.pages import systems_of
from ledgers.services.exporting import SummaryLine, filter_note, summary_of, write_ledger
from ledgers.services.reading import Progress
from suggestions.models import Suggestion
from suggestions.stages import Stage

_MOST_FIELDS = 200


class QueryUnusable(Refusal):
    def __init__(self) -> None:
        super().__init__("筛选条件无法识别，请回到建议列表重新筛选。")


def filter_of(query: str, *, by: Membership, at: datetime) -> CaseFilter:
    """
    Read the query string of the list of cases.

    :raises QueryUnusable: if it does not hold what the list's filters hold.
    """
    cases = Suggestion.objects.visible_to(by).exclude(stage=Stage.DRAFT)
    found = CaseFilter(_parsed(query), queryset=cases, actor=by, today=timezone.localdate(at))
    if not found.is_valid():
        raise QueryUnusable
    return found


def _parsed(query: str) -> MultiValueDict[str, str]:
    try:
        fields = parse_qs(query, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise QueryUnusable from None
    if any("\x00" in value for values in fields.values() for value in values):
        raise QueryUnusable
    return MultiValueDict(fields)


def cases_of_query(query: str, *, by: Membership, at: datetime) -> QuerySet[Suggestion]:
    """
    Find the cases that the list shows under a query string.

    :raises QueryUnusable: if it does not hold what the list's filters hold.
    """
    return filter_of(query, by=by, at=at).qs


def export_of(
    query: str,
    to: BinaryIO,
    *,
    by: Membership,
    at: datetime,
    progress: Progress = lambda done, total: None,
) -> list[int]:
    """
    Write the ledger of a query, on record as a read, and return the cases in it.

    :raises QueryUnusable: if the query does not hold what the list's filters hold.
    """
    found = filter_of(query, by=by, at=at)
    keys = list(found.qs.order_by().values_list("pk", flat=True))
    # The list as it is now, not as it may be a second later: what is written is what is on record.
    cases = Suggestion.objects.filter(pk__in=keys)
    write_ledger(cases, to, actor=by, summary=_summary(found, by=by, at=at), progress=progress)
    detail = {"cases": len(keys), "query": query[:1000]}
    record("ledger.export", by=by, at=at, congress_id=by.congress_id, detail=detail)
    return keys


def _summary(found: CaseFilter, *, by: Membership, at: datetime) -> Iterable[SummaryLine]:
    chosen = {name: value for name, value in found.form.cleaned_data.items() if value}
    session, system = chosen.pop("session", None), chosen.pop("system", None)
    if session is None or chosen or not may_read_figures(by):
        return filter_note("按筛选条件导出，汇总数字请在“统计”中查看。")
    return _figures(session, system, by=by, at=at)


def _figures(
    session: Session, system: System | None, *, by: Membership, at: datetime
) -> Iterable[SummaryLine]:
    own = systems_of(by)
    if own is not None and (system or own.first()) not in own:
        return filter_note("按筛选条件导出。")
    if own is not None:
        system = system or own.first()
    return summary_of(session, as_of=timezone.localdate(at), system=system)
