"""Write what hangs on imported cases: receipts, rounds, replies, opinions, verdicts, promises."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from assignment.models import Assignment, AssignmentRound
from congress.models import ResultClass, Session
from evaluation.models import Grade, Verdict
from handling.models import Opinion, Promise, Reply
from ledgers.models import ImportedCase, ImportedReceipt
from ledgers.selectors.cells import BLANK_CASE, BLANK_RECEIPT
from ledgers.services.case_rows import CaseRows, ReceiptRows
from ledgers.services.checking import round_of
from ledgers.services.reading import Record
from suggestions import deadlines
from suggestions.models import Deadline, Suggestion
from supervision.models import KeyCase

_BATCH = 1_000
_GRADES: dict[str | None, str] = {label: value for value, label in Grade.choices} | {None: ""}
WHERE_FROM = "台账所载"
WHY_ENDED = "历史会议，随台账导入"

Written = list[tuple[Suggestion, CaseRows, dict[str, Any]]]


class Children:
    """Writes what hangs on cases, a table at a time and in the order of the file."""

    def __init__(self, session: Session, *, at: datetime):
        self._is_history, self._at = session.is_archived, at

    def write(self, written: Written) -> None:
        """Write receipts, rounds, replies, opinions, verdicts, promises, clocks and origins."""
        key = [
            KeyCase(congress_id=c.congress_id, suggestion=c, **_key(f))
            for c, rows, f in written
            if rows.record["重点督办"]
        ]
        KeyCase.objects.bulk_create(key, batch_size=_BATCH)
        ImportedCase.objects.bulk_create(
            [_imported_case(case, rows, fields) for case, rows, fields in written],
            batch_size=_BATCH,
        )
        receipts = self._write_receipts(written)
        replies = self._write_rounds(written, receipts)
        self._write_promises(written, receipts, replies)

    def _write_receipts(self, written: Written) -> dict[tuple[int, int], Assignment]:
        pairs = [(case, rows, receipt) for case, rows, _ in written for receipt in rows.receipts]
        clocks: dict[int, Deadline] = {}
        for place, (case, rows, receipt) in enumerate(pairs):
            if receipt.answers and rows.record["应办复日期"]:
                clocks[place] = self._clock(case, rows, receipt)
        deadlines.adopt_all(clocks.values())
        made = [
            self._assignment(case, receipt, clocks.get(place))
            for place, (case, _, receipt) in enumerate(pairs)
        ]
        Assignment.objects.bulk_create(made, batch_size=_BATCH)
        notes = [
            note
            for assignment, (_, _, receipt) in zip(made, pairs, strict=True)
            if (note := _imported_receipt(assignment, receipt))
        ]
        ImportedReceipt.objects.bulk_create(notes, batch_size=_BATCH)
        return {(each.suggestion_id, each.unit_id): each for each in made}

    def _assignment(
        self, case: Suggestion, receipt: ReceiptRows, clock: Deadline | None
    ) -> Assignment:
        is_signed = any(row["签收日期"] for row, _ in receipt.rounds)
        state = Assignment.State.ACCEPTED if is_signed else Assignment.State.OFFERED
        if receipt.answered_on():
            state = Assignment.State.DONE
        day = case.handed_over_on
        return Assignment(
            congress_id=case.congress_id,
            suggestion=case,
            unit=receipt.unit,
            role=receipt.role,
            state=state,
            assigned_on=day,
            assigned_at=_noon(day) if day else None,
            answer_deadline=clock,
        )

    def _clock(self, case: Suggestion, rows: CaseRows, receipt: ReceiptRows) -> Deadline:
        due, answered = rows.record["应办复日期"], receipt.answered_on(1)
        is_ended = self._is_history and not answered
        return Deadline(
            congress_id=case.congress_id,
            suggestion=case,
            kind=Deadline.Kind.REPLY,
            holder_unit=receipt.unit,
            starts_on=case.handed_over_on or case.proposed_on or due,
            due_on=due,
            met_at=_noon(answered) if answered else None,
            ended_at=self._at if is_ended else None,
            ended_why=WHY_ENDED if is_ended else "",
            source=Deadline.Source.IMPORTED,
            explanation={"source": WHERE_FROM},
        )

    def _write_rounds(
        self, written: Written, receipts: dict[tuple[int, int], Assignment]
    ) -> dict[int, Reply]:
        flat = [
            (receipts[case.pk, receipt.unit.pk], case, row, result)
            for case, rows, _ in written
            for receipt in rows.receipts
            for row, result in receipt.rounds
        ]
        flat.sort(key=lambda each: each[2].row.number)
        AssignmentRound.objects.bulk_create(
            [_round(assignment, row) for assignment, _, row, _ in flat], batch_size=_BATCH
        )
        opinions = [_opinion(a, row) for a, _, row, _ in flat if row["协办意见日期"]]
        Opinion.objects.bulk_create(opinions, batch_size=_BATCH)
        replies = [_reply(a, row, result) for a, _, row, result in flat if _says_of_reply(row)]
        Reply.objects.bulk_create(replies, batch_size=_BATCH)
        by_round = {(reply.assignment_id, reply.round): reply for reply in replies}
        verdicts = [
            _verdict(a, case, row, by_round.get((a.pk, round_of(row))))
            for a, case, row, _ in flat
            if row["态度评价"] or row["结果评价"]
        ]
        Verdict.objects.bulk_create(verdicts, batch_size=_BATCH)
        return {reply.assignment_id: reply for reply in reversed(replies)}

    def _write_promises(
        self,
        written: Written,
        receipts: dict[tuple[int, int], Assignment],
        replies: dict[int, Reply],
    ) -> None:
        flat = [(case, row, unit) for case, rows, _ in written for row, unit in rows.promises]
        flat.sort(key=lambda each: each[1].row.number)
        promises = []
        for case, row, unit in flat:
            assignment = receipts[case.pk, unit.pk]
            promises.append(_promise(case, assignment, row, replies.get(assignment.pk)))
        if not self._is_history:
            self._start_clocks(promises)
        Promise.objects.bulk_create(promises, batch_size=_BATCH)

    def _start_clocks(self, promises: list[Promise]) -> None:
        running = [p for p in promises if p.due_on and p.state == Promise.State.OPEN]
        for promise in running:
            promise.deadline = Deadline(
                congress_id=promise.congress_id,
                suggestion=promise.suggestion,
                kind=Deadline.Kind.PROMISE,
                holder_unit=promise.assignment.unit,
                starts_on=promise.promised_on or promise.due_on,
                due_on=promise.due_on,
                source=Deadline.Source.IMPORTED,
                explanation={"source": WHERE_FROM},
            )
        deadlines.adopt_all([promise.deadline for promise in running])


def _noon(day: date) -> datetime:
    """Give a day of a ledger, which knows no hours, the middle of that day."""
    return timezone.make_aware(datetime.combine(day, time(12)))


def _key(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "category": fields["supervisors"],
        "leader": fields["leader"],
        "committee": fields["committee"],
    }


def _imported_case(case: Suggestion, rows: CaseRows, fields: dict[str, Any]) -> ImportedCase:
    headings = (*BLANK_CASE, "代表团")
    return ImportedCase(
        suggestion=case,
        position=rows.position,
        blanks=[heading for heading in headings if rows.record[heading] is None],
        # A clock needs a unit that owes the reply; without one the day is only told.
        due_on=None if rows.answering else rows.record["应办复日期"],
        committee=None if rows.record["重点督办"] else fields["committee"],
    )


def _imported_receipt(assignment: Assignment, receipt: ReceiptRows) -> ImportedReceipt | None:
    headings = (*BLANK_RECEIPT, "归口系统")
    blanks = {
        str(round_of(row)): empty
        for row, _ in receipt.rounds
        if (empty := [heading for heading in headings if row[heading] is None])
    }
    moved = receipt.system if receipt.system and receipt.system != receipt.unit.system else None
    if not blanks and not moved:
        return None
    return ImportedReceipt(assignment=assignment, system=moved, blanks=blanks)


def _round(assignment: Assignment, row: Record) -> AssignmentRound:
    return AssignmentRound(
        assignment=assignment,
        round=round_of(row),
        accepted_on=row["签收日期"],
        returned_times=row["退办次数"] or 0,
        first_contact_on=row["首次沟通日期"],
        met_in_person=row["见面沟通"],
    )


def _opinion(assignment: Assignment, row: Record) -> Opinion:
    return Opinion(
        assignment=assignment,
        round=round_of(row),
        state=Opinion.State.IMPORTED,
        submitted_on=row["协办意见日期"],
    )


def _says_of_reply(row: Record) -> bool:
    return any(row[heading] for heading in ("答复日期", "答复文号", "签发人", "结果类别"))


def _reply(assignment: Assignment, row: Record, result: ResultClass | None) -> Reply:
    return Reply(
        assignment=assignment,
        round=round_of(row),
        state=Reply.State.ISSUED if row["答复日期"] else Reply.State.DRAFTING,
        issued_on=row["答复日期"],
        document_number=row["答复文号"] or "",
        signer=row["签发人"] or "",
        claimed_class=result,
    )


def _verdict(assignment: Assignment, case: Suggestion, row: Record, reply: Reply | None) -> Verdict:
    return Verdict(
        assignment=assignment,
        reply=reply,
        round=round_of(row),
        deputy=case.lead_deputy,
        state=Verdict.State.GIVEN,
        attitude=_GRADES[row["态度评价"]],
        result=_GRADES[row["结果评价"]],
        reason_text=row["不满意原因"] or "",
        way=Verdict.Way.IMPORTED,
        given_on=row["反馈日期"],
    )


def _promise(case: Suggestion, assignment: Assignment, row: Record, reply: Reply | None) -> Promise:
    return Promise(
        congress_id=case.congress_id,
        suggestion=case,
        assignment=assignment,
        reply=reply,
        content=row["承诺内容"] or "",
        person=row["责任人"] or "",
        promised_on=row["承诺日期"],
        due_on=row["完成时限"],
        done_on=row["完成日期"],
        cleared_on=row["销号日期"],
        state=Promise.State.CLEARED if row["销号日期"] else Promise.State.OPEN,
        carried_year=row["结转年度"],
        fulfilment=_GRADES[row["落实评价"]],
        remark=row["备注"] or "",
    )
