"""Who sees which case in which stage, and which of its entries, files and clocks."""

import pytest

from suggestions import timeline
from suggestions.attachments import attach
from suggestions.grants import grants_on, sync_codename, sync_codename_on_all
from suggestions.models import Attachment, Audience, CoSigner, Deadline, StageEvent, Suggestion
from suggestions.services import drafting
from suggestions.stages import NUMBERED_AND_COUNTED, Stage
from suggestions.visibility import keys_of_few
from tests.factories import NOW, TODAY
from tests.factories.files import paper
from tests.factories.suggestions import (
    add_cosigner,
    case_in,
    delegation_draft,
    draft_case,
    registered_case,
    submitted_case,
)

pytestmark = pytest.mark.django_db
PERSONAS = (
    "deputy", "cosigner", "other_deputy", "head_deputy", "secretary", "other_secretary",
    "group_secretary", "staff", "director", "session_staff", "other_staff", "leader",
    "system_office", "clerk", "unit_head", "committee_member", "leading_official",
    "system_admin", "security_admin", "auditor",
)  # fmt: skip
AUTHORS = {"deputy", "cosigner"}
DELEGATION = {"head_deputy", "secretary"}
STAFF = {"staff", "director", "session_staff"}


def viewers(request, case) -> set[str]:
    who = {name: request.getfixturevalue(name) for name in PERSONAS}
    seen = {
        name
        for name, actor in who.items()
        if Suggestion.objects.visible_to(actor).filter(pk=case.pk).exists()
    }
    # Where a search begins with a part of the cases, no visible one may be missing.
    for name in seen:
        if few := [keys.values_list(flat=True) for keys in keys_of_few(who[name])]:
            assert case.pk in set(few[0].union(*few[1:])), name
    return seen


@pytest.mark.parametrize("stage", Stage)
def test_each_stage_has_its_readers(request, deputy, cosigner, session, stage):
    case = case_in(stage, deputy.deputy, cosigners=[cosigner.deputy])

    expected = set(AUTHORS)
    if stage != Stage.DRAFT:
        expected |= DELEGATION | STAFF
    if stage in NUMBERED_AND_COUNTED:
        expected.add("leader")
    assert viewers(request, case) == expected


def test_between_sessions_the_contact_group_reads_too(request, deputy, cosigner, session):
    case = submitted_case(deputy.deputy, cosigners=[cosigner.deputy], filing="between_sessions")

    assert viewers(request, case) == AUTHORS | DELEGATION | STAFF | {"group_secretary"}


def test_the_head_of_the_contact_group_reads_too(deputy, other_deputy, session, contact_group):
    contact_group.head = other_deputy.deputy
    contact_group.save()
    case = submitted_case(deputy.deputy, filing="between_sessions")

    assert case in Suggestion.objects.visible_to(other_deputy)


@pytest.mark.parametrize("state", CoSigner.State)
def test_who_was_asked_reads_until_they_say_no(deputy, other_deputy, session, state):
    case = draft_case(deputy.deputy, cosigners=[])
    add_cosigner(case, other_deputy.deputy, state)

    seen = Suggestion.objects.visible_to(other_deputy).exists()
    assert seen == (state != CoSigner.State.DECLINED)


def test_a_whole_delegation_reads_what_it_proposes(deputy, other_deputy, secretary, session):
    case = delegation_draft(secretary)
    assert case not in Suggestion.objects.visible_to(deputy)

    case.stage, case.proposed_on = Stage.COMMITTEE_REVIEW, TODAY
    case.save()

    assert case in Suggestion.objects.visible_to(deputy)
    assert case not in Suggestion.objects.visible_to(other_deputy)


def test_who_writes_it_down_sees_the_draft(deputy, session, staff, director):
    case = draft_case(deputy.deputy, entered_by=staff, entered_for_deputy=True)

    assert case in Suggestion.objects.visible_to(staff)
    assert case not in Suggestion.objects.visible_to(director)


def test_a_draft_thrown_away_is_nobodys_but_its_writers(request, deputy, cosigner, session):
    case = draft_case(deputy.deputy, cosigners=[cosigner.deputy])
    drafting.discard(case.pk, by=deputy, at=NOW)

    assert viewers(request, case) == {"deputy"}


@pytest.mark.parametrize(
    ("codename", "persona", "body"),
    [
        ("handles", "clerk", "unit"),
        ("handles", "unit_head", "unit"),
        ("assigns", "system_office", "office"),
        ("tracks", "committee_member", "committee"),
        ("leads", "leading_official", "official"),
    ],
)
def test_bodies_read_by_grant_alone(request, deputy, session, codename, persona, body):
    actor = request.getfixturevalue(persona)
    case, other = registered_case(deputy.deputy), registered_case(deputy.deputy)

    sync_codename(case, codename, [getattr(actor, body).group_id])

    assert list(Suggestion.objects.visible_to(actor)) == [case]
    assert other not in Suggestion.objects.visible_to(actor)


class TestGrants:
    def test_a_set_is_written_as_a_whole(self, deputy, session, unit, other_unit, third_unit):
        case = registered_case(deputy.deputy)
        sync_codename(case, "handles", [unit.group_id, other_unit.group_id])
        sync_codename(case, "supports", [third_unit.group_id])

        sync_codename(case, "handles", [other_unit.group_id, third_unit.group_id])

        assert grants_on(case) == {
            (other_unit.group_id, "handles"),
            (third_unit.group_id, "handles"),
            (third_unit.group_id, "supports"),
        }

    def test_many_cases_are_written_at_once(self, deputy, session, unit, other_unit):
        one, two = registered_case(deputy.deputy), registered_case(deputy.deputy)
        sync_codename(one, "handles", [unit.group_id])

        wanted = [(one.pk, other_unit.group_id), (two.pk, unit.group_id)]
        sync_codename_on_all([one.pk, two.pk], "handles", wanted)

        assert grants_on(one) == {(other_unit.group_id, "handles")}
        assert grants_on(two) == {(unit.group_id, "handles")}


class TestAudience:
    #: audience → who of these reads it.
    READERS = {
        "everyone": {"deputy", "secretary", "staff", "leader", "clerk", "other_clerk",
                     "system_office", "committee_member", "leading_official"},
        "offices": {"staff", "leader", "system_office", "committee_member"},
        "not_units": {"deputy", "secretary", "staff", "leader", "system_office"},
        "unit": {"staff", "leader", "system_office", "clerk"},
    }  # fmt: skip
    NAMES = READERS["everyone"]

    @pytest.fixture
    def case(self, request, deputy, session):
        case = registered_case(deputy.deputy, cosigners=[])
        bodies = {"clerk": "unit", "other_clerk": "unit", "system_office": "office",
                  "committee_member": "committee", "leading_official": "official"}  # fmt: skip
        groups = [getattr(request.getfixturevalue(n), b).group_id for n, b in bodies.items()]
        sync_codename(case, "handles", groups)
        return case

    @pytest.mark.parametrize("audience", Audience)
    def test_entries_and_files_have_the_readers_they_name(
        self, request, case, staff, unit, audience
    ):
        given = {"audience": audience, "unit": unit if audience == Audience.UNIT else None}
        event = timeline.add(case, "note", "一件事", by=staff, at=NOW, **given)
        kept = attach(case, paper(), purpose="supervision", by=staff, at=NOW, **given)
        actors = {name: request.getfixturevalue(name) for name in self.NAMES}

        events = {n for n, a in actors.items() if event in StageEvent.objects.visible_to(a)}
        files = {n for n, a in actors.items() if kept in Attachment.objects.visible_to(a)}

        assert events == self.READERS[audience]
        assert files == self.READERS[audience]

    def test_nothing_of_an_unseen_case_is_seen(self, case, staff, outsider, other_staff):
        timeline.add(case, "note", "一件事", by=staff, at=NOW)

        for stranger in (outsider, other_staff):
            assert not StageEvent.objects.visible_to(stranger).exists()
            assert not Deadline.objects.visible_to(stranger).exists()
