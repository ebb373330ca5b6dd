"""The security administrator's pages: who holds which role, and shutting people out (安全管理)."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import rules, selectors, services
from accounts.filters import SeatFilter
from accounts.forms.administration import ReasonForm
from accounts.guard import require
from common.htmx import go_to, render_page
from common.listing import Heading, make_listing
from common.refusals import Refusal

HEADINGS = [
    Heading("姓名", key="name", by="user__name"),
    Heading("用户名", key="username", by="user__username"),
    Heading("身份", key="role", by="role"),
    Heading("人大"),
    Heading("起止", key="from", by="valid_from"),
    Heading("账号"),
]
DEEDS = {
    "disable": (services.disable_user, "停用账号", "已停用，该用户的登录全部失效。"),
    "factor": (services.reset_second_factor, "重置两步验证", "已重置，该用户下次登录时重新设置。"),
}


@login_required
@require_GET
def seats(request: HttpRequest) -> HttpResponse:
    require(rules.may_disable_users, request.actor)
    listing = make_listing(
        request.GET,
        selectors.seats_under(request.actor),
        filters=SeatFilter,
        headings=HEADINGS,
        default_sort="name",
        rows=lambda found: found.with_seats(),
    )
    counts = selectors.role_counts(request.actor, on=request.today)
    return render_page(request, "administration/seats.html", {"listing": listing, "counts": counts})


@login_required
@reauthentication_required
@require_http_methods(["GET", "POST"])
def shut(request: HttpRequest, user_id: int, deed: str) -> HttpResponse:
    require(rules.may_disable_users, request.actor)
    person = get_object_or_404(selectors.users_under(request.actor), pk=user_id)
    service, title, done = DEEDS[deed]
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            service(person, **form.cleaned_data, by=request.actor, at=timezone.now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return go_to(request, "seats")
    context = {"person": person, "form": form, "title": title}
    return render_page(request, "administration/shut.html", context, part="form")


@login_required
@reauthentication_required
@require_POST
def user_enable(request: HttpRequest, user_id: int) -> HttpResponse:
    require(rules.may_disable_users, request.actor)
    person = get_object_or_404(selectors.users_under(request.actor), pk=user_id)
    services.enable_user(person, by=request.actor, at=timezone.now())
    messages.success(request, "已启用。")
    return go_to(request, "seats")
