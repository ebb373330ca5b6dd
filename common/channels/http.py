"""One POST of JSON, judged by how far it came: not sent, answered, or gone unanswered."""

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from common.channels.outcome import Failed, InDoubt

LONGEST_ANSWER = 64 * 1024
# The other side says itself that it did nothing and may be asked again.
TRY_AGAIN = (408, 425, 429, 503)
# An error in the middle of work, or a go-between that heard nothing: it may have been done.
UNCLEAR = (409, 500, 502, 504)


@dataclass(frozen=True)
class Answer:
    """What came back with a status of success."""

    status: int
    body: bytes

    def json(self) -> dict[str, Any] | None:
        """Read the body as a JSON object, or nothing if it is none."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return None
        return value if isinstance(value, dict) else None


def post_json(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    timeout: float,
    tls: ssl.SSLContext | None = None,
) -> Answer | Failed | InDoubt:
    """Post a body of JSON; redirects are not followed and failures not raised."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = tls or ssl.create_default_context()
        connection = http.client.HTTPSConnection(host, port, timeout=timeout, context=context)
    else:
        connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        connection.connect()
    except (OSError, http.client.HTTPException) as fault:
        connection.close()
        return Failed(f"平台无法连接：{type(fault).__name__}")
    try:
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        sent = {"Content-Type": "application/json; charset=utf-8", **headers}
        connection.request("POST", path, body, sent)
        response = connection.getresponse()
        answer = Answer(response.status, response.read(LONGEST_ANSWER))
    except (OSError, http.client.HTTPException) as fault:
        return InDoubt(f"已交给平台，未收到答复：{type(fault).__name__}")
    finally:
        connection.close()
    return _judged(answer)


def _judged(answer: Answer) -> Answer | Failed | InDoubt:
    if 200 <= answer.status < 300:
        return answer
    if answer.status in UNCLEAR:
        return InDoubt(f"平台答复{answer.status}，是否送出不明。")
    # What is left of 5xx was not understood; 3xx and 4xx will be the same next time.
    passing = answer.status in TRY_AGAIN or answer.status >= 500
    return Failed(f"平台拒绝：{answer.status}", is_permanent=not passing)
