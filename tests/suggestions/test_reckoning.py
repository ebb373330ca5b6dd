"""A year without a notice is reckoned provisionally; the notice, or its amendment, settles it."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from django.urls import reverse

from audit.models import AuditEvent
from common.chinese_calendar_seed import calendar_from_chinesecalendar
from congress.calendars import seed_calendar, unreckoned_mark
from congress.models import CalendarDay
from congress.profile.clocks import DEFAULT_CLOCKS
from congress.services import DayEntry, import_days
from notices.models import Alert
from suggestions import deadlines
from suggestions.models import Deadline
from suggestions.services import reckoning
from suggestions.tasks import reckon_deadlines
from tests.factories.assignment import accepted_assignment
from tests.factories.suggestions import registered_case, reload

pytestmark = pytest.mark.django_db

NOTICE = "国办发明电〔2025〕7号"
#: The notice for 2026 came out in November 2025.
PUBLISHED = datetime(2025, 11, 4, 2, 0, tzinfo=UTC)
#: 国办发明电〔2020〕1号 made the 春节 of 2020 three days longer while it lasted.
AMENDED = datetime(2020, 1, 27, 2, 0, tzinfo=UTC)


def walked(start: date, clock: str) -> date:
    """Find the last day by walking over the package's days; nothing of ours is used."""
    n, unit = DEFAULT_CLOCKS[clock].amount
    on = start
    if unit == "workday":
        while n:
            on += timedelta(days=1)
            n -= chinese_calendar.is_workday(on)
        return on
    if unit == "month":
        year, month = divmod(start.year * 12 + start.month - 1 + n, 12)
        on = date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
    else:
        on = start + timedelta(days=n)
    while not chinese_calendar.is_workday(on):
        on += timedelta(days=1)
    return on


def special_days_of(year: int) -> list[DayEntry]:
    """Return what the notice of a year lists: holidays, and the weekend days worked."""
    return [
        DayEntry(row.date, row.is_workday, row.is_statutory_holiday, row.name)
        for row in calendar_from_chinesecalendar([year])
        if row.is_statutory_holiday or (row.is_workday and row.date.weekday() >= 5)
    ]


def forget(year: int) -> None:
    CalendarDay.objects.filter(date__year=year).delete()


def start_many(cases, holder, days, clocks) -> list[tuple[Deadline, str]]:
    """Start each clock on each day, spread over some cases."""
    return [
        (
            deadlines.start(
                Deadline.Kind.REPLY,
                clock=clock,
                holder=holder,
                starts_on=day,
                case=cases[n % len(cases)],
            ),
            clock,
        )
        for n, day in enumerate(days)
        for clock in clocks
    ]


def check_a_year_without_a_notice(cases, unit, clerk, days, clocks) -> tuple[int, int]:
    """Reckon without 2026, bring its notice in, and return how many clocks ran and moved."""
    seed_calendar([2025])
    forget(2026)
    started = start_many(cases, unit, days, clocks)
    before = {clock.pk: clock.due_on for clock, _ in started}
    into_2026 = [clock for clock, name in started if walked(clock.starts_on, name).year == 2026]
    assert all(clock.is_provisional for clock in into_2026)

    import_days(special_days_of(2026), year=2026, source=NOTICE, by=None, at=PUBLISHED)
    told = reckoning.reckon_again(at=PUBLISHED)

    after = {clock.pk: clock for clock in Deadline.objects.filter(pk__in=before)}
    wrong = [
        (clock.starts_on, name, after[clock.pk].due_on)
        for clock, name in started
        if (after[clock.pk].due_on, after[clock.pk].is_provisional)
        != (walked(clock.starts_on, name), False)
    ]
    moved = [pk for pk, due in before.items() if after[pk].due_on != due]
    assert wrong == []
    assert moved
    assert told == len(moved)
    assert said_to(clerk) == len(moves(started, before))
    assert AuditEvent.objects.filter(action="deadline.reckon").count() == len(moved)
    return len(started), len(moved)


def moves(started, before) -> set[tuple[int | None, date, date]]:
    """Name what there was to tell: the same of one case in two clocks is one sentence."""
    now = {clock.pk: reload(clock).due_on for clock, _ in started}
    return {
        (clock.suggestion_id, before[clock.pk], now[clock.pk])
        for clock, _ in started
        if now[clock.pk] != before[clock.pk]
    }


def said_to(clerk) -> int:
    return Alert.objects.filter(recipient=clerk, text__startswith="放假安排有变").count()


@pytest.fixture
def case(deputy, session):
    return registered_case(deputy.deputy)


class TestYearWithoutANotice:
    def test_its_notice_moves_settles_and_tells(self, case, unit, clerk):
        days = [date(2025, 10, 29) + timedelta(days=n) for n in range(0, 28, 3)]

        check_a_year_without_a_notice([case], unit, clerk, days, ["reply_normal", "coopinion"])

    @pytest.mark.long
    def test_every_clock_from_many_days(self, deputy, session, unit, clerk):
        cases = [registered_case(deputy.deputy) for _ in range(4)]
        # Into 2026 and not beyond: for 2027 there is no notice yet.
        days = [date(2025, 9, 1) + timedelta(days=n) for n in range(0, 300, 2)]
        clocks = [name for name in DEFAULT_CLOCKS if name != "reply_hard"]

        ran, moved = check_a_year_without_a_notice(cases, unit, clerk, days, clocks)

        print(  # noqa: T201 -- the figure to report
            f"#62 {ran} clocks reckoned without 2026: crashes 0, wrong after the notice 0/{ran}, "
            f"moved and told {moved}/{moved}"
        )

    def test_pages_say_that_the_day_is_provisional(self, unit, clerk, client_of):
        assignment = accepted_assignment(unit)
        shown = [
            lambda: client_of(clerk).get(assignment.suggestion.get_absolute_url()).text,
            lambda: client_of(clerk).get(reverse("supervision:overview")).text,
        ]
        assert [page().count("暂定</span>") for page in shown] == [0, 0]

        Deadline.objects.update(is_provisional=True)

        assert all(page().count("暂定</span>") for page in shown)

    def test_days_that_people_named_follow_no_notice(self, case, unit, clerk):
        forget(2026)
        given = {"holder": unit, "starts_on": date(2025, 11, 15), "case": case}
        batch, extended, met = (
            deadlines.start(Deadline.Kind.REPLY, clock="reply_normal", **given | more)
            for more in ({"batch_date": date(2026, 2, 15)}, {}, {})
        )
        deadlines.extend(extended, until=date(2026, 5, 2), why="情况复杂")
        deadlines.meet(met, at=PUBLISHED)
        days = {clock.pk: clock.due_on for clock in (batch, extended, met)}

        import_days(special_days_of(2026), year=2026, source=NOTICE, by=None, at=PUBLISHED)

        assert reckoning.reckon_again(at=PUBLISHED) == 0
        assert {clock.pk: reload(clock).due_on for clock in (batch, extended, met)} == days
        assert not reload(extended).is_provisional


class TestAmendedNotice:
    @pytest.fixture(autouse=True)
    def _as_first_published(self, case):
        """国办发明电〔2019〕16号: 1月24日至30日放假，1月19日（周日）、2月1日（周六）上班."""
        seed_calendar([2019, 2020])
        last = [DayEntry(date(2020, 1, 31), True), DayEntry(date(2020, 2, 1), True)]
        last.append(DayEntry(date(2020, 2, 2), False))
        import_days(last, source="国办发明电〔2019〕16号", by=None, at=AMENDED)
        reckoning.reckon_again(at=AMENDED)

    def amend(self):
        longer = [DayEntry(date(2020, 1, 31), False, True, "春节")]
        longer += [DayEntry(date(2020, 2, n), False, True, "春节") for n in (1, 2)]
        import_days(longer, source="国办发明电〔2020〕1号", by=None, at=AMENDED)
        return reckoning.reckon_again(at=AMENDED)

    def test_moves_the_clocks_that_run_and_tells_who_holds_them(self, case, unit, clerk):
        days = [date(2019, 11, 20) + timedelta(days=n) for n in range(66)]
        started = start_many([case], unit, days, ["sign", "coopinion", "reply_normal"])
        before = {clock.pk: clock.due_on for clock, _ in started}

        moved = self.amend()

        after = {clock.pk: reload(clock).due_on for clock, _ in started}
        changed = [pk for pk in before if before[pk] != after[pk]]
        assert moved == len(changed) > 20
        assert said_to(clerk) == len(moves(started, before))
        # All of them: what was over before the amendment had no day of it to count.
        assert after == {clock.pk: walked(clock.starts_on, name) for clock, name in started}

    def test_a_clock_is_told_from_which_day_to_which(self, case, unit, clerk):
        clock = deadlines.start(
            Deadline.Kind.SIGN, clock="sign", holder=unit, starts_on=date(2020, 1, 24), case=case
        )

        self.amend()

        assert (clock.due_on, reload(clock).due_on) == (date(2020, 1, 31), date(2020, 2, 3))
        alert = Alert.objects.get(recipient=clerk, text__startswith="放假安排有变")
        assert alert.text == f"放假安排有变，签收期限由2020年1月31日改为2020年2月3日：{case}"

    def test_nobody_becomes_late_by_it(self, case, unit):
        # Worked after all, but only said so when it was over.
        clock = deadlines.start(
            Deadline.Kind.SIGN, clock="sign", holder=unit, starts_on=date(2020, 1, 17), case=case
        )
        assert clock.due_on == date(2020, 1, 31)
        import_days([DayEntry(date(2020, 1, 24), True)], source="通知", by=None, at=AMENDED)

        assert reckoning.reckon_again(at=AMENDED) == 0
        assert reload(clock).due_on == date(2020, 1, 31)


class TestWhen:
    def test_not_while_the_calendar_is_the_same(self, case, django_assert_num_queries):
        reckoning.reckon_again(at=PUBLISHED)

        with django_assert_num_queries(1):
            assert reckoning.reckon_again(at=PUBLISHED) == 0

    def test_after_each_change_and_every_night(self, case, unit):
        reckon_deadlines()
        assert unreckoned_mark() is None
        forget(2026)
        assert unreckoned_mark() is not None
        clock = deadlines.start(
            Deadline.Kind.REPLY,
            clock="reply_normal",
            holder=unit,
            starts_on=date(2026, 9, 10),
            case=case,
        )
        reckon_deadlines()

        # Begun by the old calendar while the new one was being entered.
        Deadline.objects.filter(pk=clock.pk).update(is_provisional=False)
        reckon_deadlines(always=True)

        assert reload(clock).is_provisional
        assert unreckoned_mark() is None

    def test_a_clock_of_a_deputy_and_of_an_office_is_told_too(self, case, deputy, staff):
        seed_calendar([2025])
        forget(2026)
        for holder in (deputy.deputy, staff.office):
            deadlines.start(
                Deadline.Kind.REPLY,
                clock="reply_normal",
                holder=holder,
                starts_on=date(2025, 11, 15),
                case=case,
            )

        import_days(special_days_of(2026), year=2026, source=NOTICE, by=None, at=PUBLISHED)

        assert reckoning.reckon_again(at=PUBLISHED) == 2
        assert said_to(deputy) == said_to(staff) == 1


def test_a_notice_of_a_whole_year_settles_its_ordinary_days(system_admin, client_of):
    forget(2026)
    lines = [
        f"{entry.date} {'上班' if entry.is_workday else '放假'} {entry.name}"
        for entry in special_days_of(2026)
    ]
    given = {"source": NOTICE, "year": "2026", "days": "\n".join(lines)}

    client_of(system_admin).post(reverse("calendar_import"), given)

    theirs = {row.date: row.is_workday for row in calendar_from_chinesecalendar([2026])}
    ours = CalendarDay.objects.filter(date__year=2026, status=CalendarDay.Status.OFFICIAL)
    assert dict(ours.values_list("date", "is_workday")) == theirs
