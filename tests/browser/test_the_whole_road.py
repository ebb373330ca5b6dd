"""
One suggestion from draft to closed in a real browser, through 不满意 and a second round.

The deputy works on a phone of 360 pixels, everybody else at a desk of 1366. Each person finds
the next deed where the inbox or the case page offers it; pictures go to test-results/road/.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from accounts.models import Membership
from evaluation.models import Verdict
from handling.models import Delivery
from suggestions.models import CoSigner, Suggestion
from suggestions.stages import Stage
from tests.factories import congress as bodies
from tests.factories.handling import pdf

PICTURES = Path(settings.BASE_DIR) / "test-results" / "road"
PASSWORD = "xuehua-piao-2026"
TITLE = "关于在老旧小区加装无障碍坡道的建议"
ITEMS = (
    "摸清底数，今年内公布需要加装坡道的小区名单。",
    "把所需经费列入预算，明年六月底前完成首批。",
)
ANSWERS = (
    "名单已经在官网公布，共一百二十六个小区。",
    "经费已列入预算，首批四十个小区已经开工。",
)


class Person:
    """One person at one browser, who sees what the next page offers and does it."""

    def __init__(self, name: str, page: Page, sound: Callable[[Page], None]) -> None:
        self.name, self.page, self.sound = name, page, sound

    def opens(self, url: str) -> Person:
        self.page.goto(url)
        return self

    def finds(self, task: str, button: str) -> Person:
        """Take up a task from the inbox by its button."""
        self.page.goto("/inbox/")
        card = self.page.locator("article.task", has_text=task).first
        card.get_by_role("link", name=button).first.click()
        return self

    def chooses(self, deed: str) -> Person:
        """Follow a deed on the page of the case."""
        self.page.locator("main").get_by_role("link", name=deed).first.click()
        return self

    def writes(self, **fields: str) -> Person:
        for name, value in fields.items():
            self.page.locator(f'[name="{name}"]').first.fill(value)
        return self

    def picks(self, name: str, label: str) -> Person:
        self.page.locator(f'select[name="{name}"]').select_option(label=label)
        return self

    def ticks(self, name: str, value: str) -> Person:
        self.page.locator(f'input[name="{name}"][value="{value}"]').check()
        return self

    def presses(self, button: str) -> Person:
        """Press a button and wait for the page it leads to."""
        found = self.page.locator("main").get_by_role("button", name=button, exact=True)
        try:
            with self.page.expect_navigation(timeout=20_000):
                found.first.click()
        except PlaywrightTimeout:
            shown = self.page.locator("main").inner_text()[:1500]
            pytest.fail(f"“{button}” leads nowhere; the page says:\n{shown}")
        return self

    def unfolds(self, summary: str) -> Person:
        self.page.locator("main summary", has_text=summary).first.click()
        return self

    def uploads(self, name: str, file_name: str) -> Person:
        paper = {"name": file_name, "mimeType": "application/pdf", "buffer": pdf().read()}
        self.page.locator(f'input[name="{name}"]').set_input_files(paper)
        return self

    def reads(self, text: str) -> Person:
        self.page.get_by_text(text).first.wait_for()
        return self

    def keeps(self, picture: str) -> Person:
        """Keep a picture of a page that has no fault that axe or a ruler finds."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        # The caret is hidden by an inline style, which the Content-Security-Policy refuses.
        path = PICTURES / f"{picture}-{self.name}.png"
        self.page.screenshot(path=path, full_page=True, caret="initial")
        self.sound(self.page)
        return self


@pytest.fixture
def sitting(congress, term):
    """A session that sits today."""
    today = timezone.localdate()
    return bodies.make_session(
        congress,
        term,
        number=3,
        opens_on=today - timedelta(days=1),
        closes_on=today + timedelta(days=2),
    )


@pytest.fixture
def people(
    open_page, sound, sitting, deputy, cosigner, secretary, staff, clerk, unit_head, other_clerk
) -> Callable[[str], Person]:
    seats = {
        "deputy": (deputy, 360),
        "cosigner": (cosigner, 360),
        "secretary": (secretary, 1366),
        "staff": (staff, 1366),
        "clerk": (clerk, 1366),
        "unit_head": (unit_head, 1366),
        "other_clerk": (other_clerk, 1366),
    }
    known: dict[str, Person] = {}
    deputy.user.set_password(PASSWORD)
    deputy.user.save()

    def person(name: str) -> Person:
        if name not in known:
            seat, width = seats[name]
            known[name] = Person(name, open_page(seat, "/", width=width), sound)
        return known[name]

    return person


@pytest.fixture
def paper_deputy(term, delegation) -> Membership:
    return bodies.make_deputy(term, delegation, name="冯长河", works_on_paper=True)


def test_a_suggestion_from_draft_to_closed(
    people, deputy, cosigner, paper_deputy, category, unit, other_unit
):
    write_and_submit(people, cosigner)
    case = Suggestion.objects.get(title=TITLE)
    review_and_hand_over(people, case, paper_deputy, category, unit, other_unit)
    handle(people, case)
    judge(people, case, "dissatisfied")
    order_another_round(people, case)
    handle_again(people, case)
    judge(people, case, "satisfied")
    release(people, case)

    case.refresh_from_db()
    assert Stage(case.stage) == Stage.CLOSED
    assert case.round == 2
    verdicts = Verdict.objects.filter(assignment__suggestion=case, assignment__role="lead")
    assert list(verdicts.order_by("round").values_list("round", "result")) == [
        (1, "dissatisfied"),
        (2, "satisfied"),
    ]
    told = Delivery.objects.filter(reply__assignment__suggestion=case, reply__round=2)
    assert told.count() == 3
    people("deputy").opens(f"/cases/{case.pk}/").reads("办结").keeps("20-closed")


def write_and_submit(people, cosigner):
    author = people("deputy")
    author.keeps("01-home").chooses("写一件建议").presses("开始写")
    if "标题" not in author.page.title():
        author.chooses("标题与类别")
    author.writes(title=TITLE).picks("category", "城乡建设与管理").keeps("02-title")
    author.presses("保存并继续")
    author.writes(
        situation="全市二〇〇〇年以前建成的小区有三百余个，多数单元门口没有坡道，老人和轮椅出入困难。"
    ).presses("保存并继续")
    author.writes(
        analysis="底数不清、资金没有着落、居民意见不一，是坡道迟迟建不起来的主要原因。"
    ).presses("保存并继续")
    boxes = author.page.locator('textarea[name="items"]')
    boxes.nth(0).fill(ITEMS[0])
    if boxes.count() < 2:
        author.presses("再加一条")
    author.page.locator('textarea[name="items"]').nth(1).fill(ITEMS[1])
    author.keeps("03-items").presses("保存并继续")
    author.page.locator("label", has_text="专题调研").click()
    author.presses("保存并继续").presses("保存并继续")
    author.page.locator(f'input[name="deputies"][value="{cosigner.deputy_id}"]').check()
    author.keeps("04-cosigners").presses("邀请勾选的代表联名")

    reader = people("cosigner").finds(TITLE, "阅读")
    reader.keeps("05-cosign").presses("确认联名").reads("确认联名")

    case = Suggestion.objects.get(title=TITLE)
    author.opens(f"/suggestions/{case.pk}/submit/").keeps("06-check").presses("提交建议")
    author.reads("代表团").keeps("07-submitted")


def review_and_hand_over(people, case, paper_deputy, category, unit, other_unit):
    liaison = people("secretary")
    liaison.opens(f"/suggestions/{case.pk}/signatures/")
    liaison.ticks("deputies", str(paper_deputy.pk)).uploads("scan", "联名签名.pdf")
    liaison.keeps("08-paper").presses("录入联名")
    signed = CoSigner.objects.get(suggestion=case, deputy=paper_deputy)
    assert (signed.state, signed.way) == ("confirmed", "paper")
    liaison.finds(TITLE, "初审").writes(opinion="情况属实。").uploads("scan", "团长签字.pdf")
    liaison.keeps("09-pass-on").presses("初审通过")

    office = people("staff")
    office.finds(TITLE, "审核")
    office.page.locator('input[name="checked"]').check()
    office.keeps("10-accept").presses("受理并编号")
    case.refresh_from_db()
    assert case.number_text == "第0001号"
    office.finds(TITLE, "交办")
    if "/assign/" not in office.page.url:
        office.opens(f"/assignment/cases/{case.pk}/assign/")
    office.picks("form-0-unit", unit.name).picks("form-0-role", "主办")
    office.unfolds("增加承办单位").picks("form-1-unit", other_unit.name).picks(
        "form-1-role", "协办"
    )
    office.keeps("11-assign").presses("交办")
    case.refresh_from_db()
    assert Stage(case.stage) == Stage.HANDLING


def handle(people, case):
    clerk, supporter = people("clerk"), people("other_clerk")
    clerk.finds(TITLE, "签收").presses("签收")
    supporter.finds(TITLE, "签收").presses("签收")
    supporter.opens(f"/cases/{case.pk}/").chooses("提交协办意见")
    supporter.writes(text="我单位负责学校周边小区，意见同主办单位，将配合施工。")
    supporter.keeps("12-opinion").presses("提交协办意见")
    _talk(people, case, "13-talk")
    _answer(people, case, "A", "14")


def handle_again(people, case):
    _talk(people, case, "17-talk-again")
    _answer(people, case, "A", "18")


def _talk(people, case, picture):
    clerk = people("clerk").opens(f"/cases/{case.pk}/").chooses("记录沟通")
    clerk.picks("way", "见面沟通").writes(
        talked_on=timezone.localdate().isoformat(),
        place="市民服务中心",
        unit_people="张科长等3人",
        summary="逐条听取代表意见，商定公布名单的时间和首批小区范围。",
    )
    clerk.keeps(picture).presses("记录沟通")
    people("deputy").finds(TITLE, "确认").presses("属实，确认")


def _answer(people, case, code, number):
    clerk = people("clerk").opens(f"/cases/{case.pk}/").chooses("拟写答复")
    page = clerk.page
    for place, words in enumerate(ANSWERS):
        page.locator("select[name^=outcome_]").nth(place).select_option(index=1)
        page.locator("textarea[name^=text_]").nth(place).fill(words)
    page.locator("label", has_text="已经解决或者采纳").first.click()
    clerk.writes(
        opening="您提出的建议收悉，我们会同有关单位认真研究，现答复如下：",
        closing="感谢您对我们工作的关心和支持。",
        contact_name="李明",
        contact_phone="0000-86000001",
    )
    clerk.keeps(f"{number}-draft").presses("保存并送核稿").presses("送核稿")
    people("unit_head").finds(TITLE, "核稿").presses("送代表征求意见")
    people("deputy").finds(TITLE, "看初步答复").keeps(f"{number}-view").presses("认同")
    head = people("unit_head").finds(TITLE, "签发")
    head.writes(
        document_number=f"交函〔2026〕{number}号",
        signer="陈局长",
        signed_on=timezone.localdate().isoformat(),
    )
    head.page.locator('input[name="signer_is_of_level"]').check()
    head.keeps(f"{number}-issue").presses("签发答复")
    case.refresh_from_db()
    assert Stage(case.stage) == Stage.REPLIED


def judge(people, case, result):
    author = people("deputy").finds(TITLE, "评价")
    author.ticks("attitude", "satisfied").ticks("result", result)
    if result == "dissatisfied":
        author.page.locator("label", has_text="未逐条回应").first.click()
        author.writes(reason_text="没有写明首批是哪些小区。")
    picture = "15" if result == "dissatisfied" else "19"
    author.keeps(f"{picture}-judge").presses("下一步：核对").keeps(f"{picture}-check")
    if author.page.locator('input[name="password"]').count():
        author.writes(password=PASSWORD)
    author.presses("提交评价").reads("评价已提交")


def order_another_round(people, case):
    release(people, case)
    office = people("staff").finds(TITLE, "研究")
    office.ticks("outcome", "ordered").writes(reason="请逐条回应，写明首批小区名单。")
    office.keeps("16-again").presses("作出决定")
    case.refresh_from_db()
    assert Stage(case.stage) == Stage.REHANDLING


def release(people, case):
    people("staff").opens(f"/evaluation/cases/{case.pk}/release/").presses("反馈承办单位")
