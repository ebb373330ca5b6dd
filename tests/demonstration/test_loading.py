from collections import Counter
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet

from accounts.models import Membership, Role, User
from congress.models import Congress
from demonstration.loading import topics
from demonstration.scenes.programme import PROGRAMME
from desk.selectors.case_page import case_for_page, case_page
from suggestions.models import Deadline, Review, Suggestion
from suggestions.registry import actions_for, panels_for
from suggestions.stages import Stage
from suggestions.steps import WritingStep
from supervision.models import Digest, SupervisionNotice

TODAY = date(2026, 3, 18)


def test_there_are_as_many_subjects_as_scenes():
    assert sum(count for _, count in PROGRAMME) == 120
    assert len({topic.title for topic in topics()}) == len(topics()) >= 120


def test_the_demonstration_shows_every_state(db):
    call_command("load_demo", today=TODAY, verbosity=0)

    city = Congress.objects.get(code="demo")
    current = Suggestion.objects.filter(session__congress=city, session__is_current=True)
    stages = Counter(current.values_list("stage", flat=True))
    assert sum(stages.values()) == 120
    assert set(stages) == set(Stage)
    assert city.sessions.count() == 3
    levels = Congress.objects.order_by("level").values_list("level", flat=True)
    assert Counter(levels) == {"city": 1, "county": 2, "township": 1}
    assert Deadline.objects.overdue(on=TODAY).exists()
    assert SupervisionNotice.objects.released().count() == 3
    assert SupervisionNotice.objects.drafts().exists()
    assert Digest.objects.filter(office__kind="working_committee").exists()
    points = Review.objects.exclude(points=[]).values_list("points", flat=True)
    assert {point for each in points for point in each} <= set(WritingStep)
    _every_page_shows_all_there_is(current)
    _the_accounts_are_there()
    _the_fifth_has_two_seats()
    with pytest.raises(CommandError, match="空数据库"):
        call_command("load_demo", today=TODAY, verbosity=0)


def _every_page_shows_all_there_is(cases):
    """Nothing may be left out because a page asks once what a case has: each role, each stage."""
    compared = 0
    for name in ("gongwei01", "ducha01", "danwei01", "danwei01-head", "daibiao01", "zhuanwei01"):
        actor = Membership.objects.with_seats().filter(user__username=name).order_by("pk")[0]
        seen = Suggestion.objects.visible_to(actor).filter(pk__in=cases)
        for key in seen.order_by("stage", "pk").distinct("stage").values_list("pk", flat=True):
            case, again = case_for_page(actor, key), case_for_page(actor, key)
            panels, deeds = panels_for(actor, case, today=TODAY), actions_for(actor, case)
            page = case_page(actor, again, today=TODAY)
            assert [deed.url for deed in page.actions] == [deed.url for deed in deeds]
            assert _said(page.panels) == _said(panels)
            compared += 1
    assert compared > 30


def _said(panels):
    return {panel.code: _plain(panel.content) for panel in panels}


def _plain(content):
    """Turn querysets into what they hold; models compare by their keys."""
    match content:
        case dict():
            return {name: _plain(value) for name, value in content.items()}
        case list() | tuple() | QuerySet():
            return [_plain(each) for each in content]
        case _:
            return content


def _the_accounts_are_there():
    named = {f"daibiao{n:02d}" for n in range(1, 13)}
    named |= {f"danwei{n:02d}{end}" for n in range(1, 7) for end in ("", "-head")}
    named |= {"tuan01", "mishu01", "gongwei00", "gongwei01", "gongwei02", "ducha01", "dangban01"}
    named |= {"zhuanwei01", "lingdao01", "lingban01", "sysadmin", "secadmin", "auditor"}
    found = User.objects.filter(username__in=named)
    assert found.count() == len(named)
    assert all(user.check_password("shifan-2026") for user in found[:1])


def _the_fifth_has_two_seats():
    seats = Membership.objects.filter(user__username="daibiao05").order_by("pk")
    assert [seat.role for seat in seats] == [Role.DEPUTY, Role.UNIT_HEAD]
    assert seats[1].unit.name == "市农业农村局"
