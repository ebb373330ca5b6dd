"""Where each administrator arrives, and what stands in the side bar."""

import pytest
from django.urls import reverse

PLACES = {
    "system_admin": ["用户和身份", "工作日历", "本地规则", "消息发送", "后台任务", "我的"],
    "security_admin": ["身份和账号", "我的"],
    "auditor": ["审计记录", "我的"],
}


@pytest.mark.parametrize(("persona", "labels"), PLACES.items())
def test_administrators_see_their_own_pages_and_no_business(persona, labels, request, client_of):
    client = client_of(request.getfixturevalue(persona))

    page = client.get("/", follow=True)

    assert page.status_code == 200
    assert [entry.label for entry in page.context["navigation"]] == labels
    assert not page.context["search_url"]
    for entry in page.context["navigation"]:
        assert client.get(entry.url).status_code == 200


def test_the_staff_find_the_roster(staff, client_of):
    page = client_of(staff).get(reverse("roster"))

    entries = {entry.label: entry.current for entry in page.context["navigation"]}
    assert entries["基础资料"]
    assert len(entries) <= 9
