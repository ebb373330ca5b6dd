"""Text is made fit for documents and changed no further."""

import pytest

from common.texts import official_number, without_unwritable


@pytest.mark.parametrize(
    "written",
    [
        "示建函〔2025〕38号",
        "示建函[2025]38号",
        "示建函【2025】38号",
        "示建函﹝2025﹞38号",
        "示建函(2025)38号",
        "示建函（２０２５）３８号",
        " 示建函［ 2025 ］38号 ",
    ],
)
def test_the_year_of_a_document_number_gets_the_official_brackets(written):
    assert official_number(written) == "示建函〔2025〕38号"


@pytest.mark.parametrize(
    "number", ["", "来信号", "JY20250126", "B〔2017〕062", "第(12)号", "第三号"]
)
def test_a_number_of_another_form_stays_as_it_is(number):
    assert official_number(number) == number


def test_what_no_document_can_hold_is_dropped_and_rare_characters_stay():
    assert without_unwritable("一\x00\x0b二\ud800\uffff𠮷\t\n") == "一二𠮷\t\n"
