"""Each component in each variant, at each width, in both modes; then what the scripts do."""

import re
import time
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import expect

WIDTHS = [320, 360, 768, 1366]


def _looks() -> Iterator[Any]:
    """Give every look; each pair of shell, width and mode is in the half of every day."""
    for (s, shell), (w, width), elder in product(
        enumerate(["pocket", "desk"]), enumerate(WIDTHS), [False, True]
    ):
        marks = [pytest.mark.long] if (s + w + elder) % 2 else []
        mode = "elder" if elder else "normal"
        yield pytest.param(shell, width, elder, marks=marks, id=f"{shell}-{width}-{mode}")


@pytest.mark.parametrize(("shell", "width", "elder"), list(_looks()))
def test_the_gallery_is_sound(open_page, sound, shell, width, elder):
    page = open_page(None, f"/ui/?shell={shell}&elder={int(elder)}", width=width)

    sound(page)


@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
def test_the_public_shell_is_sound(open_page, sound, elder):
    page = open_page(None, f"/ui/?shell=public&elder={int(elder)}", width=360)

    sound(page)


@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
def test_more_than_four_places_lie_behind_one_tab(open_page, sound, elder):
    page = open_page(None, f"/ui/?shell=leader&elder={int(elder)}", width=360)
    more = page.locator(".dock-more")
    expect(page.locator(".dock > ul > li:visible")).to_have_count(4)

    more.locator("summary").click()

    expect(more.locator("li:visible")).to_have_text(["看板", "统计台账", "我的"])
    sound(page)


def test_filters_make_room_for_the_list_on_a_phone(open_page):
    page = open_page(None, "/ui/?shell=desk", width=360)
    expect(page.get_by_label("关键词")).to_be_hidden()

    page.get_by_text("筛选条件（已选 1 项）").click()

    expect(page.get_by_label("关键词")).to_be_visible()


def test_filters_that_are_folded_on_a_phone_never_push_the_list_down(open_page, staff):
    page = open_page(staff, "/cases/", width=360)

    def late(route):
        time.sleep(0.5)
        route.continue_()

    page.route("**/app.*js", late)
    page.reload()
    expect(page.get_by_label("关键词").last).to_be_hidden()
    shifts = page.evaluate(
        """() => new Promise((done) => {
          new PerformanceObserver((list) => done(list.getEntries().map((entry) => entry.value)))
            .observe({ type: "layout-shift", buffered: true });
          setTimeout(() => done([]), 300);
        })"""
    )

    assert sum(shifts) < 0.1  # what a reader does not notice, by Core Web Vitals


def test_filters_show_on_a_phone_if_the_script_does_not_come(open_page):
    page = open_page(None, "/ui/?shell=desk", width=360)
    page.route("**/app.*js", lambda route: route.fulfill(body="", content_type="text/javascript"))

    page.reload()

    expect(page.get_by_label("关键词")).to_be_hidden()
    expect(page.get_by_label("关键词")).to_be_visible(timeout=8_000)


@pytest.mark.parametrize("scale", [2, 4])
def test_zooming_in_needs_no_scrolling_sideways(open_page, scale):
    page = open_page(None, "/ui/?shell=desk", width=1366)

    page.set_viewport_size({"width": 1366 // scale, "height": 768 // scale})

    assert page.evaluate("document.documentElement.scrollWidth") <= 1366 // scale


def test_text_spacing_of_readers_cuts_nothing_off(open_page):
    page = open_page(None, "/ui/?shell=pocket", width=360)

    page.evaluate(
        """() => document.querySelectorAll('body *').forEach((element) => {
          element.style.letterSpacing = '0.12em'; element.style.wordSpacing = '0.16em';
          element.style.lineHeight = '1.5';
        })"""
    )

    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_slash_goes_to_the_search_but_not_while_typing(open_page):
    page = open_page(None, "/ui/?shell=desk")
    page.evaluate("document.activeElement.blur()")
    search = page.locator("[data-search-key]")

    page.keyboard.press("/")
    expect(search).to_be_focused()
    page.keyboard.type("1/2")

    expect(search).to_have_value("1/2")


def test_the_error_summary_has_the_focus_and_leads_to_the_field(open_page):
    page = open_page(None, "/ui/?shell=pocket", width=360)

    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_role("link", name="请填写标题。").click()

    expect(page.locator("#id_title")).to_be_focused()


def test_ticking_rows_opens_the_bulk_bar_with_their_number(open_page):
    page = open_page(None, "/ui/?shell=desk")
    bar = page.locator("[data-bulk]")
    expect(bar).to_be_hidden()

    page.get_by_label("选中 第 108 号").check()
    expect(bar).to_contain_text("已选 1 件")
    page.get_by_label("选中本页全部").check()
    expect(bar).to_contain_text("已选 3 件")
    page.get_by_label("选中本页全部").uncheck()

    expect(bar).to_be_hidden()


def test_a_dialog_keeps_the_focus_and_gives_it_back(open_page):
    page = open_page(None, "/ui/?shell=desk")
    opener = page.locator("[data-open=sample-dialog]")

    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="申请调整承办单位")).to_be_visible()
    page.keyboard.press("Escape")

    expect(opener).to_be_focused()


def test_every_control_shows_where_the_keyboard_is(open_page):
    page = open_page(None, "/ui/?shell=desk")
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    unseen = []

    for _ in range(60):
        page.keyboard.press("Tab")
        outline = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement);"
            " return [s.outlineStyle, parseFloat(s.outlineWidth),"
            " document.activeElement.outerHTML.slice(0, 80)] })()"
        )
        if outline[0] == "none" or outline[1] < 2:
            unseen.append(outline[2])

    assert [control for control in unseen if not control.startswith("<body")] == []


def test_each_lamp_can_be_told_without_its_colour(open_page):
    page = open_page(None, "/ui/?shell=desk")

    lamps = page.locator(".lamp").all_inner_texts()

    assert len(lamps) > 8
    assert [lamp for lamp in lamps if not re.match(r"[●▲■✓○]\s*\S{3,}", lamp)] == []


def test_each_chart_stands_beside_its_numbers(open_page):
    page = open_page(None, "/ui/?shell=desk")
    charts = page.locator("figure.chart")

    expect(charts).to_have_count(3)
    for chart in charts.all():
        expect(chart.locator("svg").first).to_be_visible()
        expect(chart.locator("[role=img]")).to_have_attribute("aria-label", re.compile(r"\S"))
        assert chart.locator("tbody tr").count() > 2


def test_everything_is_there_without_scripts(open_page):
    page = open_page(None, "/ui/?shell=desk", script=False)

    expect(page.locator("[data-bulk]")).to_be_visible()
    expect(page.locator("figure.chart table").first).to_be_visible()


class TestAutosave:
    """The draft is kept on the server; here the test answers in its place."""

    def test_says_when_it_was_saved_and_sends_the_version(self, open_page):
        page = open_page(None, "/ui/?shell=pocket", width=360)
        sent = []

        def keep(route):
            sent.append(route.request.post_data or "")
            route.fulfill(json={"version": 4, "saved_at": "12:03"})

        page.route("**/autosave", keep)
        page.locator("form[data-autosave]").evaluate("form => form.dataset.autosave = '/autosave'")
        page.locator("#id_fresh-title").fill("关于开通夜间公交的建议")
        page.locator("#id_fresh-situation").focus()

        expect(page.locator("[data-autosave-status]")).to_have_text("已保存 12:03")
        expect(page.locator("[name=draft_version]")).to_have_value("4")
        assert 'name="draft_version"\r\n\r\n3' in sent[0]
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0

    def test_says_that_there_is_no_network_and_tries_again(self, open_page, complaints):
        page = open_page(None, "/ui/?shell=pocket", width=360)
        page.route("**/autosave", lambda route: route.abort("internetdisconnected"))
        page.locator("form[data-autosave]").evaluate("form => form.dataset.autosave = '/autosave'")
        page.locator("#id_fresh-title").fill("关于开通夜间公交的建议")
        page.locator("#id_fresh-situation").focus()
        status = page.locator("[data-autosave-status]")
        expect(status).to_have_text("没有网络，稍后自动重试")

        page.unroute("**/autosave")
        page.route(
            "**/autosave",
            lambda route: route.fulfill(json={"version": 4, "saved_at": "12:04"}),
        )
        page.evaluate("window.dispatchEvent(new Event('online'))")

        expect(status).to_have_text("已保存 12:04")
        complaints[:] = [said for said in complaints if "ERR_INTERNET_DISCONNECTED" not in said]

    def test_stops_and_says_so_when_the_draft_was_changed_elsewhere(self, open_page):
        page = open_page(None, "/ui/?shell=pocket", width=360)
        message = "这份草稿刚在另一台设备上改过，请刷新后再改。"
        page.route(
            "**/autosave", lambda route: route.fulfill(status=409, json={"message": message})
        )
        page.locator("form[data-autosave]").evaluate("form => form.dataset.autosave = '/autosave'")

        page.locator("#id_fresh-title").fill("关于开通夜间公交的建议")
        page.locator("#id_fresh-situation").focus()

        expect(page.locator("[data-autosave-status]")).to_have_text(message)

    def test_offers_to_sign_in_again_without_losing_the_text(self, open_page):
        page = open_page(None, "/ui/?shell=pocket", width=360)
        page.route("**/autosave", lambda route: route.fulfill(status=401))
        page.locator("form[data-autosave]").evaluate("form => form.dataset.autosave = '/autosave'")

        page.locator("#id_fresh-title").fill("关于开通夜间公交的建议")
        page.locator("#id_fresh-situation").focus()

        expect(page.get_by_role("dialog", name="登录已过期")).to_be_visible()
        expect(page.locator("#id_fresh-title")).to_have_value("关于开通夜间公交的建议")
