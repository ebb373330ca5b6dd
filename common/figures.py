"""Shares as the reports print them."""

from decimal import ROUND_HALF_UP, Decimal, localcontext

HUNDREDTH = Decimal("0.01")


def share(count: int, of: int) -> str | None:
    """
    Write ``count`` as a percentage of ``of`` with two decimals; None when that is 0.

    Rounded half up from the exact ratio, as the offices do: 5 of 32 is 15.63, and not the 15.62
    that ``round`` makes of it.
    """
    if of == 0:
        return None
    with localcontext() as context:
        # Enough digits that the quotient never looks like a half when it is not one.
        context.prec = 60
        ratio = Decimal(count) * 100 / Decimal(of)
        return str(ratio.quantize(HUNDREDTH, rounding=ROUND_HALF_UP))


def percent(count: int, of: int) -> str:
    """Write a share for people: ``81.25%``, or a dash when there is nothing to divide."""
    ratio = share(count, of)
    return "—" if ratio is None else f"{ratio}%"
