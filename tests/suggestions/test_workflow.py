"""Every stage × action pair, legal or refused, against the table of the design, typed out here."""

import pytest

from suggestions import workflow
from suggestions.models import StageEvent
from suggestions.stages import Stage
from suggestions.workflow import Action, ActionNotAllowed, adopt, advance, lock_case, lock_cases
from tests.factories import NOW
from tests.factories.suggestions import case_in, draft_case, reload, seat_of

#: The life of a case, as the design writes it: action → (stages it starts from, where it leads).
TABLE = {
    "submit": ({"draft", "sent_back"}, "delegation_review"),
    "submit_straight": ({"draft", "sent_back"}, "committee_review"),
    "pass": ({"delegation_review"}, "committee_review"),
    "send_back": ({"delegation_review", "committee_review"}, "sent_back"),
    "decline": ({"delegation_review", "committee_review"}, "declined"),
    "merge": ({"delegation_review", "committee_review"}, "merged"),
    "withdraw": (
        {
            "draft",
            "sent_back",
            "delegation_review",
            "committee_review",
            "registered",
            "handling",
            "replied",
        },
        "withdrawn",
    ),
    "accept": ({"committee_review"}, "registered"),
    "hand_over": ({"registered"}, "handling"),
    "take_back": ({"handling"}, "registered"),
    "answer": ({"handling", "rehandling"}, "replied"),
    "rehandle": ({"replied", "tracking", "closed"}, "rehandling"),
    "track": ({"replied"}, "tracking"),
    "close": ({"replied"}, "closed"),
    "clear": ({"tracking"}, "closed"),
}
PAIRS = [(stage, action) for stage in Stage for action in Action]


def test_the_table_in_the_code_is_the_table_of_the_design():
    actual = {
        str(action): ({str(source) for source in row.sources}, str(row.target))
        for action, row in workflow.TRANSITIONS.items()
    }

    assert actual == TABLE


@pytest.mark.django_db
@pytest.mark.parametrize(("stage", "action"), PAIRS)
def test_each_pair_is_a_step_or_a_refusal(stage, action):
    case = case_in(stage, cosigners=[])
    if not case.number_text:
        # The database lets nothing unnumbered beyond the reviews; the table is what is tried here.
        case.number_text = f"试{case.pk}"
    case.merged_into = case.merged_into or (
        case_in(Stage.REGISTERED, case.lead_deputy) if action == Action.MERGE else None
    )
    case.save()
    by = seat_of(case.lead_deputy)
    sources, target = TABLE[action]

    assert workflow.allows(case, action) == (stage in sources)
    if stage in sources:
        advance(case, action, by=by, at=NOW, note="为什么")

        event = StageEvent.objects.filter(suggestion=case).order_by("pk").last()
        assert reload(case).stage == target
        assert (event.action, event.source, event.target, event.note, event.by) == (
            action,
            stage,
            target,
            "为什么",
            by,
        )
    else:
        with pytest.raises(ActionNotAllowed) as refusal:
            advance(case, action, by=by, at=NOW)

        told = f"当前阶段为“{stage.label}”，不能{action.label}。"
        assert (str(refusal.value), reload(case).stage) == (told, stage)


@pytest.mark.django_db
def test_history_from_a_ledger_is_adopted_and_marked():
    case = draft_case(cosigners=[])
    case.number_text = "12"
    case.save()

    adopt(case, Stage.CLOSED, by=None, at=NOW)

    case = reload(case)
    event = StageEvent.objects.get(suggestion=case, action="adopt")
    assert (case.stage, case.is_imported) == (Stage.CLOSED, True)
    assert (event.source, event.target, event.text) == ("draft", "closed", "由台账导入")


@pytest.mark.django_db
def test_cases_are_locked_one_by_one_or_in_the_order_of_their_keys():
    first, second = draft_case(cosigners=[]), draft_case(cosigners=[])

    assert lock_case(first.pk) == first
    assert lock_cases([second.pk, first.pk]) == [first, second]
