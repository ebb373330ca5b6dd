"""Load the whole demonstration into an empty database, in one transaction."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from django.db import transaction

from accounts.models import Role
from accounts.selectors import members_of
from assignment.services.batches import open_batch
from common.refusals import Refusal
from congress.models import Congress, Grade
from demonstration import cast as casting
from demonstration.cast import Cast
from demonstration.days import Days
from demonstration.history import import_history
from demonstration.paper import scanned_sheet
from demonstration.road import Road, Topic
from demonstration.scenes.programme import PROGRAMME
from demonstration.scenes.stage import HANDED, Stage
from supervision.models import SupervisionNotice
from supervision.services import grading, key_cases, notice_papers, reminders, urging
from supervision.services.key_cases import Charge

TITLES = Path(__file__).parent / "data" / "titles.csv"


class NotEmpty(Refusal):
    def __init__(self) -> None:
        super().__init__("数据库里已有人大数据，演示数据只能装入空数据库。")


def topics() -> list[Topic]:
    """Return the subjects of the demonstration in the order of the file."""
    with TITLES.open(encoding="utf-8") as file:
        return [
            Topic(number, row["title"], row["category"], row["unit"])
            for number, row in enumerate(csv.DictReader(file), start=1)
        ]


@transaction.atomic
def load(*, today: date, of_each_scene: int | None = None) -> Congress:
    """
    Load the demonstration congress as it stands on a day, and return it.

    ``of_each_scene`` takes at most so many of each scene, where a whole congress is not needed.

    :raises NotEmpty: if there is a congress already.
    """
    if Congress.objects.exists():
        raise NotEmpty
    cast = casting.build(Days(today))
    import_history(cast)
    batch = open_batch(
        cast.session,
        name="市十六届人大三次会议集中交办",
        handed_over_on=cast.days.ago(HANDED),
        requirements="请于三个月内办结并答复代表，办前、办中、办后主动沟通。",
        by=cast.staff(),
        at=cast.days.at(HANDED, 8),
    )
    roads = _walk(Stage(cast, batch, scanned_sheet()), of_each_scene)
    _supervise(cast, roads)
    reminders.remind(on=cast.days.ago(7), at=cast.days.at(7, 8))
    _release_notices(cast)
    reminders.remind(on=today, at=cast.days.at(0, 8))
    return cast.congress


def _walk(stage: Stage, of_each_scene: int | None) -> list[Road]:
    scenes = [
        scene for scene, count in PROGRAMME for _ in range(min(count, of_each_scene or count))
    ]
    subjects = topics()
    roads = []
    for number, scene in enumerate(scenes):
        topic = subjects[number]
        road = Road(stage.cast, topic, lead=_lead(stage.cast, number), paper=stage.paper)
        scene(stage, road)
        roads.append(road)
    return roads


def _lead(cast: Cast, number: int) -> object:
    """Give every other suggestion to one of the deputies who have accounts to try."""
    on_line = [seat for seat in cast.deputies if seat.deputy and not seat.deputy.works_on_paper]
    named, others = on_line[:11], on_line[11:]
    return named[(number // 2) % 11] if number % 2 == 0 else others[(number // 2) % len(others)]


def _supervise(cast: Cast, roads: list[Road]) -> None:
    """Choose key suggestions, give grades, urge those who are late."""
    handled = [road for road in roads if road.case.assignments.live().exists()]
    for number, road in enumerate(handled[:10]):
        leader = cast.officials[number % len(cast.officials)]
        key = key_cases.designate(
            road.case.pk,
            charge=Charge(
                leader=leader,
                committee=cast.committees[number % 2],
                decided_on=cast.days.ago(70),
                decision="市人大常委会第二十八次主任会议",
                category=leader.category,
            ),
            by=cast.seats["gongwei00"],
            at=cast.days.at(70, 15),
        )
        if number < 5:
            key_cases.add_log(
                key.pk,
                kind="site_visit" if number % 2 else "research",
                happened_on=cast.days.ago(35 - number),
                place="东城区解放街道",
                people=f"{leader.name}、代表3人、承办单位负责人",
                text="实地察看点位建设情况，要求承办单位两周内提交时间表，重点解决老旧小区问题。",
                by=cast.seats["zhuanwei01"] if number % 2 == 0 else cast.staff(),
                at=cast.days.at(34 - number, 16),
            )
    grades = list(Grade.objects.filter(congress=cast.congress).order_by("order"))
    for number, road in enumerate(handled[10:28]):
        grading.grade(
            road.case.pk,
            grade=grades[number % 3],
            led_by=cast.officials[1 if number % 2 else 4] if number % 3 == 0 else None,
            by=cast.staff(),
            at=cast.days.at(60, 10),
        )
    _urge(cast, roads)


def _urge(cast: Cast, roads: list[Road]) -> None:
    late = [road for road in roads for each in road.receipts() if _is_late(each, cast)]
    for number, road in enumerate(late[:6]):
        receipt = next(each for each in road.receipts() if _is_late(each, cast))
        urging.urge(
            receipt.pk,
            text="已超过规定期限，请三个工作日内书面说明原因并提出办结时间。",
            by=cast.staff() if number % 2 else cast.seats["ducha01"],
            at=cast.days.at(3 + number, 9),
        )


def _is_late(receipt: object, cast: Cast) -> bool:
    deadline = receipt.answer_deadline
    return bool(deadline and deadline.is_open and deadline.due_on < cast.days.ago(10))


def _release_notices(cast: Cast) -> None:
    """Release three of the notices that the daily run has drafted; the first unit answers."""
    drafts = SupervisionNotice.objects.drafts().order_by("missed_on", "pk")[:3]
    released = [
        notice_papers.release_notice(
            draft.pk,
            text=draft.text,
            answer_by=cast.days.ago(1 - number),
            by=cast.staff(),
            at=cast.days.at(6 - number, 10),
        )
        for number, draft in enumerate(drafts)
    ]
    for notice in released[:1]:
        seats = members_of(unit=notice.assignment.unit, roles=[Role.CLERK], on=cast.days.ago(2))
        notice_papers.answer_notice(
            notice.pk,
            answer="逾期的原因是涉及的部门意见没有统一。已开会明确分工，两周内完成，并当面向代表说明。",
            by=seats[0],
            at=cast.days.at(2, 15),
        )
