"""What the factories make holds in the database, in every stage."""

import pytest

from suggestions.models import CoSigner, StageEvent
from suggestions.stages import Stage
from tests.factories.suggestions import case_in, draft_case


@pytest.mark.django_db
@pytest.mark.parametrize("stage", Stage)
def test_a_case_can_be_made_in_any_stage(stage):
    case = case_in(stage)

    last = StageEvent.objects.filter(suggestion=case).exclude(target="").order_by("pk").last()
    assert case.stage == stage
    assert (last.target if last else Stage.DRAFT) == stage


@pytest.mark.django_db
def test_a_draft_has_items_and_confirmed_cosigners():
    case = draft_case()

    assert case.items.count() == 3
    assert {row.state for row in case.cosigners.all()} == {CoSigner.State.CONFIRMED}
