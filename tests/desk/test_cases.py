"""The list of cases: its whole state in the address, each row once, as many queries for any."""

import re
from datetime import timedelta
from unittest.mock import ANY

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.listing import make_listing
from congress.models import Grade
from desk.selectors.cases import HEADINGS, case_rows, countable_cases, listed_cases
from ledgers.filters import CaseFilter
from tests.factories import TODAY, handling, suggestions
from tests.factories import assignment as receipts
from tests.factories import congress as bodies

SORTS = [f"{sign}{heading.key}" for heading in HEADINGS if heading.key for sign in ("", "-")]


@pytest.fixture
def cases(unit, other_unit, deputy, term, congress):
    """Return a few cases of three sessions, with and without days."""
    lead = deputy.deputy
    older = bodies.make_session(congress, term, number=8, opens_on=TODAY - timedelta(days=700))
    undated = bodies.make_session(congress, term, number=9, opens_on=None, closes_on=None)
    bodies.make_session(congress, term, number=10)  # the one opened last is the current one
    made = [
        receipts.offered_assignment(unit, lead=lead).suggestion,
        receipts.accepted_assignment(other_unit, lead=lead).suggestion,
        handling.replied_case(unit, lead=lead),
        suggestions.registered_case(lead),
        suggestions.case_in_review(lead),
        suggestions.registered_case(lead),
        suggestions.registered_case(lead),
    ]
    for case, another in zip(made[-2:], (older, undated), strict=True):
        type(case).objects.filter(pk=case.pk).update(session=another)
    return made


def pages_of(query_of, actor, size=2):
    """Walk all pages of the list and return the keys in order."""
    found, number, last = [], 1, 1
    while number <= last:
        listing = make_listing(
            query_of(number),
            listed_cases(actor),
            filters=CaseFilter,
            headings=HEADINGS,
            default_sort="-number",
            rows=lambda rows: case_rows(rows, actor),
            page_size=size,
            filter_context={"actor": actor, "today": TODAY},
        )
        found += [case.pk for case in listing.rows]
        last, number = listing.page.paginator.num_pages, number + 1
    return found


def test_the_cases_of_a_deputy_stand_together_and_those_of_nobody_last(
    cases, other_deputy, staff, rf
):
    led = [suggestions.registered_case(other_deputy.deputy) for _ in range(3)]
    nobodys = suggestions.registered_case(
        other_deputy.deputy, lead_deputy=None, proposer="delegation", cosigners=[]
    )

    found = pages_of(lambda number: rf.get("/", {"sort": "deputy", "page": number}).GET, staff, 3)

    of = {case.pk: case.lead_deputy.name for case in [*cases, *led]}
    names = [of[pk] for pk in found[:-1]]
    assert (names, found[-1]) == (sorted(of.values()), nobodys.pk)


@pytest.mark.parametrize("sort", SORTS)
def test_every_order_holds_each_case_once_and_backwards_is_the_reverse(cases, staff, rf, sort):
    def query(sort):
        return lambda number: rf.get("/", {"sort": sort, "page": number}).GET

    opposite = sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"

    forwards, backwards = (pages_of(query(each), staff) for each in (sort, opposite))

    assert sorted(forwards) == sorted(case.pk for case in cases)
    assert forwards == backwards[::-1]


def test_the_newest_session_comes_first_and_the_undated_last(cases, staff, rf):
    found = pages_of(lambda number: rf.get("/", {"page": number}).GET, staff)

    assert found[-2:] == [cases[-2].pk, cases[-1].pk]


def test_the_nearest_day_comes_first_and_those_without_last(cases, staff, rf):
    found = pages_of(lambda number: rf.get("/", {"sort": "due", "page": number}).GET, staff)

    days = dict(listed_cases(staff).values_list("pk", "nearest_due"))
    dated = [days[pk] for pk in found if days[pk]]
    assert dated == sorted(dated)
    assert [days[pk] for pk in found] == dated + [None] * (len(found) - len(dated))


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("stage=handling", [0, 1]),
        ("stage=handling&stage=replied", [0, 1, 2]),
        ("unit={unit}", [0, 2]),
        ("unit={unit}&stage=replied", [2]),
        ("session={session}", [0, 1, 2, 3, 4]),
        ("key=1", []),
    ],
)
def test_filters_narrow_the_list_and_stay_in_every_address(
    cases, staff, unit, client_of, query, wanted
):
    query = query.format(unit=unit.pk, session=cases[0].session_id)

    listing = client_of(staff).get(f"/cases/?{query}&sort=title").context["listing"]

    assert sorted(case.pk for case in listing.rows) == sorted(cases[n].pk for n in wanted)
    assert listing.total == len(wanted)
    assert all(pair in listing.page_url(2) for pair in [*query.split("&"), "sort=title"])


def test_a_row_says_all_there_is_to_a_case(congress, unit, other_unit, deputy, staff, client_of):
    case = receipts.handed_over_case(
        unit, other_unit, roles=["lead", "support"], lead=deputy.deputy, title="修<b>路</b>"
    )
    grade = Grade.objects.create(congress=congress, code="a", label="一类")
    case.grade, case.round, case.filing = grade, 2, case.Filing.BETWEEN_SESSIONS
    case.save()
    first = case.deadlines.open().duties().order_by("due_on", "pk")[0]

    text = client_of(staff).get("/cases/").text

    cells = re.findall(r'<t[dh] [^>]*data-label="([^"]+)"[^>]*>(.*?)</t[dh]>', text, re.DOTALL)
    due = f"{first.due_on.month}月{first.due_on.day}日"
    assert dict(cells) == {
        "编号": case.number_text,
        "标题": f'<a href="/cases/{case.pk}/"><span>修&lt;b&gt;路&lt;/b&gt;</span></a>'
        ' <span class="badge badge-neutral">一类</span>'
        ' <span class="badge badge-neutral">闭会</span>',
        "领衔代表": deputy.deputy.name,
        "类别": case.category.label,
        "承办单位": f'{unit}<span class="meta">（主办）</span><br>'
        f'{other_unit}<span class="meta">（协办）</span>',
        "阶段": f"{case.get_stage_display()}·第2轮",
        "最近期限": ANY,
    }
    assert (
        f'<br><span class="meta">{first.get_kind_display()} {due}</span>' in dict(cells)["最近期限"]
    )


def test_a_row_without_anything_says_so(deputy, staff, client_of):
    case = suggestions.case_in_review(deputy.deputy, category=None)
    case.deadlines.all().delete()

    text = client_of(staff).get("/cases/").text

    dashes = re.findall(r'data-label="([^"]+)"[^>]*>—</td>', text)
    assert dashes == ["编号", "类别", "承办单位", "最近期限"]


@pytest.mark.parametrize("who", ["deputy", "cosigner", "other_deputy", "head_deputy", "staff"])
def test_what_is_counted_is_what_is_listed(request, who, deputy, cosigner, head_deputy, session):
    suggestions.submitted_case(deputy.deputy, cosigners=[cosigner.deputy])
    taken_in = suggestions.registered_case(head_deputy.deputy)
    suggestions.merged_case(taken_in, deputy.deputy)
    suggestions.withdrawn_case(cosigner.deputy)
    suggestions.submitted_case(
        head_deputy.deputy, proposer="delegation", lead_deputy=None, cosigners=[]
    )
    actor = request.getfixturevalue(who)

    listed = set(listed_cases(actor))
    counted = set(countable_cases(listed_cases(actor), actor))

    assert counted == listed
    assert bool(listed) == (who != "other_deputy")


def test_a_unit_finds_its_own_and_another_nothing(cases, clerk, outsider, client_of):
    found = [
        {case.pk for case in client_of(who).get("/cases/").context["listing"].rows}
        for who in (clerk, outsider)
    ]

    assert found == [{cases[0].pk, cases[2].pk}, set()]


def test_offers_the_choices_of_its_own_congress_alone(
    cases, staff, unit, other_unit, other_congress, client_of
):
    bodies.make_unit(other_congress, name="邻市财政局")

    text = client_of(staff).get("/cases/").text

    assert unit.name in text
    assert "邻市财政局" not in text


@pytest.mark.parametrize("query", ["", "sort=due", "late=late", "q=建议", "unit={unit}"])
@pytest.mark.parametrize("who", ["staff", "clerk"])
def test_asks_as_often_for_three_rows_as_for_one(
    request, unit, deputy, session, client_of, who, query
):
    client = client_of(request.getfixturevalue(who))
    url, asked = f"/cases/?{query.format(unit=unit.pk)}", []
    for more in (1, 2):
        for _ in range(more):
            receipts.accepted_assignment(unit, lead=deputy.deputy, title="建议一则")
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        asked.append(len([each for each in queries if "SAVEPOINT" not in each["sql"]]))

    assert asked[0] == asked[1] <= 15
