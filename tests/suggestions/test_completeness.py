"""What the completeness check says, word for word."""

import pytest

from suggestions import completeness
from suggestions.completeness import Draft, title_advice
from suggestions.models import Suggestion
from suggestions.steps import WritingStep

GOOD = {
    "title": "关于增设社区老年食堂的建议",
    "situation": "全市六十个社区中只有八个有老年食堂，独居老人吃饭难的问题突出。",
    "analysis": "场地、补贴和运营主体三方面都没有着落。",
    "category_id": 1,
    "origin_id": 1,
    "lead_deputy_id": 1,
}


def draft(items=("增加补贴。",), purposes=(), **fields) -> Draft:
    more = {
        name: fields.pop(name) for name in ("waiting", "wished", "is_by_proxy") if name in fields
    }
    case = Suggestion(**GOOD | fields)
    return Draft(case=case, items=list(items), purposes=frozenset(purposes), **more)


def said(**fields) -> list[tuple[str, str, bool]]:
    return [
        (remark.step.value, remark.text, remark.is_gate)
        for remark in completeness.remarks(draft(**fields))
    ]


def test_a_good_draft_gets_no_remark():
    assert said() == []


def test_an_empty_draft_is_told_everything_it_lacks():
    empty = {"title": "", "situation": "", "analysis": "", "category_id": None, "origin_id": None}

    assert said(items=(), **empty) == [
        ("title", "还没有标题。", True),
        ("title", "还没有选择类别。", True),
        ("situation", "还没有写情况：目前怎样，存在什么问题。", True),
        ("analysis", "没有写分析：问题的原因是什么。有分析的建议更容易办好。", False),
        ("items", "还没有写具体建议，至少要有一条。", True),
        ("origin", "还没有选择形成方式（调研、座谈、走访等）。", False),
    ]


@pytest.mark.parametrize(
    ("title", "advice"),
    [
        ("关于公交的建议", []),
        ("关于公交的若干建议", []),
        ("关于公交的建议的建议", ["标题结尾“建议的建议”重复，请改为“……的建议”。"]),
        (
            "关于“关于公交的建议”的建议",
            ["标题中“关于”重复，请删去一个。", "标题像是提出了几件事。"],
        ),
        ("建议麻天公路全线开通公交车", ["标题一般写成“关于……的建议”。"]),
        ("关于教育,医疗问题的建议", ["标题中有半角标点，请改用全角标点。"]),
        ("关于修路；关于治水的建议", ["标题像是提出了几件事。"]),
        ("关于" + "很" * 40 + "的建议", ["标题有45个字，一般不超过40个字。"]),
    ],
)
def test_titles_are_advised_by_the_slips_that_were_published(title, advice):
    told = [text.split("一事一议")[0] for text in title_advice(title)]

    assert told == advice


@pytest.mark.parametrize(
    ("fields", "remark"),
    [
        ({"title": "修路"}, ("title", "标题只有2个字，请写明建议什么事项。", True)),
        ({"title": "关" * 61}, ("title", "标题超过60个字，请缩短。", True)),
        (
            {"situation": "路坏了"},
            ("situation", "“情况”写得很短，请写清时间、地点和存在的问题。", False),
        ),
        ({"situation": "长" * 5001}, ("situation", "“情况”超过5000个字，请精简。", True)),
        ({"analysis": "长" * 5001}, ("analysis", "“分析”超过5000个字，请精简。", True)),
        (
            {"situation": "尊敬的领导：现有情况如下，请予以重视，居民反映很多。"},
            ("situation", "“情况”中有书信或请示用语，建议直接写事由。", False),
        ),
        ({"items": ["甲"] * 1 + [" "]}, ("items", "第2条具体建议是空的，请填写或删去。", True)),
        ({"items": ["长" * 1001]}, ("items", "第1条具体建议超过1000个字，请精简。", True)),
        (
            {"items": [str(n) for n in range(21)]},
            ("items", "具体建议超过20条，请合并或分成几件。", True),
        ),
        (
            {"items": [str(n) for n in range(7)]},
            ("items", "具体建议有7条。一事一议：如涉及不同事项，请分成几件建议。", False),
        ),
        ({"items": ["同", "同"]}, ("items", "有两条具体建议内容相同，请删去一条。", False)),
        ({"repeated": "two"}, ("origin", "多年多次提出的，请尽量写上历年编号。", False)),
        (
            {"disclosure": "title_only"},
            ("disclosure", "没有选择全文公开的，请说明理由。", True),
        ),
        ({"wished": 4}, ("disclosure", "希望承办的单位有4个。一事一议：请确认是同一件事。", False)),
        (
            {"waiting": 2},
            ("cosigners", "还有2位代表没有确认联名。提交后，没有确认的代表不列入联名。", False),
        ),
        (
            {"is_by_proxy": True},
            ("attachments", "代录的建议，请上传代表签名的纸质原件，或请代表登录后自行提交。", True),
        ),
        (
            {"proposer": "delegation", "lead_deputy_id": None},
            ("attachments", "以代表团名义提出的，请上传团长签名的扫描件或照片。", True),
        ),
    ],
)
def test_each_gap_has_its_sentence(fields, remark):
    assert said(**fields) == [remark]


@pytest.mark.parametrize(
    "fields",
    [
        {"is_by_proxy": True, "purposes": ["original"]},
        {"proposer": "delegation", "lead_deputy_id": None, "purposes": ["head_signature"]},
        {"disclosure": "none", "disclosure_reason": "涉及隐私"},
        {"repeated": "two", "earlier_numbers": ["12"]},
    ],
)
def test_what_is_given_is_not_asked_for(fields):
    assert said(**fields) == []


class TestPersonalData:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("电话13912345678。", [("手机号码", "139******78")]),
            ("电话139 1234 5678。", [("手机号码", "139********78")]),
            ("打010-12345678", [("电话号码", "010*******78")]),
            ("身份证11010519491231002X", [("身份证号码", "110*************2X")]),
            ("编号110105194912310021", []),
            ("卡号6222021234567890123", [("银行卡号", "622**************23")]),
            ("共投入1391234567890元", []),
            ("2024年建成1200个充电桩", []),
        ],
    )
    def test_numbers_of_persons_are_found_and_masked(self, text, found):
        case = Suggestion(situation=text)

        told = [(each.kind, each.masked) for each in completeness.personal_data(case, [])]

        assert told == found

    def test_the_writer_is_told_once_a_place(self):
        text = "请联系13912345678或13912345679，居民对此反映强烈，希望尽快解决。"

        assert [
            (step, text) for step, text, _ in said(situation=text, items=["找13912345678"])
        ] == [
            (
                WritingStep.SITUATION.value,
                "“情况”中有手机号码（139******79）。建议可能公开，请考虑删去。",
            ),
            (
                WritingStep.ITEMS.value,
                "“具体建议1”中有手机号码（139******78）。建议可能公开，请考虑删去。",
            ),
        ]
