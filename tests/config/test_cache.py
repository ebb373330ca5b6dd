import pytest
from django.core.cache import cache


@pytest.mark.parametrize("value", [7, "七", None, True, [1, {"a": "二"}], 1.5])
def test_a_value_comes_back_as_it_went_in(value):
    cache.set("kept", value)

    assert cache.get("kept") == value
    assert type(cache.get("kept")) is type(value)


def test_numbers_can_be_counted_up():
    cache.set("visits", 1)

    assert cache.incr("visits") == 2


def test_what_is_no_json_is_refused_when_written():
    with pytest.raises(TypeError):
        cache.set("kept", object())
