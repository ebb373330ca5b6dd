"""Text messages through an HTTP gateway (短信网关)."""

import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field

from common.channels.http import Answer, post_json
from common.channels.outcome import Failed, InDoubt, Outcome, Sent

MOBILE = re.compile(r"(?:\+?86)?(1\d{10})")
LONGEST_TEXT = 500  # seven parts of a long message; gateways cut or refuse beyond
FIELDS = {"address": "mobile", "text": "content", "key": "requestId", "signature": "sign"}


@dataclass(frozen=True)
class SmsChannel:
    """
    A gateway that takes one message as a JSON object and answers with a code.

    Gateways differ in names only: ``fields`` maps ours to theirs, ``accepted`` lists the values of
    ``code_field`` that mean taken. The key goes into the body and the header Idempotency-Key.
    """

    url: str
    token: str = field(default="", repr=False)
    signature: str = ""
    fields: Mapping[str, str] = field(default_factory=lambda: dict(FIELDS))
    code_field: str = "code"
    accepted: tuple[str, ...] = ("0", "200", "OK", "success")
    reference_field: str = "msgId"
    timeout: float = 10
    tls: ssl.SSLContext | None = None

    def send(self, address: str, text: str, key: str) -> Outcome:
        """Send one text message to a mobile number of the mainland."""
        number = MOBILE.fullmatch(re.sub(r"[\s-]", "", address))
        if not number:
            return Failed("手机号码无效。", is_permanent=True)
        message = {
            self.fields["address"]: number[1],
            self.fields["text"]: text.strip()[:LONGEST_TEXT],
            self.fields["key"]: key,
        }
        if self.signature:
            message[self.fields["signature"]] = self.signature
        headers = {"Idempotency-Key": key}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        body = json.dumps(message, ensure_ascii=False).encode()
        answer = post_json(self.url, body, headers, timeout=self.timeout, tls=self.tls)
        return self._read(answer) if isinstance(answer, Answer) else answer

    def _read(self, answer: Answer) -> Outcome:
        told = answer.json()
        if told is None or self.code_field not in told:
            return InDoubt("短信网关的答复无法识别，是否送出不明。")
        code = str(told[self.code_field])
        if code.casefold() in {word.casefold() for word in self.accepted}:
            return Sent(str(told.get(self.reference_field, ""))[:100])
        # It said no in its own words; whether for good, only a person can tell from the code.
        return Failed(f"短信网关拒绝：{code} {str(told.get('message', ''))[:100]}".strip())
