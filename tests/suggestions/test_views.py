"""The pages of 提出审核: who gets them, what they do, and that nothing typed is lost."""

import json
import re

import pytest
from django.urls import reverse

from congress.models import DeclineGround
from suggestions.models import Attachment, CoSigner, Review, Suggestion
from suggestions.selectors import pages
from suggestions.services import withdrawing
from suggestions.stages import Stage
from tests.factories import NOW
from tests.factories.accounts import make_member
from tests.factories.congress import category_of
from tests.factories.files import photo
from tests.factories.suggestions import (
    add_cosigner,
    case_in_review,
    draft_case,
    registered_case,
    reload,
    sent_back_case,
    submitted_case,
)

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"suggestions:{name}", args=args)


def content(response) -> str:
    return response.content.decode()


@pytest.fixture
def case(deputy, session):
    return draft_case(deputy.deputy, cosigners=[])


class TestBegin:
    def test_a_deputy_begins_and_writes_the_title(self, client_of, deputy, session):
        response = client_of(deputy).post(url("new"))

        case = Suggestion.objects.get()
        assert response.url == url("write", case.pk, "title")

    def test_the_page_offers_what_is_not_finished(self, client_of, deputy, case):
        assert case.title in content(client_of(deputy).get(url("new")))

    def test_it_offers_a_cosigner_nothing_that_only_the_lead_may_write(
        self, client_of, cosigner, case
    ):
        add_cosigner(case, cosigner.deputy)

        page = content(client_of(cosigner).get(url("new")))

        assert url("draft", case.pk) not in page

    def test_without_a_session_it_says_why(self, client_of, deputy):
        response = client_of(deputy).post(url("new"))

        assert response.status_code == 422
        assert "还没有设置当前会议" in content(response)

    def test_a_secretary_is_led_to_write_for_others(self, client_of, secretary):
        assert client_of(secretary).get(url("new")).url == url("draft_for")

    def test_a_clerk_may_not(self, client_of, clerk):
        assert client_of(clerk).get(url("new")).status_code == 403
        assert client_of(clerk).get(url("draft_for")).status_code == 403

    def test_a_deputy_writes_for_nobody_else(self, client_of, deputy):
        assert client_of(deputy).get(url("draft_for")).status_code == 403


def told_in(response):
    """Return the lines of the summary on a page, label and words."""
    return re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", content(response))


class TestWriteFor:
    def test_for_a_deputy_of_the_delegation(self, client_of, secretary, deputy, session):
        client = client_of(secretary)

        assert "王代表" in content(client.get(url("draft_for")))
        client.post(url("draft_for"), {"deputy": deputy.deputy.pk})

        assert Suggestion.objects.get().entered_for_deputy

    def test_for_the_delegation(self, client_of, secretary, session):
        client_of(secretary).post(url("draft_for"), {"for_delegation": "on"})

        assert Suggestion.objects.get().proposer == Suggestion.Proposer.DELEGATION

    @pytest.mark.parametrize("choose", [set(), {"deputy", "for_delegation"}])
    def test_for_one_of_them(self, client_of, secretary, deputy, session, choose):
        every = {"deputy": deputy.deputy.pk, "for_delegation": "on"}

        given = {name: value for name, value in every.items() if name in choose}
        assert client_of(secretary).post(url("draft_for"), given).status_code == 422

    def test_deputies_of_others_are_not_offered(
        self, client_of, secretary, other_deputy, deputy, session
    ):
        assert "赵代表" not in content(client_of(secretary).get(url("draft_for")))

    def test_without_a_session_it_says_why(self, client_of, secretary):
        response = client_of(secretary).post(url("draft_for"), {"for_delegation": "on"})

        assert response.status_code == 422


class TestDraft:
    def test_the_list_of_steps_says_what_is_missing(self, client_of, deputy, session):
        case = draft_case(deputy.deputy, cosigners=[], items=())

        page = content(client_of(deputy).get(url("draft", case.pk)))

        assert "还没有写具体建议，至少要有一条。" in page
        assert "已完成" in page

    def test_what_was_sent_back_shows_why(self, client_of, deputy, session, secretary):
        case = sent_back_case(deputy.deputy)
        Review.objects.create(
            suggestion=case,
            during=Stage.DELEGATION_REVIEW,
            outcome="sent_back",
            opinion="请写明地点",
            points=["situation"],
            by=secretary,
            at=NOW,
        )

        page = content(client_of(deputy).get(url("draft", case.pk)))

        assert "请写明地点" in page
        assert "需要修改：情况" in page

    def test_strangers_find_nothing(self, client_of, case, other_deputy, staff, outsider):
        for persona in (other_deputy, staff, outsider):
            assert client_of(persona).get(url("draft", case.pk)).status_code == 404

    def test_an_invited_deputy_reads_and_does_not_write(self, client_of, case, cosigner):
        add_cosigner(case, cosigner.deputy, CoSigner.State.INVITED)

        for name, args in (("draft", ()), ("write", ("title",)), ("cosigners", ()), ("papers", ())):
            response = client_of(cosigner).get(url(name, case.pk, *args))
            assert response.status_code == 403

    def test_it_can_be_thrown_away(self, client_of, deputy, case):
        client = client_of(deputy)

        assert case.title in content(client.get(url("discard", case.pk)))
        assert client.post(url("discard", case.pk)).url == url("mine")
        assert reload(case).stage == Stage.WITHDRAWN


class TestWrite:
    STEPS = ("title", "situation", "analysis", "items", "origin", "disclosure")

    def post(self, client, case, step, **fields):
        given = {"page": "abcd1234", "draft_version": reload(case).version, "then": "next"}
        return client.post(url("write", case.pk, step), given | fields)

    @pytest.mark.parametrize("step", STEPS)
    def test_each_step_has_a_page(self, client_of, deputy, case, step, unit):
        response = client_of(deputy).get(url("write", case.pk, step))

        assert response.status_code == 200
        assert f"/draft/{step}/autosave/" in content(response)

    @pytest.mark.parametrize("step", ["cosigners", "nothing"])
    def test_no_other_step_has(self, client_of, deputy, case, step):
        response = client_of(deputy).get(url("write", case.pk, step))

        assert response.status_code == (404 if step == "nothing" else 200)

    def test_saving_goes_on_to_the_next(self, client_of, deputy, case):
        client = client_of(deputy)

        onwards = self.post(client, case, "situation", situation="新的\r\n情况")
        assert onwards.url == url("write", case.pk, "analysis")
        assert reload(case).situation == "新的\n情况"
        assert self.post(client, case, "disclosure", disclosure="full").url == url(
            "cosigners", case.pk
        )

    def test_or_back_to_the_list(self, client_of, deputy, case):
        response = self.post(client_of(deputy), case, "analysis", analysis="因", then="list")

        assert response.url == url("draft", case.pk)

    def test_the_title_with_category_and_nature(self, client_of, deputy, case, category):
        fields = {"title": "  关于  公交 的建议 ", "category": category.pk, "nature": ""}

        self.post(client_of(deputy), case, "title", **fields)

        case = reload(case)
        assert (case.title, case.category, case.nature) == (
            "关于 公交 的建议",
            category,
            Suggestion.Nature.SUGGESTION,
        )

    def test_earlier_numbers_are_told_apart(self, client_of, deputy, case):
        self.post(client_of(deputy), case, "origin", repeated="two", earlier_numbers="0214；闭0031")

        assert reload(case).earlier_numbers == ["0214", "闭0031"]

    def test_wishes_are_kept(self, client_of, deputy, case, unit):
        fields = {"disclosure": "none", "disclosure_reason": "涉及隐私", "wished_units": [unit.pk]}

        self.post(client_of(deputy), case, "disclosure", wants_contact="on", **fields)

        case = reload(case)
        assert (case.disclosure_reason, case.wants_contact, case.may_be_cosigned) == (
            "涉及隐私",
            True,
            False,
        )
        assert list(case.wished_units.all()) == [unit]

    @pytest.mark.parametrize(
        ("step", "fields", "told"),
        [
            ("title", {"title": "长" * 61}, "标题最多60个字，现在有61个字。"),
            ("situation", {"situation": "长" * 5001}, "情况最多5000个字，现在有5001个字。"),
            ("items", {"items": ["长" * 1001]}, "第1条具体建议有1001个字，最多1000个字。"),
            ("items", {"items": ["条"] * 21}, "具体建议最多20条"),
            ("origin", {"earlier_numbers": "号" * 41}, "有一个编号太长"),
        ],
    )
    def test_what_is_too_long_stays_on_the_page(self, client_of, deputy, case, step, fields, told):
        response = self.post(client_of(deputy), case, step, **fields)

        page = content(response)
        assert response.status_code == 422
        assert told in page
        assert 'value="abcd1234"' in page
        typed = next(iter(fields.values()))
        assert (typed if isinstance(typed, str) else typed[0])[:40] in page

    @pytest.mark.parametrize(
        ("do", "order"),
        [
            ("up-3", ["甲", "丙", "乙"]),
            ("up-1", ["甲", "乙", "丙"]),
            ("down-1", ["乙", "甲", "丙"]),
            ("remove-2", ["甲", "丙"]),
            ("add", ["甲", "乙", "丙"]),
            ("up-9", ["甲", "乙", "丙"]),
            ("up-4", ["甲", "乙", "丙"]),
            ("turn-1", ["甲", "乙", "丙"]),
        ],
    )
    def test_items_are_moved_without_a_script(self, client_of, deputy, case, do, order):
        typed = ["甲", "乙", "丙", ""]

        response = self.post(client_of(deputy), case, "items", items=typed, do=do)

        assert response.url == url("write", case.pk, "items")
        assert list(case.items.values_list("text", flat=True)) == order

    def test_a_box_emptied_above_does_not_shift_the_deed(self, client_of, deputy, case):
        self.post(client_of(deputy), case, "items", items=["", "乙", "丙"], do="up-3")

        assert list(case.items.values_list("text", flat=True)) == ["丙", "乙"]

    def test_a_newer_text_is_shown_and_mine_is_kept(self, client_of, deputy, case):
        client = client_of(deputy)
        version = case.version
        self.post(client, case, "situation", situation="手机上写的", page="phone")

        response = self.post(
            client, case, "situation", situation="电脑上写的", page="desk", draft_version=version
        )

        page = content(response)
        assert response.status_code == 422
        assert "手机上写的" in page
        assert "电脑上写的" in page
        assert reload(case).situation == "手机上写的"

    @pytest.mark.parametrize(
        ("step", "fields"),
        [("items", {"items": ["电脑"]}), ("title", {"title": "关于电脑的建议"})],
    )
    def test_so_it_is_for_every_step(self, client_of, deputy, case, step, fields):
        client, version = client_of(deputy), case.version
        phone = {"items": ["手机"]} if step == "items" else {"title": "关于手机的建议"}
        self.post(client, case, step, page="phone", **phone)

        response = self.post(client, case, step, page="desk", draft_version=version, **fields)

        assert response.status_code == 422
        assert "手机" in content(response)

    def test_of_the_newer_only_what_differs_is_told_and_in_words(self, client_of, deputy, case):
        client, version = client_of(deputy), case.version
        category = category_of(case.congress, "农林水利")
        phone = {"title": "关于手机的建议", "nature": "criticism", "category": category.pk}
        self.post(client, case, "title", page="phone", **phone)

        desk = {"title": "关于手机的建议", "nature": "opinion", "category": ""}
        response = self.post(client, case, "title", page="desk", draft_version=version, **desk)

        assert told_in(response) == [("性质", "批评"), ("类别", category.label)]

    def test_units_wished_and_ticks_are_told_in_words_too(self, client_of, deputy, case, unit):
        client, version = client_of(deputy), case.version
        phone = {
            "disclosure": "title_only",
            "disclosure_reason": "涉及个人",
            "wished_units": [unit.pk],
        }
        self.post(client, case, "disclosure", page="phone", wants_contact="on", **phone)

        desk = {"disclosure": "full", "page": "desk", "draft_version": version}
        response = self.post(client, case, "disclosure", **desk)

        assert told_in(response) == [
            ("是否同意公开", Suggestion.Disclosure("title_only").label),
            ("不全文公开的理由", "涉及个人"),
            ("希望由哪个单位承办", unit.name),
            ("希望承办单位加强联系沟通", "是"),
        ]

    def test_a_submitted_text_is_not_written(self, client_of, deputy, session):
        case = submitted_case(deputy.deputy)

        assert client_of(deputy).get(url("write", case.pk, "title")).status_code == 403


class TestAutosave:
    def save(self, client, case, **fields):
        given = {"page": "abcd1234", "draft_version": 1}
        return client.post(url("autosave", case.pk, "situation"), given | fields)

    def test_it_answers_with_the_version_and_the_time(self, client_of, deputy, case):
        response = self.save(client_of(deputy), case, situation="在火车上写")

        assert response.status_code == 200
        assert json.loads(content(response))["version"] == 2
        assert reload(case).situation == "在火车上写"

    def test_an_older_page_is_told_to_look(self, client_of, deputy, case):
        client = client_of(deputy)
        self.save(client, case, situation="手机", page="phone")

        response = self.save(client, case, situation="电脑", page="desk")

        assert response.status_code == 409
        assert "已在别处修改过" in json.loads(content(response))["message"]

    def test_too_long_is_said_and_not_kept(self, client_of, deputy, case):
        response = self.save(client_of(deputy), case, situation="长" * 5001)

        assert response.status_code == 422
        assert "最多5000个字" in json.loads(content(response))["message"]

    def test_only_by_post(self, client_of, deputy, case):
        assert client_of(deputy).get(url("autosave", case.pk, "title")).status_code == 405


class TestCosign:
    def test_deputies_are_found_and_invited(self, client_of, deputy, case, cosigner, other_deputy):
        client = client_of(deputy)

        asked = {"q": "第二代表团", "find": "1"}
        page = content(client.post(url("cosigners", case.pk), asked))
        assert "赵代表" in page
        assert "李代表" not in page
        asked["deputies"] = [cosigner.deputy.pk, "x"]
        page = content(client.post(url("cosigners", case.pk), asked))
        assert "李代表" in page
        assert page.count("checked") == 1
        assert not case.cosigners.exists()
        client.post(url("cosigners", case.pk), {"deputies": [cosigner.deputy.pk]})

        assert case.cosigners.get().deputy == cosigner.deputy

    def test_nobody_chosen_is_said(self, client_of, deputy, case, cosigner):
        response = client_of(deputy).post(url("cosigners", case.pk), {})

        assert response.status_code == 422
        assert "请至少选择一位代表。" in content(response)

    def test_the_lead_is_refused_in_words(self, client_of, deputy, case):
        response = client_of(deputy).post(
            url("cosigners", case.pk), {"deputies": [deputy.deputy.pk]}
        )

        assert response.status_code == 422
        assert "不必再联名" in content(response)

    def test_one_who_takes_no_cosigners_is_told_where_to_change_it(self, client_of, deputy, case):
        case.may_be_cosigned = False
        case.save()

        assert "不接受联名" in content(client_of(deputy).get(url("cosigners", case.pk)))

    def test_an_invitation_is_read_and_confirmed(self, client_of, case, cosigner):
        row = add_cosigner(case, cosigner.deputy, CoSigner.State.INVITED)
        client = client_of(cosigner)

        page = client.get(url("cosign", row.pk))
        assert case.situation in content(page)
        response = client.post(
            url("cosign", row.pk), {"mark": page.context["mark"], "answer": "yes"}
        )

        assert response.url == url("cosign_requests")
        assert reload(row).state == CoSigner.State.CONFIRMED

    def test_or_declined(self, client_of, case, cosigner):
        row = add_cosigner(case, cosigner.deputy)

        client_of(cosigner).post(url("cosign", row.pk), {"answer": "no"})

        assert reload(row).state == CoSigner.State.DECLINED

    def test_a_changed_text_is_read_again(self, client_of, case, cosigner):
        row = add_cosigner(case, cosigner.deputy, CoSigner.State.INVITED)

        response = client_of(cosigner).post(url("cosign", row.pk), {"mark": "old", "answer": "yes"})

        assert response.status_code == 422
        assert "请阅读新的内容后再确认" in content(response)

    def test_nobody_answers_for_another(self, client_of, deputy, case, cosigner, other_deputy):
        row = add_cosigner(case, cosigner.deputy, CoSigner.State.INVITED)

        assert client_of(deputy).get(url("cosign", row.pk)).status_code == 403
        assert client_of(other_deputy).get(url("cosign", row.pk)).status_code == 404

    def test_requests_wait_on_a_page(self, client_of, case, cosigner, clerk):
        client = client_of(cosigner)
        assert "没有待确认的联名邀请" in content(client.get(url("cosign_requests")))
        add_cosigner(case, cosigner.deputy, CoSigner.State.INVITED)

        assert case.title in content(client.get(url("cosign_requests")))
        assert client_of(clerk).get(url("cosign_requests")).status_code == 403

    def test_an_invitation_is_taken_back(self, client_of, deputy, case, cosigner):
        row = add_cosigner(case, cosigner.deputy, CoSigner.State.INVITED)
        client = client_of(deputy)

        assert "李代表" in content(client.get(url("uninvite", row.pk)))
        client.post(url("uninvite", row.pk))

        assert not case.cosigners.exists()

    def test_signatures_come_in_by_paper(self, client_of, deputy, session, secretary, cosigner):
        case = submitted_case(deputy.deputy, cosigners=[])
        client = client_of(secretary)

        assert "李代表" in content(client.get(url("record_signatures", case.pk)))
        given = {"deputies": [cosigner.deputy.pk], "scan": photo()}
        assert client.post(url("record_signatures", case.pk), given).status_code == 302

        assert case.cosigners.get().way == CoSigner.Way.PAPER

    def test_a_sheet_that_is_no_picture_keeps_the_ticks(
        self, client_of, deputy, session, secretary, cosigner
    ):
        case = submitted_case(deputy.deputy, cosigners=[])

        given = {"deputies": [cosigner.deputy.pk], "scan": photo("签名.exe")}
        response = client_of(secretary).post(url("record_signatures", case.pk), given)

        assert response.status_code == 422
        assert "checked" in content(response)


class TestPapers:
    def test_a_photo_is_added_and_taken_off(self, client_of, deputy, case):
        client = client_of(deputy)

        client.post(url("papers", case.pk), {"upload": photo("现场.jpg"), "purpose": "suggestion"})
        kept = Attachment.objects.get()
        assert "现场.jpg" in content(client.get(url("papers", case.pk)))
        assert "现场.jpg" in content(client.get(url("detach", kept.pk)))
        client.post(url("detach", kept.pk))

        assert not Attachment.objects.exists()

    def test_no_file_and_a_wrong_file_are_said(self, client_of, deputy, case):
        client = client_of(deputy)

        assert client.post(url("papers", case.pk), {"purpose": "suggestion"}).status_code == 422
        wrong = {"upload": photo("程序.exe"), "purpose": "suggestion"}
        assert "不支持上传" in content(client.post(url("papers", case.pk), wrong))

    def test_a_proxy_says_which_paper_it_is(self, client_of, deputy, session, secretary):
        case = draft_case(
            deputy.deputy, cosigners=[], entered_by=secretary, entered_for_deputy=True
        )
        client = client_of(secretary)

        assert "纸质原件扫描件" in content(client.get(url("papers", case.pk)))
        client.post(url("papers", case.pk), {"upload": photo(), "purpose": "original"})

        assert Attachment.objects.get().audience == "not_units"


class TestSubmit:
    def test_everything_once_more_then_it_goes(self, client_of, deputy, case):
        client = client_of(deputy)

        page = content(client.get(url("submit", case.pk)))
        assert case.analysis in page
        assert client.post(url("submit", case.pk)).url == url("submitted", case.pk)
        done = content(client.get(url("submitted", case.pk)))

        assert reload(case).stage == Stage.DELEGATION_REVIEW
        assert "建议已提交" in done
        assert str(case.pk) in done

    def test_a_second_press_shows_the_same_page(self, client_of, deputy, case):
        client = client_of(deputy)
        client.post(url("submit", case.pk))

        assert client.post(url("submit", case.pk)).url == url("submitted", case.pk)
        assert case.events.filter(action="submit").count() == 1

    def test_gaps_lead_to_their_steps(self, client_of, deputy, session):
        case = draft_case(deputy.deputy, cosigners=[], items=())
        client = client_of(deputy)

        page = content(client.get(url("submit", case.pk)))
        assert url("write", case.pk, "items") in page
        assert "提交建议" not in page
        assert client.post(url("submit", case.pk)).status_code == 422

    def test_the_deputy_is_warned_of_missing_confirmations(self, client_of, deputy, case, cosigner):
        add_cosigner(case, cosigner.deputy, CoSigner.State.INVITED)

        assert "还有 1 位代表没有确认联名" in content(client_of(deputy).get(url("submit", case.pk)))

    def test_a_cosigner_does_not_submit(self, client_of, case, cosigner):
        add_cosigner(case, cosigner.deputy)

        assert client_of(cosigner).get(url("submit", case.pk)).status_code == 403

    def test_the_original_is_printed(self, client_of, deputy, session, outsider):
        case = registered_case(deputy.deputy)

        response = client_of(deputy).get(url("print", case.pk))

        assert response["Content-Type"] == "application/pdf"
        assert response.content.startswith(b"%PDF-")
        assert client_of(outsider).get(url("print", case.pk)).status_code == 404


class TestReview:
    def test_the_secretary_passes_it_on(self, client_of, deputy, session, secretary):
        case = submitted_case(deputy.deputy)
        client = client_of(secretary)

        assert case.title in content(client.get(url("first_reviews")))
        assert case.situation in content(client.get(url("pass_on", case.pk)))
        client.post(url("pass_on", case.pk), {"opinion": "同意", "scan": photo()})

        assert reload(case).stage == Stage.COMMITTEE_REVIEW

    def test_a_wrong_sheet_is_said(self, client_of, deputy, session, secretary):
        case = submitted_case(deputy.deputy)

        response = client_of(secretary).post(url("pass_on", case.pk), {"scan": photo("a.exe")})

        assert response.status_code == 422

    def test_another_delegation_finds_nothing(self, client_of, deputy, session, other_secretary):
        case = submitted_case(deputy.deputy)

        assert client_of(other_secretary).get(url("pass_on", case.pk)).status_code == 404

    def test_its_deputy_does_not_pass_it(self, client_of, deputy, session):
        case = submitted_case(deputy.deputy)

        assert client_of(deputy).get(url("pass_on", case.pk)).status_code == 403

    def test_staff_accept_it(self, client_of, deputy, session, staff, category):
        case = case_in_review(deputy.deputy)
        client = client_of(staff)

        page = content(client.get(url("accept", case.pk)))
        assert "不作建议处理的情形" in page
        assert case.title in content(client.get(url("reviews")))
        client.post(url("accept", case.pk), {"category": category.pk, "checked": "on"})

        assert reload(case).number_text == "第0001号"

    def test_not_without_the_checklist(self, client_of, deputy, session, staff, category):
        case = case_in_review(deputy.deputy)

        response = client_of(staff).post(url("accept", case.pk), {"category": category.pk})

        assert response.status_code == 422
        assert "请先逐项核对" in content(response)

    def test_a_colleague_at_work_is_named(self, client_of, deputy, session, staff, session_staff):
        case = case_in_review(deputy.deputy)
        client_of(staff).get(url("accept", case.pk))

        assert "同事正在审核" in content(client_of(session_staff).get(url("accept", case.pk)))

    def test_alike_and_personal_data_are_shown(self, client_of, deputy, session, staff):
        registered_case(deputy.deputy)
        case = case_in_review(
            deputy.deputy, situation="请联系13912345678，情况如下，居民多有反映。"
        )

        page = content(client_of(staff).get(url("accept", case.pk)))

        assert "第0001号" in page
        assert "139******78" in page

    def test_several_at_once(self, client_of, deputy, session, staff):
        cases = [case_in_review(deputy.deputy, cosigners=[]) for _ in range(3)]

        ids = [case.pk for case in cases[:2]]
        client_of(staff).post(url("accept_many"), {"cases": ids})

        assert [reload(case).stage for case in cases] == [
            Stage.REGISTERED,
            Stage.REGISTERED,
            Stage.COMMITTEE_REVIEW,
        ]

    def test_none_ticked_is_said(self, client_of, staff):
        response = client_of(staff).post(url("accept_many"), {})

        assert response.status_code == 422
        assert "请先勾选建议" in content(response)

    def test_one_that_cannot_be_taken_does_not_stop_the_others(
        self, client_of, deputy, session, staff
    ):
        own = case_in_review(deputy.deputy, cosigners=[])
        both = make_member("staff", staff.office, user=deputy.user)
        response = client_of(both).post(url("accept_many"), {"cases": [own.pk]}, follow=False)

        assert response.status_code == 302
        assert reload(own).stage == Stage.COMMITTEE_REVIEW

    def test_it_is_sent_back(self, client_of, deputy, session, staff):
        case = case_in_review(deputy.deputy)
        client = client_of(staff)

        assert client.get(url("send_back", case.pk)).status_code == 200
        assert client.post(url("send_back", case.pk), {}).status_code == 422
        client.post(url("send_back", case.pk), {"reason": "一事一议", "points": ["items"]})

        assert reload(case).stage == Stage.SENT_BACK

    def test_it_is_declined(self, client_of, deputy, session, staff, congress):
        case, client = case_in_review(deputy.deputy), client_of(staff)
        ground = DeclineGround.objects.filter(congress=congress).first()
        given = {"ground": ground.pk, "explanation": "属于个人问题", "next_step": "forwarded"}

        assert client.get(url("decline", case.pk)).status_code == 200
        assert client.post(url("decline", case.pk), given).status_code == 422
        client.post(url("decline", case.pk), given | {"forwarded_to": "信访局"})

        assert reload(case).stage == Stage.DECLINED

    def test_it_is_merged(self, client_of, deputy, other_deputy, session, staff):
        target, case = registered_case(deputy.deputy), case_in_review(other_deputy.deputy)
        client = client_of(staff)

        assert "内容相近" in content(client.get(url("merge", case.pk)))
        assert "没有找到" in content(client.get(url("merge", case.pk), {"q": "水库"}))
        assert "第0001号" in content(client.get(url("merge", case.pk), {"q": "0001"}))
        assert content(client.get(url("merge", case.pk), {"q": "\x000001"}))
        client.post(url("merge", case.pk), {"into": target.pk, "reason": "相同"})

        assert reload(case).merged_into == target

    def test_a_part_is_enough_for_htmx(self, client_of, deputy, session, staff):
        case = case_in_review(deputy.deputy)

        response = client_of(staff).post(
            url("send_back", case.pk), {}, headers={"HX-Request": "true"}
        )

        assert response.status_code == 422
        assert content(response).strip().startswith("<form")

    def test_the_queues_are_for_their_people(self, client_of, clerk, deputy, staff, secretary):
        assert client_of(clerk).get(url("reviews")).status_code == 403
        assert client_of(deputy).get(url("reviews")).status_code == 403
        assert client_of(clerk).get(url("first_reviews")).status_code == 403
        assert "没有待审核" in content(client_of(staff).get(url("reviews")))
        assert "没有待初审" in content(client_of(secretary).get(url("first_reviews")))


class TestWithdraw:
    def test_alone_it_is_done(self, client_of, deputy, session):
        case = registered_case(deputy.deputy, cosigners=[])
        client = client_of(deputy)

        assert "不能恢复" in content(client.get(url("withdraw", case.pk)))
        assert client.post(url("withdraw", case.pk), {"reason": ""}).status_code == 422
        client.post(url("withdraw", case.pk), {"reason": "情况已变"})

        assert reload(case).stage == Stage.WITHDRAWN

    def test_jointly_each_is_asked(self, client_of, deputy, session, cosigner, other_deputy):
        case = registered_case(deputy.deputy, cosigners=[cosigner.deputy])
        client_of(deputy).post(url("withdraw", case.pk), {"reason": "情况已变"})
        asked = case.withdrawals.get()
        row = asked.consents.get()

        client = client_of(cosigner)
        assert "情况已变" in content(client.get(url("consent", row.pk)))
        assert client_of(other_deputy).get(url("consent", row.pk)).status_code == 404
        assert client_of(deputy).get(url("consent", row.pk)).status_code == 403
        assert client.post(url("consent", row.pk), {}).status_code == 422
        client.post(url("consent", row.pk), {"agrees": "yes"})

        assert reload(case).stage == Stage.WITHDRAWN

    def test_an_answer_twice_is_said(self, client_of, deputy, session, cosigner):
        case = registered_case(deputy.deputy, cosigners=[cosigner.deputy])
        asked = withdrawing.ask(case.pk, reason="变", by=deputy, at=NOW)
        client = client_of(cosigner)
        row = asked.consents.get()
        client.post(url("consent", row.pk), {"agrees": "no"})

        response = client.post(url("consent", row.pk), {"agrees": "yes"})

        assert response.status_code == 422
        assert "已表态" in content(response)

    def test_a_request_is_taken_back(self, client_of, deputy, session, cosigner):
        case = registered_case(deputy.deputy, cosigners=[cosigner.deputy])
        asked = withdrawing.ask(case.pk, reason="变", by=deputy, at=NOW)
        client = client_of(deputy)

        assert client.get(url("cancel_withdrawal", asked.pk)).status_code == 200
        client.post(url("cancel_withdrawal", asked.pk))

        assert reload(asked).state == "cancelled"
        assert client.get(url("cancel_withdrawal", asked.pk)).status_code == 403

    def test_not_by_others(self, client_of, deputy, session, cosigner, outsider):
        case = registered_case(deputy.deputy, cosigners=[cosigner.deputy])

        assert client_of(cosigner).get(url("withdraw", case.pk)).status_code == 403
        assert client_of(outsider).get(url("withdraw", case.pk)).status_code == 404


class TestLists:
    def test_a_deputy_sees_all_that_is_theirs(self, client_of, deputy, cosigner, session):
        own = draft_case(deputy.deputy, cosigners=[], title="关于自己草稿的建议")
        running = registered_case(deputy.deputy, title="关于正在办理的建议")
        signed = registered_case(cosigner.deputy, cosigners=[deputy.deputy], title="关于联名的建议")

        page = content(client_of(deputy).get(url("mine")))

        for case in (own, running, signed):
            assert case.title in page

    def test_what_runs_stands_before_what_is_over_and_drafts_on_the_first_page(
        self, client_of, deputy, session, monkeypatch
    ):
        monkeypatch.setattr(pages, "_A_PAGE", 2)
        draft_case(deputy.deputy, cosigners=[], title="关于草稿的建议")
        over = registered_case(deputy.deputy, title="关于办结的建议")
        Suggestion.objects.filter(pk=over.pk).update(stage=Stage.CLOSED)
        for n in (1, 2):
            registered_case(deputy.deputy, title=f"关于办理{n}的建议")

        first, second = (
            content(client_of(deputy).get(url("mine"), {"page": page})) for page in (1, 2)
        )

        titles = ["关于草稿的建议", "关于办理1的建议", "关于办理2的建议", "关于办结的建议"]
        assert [title in first for title in titles] == [True, True, True, False]
        assert [title in second for title in titles] == [False, False, False, True]
        assert "第 1 / 2 页" in first

    def test_an_empty_one_says_what_to_do(self, client_of, deputy, clerk):
        assert "还没有建议" in content(client_of(deputy).get(url("mine")))
        assert client_of(clerk).get(url("mine")).status_code == 403

    def test_a_delegation_sees_its_own(
        self, client_of, deputy, session, secretary, other_secretary
    ):
        case = registered_case(deputy.deputy)

        assert case.title in content(client_of(secretary).get(url("of_delegation")))
        assert case.title not in content(client_of(other_secretary).get(url("of_delegation")))
        assert client_of(deputy).get(url("of_delegation")).status_code == 403


def test_nobody_comes_in_without_signing_in(client, case):
    for name, args in (("mine", ()), ("draft", (case.pk,)), ("accept", (case.pk,))):
        assert client.get(url(name, *args)).status_code == 302
