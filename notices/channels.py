"""The ways out of the house: which of them this deployment offers, and which one a person has."""

import re
from collections.abc import Mapping

from django.conf import settings

from accounts.models import User
from common.channels.log import LogChannel
from common.channels.outcome import Channel
from common.channels.sms import MOBILE, SmsChannel
from common.channels.smtp import ADDRESS, SmtpChannel
from common.channels.webhook import WebhookChannel
from congress.models import Congress
from notices.models import Message

Ways = Mapping[str, Channel]
#: What people read first (practice: the platform they work in, then the phone, then mail).
_PREFERRED = [Message.Channel.WEBHOOK, Message.Channel.SMS, Message.Channel.EMAIL]


def ways_out() -> Ways:
    """Make the channels that the settings describe; development writes into the log instead."""
    ways: dict[str, Channel] = {}
    if settings.MESSAGE_PLATFORM_URL:
        ways[Message.Channel.WEBHOOK] = WebhookChannel(
            settings.MESSAGE_PLATFORM_URL, settings.MESSAGE_PLATFORM_SECRET
        )
    if settings.SMS_URL:
        ways[Message.Channel.SMS] = SmsChannel(
            settings.SMS_URL, settings.SMS_TOKEN, settings.SMS_SIGNATURE
        )
    if settings.EMAIL_HOST:
        ways[Message.Channel.EMAIL] = SmtpChannel(
            settings.EMAIL_HOST,
            settings.EMAIL_PORT,
            settings.DEFAULT_FROM_EMAIL,
            settings.EMAIL_HOST_USER,
            settings.EMAIL_HOST_PASSWORD,
            settings.EMAIL_SECURITY,
        )
    if not ways and settings.DEVELOPMENT:
        logged = (Message.Channel.SMS, Message.Channel.EMAIL)
        return {channel: LogChannel(channel) for channel in logged}
    return ways


def channel_for(user: User, congress: Congress, ways: Ways) -> Message.Channel | None:
    """Choose the one channel by which a person is told of a congress's business."""
    for channel in _PREFERRED:
        if channel in ways and _is_offered(channel, congress) and address_of(user, channel):
            return channel
    return None


def address_of(user: User, channel: str) -> str:
    """Return where a channel reaches a person, or nothing if it does not."""
    if channel == Message.Channel.EMAIL:
        return user.email if ADDRESS.fullmatch(user.email) else ""
    # Platforms of the offices know their users by mobile number, too.
    number = MOBILE.fullmatch(re.sub(r"[\s-]", "", user.phone))
    return number[1] if number else ""


def _is_offered(channel: str, congress: Congress) -> bool:
    only = settings.MESSAGE_PLATFORM_CONGRESSES
    return channel != Message.Channel.WEBHOOK or not only or congress.code in only


def signature_for(channel: str) -> str:
    """Return the registered name a text begins with, unless the gateway adds its own."""
    adds_its_own = channel == Message.Channel.SMS and settings.SMS_SIGNATURE
    return "" if adds_its_own else settings.MESSAGE_SIGNATURE
