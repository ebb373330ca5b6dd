"""Messages go out once, and what failed is told from what is in doubt, on real connections."""

import email
import email.policy
import hashlib
import hmac
import json
import logging
import socket
import time

import pytest

from common.channels.log import LogChannel, masked
from common.channels.outcome import Failed, InDoubt, Sent
from common.channels.sms import SmsChannel
from common.channels.smtp import SmtpChannel
from common.channels.webhook import WebhookChannel
from tests.common.servers import PATIENCE, Gateway, Mailbox, serving

TEXT = "您有3件建议临近期限\n第0123号剩余2天。\n.开头是点的一行"


@pytest.fixture
def closed_port():
    """A port at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def mail_through(server, **options):
    options = {"sender": "代表建议 <noreply@example.gov.cn>", "timeout": PATIENCE} | options
    return SmtpChannel("127.0.0.1", server.server_address[1], **options)


def kind_of(outcome):
    return type(outcome), getattr(outcome, "is_permanent", None)


class TestSmtp:
    def test_delivers_subject_and_text_in_chinese(self):
        with serving(Mailbox()) as server:
            outcome = mail_through(server).send("zhangwei@example.cn", TEXT, "message:7")

        assert outcome == Sent("queued as 4711")
        mail = email.message_from_bytes(server.mails[0], policy=email.policy.default)
        assert mail["Subject"] == "您有3件建议临近期限"
        assert mail["From"] == "代表建议 <noreply@example.gov.cn>"
        assert mail["To"] == "zhangwei@example.cn"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail.get_content().strip().splitlines() == TEXT.splitlines()
        assert server.commands[1:3] == [
            "mail FROM:<noreply@example.gov.cn>",
            "rcpt TO:<zhangwei@example.cn>",
        ]

    def test_names_a_mail_by_its_key_so_that_a_repeat_is_recognised(self):
        with serving(Mailbox()) as server:
            for key in ("message:7", "message:7", "message:8"):
                mail_through(server).send("a@example.cn", TEXT, key)

        names = [email.message_from_bytes(mail)["Message-ID"] for mail in server.mails]
        assert names[0] == names[1] != names[2]
        assert names[0].endswith("@example.gov.cn>")

    @pytest.mark.parametrize(
        ("behaviour", "kind"),
        [
            ("silent at greeting", (Failed, False)),
            ("cut at EHLO", (Failed, False)),
            ("hang at MAIL", (Failed, False)),
            ("451 at MAIL", (Failed, False)),
            ("450 at RCPT", (Failed, False)),
            ("550 at RCPT", (Failed, True)),
            ("cut at RCPT", (Failed, False)),
            ("421 at DATA", (Failed, False)),
            ("cut at DATA", (Failed, False)),
            ("452 after the mail", (Failed, False)),
            ("554 after the mail", (Failed, True)),
            ("cut after the mail", (InDoubt, None)),
            ("hang after the mail", (InDoubt, None)),
        ],
    )
    def test_knows_how_far_a_mail_came(self, behaviour, kind):
        started = time.perf_counter()

        with serving(Mailbox(behaviour)) as server:
            outcome = mail_through(server).send("a@example.cn", TEXT, "k")

        assert kind_of(outcome) == kind
        assert outcome.reason
        # A failure is only claimed where nothing was taken.
        assert server.mails == [] or kind[0] is InDoubt
        assert time.perf_counter() - started < 5 * PATIENCE

    def test_fails_for_a_while_when_nobody_listens(self, closed_port):
        outcome = SmtpChannel("127.0.0.1", closed_port, "a@b.cn").send("a@b.cn", TEXT, "k")

        assert kind_of(outcome) == (Failed, False)

    def test_does_not_send_in_the_clear_what_should_be_encrypted(self):
        with serving(Mailbox()) as server:
            outcome = mail_through(server, security="starttls", user="u", password="p").send(
                "a@example.cn", TEXT, "k"
            )

        assert kind_of(outcome) == (Failed, False)
        assert (server.mails, [c for c in server.commands if "AUTH" in c]) == ([], [])

    @pytest.mark.parametrize(
        "address",
        ["", "nobody", "a@b\r\nBcc: c@d.cn", "a@b.cn>\r\nRCPT TO:<c@d.cn", "a b@c.cn", "张@b.cn"],
    )
    def test_refuses_for_good_what_is_no_address(self, address):
        with serving(Mailbox()) as server:
            outcome = mail_through(server).send(address, TEXT, "k")

        assert kind_of(outcome) == (Failed, True)
        assert server.commands == []

    def test_lets_no_header_in_through_the_text(self):
        text = "标题\rBcc: evil@example.cn\n\n.\r\nMAIL FROM:<x@y.cn>"

        with serving(Mailbox()) as server:
            outcome = mail_through(server).send("a@example.cn", text, "k\r\nBcc: x@y.cn")

        mail = email.message_from_bytes(server.mails[0], policy=email.policy.default)
        assert isinstance(outcome, Sent)
        assert mail["Bcc"] is None
        assert len(server.mails) == 1
        assert sum(command.startswith("mail FROM") for command in server.commands) == 1

    def test_does_not_print_its_password(self):
        assert "secret" not in repr(SmtpChannel("h", 25, "a@b.cn", user="u", password="secret"))


BROKEN = [
    ({"behaviour": "cut"}, (InDoubt, None)),
    ({"behaviour": "hang"}, (InDoubt, None)),
    ({"status": 301, "headers": [("Location", "http://127.0.0.1:1/")]}, (Failed, True)),
    ({"status": 400}, (Failed, True)),
    ({"status": 401}, (Failed, True)),
    ({"status": 409}, (InDoubt, None)),
    ({"status": 429}, (Failed, False)),
    ({"status": 500}, (InDoubt, None)),
    ({"status": 502}, (InDoubt, None)),
    ({"status": 503}, (Failed, False)),
    ({"status": 504}, (InDoubt, None)),
]


class TestSms:
    def test_hands_number_text_key_and_signature_to_the_gateway(self):
        with serving(Gateway()) as server:
            channel = SmsChannel(
                server.url, token="t0ken", signature="示范市人大", timeout=PATIENCE
            )
            outcome = channel.send("+86 138-0000-0001", TEXT, "message:7")

        assert outcome == Sent("m-1")
        path, headers, body = server.requests[0]
        assert path == "/send?v=1"
        assert headers["Authorization"] == "Bearer t0ken"
        assert headers["Idempotency-Key"] == "message:7"
        assert json.loads(body) == {
            "mobile": "13800000001",
            "content": TEXT,
            "requestId": "message:7",
            "sign": "示范市人大",
        }

    def test_speaks_the_names_of_another_gateway(self):
        fields = {"address": "phone", "text": "msg", "key": "bizId", "signature": "s"}

        with serving(Gateway(body=b'{"Code": "OK", "BizId": "b-9"}')) as server:
            channel = SmsChannel(
                server.url, fields=fields, code_field="Code", reference_field="BizId"
            )
            outcome = channel.send("13800000001", "x", "k")

        assert outcome == Sent("b-9")
        assert json.loads(server.requests[0][2]) == {
            "phone": "13800000001", "msg": "x", "bizId": "k",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("options", "kind"), [*BROKEN, ({"behaviour": "half"}, (InDoubt, None))]
    )
    def test_knows_how_far_a_message_came(self, options, kind):
        with serving(Gateway(**options)) as server:
            outcome = SmsChannel(server.url, timeout=PATIENCE).send("13800000001", TEXT, "k")

        assert kind_of(outcome) == kind
        assert len(server.requests) == 1

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (b'{"code": 1007, "message": "limit"}', (Failed, False)),
            (b"<html>ok</html>", (InDoubt, None)),
            (b"[]", (InDoubt, None)),
            (b"{}", (InDoubt, None)),
            (b"", (InDoubt, None)),
        ],
    )
    def test_takes_no_answer_for_yes_that_it_does_not_understand(self, body, kind):
        with serving(Gateway(body=body)) as server:
            outcome = SmsChannel(server.url, timeout=PATIENCE).send("13800000001", TEXT, "k")

        assert kind_of(outcome) == kind

    def test_a_repeat_after_doubt_carries_the_key_that_the_gateway_knows(self):
        with serving(Gateway(behaviour="cut")) as server:
            channel = SmsChannel(server.url, timeout=PATIENCE)
            first = channel.send("13800000001", TEXT, "message:7")
            server.behaviour = ""
            second = channel.send("13800000001", TEXT, "message:7")

        assert (type(first), type(second)) == (InDoubt, Sent)
        assert list(server.delivered) == ["message:7"]

    @pytest.mark.parametrize("number", ["", "010-12345678", "1380000000", "138000000012", "abc"])
    def test_refuses_for_good_what_is_no_mobile_number(self, number):
        with serving(Gateway()) as server:
            outcome = SmsChannel(server.url).send(number, TEXT, "k")

        assert (kind_of(outcome), server.requests) == ((Failed, True), [])

    def test_fails_for_a_while_when_nobody_listens(self, closed_port):
        outcome = SmsChannel(f"http://127.0.0.1:{closed_port}/").send("13800000001", TEXT, "k")

        assert kind_of(outcome) == (Failed, False)

    def test_fails_for_a_while_when_the_certificate_is_not_trusted(self):
        with serving(Gateway()) as server:
            url = server.url.replace("http://", "https://")
            outcome = SmsChannel(url, timeout=PATIENCE).send("13800000001", TEXT, "k")

        assert (kind_of(outcome), server.requests) == ((Failed, False), [])

    def test_does_not_print_its_token(self):
        assert "t0ken" not in repr(SmsChannel("http://x", token="t0ken"))


class TestWebhook:
    def test_signs_what_it_sends(self):
        with serving(Gateway(status=204, body=b"")) as server:
            channel = WebhookChannel(server.url, secret="s3cret", timeout=PATIENCE)
            outcome = channel.send("user-9", TEXT, "message:7")

        _, headers, body = server.requests[0]
        expected = hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
        assert outcome == Sent("204")
        assert headers["X-Signature"] == f"sha256={expected}"
        assert json.loads(body) == {"key": "message:7", "to": "user-9", "text": TEXT}

    @pytest.mark.parametrize(("options", "kind"), BROKEN)
    def test_knows_how_far_a_message_came(self, options, kind):
        with serving(Gateway(**options)) as server:
            outcome = WebhookChannel(server.url, timeout=PATIENCE).send("user-9", TEXT, "k")

        assert kind_of(outcome) == kind


class TestLog:
    def test_writes_the_message_with_its_address_masked(self, caplog):
        with caplog.at_level(logging.INFO, "common.channels.log"):
            outcome = LogChannel("sms").send("13800000001", TEXT, "message:7")

        record = caplog.records[0]
        assert outcome == Sent("log")
        assert (record.address, record.text, record.key) == ("138****0001", TEXT, "message:7")

    def test_masks_every_kind_of_address(self):
        assert [masked(a) for a in ("13800000001", "zhang@example.cn", "abc", "")] == [
            "138****0001", "z***@example.cn", "****", "****",
        ]  # fmt: skip
