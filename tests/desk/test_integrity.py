"""``check_integrity``: silent about what was done by the book, and loud about each fault."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from assignment.models import Assignment, ReturnRequest
from audit import anchor, sealer
from desk import integrity
from evaluation.models import RehandlingDecision, Verdict
from handling.models import Delivery, Talk
from ledgers.models import LedgerJob
from notices.models import Alert
from suggestions.attachments import attach
from suggestions.models import Deadline, NumberCounter, Suggestion, SuggestionGroupPermission
from suggestions.stages import Stage
from tests.factories import NOW
from tests.factories import congress as bodies
from tests.factories.assignment import accepted_assignment, asked_return, offered_assignment
from tests.factories.evaluation import judged_case, rehandled_case, released_case
from tests.factories.files import photo
from tests.factories.handling import consulted_reply, replied_case
from tests.factories.ledgers import case_row, receipt_row, take_in_rows
from tests.factories.notices import make_alert, make_message, reachable
from tests.factories.suggestions import (
    add_cosigner,
    draft_case,
    registered_case,
    seat_of,
    withdrawn_case,
)
from tests.factories.supervision import designated_case

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def found() -> list[tuple[str, str]]:
    return list(integrity.faults())


def check(*arguments: str) -> str:
    out = StringIO()
    call_command("check_integrity", *arguments, stdout=out)
    return out.getvalue()


# Each breaks one thing behind the back of the services and says what must be found.


def stage_without_step(unit, clerk):
    case = draft_case()
    Suggestion.objects.filter(pk=case.pk).update(stage=Stage.DELEGATION_REVIEW)
    return "提出审核", f"建议{case.pk}：阶段为“代表团初审”，办理过程最后一步为“草稿”。"


def number_left_out(unit, clerk):
    case = registered_case()
    NumberCounter.objects.filter(session=case.session).update(last=2)
    counter = NumberCounter.objects.get(session=case.session)
    return "提出审核", f"编号计数{counter}：实际最大序号为1。"


def attachment_without_file(unit, clerk):
    case = draft_case()
    paper = attach(case, photo(), purpose="suggestion", by=seat_of(case.lead_deputy), at=NOW)
    default_storage.delete(paper.file.name)
    return "提出审核", f"附件{paper.file.name}：文件不存在。"


def file_without_attachment(unit, clerk):
    default_storage.save("attachments/aa/aaaa", ContentFile(b"x"))
    return "提出审核", "文件attachments/aa/aaaa：没有对应的附件记录。"


def clock_on_a_withdrawn_case(unit, clerk):
    case = withdrawn_case()
    Deadline.objects.create(
        congress=case.congress,
        suggestion=case,
        kind=Deadline.Kind.REVIEW,
        holder_office=bodies.working_committee_of(case.congress),
        starts_on=NOW.date(),
        due_on=NOW.date(),
    )
    return "提出审核", f"建议{case.pk}：已经结束，但“审核”期限仍在计算。"


def handled_by_nobody(unit, clerk):
    receipt = offered_assignment(unit)
    Assignment.objects.update(state=Assignment.State.STOPPED)
    return "交办", f"建议{receipt.suggestion_id}：阶段为“办理中”，但没有承办单位。"


def at_work_on_a_case_to_hand_over(unit, clerk):
    receipt = offered_assignment(unit)
    Suggestion.objects.update(stage=Stage.REGISTERED)
    return "交办", f"建议{receipt.suggestion_id}：待交办，但承办件{receipt.pk}仍在办理。"


def returning_without_request(unit, clerk):
    receipt = offered_assignment(unit)
    Assignment.objects.update(state=Assignment.State.RETURNING)
    return "交办", f"承办件{receipt.pk}：状态为“申请调整”，但没有待裁定的申请。"


def request_of_a_unit_at_work(unit, clerk):
    request = asked_return(offered_assignment(unit), bodies.make_unit(unit.congress))
    Assignment.objects.update(state=Assignment.State.ACCEPTED)
    assert ReturnRequest.objects.undecided().count() == 1
    return "交办", f"申请调整{request.pk}：尚未裁定，但承办件{request.assignment_id}为“办理中”。"


def at_work_unsigned(unit, clerk):
    receipt = offered_assignment(unit)
    Assignment.objects.update(state=Assignment.State.ACCEPTED)
    return "交办", f"承办件{receipt.pk}：状态为“办理中”，但没有签收记录。"


def grant_missing(unit, clerk):
    receipt = offered_assignment(unit)
    SuggestionGroupPermission.objects.filter(permission__codename="handles").delete()
    return "交办", f"建议{receipt.suggestion_id}：用户组{unit.group_id}缺少授权“handles”。"


def grant_left_over(unit, clerk):
    receipt = offered_assignment(unit)
    held = SuggestionGroupPermission.objects.get(permission__codename="handles")
    stranger = bodies.make_unit(unit.congress)
    held.pk, held.group_id = None, stranger.group_id
    held.save()
    return "交办", f"建议{receipt.suggestion_id}：用户组{stranger.group_id}多出授权“handles”。"


def support_unseen(unit, clerk):
    receipt = offered_assignment(unit, "support")
    SuggestionGroupPermission.objects.filter(permission__codename="supports").delete()
    return "交办", f"建议{receipt.suggestion_id}：用户组{unit.group_id}缺少授权“supports”。"


def supervised_unseen(unit, clerk):
    leader = bodies.make_official(unit.congress)
    key_case = designated_case(registered_case(), leader)
    SuggestionGroupPermission.objects.filter(permission__codename="leads").delete()
    return "督办", f"建议{key_case.suggestion_id}：用户组{leader.group_id}缺少授权“leads”。"


def issued_without_delivery(unit, clerk):
    replied_case(unit)
    delivery = Delivery.objects.get(is_lead=True)
    Delivery.objects.filter(pk=delivery.pk).update(is_lead=False)
    return "办理答复", f"答复{delivery.reply_id}已签发，但没有送达领衔代表的记录。"


def issued_without_talk(unit, clerk):
    case = replied_case(unit)
    Talk.objects.all().delete()
    reply = case.assignments.get().replies.get()
    return "办理答复", f"答复{reply.pk}已签发，但本轮没有有效沟通（不沟通不答复）。"


def asked_without_clock(unit, clerk):
    asked = consulted_reply(accepted_assignment(unit))
    Deadline.objects.filter(pk=asked.deadline_id).update(ended_at=NOW, ended_why="停止")
    return "办理答复", f"征求意见{asked.pk}：代表还没有答复，但期限已不再计算。"


def verdict_without_current(unit, clerk):
    case = judged_case(unit)
    Verdict.objects.update(is_current=False)
    return "评价", f"承办件{case.assignments.get().pk}第1轮评价：更正次序或者现行评价有误。"


def verdict_of_a_round_to_come(unit, clerk):
    judged_case(unit)
    Verdict.objects.update(round=2, reply=None)
    return "评价", f"评价{Verdict.objects.get().pk}：第2轮办理还没有开始。"


def verdict_on_another_reply(unit, clerk):
    judged_case(unit)
    other = replied_case(bodies.make_unit(unit.congress))
    Verdict.objects.update(reply=other.assignments.get().replies.get())
    return "评价", f"评价{Verdict.objects.get().pk}：所评的答复不是这一承办件本轮的答复。"


def over_without_verdict(unit, clerk):
    case = released_case(unit)
    assert case.stage in {Stage.CLOSED, Stage.TRACKING}
    Verdict.objects.all().delete()
    receipt = case.assignments.get()
    return "评价", f"建议{case.pk}：评价结束，承办件{receipt.pk}没有评价或未反馈记录。"


def rehandled_without_decision(unit, clerk):
    case = rehandled_case(unit)
    RehandlingDecision.objects.all().delete()
    return "评价", f"建议{case.pk}：已办理2轮，但没有重新办理的决定。"


def dissatisfied_and_not_to_decide(unit, clerk):
    released_case(unit, result="dissatisfied")
    Verdict.objects.update(awaits_decision=False)
    return "评价", f"评价{Verdict.objects.get().pk}：不满意还没有研究，却没有标为待研究。"


def decided_and_still_to_decide(unit, clerk):
    rehandled_case(unit)
    Verdict.objects.update(awaits_decision=True)
    return "评价", f"评价{Verdict.objects.get().pk}：标为待研究，但没有等待研究的不满意。"


def message_to_somebody_else(unit, clerk):
    message = make_message(reachable(clerk))
    stranger = seat_of(draft_case().lead_deputy)
    alert = make_alert(stranger, message=message, grouped_at=NOW)
    return "通知", f"提醒{alert.pk}归入了发给他人的消息{message.pk}。"


def message_of_nothing(unit, clerk):
    message = make_message(reachable(clerk))
    Alert.objects.filter(message=message).update(message=None)
    return "通知", f"对外消息{message.pk}不含任何提醒。"


def job_without_file(unit, clerk):
    LedgerJob.objects.create(
        congress=unit.congress, kind="export", by=clerk, file="ledgers/aa", created_at=NOW
    )
    return "台账", "台账文件ledgers/aa：文件不存在。"


def file_without_job(unit, clerk):
    default_storage.save("ledgers/bb", ContentFile(b"x"))
    return "台账", "文件ledgers/bb：没有对应的台账任务。"


def case_in_anothers_session(unit, clerk):
    case = draft_case()
    elsewhere = bodies.make_session(bodies.make_congress())
    Suggestion.objects.filter(pk=case.pk).update(session=elsewhere)
    return "人大", f"建议{case.pk}：届次会议、代表团或者领衔代表属于另一人大。"


def alert_about_anothers_case(unit, clerk):
    alert = make_alert(clerk, suggestion_id=draft_case().pk)
    return "人大", f"提醒{alert.pk}：所指的建议不存在，或者属于另一人大。"


def alert_about_no_case(unit, clerk):
    alert = make_alert(clerk, suggestion_id=999_999_999)
    return "人大", f"提醒{alert.pk}：所指的建议不存在，或者属于另一人大。"


def stray_file(unit, clerk):
    default_storage.save("left-behind.tmp", ContentFile(b"x"))
    return "文件", "文件存储中的“left-behind.tmp”不属于任何记录。"


BREAKS = [
    stage_without_step,
    number_left_out,
    attachment_without_file,
    file_without_attachment,
    clock_on_a_withdrawn_case,
    handled_by_nobody,
    at_work_on_a_case_to_hand_over,
    returning_without_request,
    request_of_a_unit_at_work,
    at_work_unsigned,
    grant_missing,
    grant_left_over,
    support_unseen,
    supervised_unseen,
    issued_without_delivery,
    issued_without_talk,
    asked_without_clock,
    verdict_without_current,
    verdict_of_a_round_to_come,
    verdict_on_another_reply,
    over_without_verdict,
    rehandled_without_decision,
    dissatisfied_and_not_to_decide,
    decided_and_still_to_decide,
    message_to_somebody_else,
    message_of_nothing,
    job_without_file,
    file_without_job,
    case_in_anothers_session,
    alert_about_anothers_case,
    alert_about_no_case,
    stray_file,
]


@pytest.mark.parametrize("wreck", BREAKS)
def test_finds(wreck, unit, clerk):
    assert wreck(unit, clerk) in found()


def test_finds_a_broken_chain(clerk, monkeypatch):
    sealer.seal()
    monkeypatch.setattr(sealer, "digest", lambda event, previous: "f" * 64)

    assert found()[0] == ("审计记录", "审计记录第 1 号与摘要不符。")


class TestByTheBook:
    def test_whole_lives_have_no_fault(self, unit, other_unit, third_unit, clerk):
        rehandled_case(unit)
        released_case(other_unit)
        asked_return(offered_assignment(third_unit), unit)
        designated_case(registered_case(), bodies.make_official(unit.congress))
        add_cosigner(draft_case())
        make_message(reachable(clerk))
        sealer.seal()

        assert found() == []

    def test_a_ledger_taken_in_has_no_fault(self):
        take_in_rows(
            [
                case_row(
                    领办领导="周副市长",
                    重点督办="是",
                    督办领导类别="常委会领导",
                    督办领导="孙主任",
                    跟踪专委会="城建委",
                )
            ],
            [receipt_row()],
        )

        held = SuggestionGroupPermission.objects.values_list("permission__codename", flat=True)
        assert sorted(held) == ["handles", "leads", "leads", "tracks"]
        assert found() == []


def test_a_house_that_never_kept_a_file_has_no_fault(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "never-made"

    assert found() == []


class TestCommand:
    def test_says_that_all_is_well_and_names_the_head(self, clerk):
        registered_case()
        sealer.seal()

        assert check().splitlines() == [f"审计记录末端：{anchor.head()}", "没有发现问题。"]

    def test_prints_each_fault_and_fails(self, unit, clerk):
        part, sentence = stage_without_step(unit, clerk)
        stray_file(unit, clerk)
        out = StringIO()

        with pytest.raises(CommandError, match=r"发现2个问题。") as failed:
            call_command("check_integrity", stdout=out)

        assert failed.value.returncode == 1
        assert out.getvalue().splitlines()[:2] == [
            f"{part}：{sentence}",
            "文件：文件存储中的“left-behind.tmp”不属于任何记录。",
        ]

    def test_hints_at_background_work_that_stands_still(self, clerk):
        make_alert(clerk, at=NOW - timedelta(days=1))

        told = check()

        assert "条审计记录超过一小时没有固化" in told
        assert "提示：有1条提醒超过一小时没有归入对外消息，请检查后台任务是否运行。" in told
        assert told.endswith("没有发现问题。\n")

    def test_compares_with_a_head_kept_outside(self, clerk):
        sealer.seal()
        head = anchor.head()

        assert check("--anchor", str(head)).endswith("没有发现问题。\n")
        with pytest.raises(CommandError, match=r"发现1个问题。"):
            check("--anchor", f"{head.seq + 1}:{head.hash}")

    def test_refuses_what_is_no_head(self):
        with pytest.raises(CommandError, match="序号:摘要"):
            check("--anchor", "yesterday")
