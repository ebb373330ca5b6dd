"""Suggestions in the hands of units."""

from __future__ import annotations

from assignment.services import returns
from assignment.services.orders import Order
from demonstration.road import Road
from demonstration.scenes.stage import (
    HANDED,
    Role,
    Stage,
    ask_extension,
    ask_return,
    long_in_hand,
    numbered_between,
    numbered_in_session,
    until_consulted,
    with_support,
)
from handling.services import extensions


def waiting_to_be_signed_for(stage: Stage, road: Road) -> None:
    numbered_between(road, 6).assign(1, with_support(stage, road))


def late_to_be_signed_for(stage: Stage, road: Road) -> None:
    numbered_between(road, 22).assign(14)


def returning_inside_the_system(stage: Stage, road: Road) -> None:
    numbered_between(road, 12).assign(5)
    ask_return(road, "市财政局" if road.topic.unit != "市财政局" else "市教育局")


def returning_across_systems(stage: Stage, road: Road) -> None:
    numbered_between(road, 12).assign(6)
    ask_return(road, "市委宣传部" if road.topic.unit != "市委宣传部" else "市教育局")


def returned_and_reassigned(stage: Stage, road: Road) -> None:
    numbered_between(road, 30).assign(24)
    other = "市城市管理局" if road.topic.unit != "市城市管理局" else "市公安局"
    request = ask_return(road, other, days=20)
    returns.grant_return(request, by=stage.cast.seats["ducha01"], at=road.days.at(16))
    road.sign(14).talk(8)


def freshly_signed(stage: Stage, road: Road) -> None:
    numbered_between(road, 10).assign(4, with_support(stage, road)).sign(2)


def nobody_called(stage: Stage, road: Road) -> None:
    numbered_between(road, 52).assign(46).sign(44)


def talk_to_confirm(stage: Stage, road: Road) -> None:
    numbered_between(road, 30).assign(24).sign(22).talk(3, confirmed=False)


def being_drafted(stage: Stage, road: Road) -> None:
    numbered_in_session(stage, road)
    road.assign(HANDED, with_support(stage, road), batch=stage.batch).sign(HANDED - 3)
    road.talk(40).advise(30).write(4, "A" if road.topic.number % 2 else "B")


def supporter_is_late(stage: Stage, road: Road) -> None:
    numbered_in_session(stage, road)
    orders = [Order(road.unit(), Role.LEAD), *stage.supporters(road, 2)]
    road.assign(HANDED, orders, batch=stage.batch).sign(HANDED - 4).talk(30)


def split_in_two(stage: Stage, road: Road) -> None:
    numbered_in_session(stage, road)
    other = stage.supporters(road)[0].unit
    orders = [
        Order(road.unit(), Role.SPLIT, "第一条和第二条前半部分"),
        Order(other, Role.SPLIT, "第二条后半部分及其余各条"),
    ]
    road.assign(HANDED, orders, batch=stage.batch).sign(HANDED - 2).talk(35)


def asked_for_the_deputys_view(stage: Stage, road: Road) -> None:
    until_consulted(stage, road)


def deputy_disagrees(stage: Stage, road: Road) -> None:
    until_consulted(stage, road)
    road.agree(1, disagrees="第一条只说正在研究，没有时间表，请补充后再答复。")


def waiting_for_the_signature(stage: Stage, road: Road) -> None:
    until_consulted(stage, road)
    road.agree(1)


def reply_is_late(stage: Stage, road: Road) -> None:
    numbered_between(road, 112)
    road.assign(104).sign(100).talk(60)


def asks_for_longer(stage: Stage, road: Road) -> None:
    receipt = long_in_hand(stage, road)
    ask_extension(road, receipt, days=3)


def was_given_longer(stage: Stage, road: Road) -> None:
    receipt = long_in_hand(stage, road)
    request = ask_extension(road, receipt, days=8)
    extensions.decide_extension(
        request,
        granted=True,
        note="同意延期，请按期答复并持续与代表沟通。",
        by=stage.cast.staff(),
        at=road.days.at(5),
    )


def takes_six_months(stage: Stage, road: Road) -> None:
    numbered_in_session(stage, road)
    road.assign(HANDED, batch=stage.batch, is_hard=True).sign(HANDED - 5).talk(50)
