"""Congresses, bodies and people: complete from the first day, never two of one name."""

from datetime import date

import pytest
from django.contrib.auth.models import Group

from audit.models import AuditEvent
from congress import services
from congress.models import (
    Category,
    DeclineGround,
    Delegation,
    DissatisfactionReason,
    Office,
    Origin,
    ResultClass,
    ReturnReason,
    Session,
    System,
)
from congress.selectors import current_session, is_sitting
from congress.words import Words, WordsError, validate_words, words_of
from tests.factories import NOW, TODAY
from tests.factories.congress import (
    make_congress,
    make_delegation,
    make_deputy,
    make_session,
    make_term,
    make_unit,
)


class TestCreateCongress:
    def test_brings_offices_systems_and_code_lists(self, congress):
        offices = Office.objects.filter(congress=congress).values_list("name", flat=True)
        assert list(offices) == ["代表工委", "大会秘书处议案建议组"]
        systems = System.objects.filter(congress=congress).values_list("name", flat=True)
        assert list(systems)[:3] == ["政府", "党群", "监委"]
        assert Category.objects.filter(congress=congress).first().label == "教科文卫体"
        assert DeclineGround.objects.filter(congress=congress).count() == 14
        assert ReturnReason.objects.filter(congress=congress).exists()
        assert DissatisfactionReason.objects.filter(congress=congress).count() == 7
        research = Origin.objects.get(congress=congress, is_research=True)
        assert research.label == "专题调研"

    def test_result_classes_ask_for_what_they_need(self, congress):
        needs = ResultClass.objects.filter(congress=congress).values_list(
            "code", "needs_promise", "needs_reason", "needs_report", "counts_as_solved"
        )

        assert list(needs) == [
            ("A", False, False, False, True),
            ("B", True, False, False, False),
            ("C", False, True, False, False),
            ("D", False, False, True, False),
        ]

    def test_calls_its_offices_by_its_own_words(self, db):
        congress = make_congress(words={"working_committee": "选举任免代表工委"})

        office = Office.objects.get(congress=congress, kind=Office.Kind.WORKING_COMMITTEE)

        assert office.name == "选举任免代表工委"

    def test_refuses_a_code_in_use(self, congress):
        with pytest.raises(services.NameTaken):
            make_congress(code=congress.code)


class TestBodies:
    def test_hold_grants_in_a_group_of_their_own(self, unit, committee, official):
        names = [body.group.name for body in (unit, committee, official)]

        assert names == [f"unit:{unit.pk}", f"committee:{committee.pk}", f"official:{official.pk}"]
        assert not Group.objects.filter(name__contains=":new:").exists()

    def test_have_names_of_their_own(self, unit):
        with pytest.raises(services.NameTaken):
            make_unit(unit.congress, unit.system, name=unit.name)

    def test_belong_to_one_congress(self, unit, other_congress):
        with pytest.raises(services.NotOfThisCongress):
            make_unit(other_congress, unit.system)
        with pytest.raises(services.NotOfThisCongress):
            services.direct_system(
                unit.system,
                office=Office.objects.filter(congress=other_congress).first(),
                by=None,
                at=NOW,
            )

    def test_are_put_on_record(self, unit):
        event = AuditEvent.objects.get(action="unit.add", subject_id=str(unit.pk))

        assert event.congress_id == unit.congress_id


class TestDeputies:
    def test_of_one_name_need_different_credentials(self, term, delegation):
        make_deputy(term, delegation, name="张伟", credential_no="1")
        make_deputy(term, delegation, name="张伟", credential_no="2")

        with pytest.raises(services.DeputyTaken):
            make_deputy(term, delegation, name="张伟", credential_no="2")

    def test_sit_in_a_delegation_of_their_congress(self, term, other_congress):
        with pytest.raises(services.NotOfThisCongress):
            make_deputy(term, make_delegation(other_congress))

    def test_head_only_their_own_delegation(self, deputy, delegation, contact_group, congress):
        for group in (delegation, contact_group):
            services.appoint_head(group, head=deputy.deputy, by=None, at=NOW)
            assert Delegation.objects.get(pk=group.pk).head == deputy.deputy

        with pytest.raises(services.HeadNotOfDelegation):
            services.appoint_head(make_delegation(congress), head=deputy.deputy, by=None, at=NOW)


class TestSessions:
    def test_one_is_current(self, congress, session):
        later = make_session(congress, session.term)

        assert current_session(congress) == later
        assert not Session.objects.get(pk=session.pk).is_current

    def test_belong_to_a_term_of_the_congress(self, congress, other_congress):
        with pytest.raises(services.SessionOfAnotherCongress):
            make_session(congress, make_term(other_congress))

    @pytest.mark.parametrize(
        ("on", "sits"),
        [
            (date(2026, 2, 23), False),
            (date(2026, 2, 24), True),
            (date(2026, 3, 2), True),
            (TODAY, False),
        ],
    )
    def test_sit_from_opening_to_closing(self, session, on, sits):
        assert is_sitting(session, on=on) is sits


class TestCodes:
    def test_are_added_at_the_end(self, congress):
        added = services.add_code(Category, congress, code="13", label="数字经济", by=None, at=NOW)

        assert list(Category.objects.filter(congress=congress))[-1] == added
        with pytest.raises(services.CodeTaken):
            services.add_code(Category, congress, code="13", label="x", by=None, at=NOW)


class TestWords:
    def test_follow_the_congress(self, congress):
        congress.words = {"support": "会办", "contact_group": "代表小组"}

        words = words_of(congress)

        assert (words.support, words.opinion, words.support_unit) == (
            "会办",
            "会办意见",
            "会办单位",
        )
        assert (words.contact_group, words.delegation) == ("代表小组", "代表团")
        assert words_of(None) == Words()

    @pytest.mark.parametrize("values", [[], {"helper": "协办"}, {"support": ""}, {"support": 1}])
    def test_are_read_strictly(self, values):
        with pytest.raises(WordsError):
            validate_words(values)
