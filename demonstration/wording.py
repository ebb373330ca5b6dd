"""What people write in the demonstration, made from a suggestion's own subject."""

from __future__ import annotations

import re

_SUBJECT = re.compile(r"^关于(?P<subject>.+?)的?(?:若干|有关)?(?:建议|意见|议案)$")


def subject_of(title: str) -> str:
    """Return what a title is about: 关于…的建议 without its frame."""
    match = _SUBJECT.match(title)
    return match["subject"] if match else title


def situation(title: str, number: int) -> str:
    """Return the 情况 of a suggestion."""
    subject = subject_of(title)
    openings = (
        f"近年来，我市在{subject}方面做了不少工作，取得了积极进展，群众总体是认可的。",
        f"在今年的调研走访中，不少群众和基层干部反映，{subject}是眼下比较迫切的一件事。",
        f"代表小组先后到六个街道、十二个社区召开座谈会，就{subject}听取了居民和企业的意见。",
    )
    facts = (
        (
            "据初步统计，全市涉及此事的社区（村）有一百八十余个，其中条件较差的约占三成，"
            "主要集中在老城区和偏远乡镇。"
        ),
        "从热线受理情况看，去年相关诉求比上年增加两成以上，反映多、解决慢、反复大。",
        "有的地方已经自行探索，办法不一、标准不一，群众看得见差别，意见也比较集中。",
    )
    return openings[number % 3] + facts[(number // 3) % 3]


def analysis(title: str, number: int) -> str:
    """Return the 分析 of a suggestion."""
    reasons = (
        (
            "一是统筹不够，几个部门各管一段，缺少牵头单位；二是投入不足，资金渠道分散；"
            "三是标准不明确，基层不知道做到什么程度算合格。"
        ),
        (
            "一是规划滞后于需求变化；二是建设和管护脱节，建成后没有人管、没有钱管；"
            "三是群众参与渠道不畅，事前听意见少。"
        ),
        (
            "一是政策落地的最后一公里没有打通；二是信息不共享，底数不清；"
            "三是考核激励不够，做好做坏一个样。"
        ),
    )
    return reasons[number % 3]


def items(title: str, number: int) -> list[str]:
    """Return the numbered requests of a suggestion: two, three or four."""
    subject = subject_of(title)
    wanted = [
        f"由牵头部门会同有关单位摸清底数，今年内制定关于{subject}的实施方案，明确任务、标准和完成时限。",
        "把所需经费列入年度预算，安排专项资金，对条件困难的乡镇、街道给予倾斜。",
        "选择三至五个有代表性的社区（村）先行试点，总结经验后在全市推开。",
        "建立群众评议和定期公开制度，每半年向社会公布一次进展情况。",
    ]
    return wanted[: 2 + number % 3]


def answer(item: int, outcome: str, number: int) -> str:
    """Return the reply to one request by its number and outcome; no two of a letter are alike."""
    words = {
        "done": (
            "已经落实。我们对全市情况作了全面排查，建立台账，"
            f"安排专项资金{300 + number * 7}万元，截至目前已完成{12 + number % 9}处，并投入使用。"
        ),
        "under_way": (
            "正在推进。已印发实施方案，明确了责任单位和时间表，"
            f"首批{8 + number % 5}个点位已经开工，将按承诺时限完成。"
        ),
        "planned": "已列入明年工作计划，目前正在开展前期勘察和资金测算，将按程序报批后组织实施。",
        "not_possible": (
            "暂不具备条件。按照现行政策，此项支出不能在本级预算列支，"
            "我们将继续向上争取，条件成熟时优先安排。"
        ),
        "explained": "您提出的做法很有参考价值，我们已在制定有关办法时研究吸收。",
    }
    again = "按照您的要求，此项与前述工作一并安排、同步检查，" if item > 3 else ""
    return again + words[outcome]


OPENING = (
    "您在市十六届人大三次会议期间提出的建议收悉。我们高度重视，会同有关单位认真研究，现答复如下："
)
CLOSING = "感谢您对我市工作的关心和支持，欢迎继续提出宝贵意见。"
TALK_SUMMARY = (
    "就建议中的各条具体意见逐一听取代表说明，介绍了目前工作情况和初步考虑，"
    "代表要求尽快拿出时间表，并希望增加老城区点位。"
)
TALK_AGREED = "两周内提供点位清单；答复中逐条写明完成时间。"
OPINION = (
    "经研究，我单位支持主办单位的意见，涉及我单位的事项将在本年度工作中予以安排，并确定专人配合。"
)
