"""What leaders look at for a minute: the figures of a session, and what went late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Role
from common.figures import share
from congress.models import Session, System
from ledgers.facts import Scope
from ledgers.figures import lately_counted
from notices.models import Alert
from suggestions.models import Deadline

#: Units in the chart of late duties; the supervision page has them all.
_UNITS_SHOWN = 12
#: Rows of what went late since the last morning.
_LATE_SHOWN = 30


@dataclass(frozen=True)
class Stat:
    """One figure with its denominator in words and the page behind it."""

    label: str
    value: str
    unit: str = ""
    of: str = ""
    href: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Chart:
    """Rows of a chart and of the table beside it."""

    title: str
    unit: str
    kind: str
    columns: list[str]
    rows: list[tuple[str, int]]


@dataclass(frozen=True)
class Dashboard:
    """The figures of one session and the late duties behind the lamps."""

    session: Session
    sessions: list[Session]
    system: System | None
    stats: list[Stat]
    charts: list[Chart]
    newly_late: list[Deadline]
    counted_at: datetime


def dashboard(actor: Membership, session_id: str, *, at: datetime) -> Dashboard | None:
    """Return the dashboard of the chosen or the current session; None before the first session."""
    today = timezone.localdate(at)
    sessions = list(Session.objects.filter(congress_id=actor.congress_id).order_by("-opens_on"))
    if not sessions:
        return None
    session = _chosen(sessions, session_id)
    system = _own_system(actor)
    counted = lately_counted(Scope(actor.congress, session, today, system), reader=actor, at=at)
    numbers = counted.value
    late = _late(actor, session, today)
    by_unit = _late_by_unit(late)
    return Dashboard(
        session=session,
        sessions=sessions,
        system=system,
        stats=[*_stats(numbers, session), _late_stat(sum(by_unit.values()))],
        charts=[chart for chart in [*_charts(numbers), _late_chart(by_unit)] if chart.rows],
        newly_late=_newly_late(late, today),
        counted_at=counted.at,
    )


def _stats(numbers: dict[str, Any], session: Session) -> list[Stat]:
    cases, answers, met = numbers["suggestions"], numbers["answers"], numbers["receipts"]
    verdicts = numbers["verdicts"]["by_suggestion"]["final"]["result"]
    promises, satisfied = numbers["commitments"], verdicts["满意"]
    met = met["met_in_person"]
    return [
        Stat(
            "建议总数",
            str(cases["total"]),
            "件",
            f"大会 {cases['in_session']} 件，闭会 {cases['between_sessions']} 件",
            f"{reverse('desk:cases')}?session={session.pk}",
        ),
        Stat(
            "办复率",
            _percent(share(answers["answered"], cases["total"])),
            of=f"已办复 {answers['answered']} / {cases['total']} 件",
        ),
        Stat(
            "结果满意率",
            _percent(satisfied["share"]),
            of=(
                f"满意 {satisfied['count']} / 已评价 {verdicts['feedback']} 件，"
                f"未反馈 {verdicts['no_feedback']} 件"
            ),
        ),
        Stat(
            "见面沟通率",
            _percent(met["share"]),
            of=f"见面 {met['count']} / 独办、主办、分办 {met['of']} 件次",
        ),
        Stat(
            "承诺事项",
            str(promises["total"]),
            "项",
            f"已销号 {promises['fulfilled']}，到期未销号 {promises['overdue']}，"
            f"未到期 {promises['not_due']}",
            f"{reverse('desk:cases')}?session={session.pk}&promise=any",
        ),
    ]


def _late_stat(late: int) -> Stat:
    return Stat(
        "逾期事项",
        str(late),
        "项",
        "签收、沟通、协办、答复等全部期限",
        reverse("supervision:overview"),
        "late" if late else "",
    )


def _charts(numbers: dict[str, Any]) -> list[Chart]:
    categories = numbers["suggestions"]["by_category"]
    classes = numbers["answers"]["by_result"]["final"]
    verdicts = numbers["verdicts"]["by_suggestion"]["final"]["result"]
    said = [(word, verdicts[word]["count"]) for word in ("满意", "基本满意", "不满意")]
    return [
        Chart(
            "按类别", "件", "bar", ["类别", "件数"], [(c["name"], c["count"]) for c in categories]
        ),
        Chart(
            "办理结果（末次）",
            "件",
            "pie",
            ["结果", "件数"],
            [(f"{c['code']} {c['label']}", c["count"]) for c in classes if c["count"]],
        ),
        Chart(
            "对结果的评价（末次）",
            "件",
            "pie",
            ["评价", "件数"],
            [*said, ("未反馈", verdicts["no_feedback"])] if verdicts["feedback"] else [],
        ),
    ]


def _late_by_unit(late: QuerySet) -> dict[str | None, int]:
    """Count by the unit that answers; what deputies and offices owe stands under None."""
    counted = late.order_by().values_list("holder_unit__name").annotate(n=Count("pk"))
    return dict(counted)


def _late_chart(by_unit: dict[str | None, int]) -> Chart:
    named = [(name, count) for name, count in by_unit.items() if name is not None]
    rows = sorted(named, key=lambda row: (-row[1], row[0]))[:_UNITS_SHOWN]
    return Chart("逾期事项最多的单位", "项", "bar", ["承办单位", "项数"], rows)


def _percent(share_of: str | None) -> str:
    return f"{share_of}%" if share_of is not None else "—"


def _chosen(sessions: list[Session], session_id: str) -> Session:
    by_id = {str(session.pk): session for session in sessions}
    current = next((session for session in sessions if session.is_current), sessions[0])
    return by_id.get(session_id, current)


def _own_system(actor: Membership) -> System | None:
    if actor.role != Role.SYSTEM_OFFICE:
        return None
    return System.objects.filter(office=actor.office).first()


def _late(actor: Membership, session: Session, today: date) -> QuerySet:
    return (
        Deadline.objects.visible_to(actor)
        .overdue(on=today)
        # By the congress's late duties, of which there are few, not by the cases of a session.
        .filter(congress=session.congress_id, suggestion__session=session)
    )


def _newly_late(late: QuerySet, today: date) -> list[Deadline]:
    """Return what went late within the last week, with whether anyone was told and opened it."""
    told = Alert.objects.filter(deadline_id=OuterRef("pk"))
    recent = late.filter(due_on__gte=today - timedelta(days=7)).annotate(
        was_told=Exists(told), was_opened=Exists(told.filter(read_at__isnull=False))
    )
    shown = recent.select_related("suggestion", "holder_unit", "holder_deputy", "holder_office")
    return list(shown.order_by("-due_on", "pk")[:_LATE_SHOWN])
