from audit.wording import describe, describe_detail, describe_subject


def test_a_deed_is_said_in_chinese():
    assert describe("user.reset_password") == "用户 · 重置密码"
    assert describe("sign_in") == "登录"
    assert describe("thing.unheard_of") == "thing · unheard_of"


def test_a_subject_is_called_what_its_model_is_called():
    assert describe_subject("congress.unit", "7") == "承办单位 7"
    assert describe_subject("gone.model", "7") == "gone.model 7"
    assert describe_subject("", "") == ""


def test_a_correction_shows_before_and_after():
    detail = {"name": ["旧", "新"], "is_new": True, "why": "", "values": {"a": 1}}

    assert describe_detail(detail) == '名称：旧 → 新；新登记：是；原因：无；规则：{"a": 1}'
