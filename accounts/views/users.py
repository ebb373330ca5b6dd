"""The system administrator's pages on users and their seats (用户、身份管理)."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import rules, selectors, services
from accounts.filters import UserFilter
from accounts.forms.administration import (
    BulkForm,
    LastDayForm,
    SeatChoiceForm,
    SeatForm,
    UserCorrectionForm,
    UserForm,
)
from accounts.guard import require
from accounts.models import Membership, Role, User
from accounts.views.columns import plain_columns
from common.htmx import go_to, render_page
from common.listing import Heading, make_listing
from common.refusals import Refusal

HEADINGS = [
    Heading("用户名", key="username", by="username"),
    Heading("姓名", key="name", by="name"),
    Heading("手机号码"),
    Heading("现任身份"),
    Heading("状态"),
    Heading("最近登录", key="last_login", by="last_login"),
]


@login_required
@require_GET
def users(request: HttpRequest) -> HttpResponse:
    require(rules.may_manage_users, request.actor)
    listing = make_listing(
        request.GET,
        selectors.users_under(request.actor),
        filters=UserFilter,
        headings=HEADINGS,
        default_sort="username",
        rows=lambda found: found.prefetch_related(
            selectors.present_seats(on=request.today, to="present_seats")
        ),
    )
    return render_page(request, "administration/users.html", {"listing": listing})


@login_required
@reauthentication_required
@require_http_methods(["GET", "POST"])
def user_add(request: HttpRequest) -> HttpResponse:
    require(rules.may_manage_users, request.actor)
    form = UserForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            user, password = services.create_user(
                **form.cleaned_data, by=request.actor, at=timezone.now()
            )
        except Refusal as refusal:
            form.add_error("username", str(refusal))
        else:
            return _show_once(request, user, password)
    return render_page(request, "administration/user_add.html", {"form": form}, part="form")


@login_required
@reauthentication_required
@require_http_methods(["GET", "POST"])
def users_open(request: HttpRequest) -> HttpResponse:
    require(rules.may_manage_users, request.actor)
    congresses = selectors.congresses_under(request.actor)
    form = BulkForm(request.POST if request.method == "POST" else None, congresses=congresses)
    if form.is_valid():
        try:
            opened = services.open_accounts(
                **form.cleaned_data, valid_from=request.today, by=request.actor, at=timezone.now()
            )
        except Refusal as refusal:
            form.add_error("role", str(refusal))
        else:
            context = {"opened": opened, "hours": services.INITIAL_PASSWORD_HOURS}
            context |= {"columns": plain_columns("代表或单位", "用户名", "初始密码")}
            return render_page(request, "administration/opened.html", context)
    return render_page(request, "administration/users_open.html", {"form": form})


@login_required
@reauthentication_required
@require_http_methods(["GET", "POST"])
def user_correct(request: HttpRequest, user_id: int) -> HttpResponse:
    require(rules.may_manage_users, request.actor)
    person = get_object_or_404(selectors.users_under(request.actor), pk=user_id)
    form = UserCorrectionForm(
        request.POST if request.method == "POST" else None,
        initial={"name": person.name, "phone": person.phone, "email": person.email},
    )
    if form.is_valid():
        services.correct_user(person, **form.cleaned_data, by=request.actor, at=timezone.now())
        messages.success(request, "已保存。")
        return go_to(request, "user", person.pk)
    context = {"person": person, "form": form}
    return render_page(request, "administration/user_correct.html", context, part="form")


@login_required
@require_GET
def user(request: HttpRequest, user_id: int) -> HttpResponse:
    require(rules.may_manage_users, request.actor)
    person = get_object_or_404(selectors.users_under(request.actor), pk=user_id)
    context = {
        "person": person,
        "columns": plain_columns("身份", "人大", "起止", "办理"),
        "seats": person.memberships.with_seats().order_by("-valid_from", "-pk"),
        "choice": SeatChoiceForm(congresses=selectors.congresses_under(request.actor)),
    }
    return render_page(request, "administration/user.html", context)


@login_required
@reauthentication_required
@require_POST
def password_reset(request: HttpRequest, user_id: int) -> HttpResponse:
    require(rules.may_manage_users, request.actor)
    person = get_object_or_404(selectors.users_under(request.actor), pk=user_id)
    password = services.reset_password(person, by=request.actor, at=timezone.now())
    return _show_once(request, person, password)


@login_required
@reauthentication_required
@require_http_methods(["GET", "POST"])
def seat_grant(request: HttpRequest, user_id: int) -> HttpResponse:
    require(rules.may_manage_users, request.actor)
    person = get_object_or_404(selectors.users_under(request.actor), pk=user_id)
    choice = SeatChoiceForm(request.GET, congresses=selectors.congresses_under(request.actor))
    if not choice.is_valid():
        return go_to(request, "user", person.pk)

    chosen = choice.cleaned_data
    form = SeatForm(request.POST if request.method == "POST" else None, **chosen)
    if form.is_valid():
        try:
            services.grant_membership(
                person, **chosen, **form.cleaned_data, by=request.actor, at=timezone.now()
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已授予身份。")
            return go_to(request, "user", person.pk)

    context = {"person": person, "form": form, "role": Role(chosen["role"]).label}
    context |= {"congress": chosen["congress"]}
    return render_page(request, "administration/seat_grant.html", context, part="form")


@login_required
@reauthentication_required
@require_http_methods(["GET", "POST"])
def seat_end(request: HttpRequest, membership_id: int) -> HttpResponse:
    require(rules.may_manage_users, request.actor)
    seats: Membership = selectors.seats_under(request.actor).select_related("user")
    seat = get_object_or_404(seats, pk=membership_id)
    form = LastDayForm(
        request.POST if request.method == "POST" else None, initial={"last_day": request.today}
    )
    if form.is_valid():
        try:
            services.end_membership(seat, **form.cleaned_data, by=request.actor, at=timezone.now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已终止身份。")
            return go_to(request, "user", seat.user_id)
    return render_page(
        request, "administration/seat_end.html", {"seat": seat, "form": form}, part="form"
    )


def _show_once(request: HttpRequest, person: User, password: str) -> HttpResponse:
    """Show a one-time password in the answer itself: it is kept nowhere, not even in a session."""
    context = {"person": person, "password": password}
    context |= {"hours": services.INITIAL_PASSWORD_HOURS}
    return render_page(request, "administration/one_time_password.html", context)
