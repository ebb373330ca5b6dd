"""What is listed, exported and shown is the same; and ends in the moment a unit is replaced."""

from __future__ import annotations

import random
from datetime import date
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from assignment.services.mix import replace_unit
from assignment.services.returns import grant_return
from common.listing import make_listing
from common.refusals import Refusal
from congress.models import Category, Delegation, Session, System, Unit
from desk.selectors import cases as selectors
from ledgers.exports import cases_of_query, export_of
from ledgers.facts import Scope
from ledgers.figures import figures
from ledgers.filters import CaseFilter
from ledgers.rules import may_read_figures
from ledgers.running import run
from ledgers.selectors.pages import figure_list, systems_of
from ledgers.services.jobs import NoLongerYours, ask_export, open_file
from ledgers.tables import tables_of
from suggestions.attachments import attach
from suggestions.models import Attachment, Audience, Suggestion
from suggestions.stages import Stage
from tests.access.asking import ask
from tests.access.world import build
from tests.factories import NOW, TODAY
from tests.factories import handling as replies
from tests.factories import suggestions as cases
from tests.factories.assignment import (
    accepted_assignment,
    asked_return,
    offered_assignment,
    staff_of,
)
from tests.factories.supervision import released_notice, urged

pytestmark = pytest.mark.django_db
READERS = (
    "staff", "director", "session_staff", "other_staff", "system_office", "other_system_office",
    "clerk", "unit_head", "other_clerk", "outsider", "committee_member", "leader",
    "leading_official", "secretary", "other_secretary", "deputy", "cosigner", "other_deputy",
)  # fmt: skip
SEED, FILTERS = 20260309, 100


def random_query(chance: random.Random) -> str:
    """Make up a query string as the filters of the list could."""
    offered = {
        "stage": [stage.value for stage in Stage if stage != Stage.DRAFT],
        "filing": Suggestion.Filing.values,
        "handling": Suggestion.Handling.values,
        "key": ["0", "1"],
        "late": ["late", "near"],
        "promise": ["open", "any"],
        "q": ["充电桩", "公交", "建设", "不存在的词", "第0003号"],
        **{
            model._meta.model_name: list(model.objects.values_list("pk", flat=True))
            for model in (Session, Category, Delegation, Unit, System)
        },
    }
    chosen = chance.sample(sorted(offered), chance.randint(0, 3))
    return urlencode([(name, chance.choice(offered[name])) for name in chosen if offered[name]])


def listed(query: str, actor, today: date = TODAY) -> set[int] | None:
    """Return what the list shows under a query; None where it says that it cannot be read."""
    listing = make_listing(
        QueryDict(query),
        selectors.listed_cases(actor),
        filters=CaseFilter,
        headings=selectors.HEADINGS,
        default_sort="-number",
        page_size=10_000,
        filter_context={"actor": actor, "today": today},
    )
    return {case.pk for case in listing.rows} if not listing.filterset.errors else None


def exported(query: str, actor) -> set[int] | None:
    try:
        return set(cases_of_query(query, by=actor, at=NOW).values_list("pk", flat=True))
    except Refusal:
        return None


@pytest.mark.long
def test_an_export_holds_what_its_list_shows(request, unit, other_unit, tmp_path):
    readers = {name: request.getfixturevalue(name) for name in READERS}
    build(readers, unit, other_unit)
    chance = random.Random(SEED)

    compared, differ, filed = 0, [], 0
    for n in range(FILTERS):
        query = random_query(chance)
        for who, actor in readers.items():
            shown, kept = listed(query, actor), exported(query, actor)
            compared += 1
            if shown != kept:
                differ.append((query, who, shown, kept))
            if (shown or set()) - in_sight(actor):
                differ.append((query, who, "beyond sight"))
            if n % 25 == 0 and kept is not None:
                with (tmp_path / "out.xlsx").open("w+b") as to:
                    filed += 1
                    if set(export_of(query, to, by=actor, at=NOW)) != shown:
                        differ.append((query, who, "file"))

    print(  # noqa: T201 -- the figure to report
        f"#18 seed {SEED}: {FILTERS} filters × {len(readers)} roles, {compared} lists and exports "
        f"compared ({filed} files written): differences {len(differ)}/{compared}"
    )
    assert differ == []


def counted_and_listed(scope: Scope, actor, line) -> tuple[int, int, int]:
    """Return a figure, how many rows the list behind it has, and how many of them are hidden."""
    rows, page, cases = 0, 1, set()
    while True:
        found = figure_list(scope, line.path, actor, str(page))
        rows = found.page.paginator.count
        if found.kind != "units":
            cases |= {getattr(row, "suggestion_id", row.pk) for row in found.page}
        if not found.page.has_next():
            break
        page += 1
    return line.count, rows, len(cases - in_sight(actor))


def in_sight(actor) -> set[int]:
    return set(Suggestion.objects.visible_to(actor).values_list("pk", flat=True))


@pytest.mark.long
def test_a_figure_counts_what_the_list_behind_it_shows(request, unit, other_unit):
    readers = {name: request.getfixturevalue(name) for name in READERS}
    build(readers, unit, other_unit)

    compared, differ = 0, []
    for who, actor in readers.items():
        if not may_read_figures(actor):
            continue
        own = systems_of(actor)
        systems = list(System.objects.filter(congress=actor.congress)) if own is None else own
        for session in Session.objects.filter(congress=actor.congress):
            for system in [*([None] if own is None else []), *systems]:
                scope = Scope(actor.congress, session, TODAY, system)
                numbers = figures(scope.congress, session, TODAY, system)
                for line in [line for table in tables_of(numbers) for line in table.lines]:
                    count, rows, hidden = counted_and_listed(scope, actor, line)
                    compared += 1
                    if count != rows or hidden:
                        differ.append((who, str(system), line.path, count, rows, hidden))

    print(  # noqa: T201 -- the figure to report
        f"#18 {compared} figures × readers compared with the lists behind them: "
        f"differences {len(differ)}/{compared}"
    )
    assert differ == []


@pytest.mark.long
def test_the_page_of_the_list_says_how_many_there_are(request, client_of, unit, other_unit):
    readers = {name: request.getfixturevalue(name) for name in READERS}
    build(readers, unit, other_unit)
    chance = random.Random(SEED)

    compared, differ = 0, []
    for _ in range(FILTERS // 5):
        query = random_query(chance)
        for who, actor in readers.items():
            shown = listed(query, actor, timezone.localdate())
            page = ask(client_of(actor), "get", f"{reverse('desk:cases')}?{query}")
            listing = page.context["listing"]
            compared += 1
            if shown is not None and listing.page.paginator.count != len(shown):
                differ.append((query, who, listing.page.paginator.count, len(shown)))

    print(  # noqa: T201 -- the figure to report
        f"#18 {compared} pages of the list, also what is printed: differences {len(differ)}"
    )
    assert differ == []


class TestReplacement:
    """改派 and 退回 take effect at once, on everything that the old unit still has open."""

    @pytest.fixture
    def held(self, unit, deputy, clerk):
        """Return a receipt of the unit with something at every address that hangs on it."""
        held = accepted_assignment(unit, lead=deputy.deputy, by=clerk)
        case = held.suggestion
        replies.recorded_talk(held)
        for audience in (Audience.EVERYONE, Audience.UNIT):
            attach(
                case,
                replies.pdf(),
                purpose=Attachment.Purpose.SUGGESTION,
                by=deputy,
                at=NOW,
                audience=audience,
                unit=unit if audience == Audience.UNIT else None,
            )
        return held

    def addresses(self, held, *more: str) -> list[str]:
        case = held.suggestion
        found = [
            *(reverse(f"assignment:{name}", args=[held.pk]) for name in ("delegate",)),
            *(
                reverse(f"handling:{name}", args=[held.pk])
                for name in ("record_talk", "record_attempt", "draft_reply", "ask_extension")
            ),
            reverse("desk:case", args=[case.pk]),
            *(
                reverse("suggestions:attachment", args=[paper.pk])
                for paper in case.attachments.all()
            ),
        ]
        return [*found, *more]

    def served(self, urls, clients) -> int:
        return sum(
            ask(client, "get", url, headers=headers).status_code == 200
            for url in urls
            for client in clients
            for headers in ({}, {"HX-Request": "true"}, {"Range": "bytes=0-9"})
        )

    def test_by_another_unit(self, held, third_unit, clerk, unit_head, client_of):
        urging, draft = urged(held), replies.saved_draft(held)
        notice = released_notice(held)
        more = [
            reverse("supervision:answer_urging", args=[urging.pk]),
            reverse("supervision:notice", args=[notice.pk]),
            reverse("supervision:print_notice", args=[notice.pk, "docx"]),
            reverse("handling:reply", args=[draft.pk]),
        ]
        urls, clients = self.addresses(held, *more), [client_of(clerk), client_of(unit_head)]
        before = self.served(urls, clients)
        told = [client.get(reverse("desk:alerts")).text for client in clients]
        assert all(held.suggestion.title in text for text in told)
        waiting = ask_export("", total=1, by=clerk, at=NOW)
        made = ask_export("", total=1, by=clerk, at=NOW)
        run(made.pk, at=NOW)

        replace_unit(held.pk, to=third_unit, why="职责不符。", by=staff_of(held.suggestion), at=NOW)
        run(waiting.pk, at=NOW)

        after = self.served(urls, clients)
        posted = [
            client.post(reverse("handling:autosave_reply", args=[held.pk]), {}).status_code
            for client in clients
        ]
        pages = [
            client.get(reverse(f"desk:{name}")).text
            for client in clients
            for name in ("inbox", "alerts", "cases", "search")
        ]
        for job in (waiting, made):
            job.refresh_from_db()
        asked = len(urls) * len(clients) * 3
        named = sum(held.suggestion.title in text for text in pages)
        print(  # noqa: T201 -- the figure to report
            f"#14 {before} of {asked} served before, served after replacement {after}/{asked}; "
            f"pages and alerts that still name the case {named}/{len(pages)}"
        )
        assert before > asked // 2
        assert after == 0
        assert named == 0
        assert set(posted) == {404}
        assert waiting.case_ids == []
        assert made.case_ids == [held.suggestion_id]
        with pytest.raises(NoLongerYours):
            open_file(made, by=clerk, at=NOW)

    def test_by_a_return_that_was_granted(
        self, unit, other_unit, deputy, clerk, system_office, client_of
    ):
        asked = asked_return(offered_assignment(unit, lead=deputy.deputy), other_unit)
        case, client = asked.assignment.suggestion, client_of(clerk)
        urls = [
            case.get_absolute_url(),
            reverse("assignment:ask_return", args=[asked.assignment_id]),
            reverse("assignment:accept", args=[asked.assignment_id]),
        ]
        assert ask(client, "get", urls[0]).status_code == 200

        grant_return(asked.pk, by=system_office, at=NOW)

        assert [ask(client, "get", url).status_code for url in urls] == [404, 404, 404]
        assert case.title not in client.get(reverse("desk:cases")).text
        assert case.title not in client.get(reverse("desk:alerts")).text
        # There is nothing to do about it any more.
        sections = client.get(reverse("desk:inbox")).context["sections"]
        assert [section.count for section in sections] == []


def test_cases_of_every_stage_are_in_some_list(staff, deputy, session):
    made = {stage: cases.case_in(stage, deputy.deputy) for stage in Stage if stage != Stage.DRAFT}

    for stage, case in made.items():
        assert case.pk in listed(f"stage={stage}", staff), stage
        assert case.pk in exported(f"stage={stage}", staff), stage
