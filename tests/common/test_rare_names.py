"""Names with rare characters (GB 18030) come out of every way out as they went in."""

import email
import email.policy
import io
import json

import docx as word
import pytest

from common.channels.sms import SmsChannel
from common.channels.smtp import SmtpChannel
from common.documents import docx
from common.spreadsheets.csv import csv_lines
from common.spreadsheets.reading import open_workbook
from common.spreadsheets.writing import Column, SheetOf, workbook_bytes
from common.uploads.names import clean_name
from tests.common.servers import Gateway, Mailbox, serving

RARE = "㛃㙦㼆䲟䶮𠮷𡈼𢌞𣏌𤩱𥔲𦈡𧆞𨙸𩽾𪚥𫖯𫚭𬍛𬘡𬬮𬱟𬶍𮧵喆堃犇煊玥翀璟昇勍赟烎珺骉旻"
NAMES = [f"{family}{given}" for family in "张欧阳𠮷䶮王" for given in RARE][:200]
COLUMNS = [Column("姓名", lambda name: name)]


def test_a_workbook_holds_them():
    content = workbook_bytes([SheetOf("代表", COLUMNS, NAMES)])

    with open_workbook(io.BytesIO(content)) as book:
        assert [row.text("姓名") for row in book.sheet("代表")] == NAMES


def test_a_csv_file_holds_them():
    lines = "".join(csv_lines(COLUMNS, NAMES)).encode().decode("utf-8-sig")

    assert lines.splitlines()[1:] == NAMES


def test_a_letter_holds_them():
    content = docx("letter.docx", {"opening": "\n".join(NAMES)})

    found = [paragraph.text for paragraph in word.Document(io.BytesIO(content)).paragraphs]
    assert [text for text in found if text] == NAMES


def test_a_file_name_holds_them():
    assert [clean_name(f"{name}.pdf") for name in NAMES] == [f"{name}.pdf" for name in NAMES]


@pytest.mark.parametrize("names", [NAMES[:60]])
def test_mail_and_text_messages_hold_them(names):
    text = "、".join(names)

    with serving(Mailbox()) as mailbox, serving(Gateway()) as gateway:
        SmtpChannel("127.0.0.1", mailbox.server_address[1], "a@b.cn").send("c@d.cn", text, "k")
        SmsChannel(gateway.url).send("13800000001", text, "k")

    mail = email.message_from_bytes(mailbox.mails[0], policy=email.policy.default)
    assert mail.get_content().strip() == text
    assert json.loads(gateway.requests[0][2])["content"] == text
