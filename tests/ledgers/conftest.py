"""Ledgers that people of the tests work with."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.ledger_workbook import workbook
from tests.factories.ledgers import SESSION, case_row, receipt_row


@pytest.fixture
def ledger_file(congress):
    """Return a maker of uploads: two cases of a past session, or the rows that are given."""

    def make(suggestions=None, receipts=None, name="台账.xlsx"):
        given = [case_row(), case_row("第0002号")] if suggestions is None else suggestions
        held = [receipt_row()] if receipts is None else receipts
        return SimpleUploadedFile(name, workbook(given, held).read())

    return make


@pytest.fixture
def session_name():
    return SESSION
