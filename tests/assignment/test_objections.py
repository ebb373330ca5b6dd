"""A deputy objects to the choice of units."""

from datetime import timedelta

import pytest

from assignment.models import Objection
from assignment.services import objections
from assignment.services.objections import ObjectionAnswered, ObjectionOpen, ObjectionTooLate
from notices.models import Alert
from suggestions.models import Audience, StageEvent
from tests.factories import NOW
from tests.factories.assignment import case_to_assign, handed_over_case


@pytest.fixture
def case(unit, deputy):
    return handed_over_case(unit, lead=deputy.deputy)


def test_the_office_is_told_and_units_never_read_it(case, deputy, staff):
    objections.object_to_units(case.pk, text="应由城管局办", by=deputy, at=NOW)

    event = StageEvent.objects.get(action="object_to_units")
    assert event.audience == Audience.NOT_UNITS
    assert Alert.objects.filter(recipient=staff, text=f"代表对交办有意见：{case}").count() == 1


def test_after_its_days_it_is_too_late(case, deputy):
    with pytest.raises(ObjectionTooLate, match="2026年03月16日前"):
        objections.object_to_units(case.pk, text="迟了", by=deputy, at=NOW + timedelta(days=8))


def test_before_a_hand_over_there_is_nothing_to_object_to(unit, deputy):
    case = case_to_assign(unit.congress, deputy.deputy)

    with pytest.raises(ObjectionTooLate, match="交办后"):
        objections.object_to_units(case.pk, text="早了", by=deputy, at=NOW)


def test_one_at_a_time(case, deputy):
    objections.object_to_units(case.pk, text="应由城管局办", by=deputy, at=NOW)

    with pytest.raises(ObjectionOpen):
        objections.object_to_units(case.pk, text="再说一次", by=deputy, at=NOW)


def test_the_deputy_is_answered_once(case, deputy, staff, director):
    objection = objections.object_to_units(case.pk, text="应由城管局办", by=deputy, at=NOW)

    objections.answer_objection(objection.pk, answer="已增加城管局协办", by=staff, at=NOW)

    assert Objection.objects.values_list("answer", "answered_by").get() == (
        "已增加城管局协办",
        staff.pk,
    )
    assert Alert.objects.filter(recipient=deputy, text__startswith="您对交办的意见").count() == 1
    with pytest.raises(ObjectionAnswered, match=str(staff.user)):
        objections.answer_objection(objection.pk, answer="又答", by=director, at=NOW)
