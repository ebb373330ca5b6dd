"""A real browser reaches the real site; every other browser test stands on this."""

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.django_db(transaction=True)
def test_a_browser_reaches_the_site(open_page):
    page = open_page("/health/live", width=360, height=740)

    assert page.inner_text("body") == "ok"
