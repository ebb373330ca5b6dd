"""Mail through an SMTP server, step by step, so as to know how far it came."""

import hashlib
import re
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

from common.channels.outcome import Failed, InDoubt, Outcome, Sent

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,250}")
UNREACHABLE = (OSError, smtplib.SMTPException)


@dataclass(frozen=True)
class SmtpChannel:
    """
    Mail (电子邮件). The first line of a text becomes the subject.

    ``security`` is the whole connection (``tls``), from STARTTLS on (``starttls``), or none for a
    server on the same machine.
    """

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    security: Literal["none", "starttls", "tls"] = "none"
    timeout: float = 10
    subject_prefix: str = ""
    tls: ssl.SSLContext | None = None

    def send(self, address: str, text: str, key: str) -> Outcome:
        """Send one mail; its Message-ID comes from the key, so a repeat is recognised."""
        if not ADDRESS.fullmatch(address):
            return Failed("邮件地址无效。", is_permanent=True)
        payload = self._message(address, text, key).as_bytes(policy=SMTP)
        try:
            server = self._connected()
        except UNREACHABLE as fault:
            return Failed(f"邮件服务器无法连接：{_named(fault)}")
        try:
            return self._handed_over(server, address, payload)
        finally:
            server.close()

    def _message(self, address: str, text: str, key: str) -> EmailMessage:
        first, _, _ = text.strip().partition("\n")
        message = EmailMessage(policy=SMTP)
        # A subject is one line, whatever was in the text.
        message["Subject"] = re.sub(r"[\x00-\x1f\x7f]", " ", f"{self.subject_prefix}{first}")[:200]
        message["From"] = self.sender
        message["To"] = address
        # From the key alone: the same message is the same mail, however often it is tried.
        name = hashlib.sha256(key.encode()).hexdigest()[:40]
        message["Message-ID"] = f"<{name}@{self.sender.rpartition('@')[2].rstrip('>')}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text, cte="base64")
        return message

    def _connected(self) -> smtplib.SMTP:
        context = self.tls or ssl.create_default_context()
        server: smtplib.SMTP
        if self.security == "tls":
            server = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            server.ehlo_or_helo_if_needed()
            if self.security == "starttls":
                server.starttls(context=context)
                server.ehlo()
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def _handed_over(self, server: smtplib.SMTP, address: str, payload: bytes) -> Outcome:
        try:
            for reply in (
                lambda: server.mail(self.sender.rpartition("<")[2].rstrip(">")),
                lambda: server.rcpt(address),
                lambda: server.docmd("DATA"),
            ):
                code, words = reply()
                if code not in (250, 251, 354):
                    return _refused(code, words)
        except UNREACHABLE as fault:
            return Failed(f"邮件服务器中断：{_named(fault)}")
        try:
            # From here on the server may have taken it, whatever we hear or do not hear.
            server.send(re.sub(rb"(?m)^\.", b"..", payload) + b"\r\n.\r\n")
            code, words = server.getreply()
        except UNREACHABLE as fault:
            return InDoubt(f"邮件已交出，未收到服务器确认：{_named(fault)}")
        return Sent(_words(words)) if code == 250 else _refused(code, words)


def _refused(code: int, words: bytes) -> Failed:
    # 4xx: come again later; 5xx: never (RFC 5321, 4.2.1).
    return Failed(f"邮件服务器拒绝：{code} {_words(words)}", is_permanent=500 <= code < 600)


def _words(words: bytes) -> str:
    return words.decode("utf-8", "replace").replace("\n", " ")[:200]


def _named(fault: Exception) -> str:
    return type(fault).__name__
