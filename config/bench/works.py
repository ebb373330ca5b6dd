"""What is measured: which page, for whom, and its goal (docs/performance.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import Membership, Role
from congress.models import Category, Delegation, Grade, Session, System
from desk.selectors.cases import HEADINGS, listed_cases
from ledgers.rules import FIGURE_ROLES
from suggestions.models import Suggestion
from suggestions.stages import Stage

#: Who sits at the desks; each acts in the account's first seat.
ACCOUNTS = {
    "daibiao02": "代表",
    "danwei01": "承办人",
    "danwei01-head": "单位负责人",
    "gongwei01": "代表工委",
    "gongwei00": "代表工委主任",
    "ducha01": "政府督查室",
    "zhuanwei01": "专委会",
    "lingdao01": "常委会领导",
}
#: A page far from either end.
_DEEP = 2_000


@dataclass(frozen=True)
class Goal:
    """What a page may take: the median in milliseconds, and its queries."""

    median: int
    queries: int | None = None


BARE = None
INBOX, LIST = Goal(40, 15), Goal(60, 15)
CASE, SEARCH, LIKENESS = Goal(60), Goal(80), Goal(150)
DASHBOARD = Goal(150)
#: A list without a goal of its own (quality: lists of ten thousand cases).
OTHER_LIST = Goal(300)


@dataclass(frozen=True)
class Work:
    """One page as one person asks for it."""

    name: str
    account: str
    path: str
    goal: Goal | None

    @property
    def who(self) -> str:
        """Name the role."""
        return ACCOUNTS[self.account]


def works() -> Iterator[Work]:
    """Name all pages that are measured, the bare one first."""
    for account in ACCOUNTS:
        yield Work("空白页", account, reverse("bench-bare"), BARE)
    for account in ACCOUNTS:
        yield Work("待办", account, reverse("desk:inbox"), INBOX)
    for account in ACCOUNTS:
        yield from _lists(account)
    yield from _filtered("gongwei01")
    yield from _filtered("ducha01", only=("session", "stage", "late"))
    yield from _sorted("gongwei01")
    yield from _searches()
    for account in ACCOUNTS:
        yield from _cases(account)
    yield from _overviews()


def seat_of(account: str) -> Membership:
    """Return the seat in which an account of the demonstration acts."""
    return Membership.objects.with_seats().filter(user__username=account).order_by("pk")[0]


def _list(**query: object) -> str:
    asked = f"?{urlencode(query, doseq=True)}" if query else ""
    return reverse("desk:cases") + asked


def _lists(account: str) -> Iterator[Work]:
    pages = max(listed_cases(seat_of(account)).count() // 50, 1)
    yield Work("建议列表 首页", account, _list(), LIST)
    yield Work(f"建议列表 第{min(pages // 2, _DEEP)}页", account, _list(page=pages // 2), LIST)
    if pages > _DEEP:
        yield Work(f"建议列表 第{_DEEP}页", account, _list(page=_DEEP), LIST)
    yield Work("建议列表 末页", account, _list(page=pages), LIST)


def _values(account: str) -> dict[str, object]:
    seat = seat_of(account)
    held = {"congress_id": seat.congress_id}
    receipt = Suggestion.objects.get(pk=_a_case("gongwei01")).assignments.all()[0]
    return {
        "session": Session.objects.get(**held, is_current=True).pk,
        "stage": [Stage.HANDLING, Stage.REPLIED],
        "filing": "between_sessions",
        "category": Category.objects.filter(**held)[3].pk,
        "delegation": Delegation.objects.filter(**held)[0].pk,
        "unit": receipt.unit_id,
        "system": System.objects.filter(**held)[0].pk,
        "handling": "lead_and_support",
        "grade": Grade.objects.filter(**held)[0].pk,
        "key": "1",
        "late": "late",
        "promise": "open",
    }


def _filtered(account: str, only: tuple[str, ...] = ()) -> Iterator[Work]:
    for name, value in _values(account).items():
        if not only or name in only:
            yield Work(f"建议列表 筛选 {name}", account, _list(**{name: value}), LIST)
    if not only:
        yield Work("建议列表 筛选 late=near", account, _list(late="near"), LIST)
        yield Work("建议列表 筛选 key=0", account, _list(key="0"), LIST)
        yield Work("建议列表 筛选 promise=any", account, _list(promise="any"), LIST)


def _sorted(account: str) -> Iterator[Work]:
    for heading in HEADINGS:
        for sign in ("", "-") if heading.key else ():
            asked = f"{sign}{heading.key}"
            yield Work(f"建议列表 排序 {asked}", account, _list(sort=asked), LIST)
    current = Session.objects.get(congress__code="demo", is_current=True)
    pages = current.suggestions.exclude(stage=Stage.DRAFT).count() // 50
    deep = _list(session=current.pk, sort="due", page=max(pages // 2, 1))
    yield Work("建议列表 本次会议 排序 due 中间页", account, deep, LIST)


def _searches() -> Iterator[Work]:
    search = reverse("desk:search")
    for account in ("gongwei01", "danwei01", "ducha01", "daibiao02"):
        for name, words in (
            ("编号", "73"),
            ("词语", "老旧小区"),
            ("两个词", "临江 电梯"),
            ("短词", "水"),
            ("常见词", "建设"),
            ("具体建议中的词", "社区 试点"),
            ("答复中的词", "勘察"),
            ("承诺中的词", "投入使用"),
            ("整句", "尽快推进老旧住宅加装电梯"),
            ("没有的词", "飞碟降落"),
        ):
            if name == "编号":
                yield Work("按编号查找", account, f"{search}?q={words}", SEARCH)
            else:
                yield Work(f"搜索 {name}", account, _list(q=words), SEARCH)


def _a_case(account: str) -> int | None:
    """Find the case with the longest history that the account may see."""
    cases = Suggestion.objects.visible_to(seat_of(account)).filter(session__congress__code="demo")
    newest = cases.order_by("-session__is_current", "-round", "pk")
    return newest.values_list("pk", flat=True).first()


def _cases(account: str) -> Iterator[Work]:
    case = _a_case(account)
    if case is not None:
        yield Work("建议页（全部栏目）", account, reverse("desk:case", args=[case]), CASE)


def _overviews() -> Iterator[Work]:
    for account, who in ACCOUNTS.items():
        role = seat_of(account).role
        if role in FIGURE_ROLES:
            yield Work("看板", account, reverse("desk:dashboard"), DASHBOARD)
            yield Work("统计", account, reverse("ledgers:figures"), DASHBOARD)
        if role != Role.DEPUTY:
            yield Work("督办", account, reverse("supervision:overview"), OTHER_LIST)
        if who == "代表工委":
            late = f"{reverse('supervision:overview')}?state=late&page=20"
            yield Work("督办 逾期 第20页", account, late, OTHER_LIST)
            yield Work("评价", account, reverse("evaluation:overview"), OTHER_LIST)
        if who == "承办人":
            yield Work("承办件", account, reverse("assignment:receipts"), OTHER_LIST)
        if who == "代表":
            yield Work("代表首页", account, reverse("desk:deputy_home"), INBOX)
            yield Work("我的建议", account, reverse("suggestions:mine"), OTHER_LIST)
