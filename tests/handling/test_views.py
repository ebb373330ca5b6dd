"""Every page of handling: who opens it, what a deed through it does, what a refusal keeps."""

import pytest
from django.urls import reverse
from django.utils import timezone

from handling.models import Consultation, Opinion, Promise, Reply, Talk
from suggestions.models import Deadline
from tests.factories import NOW, TODAY
from tests.factories import handling as made
from tests.factories.assignment import accepted_assignment
from tests.factories.suggestions import reload

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _today(freezer_day):
    """The pages read the clock: let it be the day of the tests."""


@pytest.fixture
def freezer_day(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def at(name, *args):
    return reverse(f"handling:{name}", args=args)


def download(client, address):
    response = client.get(address)
    content = b"".join(response.streaming_content)
    for close in response._resource_closers:  # response.close() would close the connection too
        close()
    return content


def draft_post(receipt, **fields):
    reply = Reply.objects.filter(assignment=receipt).first()
    text = made.draft_text(made.reload(receipt))
    given = {
        "draft_version": reply.version if reply else 0,
        "opening": text.opening,
        "closing": text.closing,
        "claimed_class": text.claimed_class.pk,
        "contact_name": "李明",
        "contact_phone": "123",
    }
    for pk, (outcome, answer) in text.answers.items():
        given |= {f"outcome_{pk}": outcome, f"text_{pk}": answer}
    return given | fields


class TestTalkPages:
    def test_the_clerk_records_a_talk(self, receipt, clerk, client_of, deputy):
        client = client_of(clerk)
        page = client.get(at("record_talk", receipt.pk))
        typed = {
            "deputy": deputy.deputy.pk,
            "way": "meeting",
            "phase": "during",
            "talked_on": TODAY.isoformat(),
            "unit_people": "李明",
            "summary": "当面听取意见",
            "record": made.pdf(),
        }

        done = client.post(at("record_talk", receipt.pk), typed)

        assert page.status_code == 200
        assert done.url == receipt.suggestion.get_absolute_url()
        assert Talk.objects.get().state == Talk.State.SIGNED

    def test_a_talk_without_words_comes_back_with_what_was_typed(self, receipt, clerk, client_of):
        page = client_of(clerk).post(at("record_talk", receipt.pk), {"unit_people": "赵科长"})

        assert page.status_code == 422
        assert "赵科长" in page.content.decode()

    def test_htmx_gets_the_form_alone(self, receipt, clerk, client_of):
        page = client_of(clerk).post(at("record_talk", receipt.pk), {}, **HTMX)

        assert page.status_code == 422
        assert "<html" not in page.content.decode()

    def test_the_clerk_records_an_attempt(self, receipt, clerk, client_of):
        client = client_of(clerk)
        page = client.get(at("record_attempt", receipt.pk))
        typed = {
            "way": "phone",
            "phase": "before",
            "talked_on": TODAY.isoformat(),
            "unit_people": "李明",
            "summary": "无人接听",
        }

        done = client.post(at("record_attempt", receipt.pk), typed)

        assert (page.status_code, done.status_code) == (200, 302)
        assert Talk.objects.get().state == Talk.State.ATTEMPT

    def test_the_deputy_confirms_with_one_tap(self, receipt, deputy, client_of):
        talk = made.recorded_talk(receipt)
        client = client_of(deputy)
        page = client.get(at("answer_talk", talk.pk))

        done = client.post(at("answer_talk", talk.pk), {"answer": "confirm"})

        assert "属实，确认" in page.content.decode()
        assert done.status_code == 302
        assert reload(talk).state == Talk.State.CONFIRMED

    def test_a_dispute_without_reason_is_asked_for_one(self, receipt, deputy, client_of):
        talk = made.recorded_talk(receipt)
        client = client_of(deputy)

        refused = client.post(at("answer_talk", talk.pk), {"answer": "dispute"})
        done = client.post(at("answer_talk", talk.pk), {"answer": "dispute", "reason": "没有"})

        assert refused.status_code == 422
        assert done.status_code == 302
        assert reload(talk).state == Talk.State.DISPUTED

    def test_the_staff_confirm_an_attempt(self, receipt, staff, client_of):
        talk = made.recorded_attempt(receipt)
        client = client_of(staff)
        page = client.get(at("confirm_attempt", talk.pk))

        done = client.post(at("confirm_attempt", talk.pk))

        assert (page.status_code, done.status_code) == (200, 302)
        assert reload(talk).state == Talk.State.ATTEMPT_CONFIRMED

    def test_the_unit_sees_how_many_meetings_it_lacks(self, receipt, clerk, client_of):
        page = client_of(clerk).get(at("meetings"))
        none = client_of(clerk).get(at("meetings"), {"met": "yes", "q": "充电"})

        assert "还差1件" in page.content.decode()
        assert "没有符合条件" in none.content.decode()


class TestOpinionPages:
    def test_the_supporting_clerk_gives_an_opinion_with_a_paper(
        self, shared, other_clerk, clerk, deputy, client_of
    ):
        support = shared[1]
        client = client_of(other_clerk)
        page = client.get(at("submit_opinion", support.pk))

        done = client.post(
            at("submit_opinion", support.pk),
            {"text": "支持", "document_number": "市教函[2026]3号", "paper": made.pdf()},
        )

        opinion = Opinion.objects.get()
        assert (page.status_code, done.status_code) == (200, 302)
        assert opinion.document_number == "市教函〔2026〕3号"
        paper = at("opinion_paper", opinion.pk)
        assert [download(client_of(member), paper) for member in (clerk, other_clerk)] == [
            made.pdf().read(), made.pdf().read()
        ]  # fmt: skip
        assert client_of(deputy).get(paper).status_code == 404

    def test_an_opinion_without_paper_has_none_to_download(self, shared, clerk, client_of):
        opinion = made.given_opinion(shared[1])

        assert client_of(clerk).get(at("opinion_paper", opinion.pk)).status_code == 404

    def test_the_lead_unit_asks_again_and_the_other_reads_why(
        self, shared, clerk, other_clerk, client_of
    ):
        opinion = made.given_opinion(shared[1])
        page = client_of(clerk).get(at("send_back_opinion", opinion.pk))

        done = client_of(clerk).post(
            at("send_back_opinion", opinion.pk), {"why": "没有说明资金来源"}
        )

        assert (page.status_code, done.status_code) == (200, 302)
        again = client_of(other_clerk).get(at("submit_opinion", shared[1].pk))
        assert "没有说明资金来源" in again.content.decode()


class TestDraftPage:
    def test_offers_title_number_and_every_item_from_the_start(self, receipt, clerk, client_of):
        page = client_of(clerk).get(at("draft_reply", receipt.pk)).content.decode()

        case = receipt.suggestion
        assert f"《{case.title}》（{case.number_text}）收悉" in page
        assert page.count("建议第 ") == 3

    def test_keeps_what_was_typed_and_goes_on_to_sending(self, receipt, clerk, client_of):
        client = client_of(clerk)

        saved = client.post(at("draft_reply", receipt.pk), draft_post(receipt, save="1"))
        sent = client.post(at("draft_reply", receipt.pk), draft_post(receipt, send="1"))

        reply = Reply.objects.get()
        assert saved.url == at("draft_reply", receipt.pk)
        assert sent.url == at("send_to_check", reply.pk)
        assert [row.text for row in reply.items.order_by("item__number")] == list(made.ANSWERS)

    def test_keeps_promises_and_offers_room_for_more(self, receipt, clerk, client_of):
        client = client_of(clerk)
        promised = {
            "pledge_content_0": "建成四十个小区",
            "pledge_person_0": "王副局长",
            "pledge_due_on_0": "2026-12-31",
        }

        client.post(at("draft_reply", receipt.pk), draft_post(receipt, **promised))

        promise = Promise.objects.get()
        assert (promise.content, promise.state) == ("建成四十个小区", Promise.State.DRAFT)
        page = client.get(at("draft_reply", receipt.pk)).content.decode()
        assert "pledge_content_2" in page
        assert "建成四十个小区" in page

    def test_refuses_to_overwrite_a_colleague(self, receipt, clerk, client_of):
        typed = draft_post(receipt, closing="我的改动")
        made.saved_draft(receipt)

        page = client_of(clerk).post(at("draft_reply", receipt.pk), typed)

        assert page.status_code == 422
        text = page.content.decode()
        assert "我的改动" in text
        assert "保存了新的版本" in text
        assert "同事刚保存的内容" in text

    def test_who_was_slower_sees_what_differs_and_then_decides(
        self, receipt, clerk, unit_head, client_of
    ):
        mine = draft_post(receipt, opening="我的引言")
        made.saved_draft(receipt, by=unit_head, opening="同事的引言")
        client = client_of(clerk)

        page = client.post(at("draft_reply", receipt.pk), mine)

        text = page.content.decode()
        assert "<dt>引言</dt><dd>同事的引言</dd>" in text
        assert "我的引言</textarea>" in text
        assert 'name="draft_version" value="1"' in text
        client.post(at("draft_reply", receipt.pk), mine | {"draft_version": "1"})
        assert Reply.objects.get().opening == "我的引言"

    def test_shows_opinions_the_last_view_and_the_like_reply_beside(
        self, shared, unit, clerk, client_of
    ):
        lead, support = shared
        made.issued_reply(accepted_assignment(unit))
        made.given_opinion(support)
        asked = made.consulted_reply(lead)
        made.consultations.answer_consultation(
            asked.pk, view="disagree", note="请写明时间", by=made.seat_of(asked.deputy), at=NOW
        )

        page = client_of(clerk).get(at("draft_reply", lead.pk)).content.decode()

        assert "支持安排专项资金" in page
        assert "请写明时间" in page
        assert "草稿3句中有3句与它相同" in page
        assert "<mark>" in page

    def test_autosaves_and_says_when_a_colleague_was_faster(self, receipt, clerk, client_of):
        client = client_of(clerk)
        typed = draft_post(receipt)

        kept = client.post(at("autosave_reply", receipt.pk), typed)
        stale = client.post(at("autosave_reply", receipt.pk), typed)
        unreadable = client.post(
            at("autosave_reply", receipt.pk), typed | {"reported_on": "不是日期"}
        )

        assert (kept.status_code, kept.json()["version"]) == (200, 1)
        assert stale.status_code == 409
        assert unreadable.status_code == 422

    def test_takes_an_unreadable_version_for_a_new_draft(self, receipt, clerk, client_of):
        typed = draft_post(receipt, draft_version="")

        page = client_of(clerk).post(at("draft_reply", receipt.pk), typed)

        assert page.status_code == 422


class TestSendingPages:
    def test_slips_are_shown_before_the_text_leaves(self, receipt, clerk, client_of):
        reply = made.saved_draft(receipt, closing="", contact_name="")

        page = client_of(clerk).get(at("send_to_check", reply.pk)).content.decode()
        refused = client_of(clerk).post(at("send_to_check", reply.pk))

        assert "请填写联系人和联系电话" in page
        assert refused.status_code == 422

    def test_clerk_head_deputy_head(self, receipt, clerk, unit_head, deputy, client_of):
        made.confirmed_talk(receipt)
        reply = made.saved_draft(receipt)
        head = client_of(unit_head)

        checked = client_of(clerk).post(at("send_to_check", reply.pk))
        page = head.get(at("consult", reply.pk))
        asked = head.post(at("consult", reply.pk))
        consultation = Consultation.objects.get()
        shown = client_of(deputy).get(at("answer_consultation", consultation.pk))
        agreed = client_of(deputy).post(
            at("answer_consultation", consultation.pk), {"view": "agree"}
        )
        to_sign = head.get(at("issue", reply.pk))
        issued = head.post(
            at("issue", reply.pk),
            {
                "document_number": "市交函[2026]12号",
                "signer": "陈局长",
                "signed_on": TODAY.isoformat(),
                "mode": "letter",
                "signer_is_of_level": "on",
            },
        )

        pages = [page, shown, to_sign]
        assert [each.status_code for each in pages] == [200] * 3
        assert [each.status_code for each in (checked, asked, agreed, issued)] == [302] * 4
        reply = reload(reply)
        assert (reply.state, reply.document_number) == ("issued", "市交函〔2026〕12号")

    def test_the_head_gives_the_text_back_with_a_remark(self, receipt, unit_head, client_of):
        made.confirmed_talk(receipt)
        reply = made.saved_draft(receipt)
        made.replies.send_to_check(reply.pk, by=unit_head, at=NOW)
        client = client_of(unit_head)
        page = client.get(at("send_back_draft", reply.pk))

        client.post(at("send_back_draft", reply.pk), {"remark": "第2项没有承诺时间"})

        assert page.status_code == 200
        assert reload(reply).check_note == "第2项没有承诺时间"
        draft = client.get(at("draft_reply", receipt.pk)).content.decode()
        assert "第2项没有承诺时间" in draft

    @pytest.mark.parametrize("kind", ["docx", "pdf"])
    def test_the_letter_goes_out_to_the_units_own_system(self, receipt, clerk, client_of, kind):
        reply = made.saved_draft(receipt)

        letter = client_of(clerk).get(at("letter", reply.pk, kind))

        begins = {"docx": b"PK", "pdf": b"%PDF"}[kind]
        assert letter.content.startswith(begins)

    def test_the_letter_comes_in_two_kinds_only(self, receipt, clerk, client_of):
        reply = made.saved_draft(receipt)

        assert client_of(clerk).get(at("letter", reply.pk, "exe")).status_code == 404

    def test_a_missing_opinion_is_explained_on_the_page(self, shared, clerk, client_of):
        reply = made.saved_draft(shared[0])
        client = client_of(clerk)
        page = client.get(at("send_to_check", reply.pk)).content.decode()

        refused = client.post(at("send_to_check", reply.pk))
        done = client.post(
            at("send_to_check", reply.pk), {"without_opinion_reason": "多次催促未果"}
        )

        assert "协办意见还没有提交" in page
        assert (refused.status_code, done.status_code) == (422, 302)


class TestAnsweringPages:
    def test_the_deputy_disagrees_with_a_reason(self, receipt, deputy, client_of):
        asked = made.consulted_reply(receipt)
        client = client_of(deputy)

        refused = client.post(at("answer_consultation", asked.pk), {"view": "disagree"})
        done = client.post(
            at("answer_consultation", asked.pk), {"view": "disagree", "note": "没有时间表"}
        )

        assert (refused.status_code, done.status_code) == (422, 302)
        assert reload(asked).view == "disagree"

    def test_the_deputy_is_shown_talks_to_confirm_as_well(self, receipt, deputy, client_of):
        asked = made.consulted_reply(receipt)
        made.recorded_talk(receipt, summary="又见了一次")

        page = client_of(deputy).get(at("answer_consultation", asked.pk))

        assert "又见了一次" in page.content.decode()

    def test_the_staff_allow_a_reply_left_unanswered(self, receipt, staff, client_of):
        asked = made.consulted_reply(receipt)
        Deadline.objects.filter(pk=asked.deadline_id).update(
            starts_on="2026-02-01", due_on="2026-03-06"
        )
        client = client_of(staff)
        page = client.get(at("let_lapse", asked.pk))

        done = client.post(at("let_lapse", asked.pk), {"note": "两次电话催促"})

        assert (page.status_code, done.status_code) == (200, 302)
        assert reload(asked).view == "lapsed"

    def test_the_staff_allow_a_reply_after_mediation(self, receipt, staff, deputy, client_of):
        asked = made.consulted_reply(receipt)
        made.consultations.answer_consultation(
            asked.pk, view="disagree", note="不同意", by=deputy, at=NOW
        )
        client = client_of(staff)
        page = client.get(at("overrule", asked.pk))

        done = client.post(at("overrule", asked.pk), {"note": "已召开协调会"})

        assert (page.status_code, done.status_code) == (200, 302)
        assert Consultation.objects.order_by("pk").last().view == "overruled"

    def test_the_staff_correct_a_class(self, unit, staff, client_of):
        reply = made.issued_reply(unit=unit)
        other = made.result_class(reply.assignment.suggestion, "B")
        client = client_of(staff)
        page = client.get(at("review_class", reply.pk))

        done = client.post(
            at("review_class", reply.pk), {"reviewed_class": other.pk, "reason": "尚未完成"}
        )

        assert (page.status_code, done.status_code) == (200, 302)
        assert reload(reply).reviewed_class == other

    def test_reading_is_noted_for_the_deputy_alone(self, receipt, staff, deputy, client_of):
        reply = made.issued_reply(receipt)

        client_of(staff).get(at("reply", reply.pk))
        before = made.lead_delivery(reply).read_at
        page = client_of(deputy).get(at("reply", reply.pk))

        assert before is None
        assert made.ANSWERS[0] in page.content.decode()
        assert made.lead_delivery(reply).read_at == NOW

    def test_opening_the_case_page_notes_the_reading(self, receipt, deputy, staff, client_of):
        reply = made.issued_reply(receipt)

        noted = client_of(deputy).post(at("mark_read", reply.pk))

        assert noted.status_code == 204
        assert made.lead_delivery(reply).read_at == NOW
        assert client_of(staff).post(at("mark_read", reply.pk)).status_code == 403

    def test_paper_replies_have_a_slip_and_a_day_of_receipt(self, receipt, staff, client_of):
        lead = receipt.suggestion.lead_deputy
        lead.works_on_paper = True
        lead.save()
        reply = made.issued_reply(receipt)
        delivery = made.lead_delivery(reply)
        client = client_of(staff)

        slip = client.get(at("receipt_slip", delivery.pk))
        page = client.get(at("record_receipt", delivery.pk))
        done = client.post(at("record_receipt", delivery.pk), {"received_on": TODAY.isoformat()})

        assert slip.content.startswith(b"%PDF")
        assert (page.status_code, done.status_code) == (200, 302)
        assert reload(delivery).received_on == TODAY


class TestExtensionPages:
    def test_unit_office_and_staff_in_turn(self, receipt, clerk, system_office, staff, client_of):
        page = client_of(clerk).get(at("ask_extension", receipt.pk))
        asked = client_of(clerk).post(
            at("ask_extension", receipt.pk),
            {"until": "2026-08-31", "reason": "涉及多个部门", "told_deputy": "on"},
        )
        request = receipt.extension_requests.get()
        office = client_of(system_office)
        office_page = office.get(at("give_view", request.pk))
        viewed = office.post(at("give_view", request.pk), {"view": "同意"})
        staff_page = client_of(staff).get(at("decide_extension", request.pk))
        decided = client_of(staff).post(at("decide_extension", request.pk), {"granted": "yes"})

        pages = [page, office_page, staff_page]
        assert [each.status_code for each in pages] == [200] * 3
        assert [each.status_code for each in (asked, viewed, decided)] == [302] * 3
        assert reload(receipt).answer_deadline.due_on.isoformat() == "2026-08-31"


class TestPromisePages:
    def test_from_the_list_to_the_deputys_word(self, receipt, clerk, staff, deputy, client_of):
        promise = made.open_promise(receipt)
        unit, committee, own = client_of(clerk), client_of(staff), client_of(deputy)

        listed = unit.get(at("promises"), {"q": "充电", "state": "open"})
        changing = unit.get(at("change_promise", promise.pk))
        changed = unit.post(
            at("change_promise", promise.pk), {"due_on": "2026-12-31", "reason": "雨季"}
        )
        claiming = unit.get(at("claim_clearance", promise.pk))
        claimed = unit.post(
            at("claim_clearance", promise.pk),
            {"claim_note": "建成", "done_on": TODAY.isoformat(), "evidence": made.pdf()},
        )
        deciding = committee.get(at("decide_clearance", promise.pk))
        decided = committee.post(at("decide_clearance", promise.pk), {"cleared": "yes"})
        rating = own.get(at("rate_fulfilment", promise.pk))
        rated = own.post(at("rate_fulfilment", promise.pk), {"fulfilment": "satisfied"})

        assert "完成第1批" in listed.content.decode()
        pages = [changing, claiming, deciding, rating]
        assert [each.status_code for each in pages] == [200] * 4
        assert [each.status_code for each in (changed, claimed, decided, rated)] == [302] * 4
        promise = reload(promise)
        assert (promise.state, promise.fulfilment) == ("cleared", "satisfied")

    def test_the_staff_end_a_promise(self, receipt, staff, client_of):
        promise = made.open_promise(receipt)
        client = client_of(staff)
        page = client.get(at("end_promise", promise.pk))

        done = client.post(at("end_promise", promise.pk), {"reason": "规划调整"})

        assert (page.status_code, done.status_code) == (200, 302)
        assert reload(promise).state == Promise.State.ENDED

    def test_a_refusal_keeps_the_words(self, receipt, clerk, client_of):
        promise = made.open_promise(receipt)

        page = client_of(clerk).post(
            at("claim_clearance", promise.pk),
            {"claim_note": "已经建成投用", "done_on": TODAY.isoformat()},
        )

        assert page.status_code == 422
        assert "已经建成投用" in page.content.decode()


class TestCasePage:
    def test_shows_each_party_its_own_part(
        self, shared, clerk, other_clerk, deputy, staff, outsider, client_of
    ):
        lead, support = shared
        made.given_opinion(support)
        made.issued_reply(lead, "B")
        address = lead.suggestion.get_absolute_url()

        pages = {
            who: client_of(member).get(address).content.decode()
            for who, member in [
                ("lead", clerk), ("support", other_clerk), ("deputy", deputy), ("staff", staff)
            ]
        }  # fmt: skip

        assert [who for who in pages if "支持安排专项资金" in pages[who]] == [
            "lead", "support", "staff"
        ]  # fmt: skip
        assert all("完成第1批小区充电桩建设" in page for page in pages.values())
        assert all(made.ANSWERS[0] in page for page in pages.values())
        assert client_of(outsider).get(address).status_code == 404

    def test_a_draft_is_shown_to_its_own_unit_alone(
        self, shared, clerk, other_clerk, deputy, staff, client_of
    ):
        made.saved_draft(shared[0], closing="只有本单位看得到的草稿")
        address = shared[0].suggestion.get_absolute_url()

        seen = [
            "答复稿（第1轮）" in client_of(member).get(address).content.decode()
            for member in (clerk, other_clerk, deputy, staff)
        ]

        assert seen == [True, False, False, False]
