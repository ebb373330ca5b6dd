"""Files of a draft, added and taken off under the lock."""

import pytest

from suggestions.models import Attachment, Audience
from suggestions.services import papers
from suggestions.services.drafting import NotWritable
from suggestions.services.papers import AlreadyRemoved
from tests.factories import NOW
from tests.factories.files import paper
from tests.factories.suggestions import draft_case, submitted_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(deputy, session):
    return draft_case(deputy.deputy)


def add(case, by, purpose=Attachment.Purpose.SUGGESTION):
    return papers.add(case.pk, paper(), purpose=purpose, by=by, at=NOW)


@pytest.mark.parametrize(
    ("purpose", "audience"),
    [
        ("suggestion", Audience.EVERYONE),
        ("original", Audience.NOT_UNITS),
        ("head_signature", Audience.NOT_UNITS),
    ],
)
def test_signed_sheets_are_not_for_units(case, deputy, purpose, audience):
    assert add(case, deputy, purpose).audience == audience


def test_a_submitted_case_takes_none_and_gives_none(deputy, session):
    case = submitted_case(deputy.deputy)
    with pytest.raises(NotWritable):
        add(case, deputy)


def test_a_stranger_adds_and_removes_nothing(case, deputy, other_deputy):
    with pytest.raises(NotWritable):
        add(case, other_deputy)
    kept = add(case, deputy)
    with pytest.raises(NotWritable):
        papers.remove(kept.pk, by=other_deputy, at=NOW)


def test_what_is_gone_is_gone(case, deputy):
    kept = add(case, deputy)
    papers.remove(kept.pk, by=deputy, at=NOW)

    with pytest.raises(AlreadyRemoved, match="已经删除"):
        papers.remove(kept.pk, by=deputy, at=NOW)
