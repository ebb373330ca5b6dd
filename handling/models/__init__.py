"""What units do with a case: talks, opinions of supporting units, replies, extensions, promises."""

from handling.models.consultation import Consultation
from handling.models.delivery import Delivery
from handling.models.extension import ExtensionRequest
from handling.models.opinion import Opinion
from handling.models.promise import Promise, PromiseChange
from handling.models.reply import Reply, ReplyItem
from handling.models.talk import Talk

__all__ = [
    "Consultation",
    "Delivery",
    "ExtensionRequest",
    "Opinion",
    "Promise",
    "PromiseChange",
    "Reply",
    "ReplyItem",
    "Talk",
]
