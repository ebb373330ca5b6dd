"""A task printed by a tag is the component of the gallery, letter by letter."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from desk.selectors.inbox import Task
from suggestions.models import Deadline, Suggestion
from tests.factories import NOW
from tests.factories.assignment import offered_assignment
from tests.factories.suggestions import draft_case
from tests.front.components import rendered

pytestmark = pytest.mark.django_db

COMPONENT = """<c-task-card title="{{ task.ask }}" about="{{ task.case }}" href="{{ task.url }}"
 action="{{ task.button }}" :due="task.due" :clock="task.clock" kind="{{ kind }}">
{% if asker %}{% if task.case.lead_deputy %}{{ task.case.lead_deputy }} · {% endif %}
{{ task.case.delegation }} · <a href="{{ task.case.get_absolute_url }}">看建议</a>{% endif %}
</c-task-card>"""
TAG = "{% load desk %}{% task_card task kind asker=asker %}"


def plain(html: str) -> str:
    """Take out the room between tags and at the ends of what they hold."""
    closed = re.sub(r"\s+", " ", html).replace(' "', '"')
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", closed).strip()


def both(task: Task, kind: str = "secondary", *, asker: bool = True) -> list[str]:
    return [
        plain(rendered(source, task=task, kind=kind, asker=asker)) for source in (TAG, COMPONENT)
    ]


@pytest.fixture
def task(unit) -> Task:
    clock = offered_assignment(unit).sign_deadline
    case = clock.suggestion
    Suggestion.objects.filter(pk=case.pk).update(title='关于<b>"电梯"</b>&的建议')
    case.refresh_from_db()
    return Task("签收<交办件>", "签收&", case, clock.due_on, "/?a=1&b=2", clock)


def test_with_all_there_is(task):
    tag, component = both(task, "primary")

    assert tag == component
    assert all(part in tag for part in ("&lt;b&gt;", "期限怎么算的", "btn-primary"))


@pytest.mark.parametrize("asker", [True, False])
def test_without_a_clock_or_a_day(task, asker):
    for each in (replace(task, clock=None), replace(task, clock=None, due=None)):
        tag, component = both(each, asker=asker)

        assert tag == component


def test_late_and_provisional(task):
    Deadline.objects.filter(pk=task.clock.pk).update(is_provisional=True)
    task.clock.refresh_from_db()

    tag, component = both(replace(task, due=NOW.date() - timedelta(days=3)))

    assert tag == component
    assert "暂定" in tag
    assert "逾期" in tag


def test_a_draft_without_a_title(deputy):
    case = draft_case(deputy.deputy)
    case.title = ""

    tag, component = both(Task("修改", "修改", case, None, "/"))

    assert tag == component
    assert "task-about" not in tag
