"""Pages, parts, and where to go next."""

import pytest
from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.template import engines
from django.template.loaders.locmem import Loader
from django.test import RequestFactory

from common.htmx import LostSessionMiddleware, StalePageMiddleware, go_to, render_page

HTMX = {"HX-Request": "true"}


class Reason(forms.Form):
    reason = forms.CharField()


@pytest.fixture(autouse=True)
def template(monkeypatch):
    """Put one template with a part in front of the others."""
    source = "<h1>页面</h1>{% partialdef form inline %}<p>部分</p>{% endpartialdef form %}"
    engine = engines["django"].engine
    loader = engine.template_loaders[0]
    monkeypatch.setattr(loader, "loaders", [Loader(engine, {"page.html": source})])


@pytest.fixture
def ask(rf: RequestFactory):
    def asked(**headers):
        request = rf.get("/cases/7/", headers={**headers})
        request.session = {}
        request._messages = []
        return request

    return asked


class TestRenderPage:
    def test_gives_a_browser_the_whole_page(self, ask):
        response = render_page(ask(), "page.html", {}, part="form")

        assert response.content.decode() == "<h1>页面</h1><p>部分</p>"
        assert response.status_code == 200

    def test_gives_htmx_the_part(self, ask):
        response = render_page(ask(**HTMX), "page.html", {}, part="form")

        assert response.content.decode() == "<p>部分</p>"

    @pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
    def test_gives_htmx_the_whole_page_where_it_replaces_the_whole(self, ask, header):
        response = render_page(ask(**HTMX, **{header: "true"}), "page.html", {}, part="form")

        assert "<h1>" in response.content.decode()

    def test_tells_caches_that_the_answer_depends_on_who_asks(self, ask):
        assert "HX-Request" in render_page(ask(), "page.html")["Vary"]

    @pytest.mark.parametrize(
        ("form", "status"),
        [(Reason(), 200), (Reason({"reason": "不属本单位职责"}), 200), (Reason({}), 422)],
        ids=["fresh", "valid", "refused"],
    )
    def test_says_422_for_a_form_that_does_not_hold(self, ask, form, status):
        assert render_page(ask(), "page.html", {"form": form}).status_code == status

    def test_says_422_for_a_refusal_added_to_a_valid_form(self, ask):
        form = Reason({"reason": "不属本单位职责"})
        form.add_error(None, "申请调整的期限已届满。")

        assert render_page(ask(), "page.html", {"form": form}).status_code == 422

    def test_says_422_for_one_wrong_row_of_many(self, ask):
        data = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-reason": ""}
        rows = forms.formset_factory(Reason)(data)

        assert render_page(ask(), "page.html", {"rows": rows}).status_code == 422


class TestGoTo:
    def test_redirects_a_browser(self, ask):
        response = go_to(ask(), "health-live")

        assert (response.status_code, response["Location"]) == (302, "/health/live")

    def test_tells_htmx_where_to_go_without_a_redirect_it_would_swap_in(self, ask):
        response = go_to(ask(**HTMX), "/cases/7/")

        assert (response.status_code, response["HX-Redirect"]) == (204, "/cases/7/")


class TestLostSession:
    @pytest.mark.parametrize(
        "headers", [HTMX, {"X-Requested-With": "XMLHttpRequest"}], ids=["htmx", "script"]
    )
    def test_a_script_hears_401_and_not_the_sign_in_page(self, ask, headers):
        answer = pass_through(HttpResponseRedirect("/accounts/login/?next=/cases/7/"))

        response = answer(ask(**headers))

        assert (response.status_code, response["HX-Trigger"]) == (401, "session-lost")

    def test_a_browser_is_sent_to_sign_in(self, ask):
        answer = pass_through(HttpResponseRedirect("/accounts/login/?next=/cases/7/"))

        assert answer(ask()).status_code == 302

    @pytest.mark.parametrize(
        "response", [HttpResponse("<p>"), HttpResponseRedirect("/cases/8/")], ids=["page", "other"]
    )
    def test_other_answers_pass(self, ask, response):
        assert pass_through(response)(ask(**HTMX)) is response


class TestStalePage:
    def test_of_an_older_release_loads_itself_again(self, ask, settings):
        settings.RELEASE = "new"

        response = StalePageMiddleware(lambda request: HttpResponse("part"))(
            ask(**HTMX, **{"X-Release": "old"})
        )

        assert (response.status_code, response["HX-Refresh"]) == (204, "true")

    def test_of_this_release_gets_its_part(self, ask, settings):
        settings.RELEASE = "new"

        response = StalePageMiddleware(lambda request: HttpResponse("part"))(
            ask(**HTMX, **{"X-Release": "new"})
        )

        assert response.content == b"part"

    def test_may_still_send_what_was_written_on_it(self, rf, settings):
        settings.RELEASE = "new"
        request = rf.post("/cases/7/", headers={"X-Release": "old", **HTMX})

        response = StalePageMiddleware(lambda request: HttpResponse("done"))(request)

        assert response.content == b"done"


def pass_through(response):
    return LostSessionMiddleware(lambda request: response)
