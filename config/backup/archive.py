"""
What a backup (备份) is: a folder with the database, the files and a manifest that seals both.

The manifest is written last and the folder renamed when it is complete, so that a backup which was
cut off is never taken for one.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

FORMAT = 1
DATABASE, FILES, MANIFEST = "database.dump", "files.tar", "manifest.json"
PARTIAL = ".partial"
_NAME = re.compile(r"daibiao-\d{8}-\d{6}")


class BackupFault(Exception):
    """A reason why a backup cannot be made or used, in one sentence for the person at the keys."""


@dataclasses.dataclass(frozen=True)
class Part:
    """A file of the archive as it was written."""

    sha256: str
    bytes: int

    @classmethod
    def of(cls, path: Path) -> Part:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return cls(digest, path.stat().st_size)


@dataclasses.dataclass(frozen=True)
class Manifest:
    """What an archive holds, as of one moment."""

    made_at: str
    release: str
    postgresql: str
    owner: str
    app: str
    migrations: list[str]
    rows: dict[str, int]
    files: int
    #: Files that a row names and the store did not have.
    missing: list[str]
    #: The head of the record (审计记录末端), or nothing while nothing is sealed.
    audit_head: str
    parts: dict[str, Part]

    def write(self, folder: Path) -> None:
        content = dataclasses.asdict(self) | {"format": FORMAT}
        sealed = content | {"seal": _seal(content)}
        text = json.dumps(sealed, ensure_ascii=False, indent=1, sort_keys=True)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """
        Read the manifest of an archive.

        :raises BackupFault: if there is none, or if it is not as it was written.
        """
        try:
            content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise BackupFault(f"{folder} 不是备份目录：其中没有 {MANIFEST}。") from None
        except (OSError, ValueError):
            raise BackupFault(f"备份清单 {folder / MANIFEST} 无法读取，备份已损坏。") from None
        if not isinstance(content, dict) or content.pop("seal", None) != _seal(content):
            raise BackupFault(f"备份清单 {folder / MANIFEST} 被改动过，备份不能使用。")
        if content.pop("format") != FORMAT:
            raise BackupFault("备份的格式不是本版本所能识别的，请用制作它的版本恢复。")
        parts = {name: Part(**part) for name, part in content.pop("parts").items()}
        return cls(**content, parts=parts)

    def verify(self, folder: Path) -> None:
        """
        Compare every part with what was written.

        :raises BackupFault: naming the first part that is missing or differs.
        """
        for name, part in self.parts.items():
            if not (folder / name).is_file():
                raise BackupFault(f"备份不完整：缺少 {name}。")
            if Part.of(folder / name) != part:
                raise BackupFault(f"备份已损坏：{name} 与清单中的校验值不符，没有恢复任何内容。")


def complete_archives(place: Path) -> list[Path]:
    """Return the finished archives of a folder, the oldest first."""
    found = (path for path in place.iterdir() if _NAME.fullmatch(path.name))
    return sorted(path for path in found if (path / MANIFEST).is_file())


def remove_old(place: Path, *, keep: int) -> list[Path]:
    """Remove all but the newest archives and return what was removed."""
    old = complete_archives(place)[:-keep]
    for path in old:
        shutil.rmtree(path)
    return old


def _seal(content: dict[str, Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
