"""What the pages show, and how often they ask the database: as often for three rows as for one."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from suggestions import completeness, notices, registrations, registry, selectors
from suggestions.grants import sync_codename
from suggestions.models import CoSigner, Suggestion
from suggestions.selectors import likeness, pages, panels, printing
from suggestions.services import withdrawing
from suggestions.services.review_clock import start_review_clock
from suggestions.stages import Stage
from tests.factories import NOW, TODAY
from tests.factories import congress as bodies
from tests.factories.assignment import accepted_assignment
from tests.factories.suggestions import (
    add_cosigner,
    case_in_review,
    draft_case,
    merged_case,
    registered_case,
    seat_of,
    sent_back_case,
    submitted_case,
)

pytestmark = pytest.mark.django_db


def queries(ask) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        ask()
    return len(captured)


def show(rows) -> list[str]:
    """Read from each row what its template reads."""
    return [
        f"{row.title}{row.lead_deputy}{row.delegation}{row.category}{row.session}{row.signer_count}"
        for row in rows
    ]


class TestQueryCounts:
    @pytest.mark.parametrize(
        ("persona", "make", "ask"),
        [
            ("deputy", registered_case, lambda actor: show(pages.own_suggestions(actor))),
            ("secretary", submitted_case, lambda actor: show(pages.first_review_queue(actor))),
            ("secretary", registered_case, lambda actor: show(
                pages.with_signers(pages.delegation_suggestions(actor)))),
            ("staff", case_in_review, lambda actor: [
                getattr(row, "open_review", None)
                for row in pages.review_rows(pages.review_queue(actor))
            ]),
            ("staff", registered_case, lambda actor: [
                f"{row}{row.lead_deputy}" for row in pages.merge_targets(Suggestion(
                    pk=0, congress_id=actor.congress_id), actor)
            ]),
        ],
    )  # fmt: skip
    def test_three_rows_cost_as_much_as_one(self, request, deputy, session, persona, make, ask):
        actor = request.getfixturevalue(persona)
        make(deputy.deputy)
        once = queries(lambda: ask(actor))
        for _ in range(2):
            make(deputy.deputy)

        assert queries(lambda: ask(actor)) == once
        assert len(ask(actor)) == 3

    def test_invitations(self, deputy, cosigner, session):
        def ask():
            return [
                f"{row.suggestion.title}{row.suggestion.lead_deputy}{row.suggestion.delegation}"
                for row in pages.invitations(cosigner)
            ]

        counts = []
        for n in (1, 2):
            for _ in range(n):
                case = draft_case(deputy.deputy, cosigners=[])
                add_cosigner(case, cosigner.deputy, CoSigner.State.INVITED)
            counts.append(queries(ask))

        assert counts == [1, 1]
        assert len(ask()) == 3

    def test_the_parts_of_the_case_page(self, deputy, session):
        case = registered_case(deputy.deputy)

        def ask(case):
            for build in (panels.text, panels.signers, panels.papers, panels.reviews):
                build(deputy, case, TODAY)

        once = queries(lambda: ask(Suggestion.objects.get(pk=case.pk)))
        for _ in range(3):
            add_cosigner(case)
        case.items.create(number=9, text="再加一条")

        assert queries(lambda: ask(Suggestion.objects.get(pk=case.pk))) == once


class TestPeople:
    def test_a_case_belongs_to_all_who_signed_and_to_those_merged_into_it(
        self, deputy, cosigner, other_deputy, session
    ):
        case = registered_case(deputy.deputy, cosigners=[cosigner.deputy])
        add_cosigner(case, state=CoSigner.State.DECLINED)
        merged_case(case, other_deputy.deputy, cosigners=[])

        found = set(selectors.deputies_of(case))

        assert found == {deputy.deputy, cosigner.deputy, other_deputy.deputy}
        assert set(notices.authors_of(case, on=TODAY)) == {deputy, cosigner, other_deputy}

    def test_deputies_are_found_by_name_and_delegation(
        self, deputy, other_deputy, cosigner, session
    ):
        case = draft_case(deputy.deputy, cosigners=[])

        assert selectors.deputies_to_invite(case) == [cosigner.deputy, other_deputy.deputy]
        assert selectors.deputies_to_invite(case, query="第二 赵") == [other_deputy.deputy]
        add_cosigner(case, cosigner.deputy)
        assert selectors.deputies_to_invite(case) == [other_deputy.deputy]

    def test_a_delegation_invites_nobody(self, session, deputy):
        case = draft_case(deputy.deputy, lead_deputy=None, proposer="delegation", cosigners=[])

        assert selectors.deputies_to_invite(case) == []
        assert selectors.people_line(case, 0) == "第一代表团提出"

    def test_who_proposes_is_one_line(self, deputy, session):
        case = draft_case(deputy.deputy)

        assert selectors.people_line(case, 0) == "代表 王代表（第一代表团）"
        assert selectors.people_line(case, 2) == "领衔代表 王代表（第一代表团）等 3 人"


class TestLikeness:
    def test_the_same_wish_is_found_under_another_title(self, deputy, other_deputy, session, staff):
        old = registered_case(other_deputy.deputy)
        case = case_in_review(deputy.deputy, title="关于推进小区公共充电桩建设的意见")
        registered_case(other_deputy.deputy, title="关于整治河道的建议", items=("清淤。",))

        found = likeness.alike_cases(case, staff)

        assert [row.case for row in found] == [old]
        assert found[0].percent == 100  # the same items

    def test_a_title_of_nothing_but_its_frame_finds_nothing(self, deputy, session, staff):
        registered_case(deputy.deputy)

        assert likeness.alike_cases(draft_case(deputy.deputy, title="关于的建议"), staff) == []

    def test_drafts_of_others_are_never_shown(self, deputy, other_deputy, session, staff):
        draft_case(other_deputy.deputy)

        assert likeness.alike_cases(case_in_review(deputy.deputy), staff) == []

    def test_a_deputy_finds_what_is_published(self, deputy, other_deputy, session):
        theirs = registered_case(other_deputy.deputy)
        case = draft_case(deputy.deputy)

        assert likeness.alike_cases(case, deputy) == []
        theirs.is_published = True
        theirs.save()
        assert [row.case for row in likeness.alike_cases(case, deputy)] == [theirs]

    def test_what_any_suggestion_asks_for_makes_no_two_alike(
        self, deputy, other_deputy, session, staff
    ):
        money = "把所需经费列入年度预算，安排专项资金，对条件困难的乡镇给予倾斜。"
        registered_case(
            other_deputy.deputy, title="关于整治柳河河道的建议", items=(money, "清淤疏浚河道。")
        )
        case = case_in_review(
            deputy.deputy, title="关于增设公交班次的建议", items=(money, "早晚高峰增开公交车。")
        )

        assert likeness.alike_cases(case, staff) == []

    def test_the_words_may_stand_in_another_order(self, deputy, other_deputy, session, staff):
        old = registered_case(
            other_deputy.deputy, title="关于让电梯加装走进老旧小区的建议", items=("装电梯。",)
        )
        case = case_in_review(
            deputy.deputy, title="关于老旧小区加装电梯的建议", items=("给老楼装电梯。",)
        )

        assert [row.case for row in likeness.alike_cases(case, staff)] == [old]

    def test_the_most_alike_come_first_and_no_more_than_a_few(
        self, deputy, other_deputy, session, staff
    ):
        for n in range(9):
            registered_case(
                other_deputy.deputy, title=f"关于第{n}片区增设公共自行车点的建议", items=("增点。",)
            )
        same = registered_case(other_deputy.deputy, title="关于增设夜间公交班次的建议")
        case = case_in_review(deputy.deputy, title="关于增设夜间公交班次的建议")

        found = likeness.alike_cases(case, staff)

        assert found[0].case == same
        assert [row.score for row in found] == sorted((r.score for r in found), reverse=True)
        assert len(found) <= likeness.MOST_ALIKE

    def test_a_unit_finds_what_it_holds_and_nothing_else(
        self, deputy, other_deputy, session, unit, clerk
    ):
        registered_case(other_deputy.deputy)
        mine = accepted_assignment(unit, lead=deputy.deputy).suggestion
        before = accepted_assignment(unit, lead=deputy.deputy).suggestion

        assert [row.case for row in likeness.alike_cases(mine, clerk)] == [before]

    def test_asks_as_often_for_three_as_for_one(
        self, deputy, other_deputy, session, staff, django_assert_num_queries
    ):
        case = case_in_review(deputy.deputy)
        registered_case(other_deputy.deputy)
        with django_assert_num_queries(8):
            likeness.alike_cases(case, staff)

        registered_case(other_deputy.deputy)
        registered_case(other_deputy.deputy)
        with django_assert_num_queries(8):
            found = likeness.alike_cases(case, staff)

        assert len(found) == 3

    def test_a_deputy_opens_only_what_is_theirs(self, deputy, other_deputy, session, client_of):
        theirs = registered_case(other_deputy.deputy)
        type(theirs).objects.filter(pk=theirs.pk).update(is_published=True)
        case = draft_case(deputy.deputy)

        page = client_of(deputy).get(f"/suggestions/{case.pk}/alike/")

        assert theirs.title in page.text
        assert theirs.get_absolute_url() not in page.text

    def test_other_congresses_stay_out(self, deputy, session, staff, other_congress):
        registered_case(bodies.make_deputy(bodies.make_term(other_congress)))

        assert likeness.alike_cases(case_in_review(deputy.deputy), staff) == []


class TestFirstReviewQueue:
    def test_heads_check_all_but_their_own(self, deputy, head_deputy, session):
        mine = submitted_case(deputy.deputy, cosigners=[])
        submitted_case(head_deputy.deputy, cosigners=[])
        submitted_case(deputy.deputy, cosigners=[head_deputy.deputy])

        assert list(pages.first_review_queue(head_deputy)) == [mine]

    def test_between_sessions_the_head_of_the_group(
        self, deputy, head_deputy, cosigner, session, contact_group
    ):
        case = submitted_case(deputy.deputy, cosigners=[], filing="between_sessions")
        assert list(pages.first_review_queue(head_deputy)) == []

        contact_group.head = cosigner.deputy
        contact_group.save()
        assert list(pages.first_review_queue(cosigner)) == [case]

    def test_a_deputy_who_heads_nothing_has_none(self, deputy, other_deputy, session):
        submitted_case(deputy.deputy)

        assert list(pages.first_review_queue(other_deputy)) == []


class TestQueues:
    def rows(self, code, actor):
        queue = {each.code: each for each in registry.queues_for(actor)}[f"suggestion_{code}"]
        return list(
            queue.tasks(actor)
            .order_by("task_case")
            .values_list("task_case", "task_target", "task_due")
        )

    def test_each_shows_what_waits(self, deputy, cosigner, secretary, staff, session):
        draft = draft_case(deputy.deputy, cosigners=[])
        row = add_cosigner(draft, cosigner.deputy, CoSigner.State.INVITED)
        back = sent_back_case(deputy.deputy)
        first = submitted_case(deputy.deputy)
        review = case_in_review(deputy.deputy)
        start_review_clock(review, at=NOW)

        assert self.rows("drafts", deputy) == [(draft.pk, draft.pk, None)]
        assert self.rows("cosign_invitations", cosigner) == [(draft.pk, row.pk, None)]
        assert self.rows("sent_back", deputy) == [(back.pk, back.pk, None)]
        assert self.rows("first_reviews", secretary) == [(first.pk, first.pk, None)]
        assert self.rows("reviews", staff) == [(review.pk, review.pk, date(2026, 3, 16))]

    def test_a_withdrawal_waits_for_each_cosigner(self, deputy, cosigner, session):
        case = registered_case(deputy.deputy, cosigners=[cosigner.deputy])
        asked = withdrawing.ask(case.pk, reason="变", by=deputy, at=NOW)

        assert self.rows("withdrawal_consents", cosigner) == [
            (case.pk, asked.consents.get().pk, None)
        ]

    def test_what_was_entered_for_a_deputy_goes_back_to_who_entered_it(
        self, deputy, secretary, other_secretary, staff, session
    ):
        by_secretary = sent_back_case(deputy.deputy, entered_by=secretary, entered_for_deputy=True)
        by_staff = sent_back_case(deputy.deputy, entered_by=staff, entered_for_deputy=True)
        draft = draft_case(deputy.deputy, entered_by=staff, entered_for_deputy=True)

        assert [row[0] for row in self.rows("sent_back", secretary)] == [
            by_secretary.pk, by_staff.pk
        ]  # fmt: skip
        assert [row[0] for row in self.rows("sent_back", staff)] == [by_staff.pk]
        assert self.rows("sent_back", other_secretary) == []
        assert [row[0] for row in self.rows("drafts", staff)] == [draft.pk]


class TestActions:
    def offered(self, actor, case) -> set[str]:
        own = {f"suggestion_{deed[0]}" for deed in registrations._DEEDS}
        case = Suggestion.objects.get(pk=case.pk)
        found = {offer.code for offer in registry.actions_for(actor, case)} & own
        return {code.removeprefix("suggestion_") for code in found}

    def test_a_writer_and_a_reader_of_a_draft(self, deputy, cosigner, session):
        case = draft_case(deputy.deputy, cosigners=[])
        add_cosigner(case, cosigner.deputy, CoSigner.State.INVITED)

        assert self.offered(deputy, case) == {"draft", "submit", "discard", "print"}
        assert self.offered(cosigner, case) == {"cosign", "print"}

    def test_reviewers(self, deputy, secretary, staff, clerk, session):
        first, review = submitted_case(deputy.deputy), case_in_review(deputy.deputy)

        assert self.offered(secretary, first) == {
            "pass_on", "send_back", "record_signatures", "print"
        }  # fmt: skip
        assert self.offered(staff, review) == {
            "accept", "send_back", "merge", "decline", "record_signatures", "print"
        }  # fmt: skip
        assert self.offered(clerk, review) == {"print"}

    def test_withdrawing_and_its_answers(self, deputy, cosigner, staff, session):
        case = registered_case(deputy.deputy, cosigners=[cosigner.deputy])
        assert self.offered(deputy, case) == {"withdraw", "print"}

        withdrawing.ask(case.pk, reason="变", by=deputy, at=NOW)

        assert self.offered(deputy, case) == {"cancel_withdrawal", "print"}
        assert self.offered(cosigner, case) == {"consent", "print"}
        assert self.offered(staff, case) == {"record_consent", "print"}

    def test_a_case_that_took_others_in_is_not_withdrawn(self, deputy, other_deputy, session):
        case = registered_case(deputy.deputy, cosigners=[])
        merged_case(case, other_deputy.deputy)

        assert self.offered(deputy, case) == {"print"}

    def test_an_answered_case_offers_nothing_of_this_stage(self, deputy, staff, session):
        case = registered_case(deputy.deputy)
        case.stage = Stage.CLOSED
        case.save()

        assert self.offered(deputy, case) == {"print"}
        assert self.offered(staff, case) == {"print"}


class TestPanels:
    def test_units_read_no_review(self, deputy, clerk, staff, session):
        case = case_in_review(deputy.deputy)
        case.reviews.create(during=case.stage, outcome="passed", by=staff, at=NOW)

        assert panels.reviews(clerk, case, TODAY) is None
        assert panels.reviews(deputy, case, TODAY)["rows"][0][0].outcome == "passed"

    def test_without_cosigners_and_files_there_is_no_panel(self, deputy, session):
        case = registered_case(deputy.deputy, cosigners=[])

        assert panels.signers(deputy, case, TODAY) is None
        assert panels.papers(deputy, case, TODAY) is None
        assert panels.reviews(deputy, case, TODAY) is None

    def test_who_is_only_asked_is_shown_while_it_is_written(self, deputy, clerk, session):
        case = draft_case(deputy.deputy, cosigners=[])
        add_cosigner(case, state=CoSigner.State.INVITED)

        assert len(panels.signers(deputy, case, TODAY)["rows"]) == 1
        assert panels.signers(clerk, case, TODAY) is None


class TestPrinting:
    def test_the_paper_holds_what_was_filed(self, deputy, cosigner, session, unit):
        case = registered_case(
            deputy.deputy,
            cosigners=[cosigner.deputy],
            analysis="",
            repeated="two",
            earlier_numbers=["12"],
            wants_contact=True,
            reference_only=True,
        )
        case.wished_units.add(unit)

        page = printing.printed(case, deputy, on=TODAY)

        assert [section["heading"] for section in page["sections"]] == ["一、情况", "二、具体建议"]
        facts = {fact["label"]: fact["value"] for fact in page["lead"] + page["facts"]}
        assert facts["多年多次提出"] == "两年 12"
        assert facts["希望承办单位"] == "市交通运输局"
        assert facts["联系电话"] == deputy.deputy.phone
        assert [row["name"] for row in page["cosigners"]] == ["李代表"]
        assert page["submitted_on"] == "2026年2月27日"

    def test_another_deputy_reads_no_telephone(self, deputy, cosigner, session):
        case = registered_case(deputy.deputy, cosigners=[cosigner.deputy])

        labels = {fact["label"] for fact in printing.printed(case, cosigner, on=TODAY)["lead"]}

        assert "联系电话" not in labels

    def test_a_draft_says_so(self, deputy, session):
        case = draft_case(deputy.deputy, lead_deputy=None, proposer="delegation", cosigners=[])

        page = printing.printed(case, deputy, on=TODAY)

        assert (page["submitted_on"], page["number"], page["signed"]) == (
            "草稿，2026年3月9日打印",
            "（待编号）",
            "第一代表团",
        )


def test_each_step_says_how_far_it_is(deputy, session):
    case = draft_case(deputy.deputy, analysis="", situation="")

    rows = {row.step: row for row in selectors.written_steps(selectors.draft_of(case))}

    assert {step: (row.state_label, row.summary) for step, row in rows.items()} == {
        "title": ("已完成", case.title),
        "situation": ("待完成", ""),
        "analysis": ("可不填", ""),
        "items": ("已完成", "3条"),
        "origin": ("可不填", ""),
        "disclosure": ("已完成", "全文公开"),
        "cosigners": ("已完成", "已确认2人"),
        "attachments": ("可不填", ""),
    }
    assert rows["situation"].label == "情况"
    assert completeness.advice(selectors.draft_of(case)) != []


def test_people_who_wait_are_counted_apart(deputy, session):
    case = draft_case(deputy.deputy)
    add_cosigner(case, state=CoSigner.State.INVITED)

    rows = {row.step: row for row in selectors.written_steps(selectors.draft_of(case))}

    assert rows["cosigners"].summary == "已确认2人，待确认1人"


def test_the_bodies_on_a_case_are_told(deputy, clerk, committee_member, outsider, session):
    case = registered_case(deputy.deputy)
    sync_codename(case, "handles", [clerk.unit.group_id])
    sync_codename(case, "tracks", [committee_member.committee.group_id])

    assert set(notices.bodies_on(case, on=TODAY)) == {clerk, committee_member}
    assert seat_of(deputy.deputy) == deputy
