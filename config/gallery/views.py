"""
The gallery of components (/ui/): every one in each of its variants, with content as it will be.

Served in development only (config/urls.py); the browser tests walk through it.
"""

from types import SimpleNamespace as Row
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import User
from common.htmx import render_page
from common.list_page import Heading, Listing
from config.gallery.forms import GalleryFilters, GalleryForm
from config.gallery.samples import CONSTANT, NAVIGATION, clocks, events, explained_clock
from config.page import DESK, POCKET, PUBLIC


@login_not_required
@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Show the components in the shell and reading mode that the address asks for."""
    now = timezone.localtime()
    context = {
        **_around(request.GET.get("shell", DESK)),
        "elder": request.GET.get("elder") == "1",
        **CONSTANT,
        **clocks(now),
        "explained": explained_clock(),
        "events": events(now),
        "listing": _listing(),
        **_forms(),
    }
    return render_page(request, "ui/gallery.html", context, status=200)


def _around(shell: str) -> dict[str, Any]:
    """Return what stands around the content of a page in each shell."""
    places = NAVIGATION.get(shell, NAVIGATION[DESK])
    shell = {"leader": POCKET}.get(shell, shell if shell in NAVIGATION else DESK)
    seats = [Row(pk=1, seat_name="市交通运输局（承办人）"), Row(pk=2, seat_name="代表")]
    return {
        "shell": shell,
        "navigation": [
            {"label": label, "icon": icon, "url": "#main", "count": count, "current": not index}
            for index, (label, icon, count) in enumerate(places)
        ],
        "actor": None if shell == PUBLIC else seats[0],
        "memberships": seats,
        "alerts_unread": 5,
        "search_url": "#main",
        "alerts_url": "#main",
        "act_as_url": "#main",
        "elder_url": "#main",
        "demonstration": True,
        "congress_name": "示范市人民代表大会",
        "help_phone": "0571-8700 1234",
    }


def _listing() -> Listing:
    query = QueryDict("state=near&sort=number")
    return Listing(
        page=Page([], 2, Paginator(range(312), 25)),
        filterset=GalleryFilters(query, queryset=User.objects.none()),
        headings=[
            Heading("编号", key="number"),
            Heading("标题"),
            Heading("承办单位"),
            Heading("办理期限", key="due"),
            Heading("联名", numeric=True),
            Heading("操作"),
        ],
        sort="number",
        default_sort="due",
        state=[("state", "near")],
    )


def _forms() -> dict[str, GalleryForm]:
    wrong = GalleryForm({"title": "", "situation": "天宁街道六个小区共三百余辆车无处充电。"})
    wrong.add_error(None, "本次会议提出建议的时间已于3月8日截止，可以改作闭会期间建议提出。")
    return {
        "form_fresh": GalleryForm(prefix="fresh"),
        "form_wrong": wrong,
        "form_cards": GalleryForm({"cards-result": "good"}, prefix="cards"),
    }
