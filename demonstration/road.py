"""
The road of one suggestion through the services, each step on a day of its own.

Every method does what one person does on one page; nothing is written past the services.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Membership
from assignment.models import Assignment, Batch
from assignment.services import accepting, assigning
from assignment.services.orders import Order, Terms
from congress.models import Category, Origin, ResultClass, Unit
from demonstration import wording
from demonstration.cast import Cast
from evaluation.selectors import open_receipts
from evaluation.services import closing, verdicts
from evaluation.services.verdicts import Judgement
from handling.models import Consultation, Reply, Talk
from handling.rules.slips import Pledge
from handling.services import consultations, issuing, opinions, replies, talks
from handling.services.replies import DraftText
from suggestions.models import Suggestion
from suggestions.selectors.drafts import text_mark
from suggestions.selectors.people import first_review_group
from suggestions.services import cosigning, drafting, reviewing, submission
from suggestions.steps import WritingStep


@dataclass(frozen=True)
class Topic:
    """One title with its category and the unit that answers for it."""

    number: int
    title: str
    category: str
    unit: str


#: The outcome of each numbered request, in turn, by the class the unit claims.
_OUTCOMES = {
    "A": ("done", "explained", "under_way"),
    "B": ("under_way", "planned", "done"),
    "C": ("not_possible", "explained", "planned"),
    "D": ("not_possible", "explained", "under_way"),
}


class Road:
    """Walks one suggestion from its draft as far as it is asked to."""

    def __init__(self, cast: Cast, topic: Topic, *, lead: Membership, paper: bytes) -> None:
        self.cast, self.topic, self.lead, self.paper = cast, topic, lead, paper
        self.days = cast.days
        self.case: Suggestion

    # 提出审核

    def draft(self, days: int) -> Road:
        """Write the whole text."""
        at = self.days.at(days, 9)
        n, title = self.topic.number, self.topic.title
        congress = self.cast.congress
        origins = list(Origin.objects.filter(congress=congress).order_by("order"))
        origin = origins[0] if n % 5 < 3 else origins[n % len(origins)]
        self.case = drafting.begin(by=self.lead, at=at)
        for step, values in (
            (
                WritingStep.TITLE,
                {
                    "title": title,
                    "category": Category.objects.get(congress=congress, label=self.topic.category),
                },
            ),
            (WritingStep.SITUATION, {"situation": wording.situation(title, n)}),
            (WritingStep.ANALYSIS, {"analysis": wording.analysis(title, n)}),
            (WritingStep.ITEMS, {"items": wording.items(title, n)}),
            (WritingStep.ORIGIN, {"origin": origin}),
            (WritingStep.DISCLOSURE, {"wants_contact": n % 2 == 0}),
        ):
            drafting.save(
                self.case.pk,
                step,
                values,
                version=self._fresh().version,
                page=f"demonstration-{n}",
                by=self.lead,
                at=at,
            )
        return self

    def invite(self, days: int, *cosigners: Membership) -> Road:
        """Ask colleagues to co-sign."""
        seats = [seat.deputy for seat in cosigners if seat.deputy]
        cosigning.invite(self.case.pk, seats, by=self.lead, at=self.days.at(days, 9, 30))
        return self

    def cosign(self, days: int, *cosigners: Membership) -> Road:
        """Let the colleagues read and confirm."""
        rows = {row.deputy_id: row for row in self.case.cosigners.all()}
        for minute, seat in enumerate(cosigners):
            row = rows[seat.deputy_id]
            at = self.days.at(days, 10, minute)
            cosigning.confirm(row.pk, mark=text_mark(self._fresh()), by=seat, at=at)
        return self

    def submit(self, days: int) -> Road:
        """Submit the draft to the delegation or contact group."""
        submission.submit(self.case.pk, by=self.lead, at=self.days.at(days, 11))
        return self

    def pass_on(self, days: int, *, signed: bool = False) -> Road:
        """Let the delegation's liaison pass it, with or without the head's signed sheet."""
        scan = self.file("团长签字单.pdf") if signed else None
        by = self._first_reviewer()
        at = self.days.at(days, 14)
        reviewing.pass_on(self.case.pk, opinion="情况属实，同意提交。", scan=scan, by=by, at=at)
        return self

    def accept(self, days: int) -> Road:
        """Let 代表工委 take it in and number it."""
        category = Category.objects.get(congress=self.cast.congress, label=self.topic.category)
        reviewing.accept(
            self.case.pk, category=category, by=self.cast.staff(), at=self.days.at(days, 15)
        )
        return self

    # 交办

    def assign(
        self,
        days: int,
        orders: Sequence[Order] = (),
        *,
        batch: Batch | None = None,
        is_hard: bool = False,
    ) -> Road:
        """Hand it over to its units."""
        terms = Terms(
            batch=batch,
            is_hard=is_hard,
            hard_reason="涉及多个区县和部门，需分年实施。" if is_hard else "",
            requirements="请主动联系代表，逐条答复，写明时限。",
        )
        orders = list(orders) or [Order(self.unit())]
        at = self.days.at(days, 9)
        assigning.assign(self.case.pk, orders=orders, terms=terms, by=self.cast.staff(), at=at)
        return self

    def sign(self, days: int) -> Road:
        """Let every unit sign for its receipt."""
        for receipt in self.receipts(Assignment.State.OFFERED):
            at = self.days.at(days, 10)
            accepting.accept(receipt.pk, by=self.clerk(receipt), at=at)
        return self

    # 办理答复

    def talk(self, days: int, *, confirmed: bool = True, way: str = Talk.Way.MEETING) -> Road:
        """Let the answering units talk with the deputy, who confirms it or has yet to."""
        for receipt in self.answering():
            talk = talks.record_talk(
                receipt.pk,
                way=Talk.Way(way),
                phase=Talk.Phase.DURING,
                talked_on=self.days.ago(days),
                place="市人大代表联络站",
                unit_people=f"{receipt.unit.contact}等3人",
                summary=wording.TALK_SUMMARY,
                agreed=wording.TALK_AGREED,
                by=self.clerk(receipt),
                at=self.days.at(days, 16),
            )
            if confirmed:
                at = self.days.at(max(days - 1, 0), 19)
                talks.confirm_talk(talk.pk, by=self.lead, at=at)
        return self

    def advise(self, days: int) -> Road:
        """Let the supporting units give their opinions."""
        for receipt in self.receipts(Assignment.State.ACCEPTED):
            if not receipt.answers:
                opinions.submit_opinion(
                    receipt.pk,
                    text=wording.OPINION,
                    by=self.clerk(receipt),
                    at=self.days.at(days, 15),
                )
        return self

    def write(self, days: int, code: str = "A", *, due_in: Sequence[int] = (60,)) -> Road:
        """Draft the replies item by item; class B promises something by each of the days."""
        for receipt in self.answering():
            at = self.days.at(days, 11)
            replies.save_draft(
                receipt.pk, self._text(receipt, code, due_in, days), version=0,
                by=self.clerk(receipt), at=at,
            )  # fmt: skip
        return self

    def consult(self, days: int) -> Road:
        """Check inside where the unit does, then ask for the deputy's view."""
        reason = "协办意见未到，已电话核对。"
        for reply in self.replies():
            by = self.head(reply.assignment)
            at = self.days.at(days, 15)
            if reply.assignment.unit.signs_inside:
                replies.send_to_check(
                    reply.pk, without_opinion_reason=reason,
                    by=self.clerk(reply.assignment), at=self.days.at(days, 14),
                )  # fmt: skip
            consultations.consult(reply.pk, without_opinion_reason=reason, by=by, at=at)
        return self

    def agree(self, days: int, *, disagrees: str = "") -> Road:
        """Let the deputy agree with the preliminary replies, or not, with a note."""
        view = Consultation.View.DISAGREE if disagrees else Consultation.View.AGREE
        for reply in self.replies():
            asked = reply.consultations.filter(view="").first()
            if asked is not None:
                consultations.answer_consultation(
                    asked.pk, view=view, note=disagrees, by=self.lead, at=self.days.at(days, 20)
                )
        return self

    def issue(self, days: int) -> Road:
        """Sign the replies and send them to every co-signer."""
        for reply in self.replies():
            unit = reply.assignment.unit
            inside = unit.signs_inside
            issuing.issue(
                reply.pk,
                document_number=f"{unit.name[1:3]}函〔{self.days.ago(days).year}〕{reply.pk}号",
                signer=self.head(reply.assignment).user.name,
                signed_on=self.days.ago(days),
                signer_is_of_level=True,
                letter=None if inside else self.file("盖章答复.pdf"),
                by=self.head(reply.assignment),
                at=self.days.at(days, 16),
            )
        return self

    def answer(self, days: int, code: str = "A", *, due_in: Sequence[int] = (60,)) -> Road:
        """Draft, consult, agree and issue within a week."""
        self.write(days + 7, code, due_in=due_in).consult(days + 5)
        return self.agree(days + 3).issue(days)

    # 评价

    def judge(self, days: int, result: str = "satisfied", attitude: str = "satisfied") -> Road:
        """Let the deputy judge every unit the same."""
        bad = result == "dissatisfied"
        case = self._fresh()
        reasons = list(case.congress.dissatisfactionreason_set.order_by("order")[2:4])
        said = [
            Judgement(
                receipt.pk,
                attitude,
                result,
                reasons=reasons if bad else [],
                reason_text="第二条只讲了原则，没有写明由谁办、何时办。" if bad else "",
                wants_rehandling=bad,
            )
            for receipt in open_receipts(case)
        ]
        verdicts.give(case.pk, said, by=self.lead, at=self.days.at(days, 20))
        return self

    def judge_on_paper(self, days: int) -> Road:
        """Let staff enter the signed receipt of a deputy who works on paper."""
        case = self._fresh()
        said = [Judgement(each.pk, "satisfied", "fairly") for each in open_receipts(case)]
        scan = self.file("评价回执.pdf")
        at = self.days.at(days, 10)
        verdicts.enter_receipt(case.pk, said, scan=scan, by=self.cast.staff(), at=at)
        return self

    def release(self, days: int) -> Road:
        """Let the units read what was said of them."""
        closing.release(self.case.pk, by=self.cast.staff(), at=self.days.at(days, 9))
        return self

    def rehandle(self, days: int) -> Road:
        """Order the case to be handled again."""
        closing.decide_rehandling(
            self.case.pk,
            outcome=closing.Outcome.ORDERED,
            reason="请就第二条明确责任单位、措施和时限，再次当面听取代表意见后答复。",
            by=self.cast.seats["gongwei00"],
            at=self.days.at(days, 10),
        )
        return self

    # What the steps need

    def unit(self) -> Unit:
        """Return the unit that answers for the topic."""
        return self.cast.units[self.topic.unit]

    def file(self, name: str) -> SimpleUploadedFile:
        """Return a scanned paper to upload."""
        return SimpleUploadedFile(name, self.paper, content_type="application/pdf")

    def clerk(self, receipt: Assignment) -> Membership:
        """Return the clerk of a receipt's unit."""
        return self.cast.clerks[receipt.unit_id]

    def head(self, receipt: Assignment) -> Membership:
        """Return the head of a receipt's unit."""
        return self.cast.heads[receipt.unit_id]

    def receipts(self, *states: str) -> list[Assignment]:
        """Return the receipts of the case in some states."""
        found = self.case.assignments.select_related("unit__system").order_by("pk")
        return list(found.filter(state__in=states) if states else found.live())

    def answering(self) -> list[Assignment]:
        """Return the receipts in hand whose units owe a reply."""
        return [each for each in self.receipts(Assignment.State.ACCEPTED) if each.answers]

    def replies(self) -> list[Reply]:
        """Return the replies of this round that are not out yet."""
        found = Reply.objects.filter(
            assignment__suggestion=self.case, round=self._fresh().round
        ).exclude(state=Reply.State.ISSUED)
        return list(found.select_related("assignment__unit").order_by("pk"))

    def _fresh(self) -> Suggestion:
        return Suggestion.objects.select_related("congress").get(pk=self.case.pk)

    def _first_reviewer(self) -> Membership:
        return self.cast.secretaries[first_review_group(self._fresh()).pk]

    def _text(self, receipt: Assignment, code: str, due_in: Sequence[int], days: int) -> DraftText:
        outcomes = _OUTCOMES[code]
        wanted = self.case.items.order_by("number")
        answers = {
            item.pk: (
                outcomes[n % 3],
                wording.answer(item.number, outcomes[n % 3], self.topic.number),
            )
            for n, item in enumerate(wanted)
        }
        subject = wording.subject_of(self.topic.title)
        pledges = [
            Pledge(
                f"{subject}第{n}批任务全部完成并投入使用",
                self.head(receipt).user.name,
                self.days.today + timedelta(days=day),
            )
            for n, day in enumerate(due_in, start=1)
        ]
        return DraftText(
            opening=wording.OPENING,
            closing=wording.CLOSING,
            claimed_class=ResultClass.objects.get(congress=self.cast.congress, code=code),
            class_reason="现行政策和财力条件暂不具备，已当面向代表说明。" if code == "C" else "",
            reported_to="省级主管部门" if code == "D" else "",
            reported_on=self.days.ago(days + 5) if code == "D" else None,
            contact_name=receipt.unit.contact,
            contact_phone=receipt.unit.phone,
            answers=answers,
            pledges=pledges if code == "B" else [],
        )
