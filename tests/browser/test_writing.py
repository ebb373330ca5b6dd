"""Writing on a train: drafts, lost networks, lost sessions, lost tabs, and no scripts at all."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from suggestions.models import Suggestion
from tests.factories import suggestions as cases

TITLE = "关于开通夜间公交线路的建议"


@pytest.fixture
def draft(deputy) -> Suggestion:
    return cases.draft_case(deputy.deputy, cosigners=[], title="关于公交的建议")


@pytest.fixture
def open_draft(deputy, draft, open_page):
    def opened(**look):
        address = reverse("suggestions:write", args=[draft.pk, "title"])
        return open_page(deputy, address, **{"width": 360} | look)

    return opened


def title_of(draft: Suggestion) -> str:
    return Suggestion.objects.get(pk=draft.pk).title


def status_of(page):
    return page.locator("[data-autosave-status]")


class TestDraft:
    def test_is_kept_fifteen_seconds_after_a_change(self, open_draft, draft):
        page = open_draft()
        page.clock.install()
        page.reload()

        page.get_by_label("标题").fill(TITLE)
        page.clock.run_for(15_100)

        expect(status_of(page)).to_contain_text("已保存")
        assert title_of(draft) == TITLE

    def test_is_kept_when_the_field_is_left(self, open_draft, draft):
        page = open_draft()

        page.get_by_label("标题").fill(TITLE)
        page.get_by_label("标题").blur()

        expect(status_of(page)).to_contain_text("已保存")
        assert title_of(draft) == TITLE

    def test_waits_for_the_network_and_is_then_kept(self, open_draft, draft, complaints):
        page = open_draft()
        page.context.set_offline(True)
        page.get_by_label("标题").fill(TITLE)
        page.get_by_label("标题").blur()
        expect(status_of(page)).to_have_text("没有网络，稍后自动重试")

        page.context.set_offline(False)

        expect(status_of(page)).to_contain_text("已保存", timeout=20_000)
        assert title_of(draft) == TITLE
        complaints[:] = [said for said in complaints if "ERR_INTERNET_DISCONNECTED" not in said]

    def test_is_there_again_after_the_tab_was_lost(self, open_draft, draft):
        page = open_draft()
        page.get_by_label("标题").fill(TITLE)
        with page.expect_response("**/autosave/**"):
            page.evaluate("window.dispatchEvent(new Event('pagehide'))")
        page.close()

        again = open_draft()

        expect(again.get_by_label("标题")).to_have_value(TITLE)

    def test_changed_elsewhere_is_not_written_over(self, open_draft, draft):
        page, other = open_draft(), open_draft(width=1366)
        other.get_by_label("标题").fill("在办公室写的标题")
        other.get_by_label("标题").blur()
        expect(status_of(other)).to_contain_text("已保存")

        page.get_by_label("标题").fill(TITLE)
        page.get_by_label("标题").blur()

        expect(status_of(page)).to_have_class("autosave trouble")
        assert title_of(draft) == "在办公室写的标题"

    def test_survives_the_end_of_the_session(self, open_draft, draft, deputy, client_of):
        page = open_draft()
        Session.objects.all().delete()
        page.get_by_label("标题").fill(TITLE)
        page.get_by_label("标题").blur()
        expect(page.get_by_role("dialog", name="登录已过期")).to_be_visible()

        fresh = client_of(deputy).cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": fresh.key, "value": fresh.value, "url": page.url}])
        with page.expect_response("**/autosave/**"):
            page.get_by_role("button", name="我已登录，继续").click()
        expect(page.get_by_role("dialog", name="登录已过期")).to_be_hidden()

        expect(status_of(page)).to_contain_text("已保存")
        assert title_of(draft) == TITLE

    def test_is_kept_without_scripts_by_its_button(self, open_draft, draft):
        page = open_draft(script=False)

        page.get_by_label("标题").fill(TITLE)
        page.get_by_role("button", name="保存并继续").click()

        assert title_of(draft) == TITLE


def test_a_warning_comes_five_minutes_before_the_session_ends(open_draft):
    page = open_draft()
    page.clock.install()
    page.reload()

    page.clock.run_for((settings.SESSION_IDLE_SECONDS - 299) * 1000)
    dialog = page.get_by_role("dialog", name="登录即将过期")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="继续使用").click()

    expect(dialog).to_be_hidden()


def test_large_type_is_switched_on_without_scripts_and_remembered(open_page, deputy):
    page = open_page(deputy, "/", width=360, script=False)

    page.get_by_role("button", name="长辈版").click()

    expect(page.locator("html.elder")).to_have_count(1)
    deputy.user.refresh_from_db()
    assert deputy.user.elder_mode is True
