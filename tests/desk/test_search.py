"""
The search of the list: in every text that one may read, and in no other.

A word that stands nowhere else is put into each kind of text; whoever may not read the text must
not find the case by it, nor see it in what a search shows.
"""

import re
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.listing import make_listing
from congress.models import Session
from desk.selectors.cases import HEADINGS, case_rows, listed_cases
from handling.models import Opinion, Promise, Reply
from handling.services import opinions
from ledgers.exports import cases_of_query
from ledgers.filters import CaseFilter
from suggestions.grants import sync_codename
from suggestions.models import Suggestion, SuggestionItem
from suggestions.stages import Stage
from tests.factories import NOW, handling, suggestions
from tests.factories import assignment as receipts

UNIT = {"clerk", "unit_head"}
DEPUTIES = {"deputy", "cosigner"}
OFFICES = {"staff", "director", "session_staff", "system_office", "committee_member", "leader"}
WITH_CASE = UNIT | {"other_clerk"} | DEPUTIES | OFFICES
OUTSIDE = {"other_deputy", "outsider", "other_staff", "other_system_office", "leading_official"}
EVERYBODY = sorted(WITH_CASE | OUTSIDE)


@pytest.fixture
def shared(unit, other_unit, deputy, cosigner, committee, session):
    """A case with a lead unit that drafts and a supporter, tracked by a committee."""
    case = suggestions.registered_case(deputy.deputy, cosigners=[cosigner.deputy])
    receipts.handed_over_case(unit, other_unit, roles=["lead", "support"], case=case)
    for receipt in case.assignments.all():
        receipts.accept(receipt)
    sync_codename(case, "tracks", [committee.group_id])
    return case


@pytest.fixture
def finders(request):
    """Tell which of all roles find exactly this case by a word."""
    who = {name: request.getfixturevalue(name) for name in EVERYBODY}

    def found_by(case, word):
        found = {}
        for name, actor in who.items():
            found[name] = set(cases_of_query(f"q={word}", by=actor, at=NOW))
        assert {case} >= set().union(*found.values())
        return {name for name, cases in found.items() if cases}

    return found_by


class TestWhoFinds:
    def test_what_was_asked_is_found_by_all_who_see_the_case(self, shared, finders):
        SuggestionItem.objects.filter(suggestion=shared, number=2).update(text="修建栈桥码头。")
        type(shared).objects.filter(pk=shared.pk).update(
            title="关于彩虹廊道的建议", situation="近年飞鸢甚多。", analysis="缺少踏勘。"
        )

        found = [finders(shared, word) for word in ("栈桥码头", "彩虹", "飞鸢", "踏勘")]

        assert found == [WITH_CASE] * 4

    def test_a_reply_that_is_being_written_is_found_by_its_own_unit_alone(self, shared, finders):
        lead = shared.assignments.get(role="lead")
        items = {item.pk: ("done", "拟建琉璃亭。") for item in shared.items.all()}
        draft = handling.saved_draft(lead, answers=items, opening="谨呈丹青卷。", code="A")

        assert finders(shared, "琉璃亭") == UNIT
        assert finders(shared, "丹青") == UNIT

        Reply.objects.filter(pk=draft.pk).update(state="issued", issued_on=NOW.date())
        assert finders(shared, "琉璃亭") == WITH_CASE
        assert finders(shared, "丹青") == WITH_CASE

    def test_a_promise_is_found_once_it_is_made(self, shared, finders):
        lead = shared.assignments.get(role="lead")
        pledge = replace(handling.pledges_for(1)[0], content="年底前竣工翡翠湖闸")
        handling.saved_draft(lead, code="B", pledges=[pledge])

        assert finders(shared, "翡翠湖") == UNIT

        Promise.objects.filter(suggestion=shared).update(state="open")
        assert finders(shared, "翡翠湖") == WITH_CASE

    def test_texts_that_not_all_may_read_are_found_by_nobody(self, shared, finders):
        lead = shared.assignments.get(role="lead")
        support = shared.assignments.get(role="support")
        opinions.submit_opinion(
            support.pk,
            text="内部提示：玄武岩层。",
            by=receipts.clerk_of(support.unit),
            at=NOW,
        )
        handling.recorded_talk(lead, summary="谈及朱雀门遗址。")
        draft = handling.saved_draft(lead)
        Reply.objects.filter(pk=draft.pk).update(check_note="请删去青龙塔。")
        assert Opinion.objects.filter(text__contains="玄武岩").exists()

        found = [finders(shared, word) for word in ("玄武岩", "朱雀门", "青龙塔")]

        assert found == [set(), set(), set()]

    def test_a_draft_suggestion_is_in_no_list(self, deputy, session, finders):
        draft = suggestions.draft_case(deputy.deputy, title="关于麒麟阁的建议")

        assert finders(draft, "麒麟阁") == set()

    def test_a_text_one_may_not_read_does_not_decide_how_the_query_is_cut(
        self, shared, staff, outsider, clerk, client_of
    ):
        lead = shared.assignments.get(role="lead")
        items = {item.pk: ("done", "充电桩公共建设难题。") for item in shared.items.all()}
        handling.saved_draft(lead, answers=items, code="A")

        cut = [
            client_of(who).get("/cases/?q=充电桩公共建设难题").context["found"].is_cut
            for who in (staff, outsider, clerk)
        ]

        assert cut == [True, True, False]


class TestWhatIsFound:
    def test_what_holds_every_word_whatever_its_width(self, deputy, session, staff):
        case = suggestions.registered_case(
            deputy.deputy,
            title="关于老旧小区加装电梯的建议",
            items=("建设５G基站，ｋtＶ除外，覆盖100%。", "按(试行)办法，it's a\\b。"),
        )
        there = ["电梯", "电 梯", "加装电梯", "梯", "5g基站", "５Ｇ基", "ktv", "100%", "(试行)"]
        there += ["it's", "a\\b", "电梯 基站"]
        not_there = ["装梯", "kv", "10_%", "电梯 地铁"]

        found = {
            query: [case.pk for case in cases_of_query(urlencode({"q": query}), by=staff, at=NOW)]
            for query in there + not_there
        }

        assert found == {query: [case.pk] for query in there} | {query: [] for query in not_there}

    def test_the_words_may_stand_in_different_parts(self, unit, deputy, staff, client_of):
        case = handling.replied_case(unit, lead=deputy.deputy, title="关于老旧小区的建议")

        words = f"老旧 增容计划 {unit.name} {deputy.deputy.name} {case.number_text}"
        page = client_of(staff).get("/cases/", {"q": words})

        assert [row.pk for row in page.context["listing"].rows] == [case.pk]

    def test_a_sentence_nobody_wrote_is_cut_into_words(self, deputy, session, staff, client_of):
        case = suggestions.registered_case(
            deputy.deputy, title="关于小区的建议", items=("安装充电设备。",)
        )

        page = client_of(staff).get("/cases/?q=小区充电安装")

        assert [row.pk for row in page.context["listing"].rows] == [case.pk]
        assert "没有一件建议含有您输入的整句话" in page.text

    @pytest.mark.parametrize(
        ("who", "more"), [("staff", ""), ("staff", "&filing=in_session"), ("deputy", "")]
    )
    def test_all_pages_in_all_orders_hold_what_is_counted_each_once(
        self, request, deputy, session, who, more
    ):
        actor, lead = request.getfixturevalue(who), deputy.deputy
        cases = [suggestions.registered_case(lead, title="关于口袋公园的建议") for _ in range(3)]
        other = Session.objects.create(
            congress=session.congress, term=session.term, number=9, opens_on=session.opens_on
        )
        Suggestion.objects.filter(pk=cases[1].pk).update(session=other)
        sorts = [f"{sign}{each.key}" for each in HEADINGS if each.key for sign in ("", "-")]

        shown = {}
        for sort in sorts:
            pages = [
                make_listing(
                    QueryDict(f"q=口袋公园{more}&sort={sort}&page={page}"),
                    listed_cases(actor),
                    filters=CaseFilter,
                    headings=HEADINGS,
                    default_sort="-number",
                    rows=lambda cases: case_rows(cases, actor),
                    page_size=1,
                    filter_context={"actor": actor, "today": NOW.date()},
                )
                for page in (1, 2, 3)
            ]
            shown[sort] = ([page.rows[0].pk for page in pages], pages[0].total)

        assert {sort: sorted(pks) for sort, (pks, _) in shown.items()} == {
            sort: sorted(case.pk for case in cases) for sort in sorts
        }
        assert {total for _, total in shown.values()} == {3}
        assert shown["number"][0] == shown["-number"][0][::-1]
        assert shown["number"][0] == [cases[at].pk for at in (0, 2, 1)]

    def test_the_export_holds_the_cases_of_the_list(self, unit, deputy, staff, client_of):
        handling.replied_case(unit, lead=deputy.deputy)
        suggestions.registered_case(deputy.deputy, items=("增容计划要公开。",))
        suggestions.registered_case(deputy.deputy)

        page = client_of(staff).get("/cases/?q=增容计划&sort=title")
        exported = cases_of_query("q=增容计划&sort=title", by=staff, at=NOW)

        assert {row.pk for row in page.context["listing"].rows} == {case.pk for case in exported}
        assert len(exported) == 2


class TestWhatIsShown:
    def test_where_the_words_stand_with_the_words_marked(self, unit, deputy, staff, client_of):
        handling.replied_case(unit, lead=deputy.deputy, title="关于停车的建议")

        text = client_of(staff).get("/cases/?q=停车+三千万元+过半数").text

        assert "关于<mark>停车</mark>的建议" in text
        assert re.findall(r'snippet-where">(.*?)</span>(.*?)</p>', text) == [
            (
                "答复第1项",
                (
                    "已制定三年增容计划，今年安排资金<mark>三千万元</mark>，"
                    "六月底前完成首批四十个小区改造。"
                ),
            ),
            (
                "答复第2项",
                "已会同住建部门明确议事程序，业主大会<mark>过半数</mark>同意即可利用公共场地建设。",
            ),
        ]

    def test_what_people_wrote_stays_text(self, deputy, session, staff, client_of):
        suggestions.registered_case(
            deputy.deputy, title="关于<b>栈桥</b>的建议", items=("<script>栈桥</script>",)
        )

        text = client_of(staff).get("/cases/?q=栈桥").text

        assert "关于&lt;b&gt;<mark>栈桥</mark>&lt;/b&gt;的建议" in text
        assert "&lt;script&gt;<mark>栈桥</mark>&lt;/script&gt;" in text

    def test_what_was_looked_through_where_nothing_is_found(self, staff, session, client_of):
        text = client_of(staff).get("/cases/?q=栈桥+码头&filing=in_session").text

        assert "找的是同时含有“栈桥”“码头”的建议" in text
        assert "已发出的答复" in text
        assert '<a href="?q=%E6%A0%88%E6%A1%A5">只找“栈桥”</a>' in text
        assert "去掉其他条件再找" in text

    def test_a_unit_sees_its_own_draft_named_so(self, shared, clerk, client_of):
        lead = shared.assignments.get(role="lead")
        items = {item.pk: ("done", "拟建琉璃亭。") for item in shared.items.all()}
        handling.saved_draft(lead, answers=items, code="A")

        text = client_of(clerk).get("/cases/?q=琉璃亭").text

        assert '<span class="snippet-where">答复稿第1项</span>' in text

    def test_many_finds_are_kept_but_not_from_whoever_did_something_nor_beyond_what_they_see(
        self, deputy, session, staff, director, client_of, monkeypatch
    ):
        monkeypatch.setattr("ledgers.selectors.finding.MANY", 0)
        first = suggestions.registered_case(deputy.deputy, title="关于建设口袋公园的建议")
        client = client_of(staff)

        def found(reader):
            rows = client_of(reader).get("/cases/", {"q": "口袋公园"}).context["listing"].rows
            return [case.pk for case in rows]

        before = found(staff)
        second = suggestions.registered_case(deputy.deputy, title="关于管好口袋公园的建议")
        kept, of_another = found(staff), found(director)
        client.post(reverse("elder_mode"), {"elder": "1", "next": "/"})
        after = found(staff)
        Suggestion.objects.filter(pk=first.pk).update(stage=Stage.DRAFT, entered_by=None)

        assert before == kept == [first.pk]
        assert after == of_another == [second.pk, first.pk]
        assert found(staff) == [second.pk]

    def test_more_finds_than_memory_is_spent_on_are_not_kept(
        self, deputy, session, staff, client_of, monkeypatch
    ):
        monkeypatch.setattr("ledgers.selectors.finding.MANY", 0)
        monkeypatch.setattr("ledgers.selectors.finding.MOST_KEPT", 0)
        client, totals = client_of(staff), []
        for _ in range(3):
            suggestions.registered_case(deputy.deputy, title="关于建设口袋公园的建议")
            page = client.get("/cases/", {"q": "口袋公园"})
            totals.append(page.context["listing"].total)

        assert totals == [1, 2, 3]

    @pytest.mark.parametrize(
        ("who", "query"),
        [("staff", "资金 改造 增容"), ("clerk", "安排"), ("deputy", "没有写过的一句话")],
    )
    def test_as_many_queries_for_three_rows_as_for_one(
        self, request, unit, deputy, client_of, who, query
    ):
        client, asked = client_of(request.getfixturevalue(who)), []
        for more in (1, 2):
            for _ in range(more):
                handling.replied_case(unit, lead=deputy.deputy)
            client.get("/cases/", {"q": query})
            with CaptureQueriesContext(connection) as queries:
                client.get("/cases/", {"q": query})
            asked.append(len([each for each in queries if "SAVEPOINT" not in each["sql"]]))

        assert asked[0] == asked[1] <= 15
