"""Messages to another platform (政务平台) as signed calls."""

import hashlib
import hmac
import json
import ssl
from dataclasses import dataclass, field

from common.channels.http import Answer, post_json
from common.channels.outcome import Outcome, Sent


@dataclass(frozen=True)
class WebhookChannel:
    """
    A platform that takes messages for its own users, named by ``address``.

    The body is signed (HMAC-SHA256, header X-Signature: ``sha256=…``); the key in the body makes a
    replay harmless.
    """

    url: str
    secret: str = field(default="", repr=False)
    timeout: float = 10
    tls: ssl.SSLContext | None = None

    def send(self, address: str, text: str, key: str) -> Outcome:
        """Call the platform once."""
        message = {"key": key, "to": address, "text": text}
        body = json.dumps(message, ensure_ascii=False, sort_keys=True).encode()
        headers = {"Idempotency-Key": key, "X-Signature": signature(self.secret, body)}
        answer = post_json(self.url, body, headers, timeout=self.timeout, tls=self.tls)
        return Sent(str(answer.status)) if isinstance(answer, Answer) else answer


def signature(secret: str, body: bytes) -> str:
    """Sign a body so that the receiver knows who called and that nothing was changed."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
