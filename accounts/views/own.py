"""One's own account: seats, reading mode, and where to turn when the password is lost."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from accounts import services
from accounts.acting import act_as as let_session_act_as
from accounts.second_factor import is_demanded_of
from common.htmx import go_to, render_page
from common.refusals import Refusal


@login_required
@require_GET
def me(request: HttpRequest) -> HttpResponse:
    factors = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP)
    context = {
        "rows": [
            ("姓名", request.user.name),
            ("用户名", request.user.username),
            ("手机号码", request.user.phone or "未登记"),
            ("电子邮箱", request.user.email or "未登记"),
        ],
        "seats": request.memberships,
        "has_second_factor": factors.exists(),
        "needs_second_factor": is_demanded_of(request.user, on=request.today),
    }
    return render_page(request, "accounts/me.html", context)


@login_required
@require_POST
def act_as(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("membership", "")
    try:
        membership = services.switch_membership(
            request.user,
            int(chosen) if chosen.isdecimal() else 0,
            on=request.today,
            at=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return go_to(request, "me")
    let_session_act_as(request.session, membership)
    messages.success(request, f"已切换为：{membership.seat_name}。")
    return go_to(request, settings.LOGIN_REDIRECT_URL)


@login_not_required
@require_POST
def elder_mode(request: HttpRequest) -> HttpResponse:
    is_on = request.POST.get("elder") == "1"
    if request.user.is_authenticated:
        services.set_elder_mode(request.user, is_on=is_on)
    else:
        request.session["elder_mode"] = is_on
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return go_to(request, back if is_ours else settings.LOGIN_REDIRECT_URL)


@login_not_required
@require_GET
def sign_in_help(request: HttpRequest) -> HttpResponse:
    return render_page(request, "accounts/sign_in_help.html")
