"""
Files that a process left behind when it was cut off: no row names them, nobody will ask for them.

A file is written before the row that names it is committed. Nothing younger than a day is touched:
no request and no task takes that long.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage

UNTOUCHED = timedelta(days=1)


def remove_unnamed(folder: str, named: Callable[[], set[str]], *, at: datetime) -> int:
    """
    Delete the old files of a folder of the store that no row names, and return how many.

    ``named`` reads the names that rows hold; it is called after the files were listed, so that a
    row committed meanwhile counts.
    """
    old = [name for name in stored_in(folder) if _is_old(name, at)]
    unnamed = sorted(set(old) - named()) if old else []
    for name in unnamed:
        default_storage.delete(name)
    return len(unnamed)


def remove_half_received(*, at: datetime) -> int:
    """Delete what is left of uploads whose process was cut off, and return how many files."""
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR)
    oldest = (at - UNTOUCHED).timestamp()
    count = 0
    for path in folder.glob("*.upload*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            count += 1
    return count


def stored_in(folder: str) -> Iterator[str]:
    """List the files of a folder of the store and of all folders in it."""
    if not default_storage.exists(folder):
        return
    folders, files = default_storage.listdir(folder)
    for name in files:
        yield f"{folder}/{name}"
    for inner in folders:
        yield from stored_in(f"{folder}/{inner}")


def _is_old(name: str, at: datetime) -> bool:
    try:
        return default_storage.get_modified_time(name) < at - UNTOUCHED
    except FileNotFoundError:
        return False
