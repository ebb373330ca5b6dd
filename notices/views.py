"""消息发送: which messages went out, and those that wait for a person."""

from django.contrib import messages as flash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guard import require
from common.channels.log import masked
from common.htmx import go_to, render_page
from common.listing import Heading, make_listing
from common.refusals import Refusal
from notices import rules, selectors
from notices.channels import ways_out
from notices.filters import MessageFilter
from notices.forms import SettleForm
from notices.models import Message
from notices.services import settling

HEADINGS = [
    Heading("收件人", key="name", by="user__name"),
    Heading("渠道", key="channel", by="channel"),
    Heading("号码或地址"),
    Heading("时段", key="day", by=["day", "slot"]),
    Heading("状态", key="state", by="state"),
    Heading("次数", key="attempts", by="attempts", numeric=True),
    Heading("说明"),
    Heading("处理"),
]
DEEDS = {
    "resend": (settling.resend, "重新发送", "已重新排入发送队列。"),
    "mark_sent": (settling.mark_sent, "标记为已送达", "已标记为已送达。"),
}


@login_required
@require_GET
def messages(request: HttpRequest) -> HttpResponse:
    require(rules.may_watch_delivery, request.actor)
    listing = make_listing(
        request.GET,
        selectors.messages_under(request.actor),
        filters=MessageFilter,
        headings=HEADINGS,
        default_sort="-day",
        rows=lambda found: found.select_related("user"),
    )
    offered = [Message.Channel(channel).label for channel in ways_out()]
    context = {
        "listing": listing,
        "rows": [(message, masked(message.address)) for message in listing.rows],
        "counts": selectors.state_counts(request.actor, on=request.today),
        "days": selectors.RECENT_DAYS,
        "offered": "、".join(map(str, offered)),
    }
    return render_page(request, "notices/messages.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def settle(request: HttpRequest, message_id: int, deed: str) -> HttpResponse:
    require(rules.may_watch_delivery, request.actor)
    visible = selectors.messages_under(request.actor).select_related("user")
    message = get_object_or_404(visible, pk=message_id)
    service, title, done = DEEDS[deed]
    form = SettleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            service(message.pk, **form.cleaned_data, by=request.actor, at=timezone.now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            flash.success(request, done)
            return go_to(request, "notices:messages")
    context = {"message": message, "address": masked(message.address), "form": form}
    context |= {"title": title, "deed": deed}
    return render_page(request, "notices/settle.html", context, part="form")


@login_required
@require_http_methods(["GET", "POST"])
def resend_failed(request: HttpRequest) -> HttpResponse:
    require(rules.may_watch_delivery, request.actor)
    failed = selectors.messages_under(request.actor).filter(state=Message.State.FAILED)
    form = SettleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        n = settling.resend_failed(
            failed.values_list("pk", flat=True),
            **form.cleaned_data,
            by=request.actor,
            at=timezone.now(),
        )
        flash.success(request, f"{n}条消息已重新排入发送队列。")
        return go_to(request, "notices:messages")
    context = {"form": form, "count": failed.count()}
    return render_page(request, "notices/resend_failed.html", context, part="form")
