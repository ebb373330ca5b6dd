"""Suggestions that were answered: judged, handled again, tracked, closed."""

from __future__ import annotations

from demonstration.road import Road
from demonstration.scenes.stage import Stage, answer_in_session, claim, until_rehandled
from evaluation.services import verdicts
from handling.services import promises


def answered(stage: Stage, road: Road) -> None:
    answer_in_session(stage, road, 10 + road.topic.number % 12)


def answered_long_ago(stage: Stage, road: Road) -> None:
    answer_in_session(stage, road, 42)


def judged(stage: Stage, road: Road) -> None:
    answer_in_session(stage, road, 20, "A")
    road.judge(3, "satisfied" if road.topic.number % 2 else "fairly")


def dissatisfied(stage: Stage, road: Road) -> None:
    answer_in_session(stage, road, 18, "C")
    road.judge(4, "dissatisfied", "fairly").release(2)


def handled_again(stage: Stage, road: Road) -> None:
    until_rehandled(stage, road)


def answered_again(stage: Stage, road: Road) -> None:
    until_rehandled(stage, road)
    road.talk(16).answer(6, "B", due_in=(75,))


def closed_after_a_second_round(stage: Stage, road: Road) -> None:
    until_rehandled(stage, road)
    road.talk(18).answer(9, "A").judge(5, "fairly").release(3)


def tracked(stage: Stage, road: Road) -> None:
    due = (25, 95) if road.topic.number % 2 else (140,)
    answer_in_session(stage, road, 40, "B", due_in=due)
    road.judge(33, "satisfied").release(30)


def promise_is_late(stage: Stage, road: Road) -> None:
    answer_in_session(stage, road, 45, "B", due_in=(-6, 60))
    road.judge(38, "fairly").release(35)


def promise_to_be_cleared(stage: Stage, road: Road) -> None:
    answer_in_session(stage, road, 45, "B", due_in=(20,))
    road.judge(38).release(35)
    claim(road, days=3)


def promise_kept(stage: Stage, road: Road) -> None:
    answer_in_session(stage, road, 50, "B", due_in=(5,))
    road.judge(44).release(42)
    for promise in claim(road, days=20):
        promises.decide_clearance(
            promise, cleared=True, note="已到现场核实。", by=stage.cast.staff(), at=road.days.at(15)
        )


def closed(stage: Stage, road: Road) -> None:
    code = "ACDA"[road.topic.number % 4]
    answer_in_session(stage, road, 34, code)
    road.judge(28, "fairly" if code in "CD" else "satisfied").release(26)


def closed_in_silence(stage: Stage, road: Road) -> None:
    answer_in_session(stage, road, 50)
    verdicts.mark_silent(road.case.pk, by=stage.cast.staff(), at=road.days.at(5))
