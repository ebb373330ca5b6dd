"""What may be half a minute old, and for whom it may not."""

from datetime import timedelta

from common.kept import Kept, keep, remember_deed
from tests.factories import NOW

ME, COLLEAGUE = 7, 8
LATER = NOW + timedelta(seconds=5)


def read(value, *, reader=ME, at=LATER, costly=True):
    return keep("figures:1", lambda: value, reader=reader, at=at, is_costly=lambda _: costly)


def test_is_kept_with_the_moment_for_which_it_is_true():
    read({"total": 1}, at=NOW)

    assert read({"total": 2}, reader=COLLEAGUE) == Kept({"total": 1}, NOW)


def test_what_is_not_costly_is_counted_each_time():
    read(1, at=NOW, costly=False)

    assert read(2) == Kept(2, LATER)


def test_whoever_did_something_reads_it_counted_anew_and_so_do_the_others_then():
    read(1, at=NOW)
    remember_deed(ME)

    colleague_before, own, colleague = (
        read(2, reader=COLLEAGUE),
        read(2, reader=ME),
        read(3, reader=COLLEAGUE),
    )

    assert (colleague_before.value, own.value, colleague.value) == (1, 2, 2)
