"""When a web process looks for garbage: seldom, and never among what stays to its end."""

import gc

from django.urls import get_resolver

# A page makes some ten thousand objects and drops nearly all of them by itself; at Python's usual
# 700 each page was interrupted a dozen times.
_NEW_OBJECTS, _RUNS, _OLDER_RUNS = 20_000, 20, 20


def look_seldom() -> None:
    """
    Call when everything is loaded, before the processes part.

    Frozen pages of memory stay shared among them, and 400,000 objects that are never garbage are
    not looked through again.
    """
    get_resolver().url_patterns  # noqa: B018 - loads what the first page would
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, _RUNS, _OLDER_RUNS)
