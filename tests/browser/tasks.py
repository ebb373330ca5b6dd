"""
The twelve tasks that everybody must be able to do, however they work a page.

Each is a function of the people, the unit and a pair of hands for a person; it does the task from
the page where that person finds it and returns whether it is done.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from evaluation.models import Verdict
from handling.models import Reply, Talk
from suggestions.models import CoSigner, Suggestion
from suggestions.stages import Stage
from tests.browser.hands import Hands
from tests.factories import assignment as receipts
from tests.factories import handling as replies
from tests.factories import suggestions as cases

PASSWORD = "xuehua-piao-2026"
HandsOf = Callable[[Any, str], Hands]


def stage_of(case: Suggestion) -> Stage:
    return Stage(Suggestion.objects.get(pk=case.pk).stage)


def sign_in(at: HandsOf, deputy: Any, **_: Any) -> bool:
    deputy.user.set_password(PASSWORD)
    deputy.user.save()
    hands = at(None, "/accounts/login/")
    hands.writes("login", deputy.user.username)
    hands.writes("password", PASSWORD)
    hands.presses("登录")
    hands.reads("您好")
    return True


def write_and_submit(at: HandsOf, deputy: Any, **_: Any) -> bool:
    case = cases.draft_case(deputy.deputy, cosigners=[])
    hands = at(deputy, f"/suggestions/{case.pk}/draft/")
    hands.follows("标题与类别")
    hands.writes("title", "关于开通夜间公交线路的建议")
    hands.presses("保存并继续")
    hands.writes("situation", "末班车二十一点收班，医院和车站的夜班职工、旅客无车可乘。")
    hands.presses("保存并继续")
    hands.opens(f"/suggestions/{case.pk}/submit/")
    hands.presses("提交建议")
    hands.reads("代表团")
    return stage_of(case) != Stage.DRAFT


def cosign(at: HandsOf, deputy: Any, cosigner: Any, **_: Any) -> bool:
    case = cases.draft_case(deputy.deputy, cosigners=[])
    row = cases.add_cosigner(case, cosigner.deputy, CoSigner.State.INVITED)
    hands = at(cosigner, "/inbox/")
    hands.follows("阅读")
    hands.presses("确认联名")
    row.refresh_from_db()
    return row.state == CoSigner.State.CONFIRMED


def pass_on(at: HandsOf, deputy: Any, secretary: Any, **_: Any) -> bool:
    case = cases.submitted_case(deputy.deputy)
    hands = at(secretary, "/inbox/")
    hands.follows("初审")
    hands.writes("opinion", "情况属实。")
    hands.presses("初审通过")
    return stage_of(case) == Stage.COMMITTEE_REVIEW


def number(at: HandsOf, deputy: Any, staff: Any, **_: Any) -> bool:
    case = cases.case_in_review(deputy.deputy)
    hands = at(staff, "/inbox/")
    hands.follows("审核")
    hands.ticks("checked")
    hands.presses("受理并编号")
    return stage_of(case) == Stage.REGISTERED


def assign(at: HandsOf, deputy: Any, staff: Any, unit: Any, **_: Any) -> bool:
    case = cases.registered_case(deputy.deputy)
    hands = at(staff, f"/assignment/cases/{case.pk}/assign/")
    hands.chooses("form-0-unit", unit.name)
    hands.chooses("form-0-role", "独办")
    hands.presses("交办")
    return stage_of(case) == Stage.HANDLING


def sign_for(at: HandsOf, deputy: Any, clerk: Any, unit: Any, **_: Any) -> bool:
    receipt = receipts.offered_assignment(unit, lead=deputy.deputy, at=_days_ago(1))
    hands = at(clerk, "/inbox/")
    hands.follows("签收")
    hands.presses("签收")
    return receipts.reload(receipt).state == "accepted"


def record_talk(at: HandsOf, deputy: Any, clerk: Any, unit: Any, **_: Any) -> bool:
    receipt = receipts.accepted_assignment(unit, lead=deputy.deputy, at=_days_ago(9))
    hands = at(clerk, f"/cases/{receipt.suggestion_id}/")
    hands.follows("记录沟通")
    hands.chooses("way", "见面沟通")
    hands.dates("talked_on", timezone.localdate().isoformat())
    hands.writes("place", "市民服务中心")
    hands.writes("unit_people", "张科长等3人")
    hands.writes("summary", "逐条听取代表意见，商定公布名单的时间和首批小区范围。")
    hands.presses("记录沟通")
    return Talk.objects.filter(assignment=receipt).exists()


def reply(at: HandsOf, deputy: Any, clerk: Any, unit: Any, **_: Any) -> bool:
    receipt = receipts.accepted_assignment(unit, lead=deputy.deputy, at=_days_ago(9))
    replies.confirmed_talk(receipt, at=_days_ago(5))
    hands = at(clerk, f"/handling/assignments/{receipt.pk}/reply/")
    hands.writes("opening", "您提出的建议收悉，我们会同有关单位认真研究，现答复如下：")
    for item in receipt.suggestion.items.order_by("number"):
        hands.chooses(f"outcome_{item.pk}", "已解决或采纳")
        hands.writes(f"text_{item.pk}", "名单已经在官网公布，共一百二十六个小区。")
    hands.writes("closing", "感谢您对我们工作的关心和支持。")
    hands.ticks("claimed_class", str(replies.result_class(receipt.suggestion, "A").pk))
    hands.writes("contact_name", "李明")
    hands.writes("contact_phone", "0000-86000001")
    hands.presses("保存并送核稿")
    hands.presses("送核稿")
    return Reply.objects.get(assignment=receipt).state == "checking"


def issue(at: HandsOf, deputy: Any, unit_head: Any, unit: Any, **_: Any) -> bool:
    receipt = receipts.accepted_assignment(unit, lead=deputy.deputy, at=_days_ago(30))
    ready = replies.reply_to_sign(receipt, "C", at=_days_ago(5))
    hands = at(unit_head, "/inbox/")
    hands.follows("签发")
    hands.writes("document_number", "交函〔2026〕14号")
    hands.writes("signer", "陈局长")
    hands.ticks("signer_is_of_level")
    hands.dates("signed_on", timezone.localdate().isoformat())
    hands.presses("签发答复")
    ready.refresh_from_db()
    return ready.state == "issued"


def rate(at: HandsOf, deputy: Any, unit: Any, **_: Any) -> bool:
    case = replies.replied_case(unit, lead=deputy.deputy, at=_days_ago(10))
    deputy.user.set_password(PASSWORD)
    deputy.user.save()
    hands = at(deputy, "/inbox/")
    hands.follows("评价")
    hands.ticks("attitude", "satisfied")
    hands.ticks("result", "fairly")
    hands.presses("下一步：核对")
    if hands.page.locator('input[name="password"]').count():
        hands.writes("password", PASSWORD)
    hands.presses("提交评价")
    hands.reads("评价已提交")
    return Verdict.objects.filter(assignment__suggestion=case).exists()


def export(at: HandsOf, deputy: Any, staff: Any, **_: Any) -> bool:
    cases.registered_case(deputy.deputy)
    hands = at(staff, "/cases/")
    return hands.downloads("导出台账").startswith(b"PK")


def _days_ago(days: int) -> Any:
    return timezone.now() - timedelta(days=days)


TASKS = (
    sign_in,
    write_and_submit,
    cosign,
    pass_on,
    number,
    assign,
    sign_for,
    record_talk,
    reply,
    issue,
    rate,
    export,
)
