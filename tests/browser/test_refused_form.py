"""A refused form is swapped in place: summary in focus, nothing lost, no second page."""

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories import assignment as receipts


def test_a_refused_form_has_its_summary_in_focus_and_keeps_what_was_typed(open_page, clerk, unit):
    receipt = receipts.accepted_assignment(unit, at=timezone.now())
    page = open_page(clerk, reverse("assignment:ask_return", args=[receipt.pk]), width=360)
    page.evaluate("window.sameDocument = true")
    page.locator("[name=explanation]").fill("此事由市教育局主管。")

    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        page.get_by_role("button", name="提交申请").click()

    assert answered.value.status == 422
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.locator("[name=explanation]")).to_have_value("此事由市教育局主管。")
    assert page.evaluate("window.sameDocument") is True


def test_a_second_press_sends_nothing_while_the_first_is_under_way(open_page, clerk, unit):
    receipt = receipts.accepted_assignment(unit, at=timezone.now())
    page = open_page(clerk, reverse("assignment:ask_return", args=[receipt.pk]))
    sent = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)

    page.evaluate(
        "() => { const button = document.querySelector('main .btn-primary[type=submit]');"
        " button.click(); button.click(); }"
    )
    expect(page.locator("[data-error-summary]")).to_be_focused()

    assert len(sent) == 1
