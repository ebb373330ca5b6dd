"""Errors say what happened, that nothing is lost, and what to do next."""

import pytest
from django.template.loader import get_template

PAGES = ["400", "403", "403_csrf", "404", "500"]


@pytest.mark.parametrize("name", PAGES)
def test_an_error_page_needs_nothing_but_itself(name):
    html = get_template(f"{name}.html").render()

    assert "没有作任何改动" in html or "之前保存的内容都在" in html
    assert "现在可以" in html
    assert '<html lang="zh-CN">' in html


def test_an_unknown_address_is_answered_in_chinese(client, db):
    response = client.get("/there-is-no-such-page/")

    assert response.status_code == 404
    assert "没有找到这个页面" in response.content.decode()
