"""
Parts of a backup that only the holder of a key reads (age, with a key pair).

The public key (BACKUP_RECIPIENT) is on the machine, the secret one is not: whoever takes a backup,
or the machine, cannot open what was written before. Nothing touches the disk in clear on its way.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any, BinaryIO

import pyrage
from pyrage import x25519

from config.backup.archive import BackupFault, Manifest

SEALED = ".age"


def recipient(key: str) -> Any:
    """
    Read a public key; return None where there is none, and nothing is sealed.

    :raises BackupFault: if it is no such key.
    """
    if not key:
        return None
    try:
        return x25519.Recipient.from_str(key)
    except pyrage.RecipientError:
        raise BackupFault("BACKUP_RECIPIENT 不是 age 公钥（应以 age1 开头）。") from None


def name_of(part: str, to: Any) -> str:
    """Name a part as it lies in the archive."""
    return part if to is None else part + SEALED


@contextmanager
def writing(path: Path, to: Any) -> Iterator[BinaryIO]:
    """Open a part for writing; what is written is sealed on its way to the disk."""
    if to is None:
        with path.open("wb") as plain:
            yield plain
        return
    source, sink = os.pipe()
    faults: list[BaseException] = []

    def seal() -> None:
        with os.fdopen(source, "rb") as clear, path.open("wb") as sealed:
            try:
                pyrage.encrypt_io(clear, sealed, [to])
            except BaseException as fault:
                faults.append(fault)

    sealing = Thread(target=seal)
    sealing.start()
    try:
        with os.fdopen(sink, "wb") as clear:
            yield clear
    finally:
        sealing.join()
    if faults:
        raise BackupFault(f"不能加密备份：{faults[0]}") from faults[0]


@contextmanager
def opened(folder: Path, manifest: Manifest, key: Path | None, *, beside: Path) -> Iterator[Path]:
    """
    Give a folder with the parts of an archive in clear, for as long as they are needed.

    :raises BackupFault: if they are sealed and the key does not open them.
    """
    if not any(name.endswith(SEALED) for name in manifest.parts):
        yield folder
        return
    identity = _identity(key)
    with TemporaryDirectory(dir=beside, prefix="restore-") as work:
        for name in manifest.parts:
            clear = Path(work) / name.removesuffix(SEALED)
            with (folder / name).open("rb") as source, clear.open("wb") as to:
                try:
                    pyrage.decrypt_io(source, to, [identity])
                except pyrage.DecryptError:
                    raise BackupFault(f"密钥文件 {key} 打不开这份备份。") from None
        yield Path(work)


def _identity(key: Path | None) -> Any:
    if key is None:
        raise BackupFault("备份已加密，请用 --key 指定密钥文件（以 AGE-SECRET-KEY-1 开头的一行）。")
    try:
        lines = key.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise BackupFault(f"不能读取密钥文件 {key}。") from None
    try:
        # As age-keygen writes it: comments, then the key.
        return x25519.Identity.from_str(next(line for line in lines if line.startswith("AGE-")))
    except (StopIteration, pyrage.IdentityError):
        raise BackupFault(f"{key} 里没有 age 密钥（以 AGE-SECRET-KEY-1 开头的一行）。") from None
