"""What an import refuses, cell by cell, and what it makes of the rest."""

from datetime import date

import pytest

from assignment.models import Assignment
from common.spreadsheets.source import WorkbookRefused
from congress.models import Category, Congress, Deputy, ResultClass, Session, Unit
from handling.services.promises import carry_over
from ledgers.services.importing import LedgerFaulty, import_ledger
from ledgers.services.places import NoSuchCongress
from ledgers.workbook import SUGGESTIONS
from notices.models import Alert
from suggestions import timeline
from suggestions.grants import grants_on
from suggestions.models import Deadline, NumberCounter, StageEvent, Suggestion
from suggestions.stages import Stage
from tests.factories import NOW
from tests.factories.congress import (
    make_congress,
    make_delegation,
    make_deputy,
    make_session,
    make_term,
    make_unit,
)
from tests.factories.ledger_workbook import workbook
from tests.factories.ledgers import (
    SESSION,
    case_row,
    receipt_row,
    session_of,
    take_in,
    take_in_rows,
)

pytestmark = pytest.mark.django_db
N = "第0001号"


def faults_of(suggestions, receipts=(), promises=(), **options):
    with pytest.raises(LedgerFaulty) as caught:
        take_in_rows(suggestions, receipts, promises, **options)
    return [str(fault) for fault in caught.value.faults]


def promise_row(**cells):
    return {"编号": N, "承办单位": "市交通运输局", "承诺内容": "年内建成"} | cells


FAULTS = {
    "a number twice": (
        ([case_row(), case_row()], [], []),
        ["建议台账!A3: 编号“第0001号”与第2行重复。"],
    ),
    "no number": (([case_row(编号=None)], [], []), ["建议台账!A2: 缺少编号。"]),
    "two sessions": (
        ([case_row(), case_row("第0002号", 届次会议="市一届人大四次会议")], [], []),
        ["建议台账!B3: 一份台账只能有一次会议，前面各行是“示例市一届人大三次会议”。"],
    ),
    "a filing that is none": (
        ([case_row(提出类型="会后")], [], []),
        ["建议台账!C2: “会后”应为大会、闭会之一。"],
    ),
    "a day that is none": (
        ([case_row(提出日期="2023-2-30")], [], []),
        ["建议台账!M2: “2023-2-30”不是有效日期。"],
    ),
    "yes or no that is neither": (
        ([case_row(建议公开="也许")], [], []),
        ["建议台账!V2: “也许”应填“是”或“否”。"],
    ),
    "handed over before proposed": (
        ([case_row(提出日期=date(2023, 3, 2))], [], []),
        ["建议台账!N2: 交办日期（2023-03-01）早于提出日期（2023-03-02）。"],
    ),
    "due before handed over": (
        ([case_row(应办复日期=date(2023, 2, 28))], [], []),
        ["建议台账!O2: 应办复日期（2023-02-28）早于交办日期（2023-03-01）。"],
    ),
    "a supervisor without a key suggestion": (
        ([case_row(重点督办="否", 督办领导="孙主席")], [], []),
        ["建议台账!T2: 填了督办领导，“重点督办”应为“是”。"],
    ),
    "a title too long": (
        ([case_row(标题="长" * 121)], [], []),
        ["建议台账!D2: 超过120字。"],
    ),
    "a negative count": (
        ([case_row(联名人数=-1)], [], []),
        ["建议台账!H2: 应为0到32767之间的整数。"],
    ),
    "a receipt of an unknown number": (
        ([case_row()], [receipt_row("第9号")], []),
        ["承办明细!A2: “建议台账”中没有编号“第9号”。"],
    ),
    "a unit twice in a round": (
        ([case_row()], [receipt_row(role="分办"), receipt_row(role="分办")], []),
        ["承办明细!B3: “市交通运输局”在第0001号第1轮中出现了两次。"],
    ),
    "two units each alone": (
        ([case_row()], [receipt_row(), receipt_row(unit="市教育局")], []),
        ["承办明细!D3: 第0001号已由“市交通运输局”独办，不能有两个独办单位。"],
    ),
    "another role in the second round": (
        ([case_row()], [receipt_row(role="主办"), receipt_row(role="协办", 轮次=2)], []),
        ["承办明细!D3: 同一单位各轮的承办角色应当一致，第2行是“主办”。"],
    ),
    "answered before handed over": (
        ([case_row()], [receipt_row(答复日期=date(2023, 2, 1))], []),
        ["承办明细!K2: 答复日期（2023-02-01）早于交办日期（2023-03-01）。"],
    ),
    "judged before answered": (
        (
            [case_row()],
            [receipt_row(答复日期=date(2023, 5, 2), 反馈日期=date(2023, 5, 1), 结果评价="满意")],
            [],
        ),
        ["承办明细!Q2: 反馈日期（2023-05-01）早于答复日期（2023-05-02）。"],
    ),
    "closed before answered": (
        ([case_row(办结日期=date(2023, 5, 1))], [receipt_row(答复日期=date(2023, 5, 2))], []),
        ["建议台账!X2: 办结日期（2023-05-01）早于答复日期（2023-05-02）。"],
    ),
    "a verdict that is none": (
        ([case_row()], [receipt_row(结果评价="很满意")], []),
        ["承办明细!P2: “很满意”应为满意、基本满意、不满意之一。"],
    ),
    "a reason without a verdict": (
        ([case_row()], [receipt_row(不满意原因="没有来谈过")], []),
        ["承办明细!R2: 填了不满意原因，但没有态度评价和结果评价。"],
    ),
    "a round before the first": (
        ([case_row()], [receipt_row(轮次=0)], []),
        ["承办明细!E2: 轮次从1开始。"],
    ),
    "a promise of an unknown number": (
        ([case_row()], [], [promise_row(编号="第9号")]),
        ["承诺事项!A2: “建议台账”中没有编号“第9号”。"],
    ),
    "a promise of a unit that has no receipt": (
        ([case_row()], [], [promise_row()]),
        ["承诺事项!B2: “市交通运输局”没有承办第0001号，承诺无从说起。"],
    ),
    "a promise kept before it was made": (
        (
            [case_row()],
            [receipt_row()],
            [promise_row(承诺日期=date(2023, 5, 2), 销号日期=date(2023, 5, 1))],
        ),
        ["承诺事项!H2: 销号日期（2023-05-01）早于承诺日期（2023-05-02）。"],
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_cannot_be_is_told_by_its_cell_and_nothing_is_written(name):
    rows, expected = FAULTS[name]

    assert faults_of(*rows) == expected
    assert (Congress.objects.count(), Suggestion.objects.count()) == (0, 0)


def test_a_unit_under_two_names_is_still_one():
    congress = make_congress(code="lishi")
    make_unit(congress, name="市交通运输局", short_name="市交通局")

    told = faults_of(
        [case_row()], [receipt_row(role="分办"), receipt_row(unit="市交通局", role="分办")]
    )

    assert told == ["承办明细!B3: “市交通运输局”在第0001号同一轮中出现了两次。"]


def test_every_fault_of_a_file_is_told_at_once():
    told = faults_of(
        [case_row(提出类型=None, 办理方式="随便")],
        [receipt_row("第9号"), receipt_row(承办角色="陪办")],
        [promise_row(承办单位=None)],
    )

    assert [fault.partition(":")[0] for fault in told] == [
        "建议台账!C2",
        "建议台账!L2",
        "承办明细!A2",
        "承办明细!D3",
        "承诺事项!B2",
    ]


def test_names_that_nobody_knows_are_faults_unless_they_may_be_made():
    congress = make_congress(code="lishi")
    make_session(congress, name=SESSION)

    told = faults_of(
        [
            case_row(
                类别="海洋渔业",
                形成方式="梦中",
                建议分级="特急",
                领办领导="周副市长",
                重点督办="是",
                督办领导类别="政协领导",
                督办领导="孙主席",
                跟踪专委会="城建委",
            )
        ],
        [receipt_row(归口系统="驻外", 结果类别="E")],
        create=False,
    )

    cells = [fault.partition(":")[0] for fault in told]
    assert " ".join(cells) == (
        "建议台账!E2 建议台账!F2 建议台账!G2 建议台账!I2 建议台账!P2 建议台账!Q2 "
        "建议台账!S2 建议台账!T2 建议台账!U2 承办明细!B2 承办明细!C2 承办明细!N2"
    )
    assert Suggestion.objects.count() == 0

    assert (
        take_in_rows(
            [case_row(类别="海洋渔业", 领办领导="周副市长")], [receipt_row(结果类别="E")]
        ).added
        == 1
    )
    assert Category.objects.filter(congress=congress, label="海洋渔业").count() == 1


def test_a_congress_is_made_only_where_that_is_asked_for():
    file = workbook([case_row()])

    with pytest.raises(NoSuchCongress, match="--create"):
        take_in(file, create=False)

    outcome = take_in(file)
    assert outcome.congress.name == "示例市人民代表大会"
    session = Session.objects.get()
    assert (session.term.number, session.number, session.name) == (1, 3, SESSION)
    assert (session.is_archived, session.is_current) == (True, False)


@pytest.mark.parametrize(
    ("name", "term", "number"),
    [
        ("市十八届人大一次会议", 18, 1),
        ("个旧市第十七届人民代表大会第二次会议", 17, 2),
        ("区人大二十届十二次会议", 20, 12),
        ("第14届人大第3次会议", 14, 3),
        ("2019年例会", 1, 1),
    ],
)
def test_term_and_session_are_read_out_of_the_name(name, term, number):
    take_in_rows([case_row(届次会议=name)])

    session = Session.objects.get(name=name)
    assert (session.term.number, session.number) == (term, number)


def test_a_session_with_days_to_come_is_not_history():
    outcome = take_in_rows([case_row(应办复日期=date(2026, 6, 1))], [receipt_row()])

    deadline = Deadline.objects.get()
    assert outcome.session.is_archived is False
    assert (deadline.is_open, deadline.source, deadline.due_on) == (
        True,
        Deadline.Source.IMPORTED,
        date(2026, 6, 1),
    )


def test_history_starts_no_clock_and_tells_nobody():
    take_in_rows(
        [case_row(应办复日期=date(2023, 6, 1)), case_row("第0002号", 应办复日期=date(2023, 6, 1))],
        [receipt_row(答复日期=date(2023, 5, 20), 结果类别="B"), receipt_row("第0002号")],
        [promise_row(完成时限=date(2030, 1, 1))],
    )

    assert Deadline.objects.open().count() == 0
    assert sorted(
        (row.suggestion.number_text, row.met_at is not None, row.ended_why)
        for row in Deadline.objects.select_related("suggestion")
    ) == [("第0001号", True, ""), ("第0002号", False, "历史会议，随台账导入")]
    assert Alert.objects.count() == 0


def test_a_running_session_keeps_the_clocks_of_promises():
    congress = make_congress(code="lishi")
    make_session(congress, name=SESSION)

    take_in_rows(
        [case_row()],
        [receipt_row(答复日期=date(2023, 5, 20), 结果类别="B")],
        [promise_row(完成时限=date(2030, 1, 1))],
    )

    clock = Deadline.objects.open().get()
    assert (clock.kind, clock.holder.name) == (Deadline.Kind.PROMISE, "市交通运输局")


STAGES = {
    Stage.REGISTERED: ({}, [], []),
    Stage.HANDLING: ({}, [receipt_row()], []),
    Stage.REPLIED: ({}, [receipt_row(答复日期=date(2023, 5, 1))], []),
    Stage.TRACKING: ({}, [receipt_row(答复日期=date(2023, 5, 1))], [promise_row()]),
    Stage.REHANDLING: (
        {},
        [receipt_row(答复日期=date(2023, 5, 1), 结果评价="不满意"), receipt_row(轮次=2)],
        [],
    ),
    Stage.CLOSED: (
        {"办结日期": date(2023, 7, 1)},
        [receipt_row(答复日期=date(2023, 5, 1))],
        [promise_row()],
    ),
}


@pytest.mark.parametrize("stage", STAGES)
def test_a_case_enters_at_the_stage_its_history_has_come_to(stage):
    cells, receipts, promises = STAGES[stage]

    take_in_rows([case_row(**cells)], receipts, promises)

    case = Suggestion.objects.get()
    assert (case.stage, case.is_imported) == (stage, True)
    assert [event.action for event in StageEvent.objects.filter(suggestion=case)] == ["adopt"]


def test_units_see_what_they_handled():
    take_in_rows(
        [case_row()], [receipt_row(role="主办"), receipt_row(unit="市教育局", role="协办")]
    )

    groups = {unit.name: unit.group_id for unit in Unit.objects.all()}
    assert grants_on(Suggestion.objects.get()) == {
        (groups["市交通运输局"], "handles"),
        (groups["市教育局"], "supports"),
    }


def test_delegation_is_that_of_the_row_and_two_of_one_name_stay_two():
    take_in_rows(
        [
            case_row(),
            case_row("第0002号", 代表团="第二代表团"),
            case_row("第0003号", 领衔代表=None),
        ]
    )

    assert sorted(
        (case.number_text, case.delegation.name, case.lead_deputy and case.lead_deputy.name)
        for case in Suggestion.objects.all()
    ) == [
        ("第0001号", "第一代表团", "王建国"),
        ("第0002号", "第二代表团", "王建国"),
        ("第0003号", "第一代表团", None),
    ]
    assert Deputy.objects.filter(name="王建国").count() == 2


def test_a_deputy_whose_delegation_is_never_told_is_one():
    take_in_rows([case_row(代表团=None), case_row("第0002号", 代表团=None)])

    lead, same = (case.lead_deputy for case in Suggestion.objects.order_by("number_text"))
    assert lead == same
    assert lead.delegation.name == "未注明代表团"


def test_a_deputy_on_the_roll_who_moved_stays_one():
    congress = make_congress(code="lishi")
    session = make_session(congress, name=SESSION)
    roll = make_deputy(session.term, make_delegation(congress, name="第九代表团"), name="王建国")

    take_in_rows([case_row()])

    case = Suggestion.objects.get()
    assert (case.lead_deputy, case.delegation.name) == (roll, "第一代表团")


def test_new_classes_take_the_place_their_letter_says():
    take_in_rows(
        [case_row()],
        [
            receipt_row(结果类别="B1", role="分办"),
            receipt_row(unit="市教育局", 结果类别="A2", role="分办"),
            receipt_row(unit="市财政局", 结果类别="A1", role="分办"),
            receipt_row(unit="市气象局", 结果类别="乙", role="分办"),
            receipt_row(unit="市水利局", 结果类别="甲", role="分办"),
        ],
    )

    codes = ResultClass.objects.order_by("order", "pk").values_list("code", flat=True)
    assert list(codes) == ["A", "A1", "A2", "B", "B1", "C", "D", "甲", "乙"]


def test_a_corrected_file_rewrites_what_nobody_has_touched():
    take_in_rows([case_row(), case_row("第0002号")], [receipt_row(), receipt_row("第0002号")])
    before = Suggestion.objects.get(number_text="第0002号")

    outcome = take_in_rows(
        [case_row(), case_row("第0002号", 标题="关于改过的建议")],
        [receipt_row(), receipt_row("第0002号", 答复日期=date(2023, 5, 1), 结果类别="A")],
    )

    assert (outcome.added, outcome.changed, outcome.unchanged) == (0, 1, 1)
    case = Suggestion.objects.get(number_text="第0002号")
    assert (case.pk, case.title, case.stage) == (before.pk, "关于改过的建议", Stage.REPLIED)
    assert Assignment.objects.count() == 2
    actions = StageEvent.objects.filter(suggestion=case).values_list("action", flat=True)
    assert list(actions) == ["adopt", "readopt"]


def test_what_people_have_worked_on_is_never_overwritten():
    take_in_rows([case_row()], [receipt_row()])
    case = Suggestion.objects.get()
    timeline.add(case, "talk", "见面沟通", by=None, at=NOW)

    told = faults_of([case_row(标题="关于别的建议")], [receipt_row()])

    assert told == ["建议台账!A2: 第0001号已在系统中办理，台账的内容与系统不同，不能用台账覆盖。"]
    assert take_in_rows([case_row()], [receipt_row()]).unchanged == 1


def test_a_preview_finds_the_same_and_leaves_nothing():
    outcome = take_in_rows([case_row()], [receipt_row()], is_preview=True)

    assert (outcome.added, str(outcome)) == (1, f"{SESSION}：新增1件，更正0件，未变0件。")
    assert (Congress.objects.count(), Suggestion.objects.count()) == (0, 0)


def test_the_next_number_of_a_running_session_follows_the_imported_ones():
    take_in_rows([case_row("第0012号"), case_row("12"), case_row("闭第3号", 提出类型="闭会")])

    session = session_of("lishi")
    counters = NumberCounter.objects.filter(session=session).values_list("filing", "last")
    assert dict(counters) == {"in_session": 12, "between_sessions": 3}


def test_what_is_no_ledger_is_refused():
    for file, reason in [
        (workbook([case_row()], sheets=[SUGGESTIONS]), "缺少工作表“承办明细”"),
        (workbook([]), "没有建议"),
    ]:
        with pytest.raises(WorkbookRefused, match=reason):
            import_ledger(file, congress="lishi", create=True, by=None, at=NOW)


def test_a_term_is_found_again():
    congress = make_congress(code="lishi")
    term = make_term(congress, number=1)

    take_in_rows([case_row()])

    assert Session.objects.get(name=SESSION).term == term


def test_the_new_year_carries_no_promise_of_a_past_session_over():
    rows = ([case_row()], [receipt_row(答复日期=date(2023, 5, 1))])
    told = [promise_row(承诺日期=date(2023, 5, 1))]
    take_in_rows(*rows, told)

    assert carry_over(2024, at=NOW) == 0
    assert take_in_rows(*rows, told).unchanged == 1
