"""Import, export, import: nothing is lost, nothing is gained, nothing is doubled."""

from datetime import date

import pytest
from openpyxl import load_workbook

from ledgers.workbook import SUGGESTIONS, names_of
from suggestions.models import StageEvent, Suggestion
from tests.factories.ledger_workbook import cells, workbook
from tests.factories.ledgers import (
    case_row,
    exported,
    receipt_row,
    take_in,
    take_in_rows,
)

pytestmark = pytest.mark.django_db


ODD_CASES = [
    case_row("091", 标题="关于“关于”的建议", 联名人数=0, 备注="=1+1", 公开方式="仅标题"),
    case_row(
        "91", 领衔代表="李 明", 代表团="第二代表团", 联名人数=13, 历年编号="2019-12;B〔2018〕4"
    ),
    case_row("B〔2017〕062", 领衔代表=None, 代表团="第三代表团", 提出类型="闭会", 类别="海洋渔业"),
    case_row(
        "JY20250126",
        交办日期=None,
        应办复日期=date(2023, 9, 1),
        形成方式="专题调研",
        跟踪专委会="城建环资委",
        重点督办="否",
        建议公开="否",
        公开答复数=0,
    ),
    case_row("来信号", 标题=None, 代表团=None, 领衔代表="赵六", 建议分级="特急"),
    case_row(
        "20250036",
        应办复日期=date(2023, 6, 1),
        重点督办="是",
        督办领导类别="政协领导",
        督办领导="孙主席",
        跟踪专委会="教科文卫委",
        领办领导="周副市长",
        建议公开="是",
        公开答复数=3,
        办结日期=date(2023, 7, 1),
        备注="第一行\n第二行",
    ),
]
ODD_RECEIPTS = [
    receipt_row(
        "091", 答复日期=date(2023, 5, 1), 结果类别="A1", 答复文号="函〔2023〕1号", 轮次=None
    ),
    receipt_row("91", role="主办", 结果类别="甲", 答复日期=date(2023, 5, 2), 退办次数=2),
    receipt_row("91", unit="市财政局", role="主办", 归口系统="党群", 见面沟通="否"),
    receipt_row(
        "91", unit="某县人民政府", role="协办", 归口系统=None, 协办意见日期=date(2023, 4, 1)
    ),
    receipt_row(
        "20250036", 结果评价="不满意", 首次沟通日期=date(2023, 3, 5), 答复日期=date(2023, 5, 1)
    ),
    receipt_row(
        "20250036",
        轮次=2,
        态度评价="满意",
        结果评价="满意",
        反馈日期=date(2023, 8, 1),
        签发人="钱局长",
    ),
    receipt_row("来信号", role="分办", unit="市教育局", 答复文号="只有文号"),
    receipt_row("091", unit="市气象局", role="协办", 结果评价="不满意", 不满意原因="没有来谈过"),
]
ODD_PROMISES = [
    {
        "编号": "091",
        "承办单位": "市交通运输局",
        "承诺内容": "年内建成",
        "完成时限": date(2023, 12, 31),
    },
    {"编号": "091", "承办单位": "市交通运输局", "承诺内容": "年内建成", "结转年度": 2022},
    {
        "编号": "091",
        "承办单位": "市交通运输局",
        "承诺日期": date(2023, 5, 1),
        "完成日期": date(2023, 6, 1),
        "销号日期": date(2023, 6, 2),
        "落实评价": "基本满意",
        "备注": "-备注",
    },
]


def test_odd_numbers_codes_and_empty_cells_come_out_as_they_went_in():
    file = workbook(ODD_CASES, ODD_RECEIPTS, ODD_PROMISES)

    outcome = take_in(file)

    assert cells(exported(outcome.session)) == cells(file)


def test_the_same_file_twice_changes_nothing():
    take_in_rows(ODD_CASES, ODD_RECEIPTS, ODD_PROMISES)
    events = StageEvent.objects.count()

    again = take_in_rows(ODD_CASES, ODD_RECEIPTS, ODD_PROMISES)

    assert (again.added, again.changed, again.unchanged) == (0, 0, 6)
    assert StageEvent.objects.count() == events
    assert Suggestion.objects.count() == 6


def test_an_export_imported_elsewhere_exports_the_same():
    first = take_in_rows(ODD_CASES, ODD_RECEIPTS, ODD_PROMISES, code="yuandi")
    file = exported(first.session)

    second = take_in(file, code="yidi")

    assert cells(exported(second.session)) == cells(file)
    assert (second.added, second.changed) == (6, 0)


def test_the_order_of_headings_is_free():
    turned = workbook(ODD_CASES, ODD_RECEIPTS, ODD_PROMISES, order=reversed)

    outcome = take_in(turned)

    straight = workbook(ODD_CASES, ODD_RECEIPTS, ODD_PROMISES)
    assert cells(exported(outcome.session)) == cells(straight)


def test_text_that_looks_like_a_formula_stays_text():
    outcome = take_in_rows([case_row("091", 备注="+SUM(A1)", 标题="@关于")])

    book = load_workbook(exported(outcome.session))

    row = dict(zip(names_of(SUGGESTIONS), book[SUGGESTIONS][2], strict=True))
    assert (row["备注"].value, row["备注"].data_type, row["备注"].quotePrefix) == (
        "+SUM(A1)",
        "s",
        True,
    )
    assert (row["标题"].value, row["标题"].data_type) == ("@关于", "s")
