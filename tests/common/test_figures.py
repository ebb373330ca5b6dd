"""Shares are rounded as the published reports round them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.figures import percent, share


@pytest.mark.parametrize(
    ("count", "of", "expected"),
    [
        (5, 32, "15.63"),  # exactly 15.625, where round() gives 15.62
        (13, 16, "81.25"),
        (609, 667, "91.30"),
        (49, 667, "7.35"),
        (9, 667, "1.35"),
        (646, 667, "96.85"),
        (121, 670, "18.06"),
        (4583, 4669, "98.16"),
        (0, 7, "0.00"),
        (7, 7, "100.00"),
    ],
)
def test_a_share_has_two_decimals_rounded_half_up(count, of, expected):
    assert share(count, of) == expected


def test_nothing_to_divide_has_no_share():
    assert share(0, 0) is None
    assert percent(0, 0) == "—"
    assert percent(13, 16) == "81.25%"


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_share_is_never_further_than_half_a_hundredth_from_the_exact_ratio(count, of):
    difference = Fraction(share(count, of)) - Fraction(count * 100, of)

    assert -Fraction(1, 200) < difference <= Fraction(1, 200)
