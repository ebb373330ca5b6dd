"""What is measured besides pages: the likeness check, signing in, the export, the reminders."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from config.bench.filling import hasten
from config.bench.stopwatch import Result, WrongAnswer, command, result, timed
from config.bench.works import LIKENESS, Goal
from config.database import as_owner
from congress.models import Session
from notices.models import Alert
from suggestions.models import Deadline, Suggestion
from suggestions.selectors.likeness import alike_cases
from supervision.models import Digest

OPEN_DUTIES = 300_000
#: Quality: seconds, and for the export megabytes.
_EXPORT, _EXPORT_MEMORY, _REMIND = Goal(8_000), 200, Goal(10_000)
#: One open duty a receipt and more, their last days spread over half a year around today.
_DUTIES = """
INSERT INTO suggestions_deadline (congress_id, suggestion_id, kind, holder_unit_id, is_duty,
    starts_on, due_on, is_provisional, ended_why, extended_why, source, explanation)
SELECT a.congress_id, a.suggestion_id, 'reply', a.unit_id, TRUE,
    %(today)s::date - 60, %(today)s::date - 20 + (n %% 180)::integer, FALSE, '', '', 'rule', '{}'
FROM generate_series(1, %(wanted)s) n
JOIN (SELECT *, row_number() OVER (ORDER BY id) AS place
    FROM assignment_assignment WHERE state <> 'reassigned') a
    ON a.place = 1 + n %% (SELECT count(*) FROM assignment_assignment WHERE state <> 'reassigned')
"""


def likeness(runs: int) -> Result:
    """Measure what a deputy waits for before submitting."""
    case = Suggestion.objects.filter(session__is_current=True, items__isnull=False)
    found = case.select_related("congress").order_by("pk")[0]
    staff = Membership.objects.with_seats().get(user__username="gongwei01")
    times = timed(lambda: alike_cases(found, staff), runs)
    return result("相似建议检查", "代表工委", times, LIKENESS)


def signing_in(runs: int) -> Result:
    """Measure password to first page; most of it is the hash, which has to be slow."""

    def sign_in() -> None:
        words = {"login": "danwei01", "password": settings.DEMO_PASSWORD}
        answer = Client(HTTP_HOST="127.0.0.1").post(reverse("account_login"), words, follow=True)
        if answer.status_code != 200 or not answer.redirect_chain:
            raise WrongAnswer("sign-in refused")

    return result("登录到首页", "承办人", timed(sign_in, min(runs, 15)))


def export() -> Result:
    """Measure the ledger of the current session, written by the command in a process of its own."""
    session = Session.objects.get(congress__code="demo", is_current=True)
    with TemporaryDirectory() as place:
        where = Path(place) / "ledger.xlsx"
        words = ["--congress", "demo", "--session", session.name, "-o", str(where)]
        took, memory, said = command("export_ledger", *words)
        size = where.stat().st_size / 1e6
    found = result("导出台账（含启动）", "代表工委", [took], _EXPORT)
    cases = session.suggestions.numbered().count()
    rows = cases / (took / 1000)
    found.note = f"{said.split('：')[0]}，{rows:.0f}件/秒，{size:.1f}MB，内存{memory:.0f}MB"
    if memory > _EXPORT_MEMORY:
        found.note += "（超过200MB）"
        found.goal = 0
    return found


def reminding(*, today: date, duties: int) -> Result:
    """Measure the reminders of a day over many open duties, the day after an earlier run."""
    last_duty, last_alert, last_digest = _last(Deadline), _last(Alert), _last(Digest)
    missing = duties - Deadline.objects.open().duties().count()
    with as_owner() as owner, owner.cursor() as cursor:
        hasten(cursor)
        cursor.execute(_DUTIES, {"today": today, "wanted": max(missing, 0)})
        cursor.execute("ANALYZE suggestions_deadline")
    yesterday = (today - timedelta(days=1)).isoformat()
    try:
        _, _, before = command("remind", "--on", yesterday)
        took, memory, said = command("remind", "--on", today.isoformat())
    finally:
        # A database that is kept is measured again as it was.
        with as_owner() as owner, owner.cursor() as cursor:
            hasten(cursor)
            cursor.execute("DELETE FROM notices_alert WHERE id > %s", [last_alert])
            cursor.execute(_UNDO_DIGESTS, [last_digest, last_duty, last_digest])
            cursor.execute(_UNDO_NOTICES, [last_duty])
            cursor.execute("DELETE FROM suggestions_deadline WHERE id > %s", [last_duty])
    found = result("每日提醒（含启动）", "定时任务", [took], _REMIND)
    found.note = f"未办期限{max(duties, missing)}项，前一日{before}当日{said}内存{memory:.0f}MB"
    return found


#: What the run wrote about the duties that are taken away again.
_UNDO_DIGESTS = """
DELETE FROM supervision_digestrow WHERE digest_id > %s OR deadline_id > %s;
DELETE FROM supervision_digest WHERE id > %s
"""
_UNDO_NOTICES = "DELETE FROM supervision_supervisionnotice WHERE deadline_id > %s"


def _last(model: type[Deadline | Alert | Digest]) -> int:
    return int(model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0)
