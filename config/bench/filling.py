"""
Fill the scratch database: the demonstration, multiplied into a current session and an archive.

As in a congress that has worked for years: ten thousand cases of the current session in all stages,
the rest in sessions gone by, over and done with; three receipts a case.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import cycle

from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Max

from accounts.models import Membership, Role
from assignment.models import Assignment, AssignmentRound
from config.bench.multiplying import CASES, Copy, Multiplier
from config.bench.scratch import mark
from config.database import as_owner
from congress.models import Session, Unit
from demonstration.loading import load
from handling.models import Opinion
from suggestions.models import NumberCounter, Suggestion, SuggestionGroupPermission
from suggestions.stages import ENDED, NUMBERED_AND_COUNTED

#: Cases of the current session; what is more is archive (quality: ten thousand a session).
OF_A_SESSION = 10_000
RECEIPTS = 3
#: Units and deputies are as many times those of the demonstration: 240 and 288.
WORLDS = 8
#: Below this one case of each scene is multiplied, so that a small run is quick.
_SMALL = 1_000
_OF_WORLDS = frozenset({Role.DEPUTY, Role.CLERK, Role.UNIT_HEAD})
_PLACES = [
    f"{quarter}{part}"
    for quarter in ("城东", "城西", "城南", "城北", "临江", "高新", "滨河", "柳河", "北山", "南湖")
    for part in ("街道", "新区", "片区", "老城")
]


def fill(suggestions: int, *, today: date) -> None:
    """Fill an empty, migrated scratch database with so many cases."""
    load(today=today, of_each_scene=1 if suggestions < _SMALL else None)
    with transaction.atomic():
        _give_receipts(today)
    with as_owner() as owner, owner.cursor() as cursor:
        hasten(cursor)
        with _without_indexes(cursor):
            _multiply(cursor, suggestions, today=today)
        _settle(cursor)
    connection.close()
    mark(str(connection.settings_dict["NAME"]), filled=suggestions)


def _give_receipts(today: date) -> None:
    """Let units support the cases that were handed over, until each has its receipts."""
    numbered = Suggestion.objects.numbered().exclude(assignments=None)
    permission = Permission.objects.get(codename="supports", content_type__app_label="suggestions")
    units = cycle(Unit.objects.filter(congress__code="demo", is_active=True).order_by("pk"))
    for case in numbered.order_by("pk"):
        held = set(case.assignments.values_list("unit_id", flat=True))
        wanted = RECEIPTS - case.assignments.count()
        if wanted > 0:
            case.assignments.filter(role="sole").update(role="lead")
            numbered.filter(pk=case.pk).update(handling="lead_and_support")
        while wanted > 0:
            unit = next(units)
            if unit.pk not in held:
                held.add(unit.pk)
                wanted -= 1
                _support(case, unit, permission, today)


def _support(case: Suggestion, unit: Unit, permission: Permission, today: date) -> None:
    day = case.handed_over_on or case.proposed_on or today
    receipt = Assignment.objects.create(
        congress_id=case.congress_id,
        suggestion=case,
        unit=unit,
        role=Assignment.Role.SUPPORT,
        state=Assignment.State.DONE,
        assigned_on=day,
    )
    AssignmentRound.objects.create(assignment=receipt, accepted_on=day)
    Opinion.objects.create(assignment=receipt, submitted_on=min(day + timedelta(21), today))
    SuggestionGroupPermission.objects.create(
        permission=permission, group_id=unit.group_id, content_object=case
    )


def hasten(cursor: CursorWrapper) -> None:
    """Let the owner write much at once."""
    cursor.execute("SET synchronous_commit = off")
    cursor.execute("SET maintenance_work_mem = '256MB'")
    # What is copied has been checked where it was made; checking each copy takes half the time.
    setting = "session_replication_role"
    cursor.execute("SELECT has_parameter_privilege(%s, 'SET')", [setting])
    if cursor.fetchone() == (True,):
        cursor.execute(f"SET {setting} = replica")


@contextmanager
def _without_indexes(cursor: CursorWrapper) -> Iterator[None]:
    """Make the indexes after the rows: half the time, and as dense as after a REINDEX."""
    cursor.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index i"
        " JOIN pg_class c ON c.oid = i.indrelid"
        " WHERE c.relnamespace = 'public'::regnamespace AND NOT indisunique AND NOT indisexclusion"
        " AND c.relname ~ '^(suggestions|assignment|handling|evaluation|supervision|notices)_'"
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for _, definition in indexes:
        cursor.execute(definition)


def _multiply(cursor: CursorWrapper, suggestions: int, *, today: date) -> None:
    multiplier = Multiplier(cursor)
    multiplier.copy_people(_people(), worlds=WORLDS)
    session = Session.objects.get(congress__code="demo", is_current=True)
    originals = list(Suggestion.objects.order_by("pk").values_list("pk", flat=True))
    current = list(session.suggestions.order_by("pk").values_list("pk", flat=True))
    over = _over_and_done()
    wanted = min(suggestions, OF_A_SESSION) - len(current)
    last = _copy(multiplier, current, wanted, after=0)
    archive = suggestions - OF_A_SESSION - (len(originals) - len(current))
    year = 0
    while archive > 0:
        year += 1
        gone_by = _gone_by(session, year)
        taken = min(archive, OF_A_SESSION)
        last = _copy(multiplier, over, taken, after=last, days=365 * year, session=gone_by)
        archive -= taken


def _copy(
    multiplier: Multiplier,
    cases: list[int],
    wanted: int,
    *,
    after: int,
    days: int = 0,
    session: Session | None = None,
) -> int:
    """Copy cases as often as needed, the last time only some of them, and number the copies."""
    whole, rest = divmod(max(wanted, 0), len(cases))
    session_id = session.pk if session else None

    def copy(n: int) -> Copy:
        return Copy(n, n % WORLDS, days, session_id, _PLACES[n % len(_PLACES)])

    multiplier.copy_cases(cases, [copy(n) for n in range(after + 1, after + whole + 1)])
    last = after + whole + 1
    # Whole cases in an order in which none is merged into one that is left out.
    merged = Suggestion.objects.filter(merged_into__isnull=False).values_list("pk", flat=True)
    alone = [pk for pk in cases if pk not in set(merged)]
    multiplier.copy_cases(alone[:rest], [copy(last)])
    return last


def _people() -> dict[str, list[int]]:
    """Find the people and bodies of whom each world has its own, in the order they are made."""
    seats = Membership.objects.filter(congress__code="demo", role__in=_OF_WORLDS).order_by("pk")
    units = Unit.objects.filter(congress__code="demo").order_by("pk")
    users = seats.order_by("user").values_list("user", flat=True).distinct()
    deputies = seats.filter(deputy__isnull=False).values_list("deputy", flat=True)
    return {
        "auth_group": list(units.values_list("group", flat=True)),
        "congress_unit": list(units.values_list("pk", flat=True)),
        "congress_deputy": sorted(set(deputies)),
        "accounts_user": list(users),
        "accounts_membership": list(seats.values_list("pk", flat=True)),
    }


def _over_and_done() -> list[int]:
    """Find what may lie in an archive: ended, and nobody owes anything any more."""
    ended = Suggestion.objects.filter(congress__code="demo", stage__in=ENDED)
    running = ended.filter(
        deadlines__is_duty=True, deadlines__met_at=None, deadlines__ended_at=None
    )
    done = ended.exclude(pk__in=running.values("pk")).order_by("pk")
    kept = set(done.values_list("pk", flat=True))
    return [case.pk for case in done if case.merged_into_id is None or case.merged_into_id in kept]


def _gone_by(session: Session, year: int) -> Session:
    opened = session.opens_on - timedelta(days=365 * year) if session.opens_on else None
    return Session.objects.create(
        congress_id=session.congress_id,
        term_id=session.term_id,
        number=100 + year,
        name=f"存档会议{year}",
        opens_on=opened,
        closes_on=opened,
        is_archived=True,
    )


def _settle(cursor: CursorWrapper) -> None:
    """Let keys and numbers go on after the copies, and the planner know what there is."""
    for counter in NumberCounter.objects.all():
        numbered = Suggestion.objects.filter(session=counter.session, filing=counter.filing)
        counter.last = numbered.aggregate(last=Max("number"))["last"] or 0
        counter.save()
    cursor.execute(
        "SELECT c.relname, pg_get_serial_sequence(quote_ident(c.relname), 'id') FROM pg_class c"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'id' AND a.attidentity <> ''"
        " WHERE c.relnamespace = 'public'::regnamespace"
    )
    for table, sequence in cursor.fetchall():
        cursor.execute(
            f"SELECT setval(%s, COALESCE(max(id), 0) + 1, false) FROM {table}", [sequence]
        )
    cursor.execute("VACUUM (ANALYZE)")
    # What was filled in is on the disk before anything is timed.
    os.sync()


def counts() -> dict[str, int]:
    """Count what the scratch database holds, for the report."""
    with connection.cursor() as cursor:
        found = {}
        for label, table in (
            ("suggestions", CASES),
            ("receipts", "assignment_assignment"),
            ("deadlines", "suggestions_deadline"),
            ("events", "suggestions_stageevent"),
            ("replies", "handling_reply"),
            ("verdicts", "evaluation_verdict"),
            ("promises", "handling_promise"),
            ("grants", "suggestions_suggestiongrouppermission"),
            ("alerts", "notices_alert"),
        ):
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[label] = cursor.fetchone()[0]
    numbered = Suggestion.objects.filter(stage__in=NUMBERED_AND_COUNTED)
    found["numbered"] = numbered.count()
    return found
