"""What must hold of the database before anything relies on it."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution
from django.db import connections
from django.db.utils import DatabaseError

LIKENESS = "SELECT similarity('关于增设充电桩的建议', '增设充电桩')"


def chinese_has_likeness(databases: list[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Test that the database compares Chinese text: with the C locale likeness is silently 0."""
    messages: list[CheckMessage] = []
    for alias in databases or []:
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute(LIKENESS)
                (likeness,) = cursor.fetchone()
        except DatabaseError:
            messages.append(Error("数据库缺少 pg_trgm 扩展，请由管理员安装。", id="config.E001"))
            continue
        if not likeness:
            sentence = "数据库的区域设置不识别中文（similarity 恒为 0），请用 C.UTF-8 重建数据库。"
            messages.append(Error(sentence, id="config.E002"))
    return messages


def roles_are_apart(**_: Any) -> list[CheckMessage]:
    """Test that the site does not come to the database as the owner of its tables."""
    if settings.DATABASE_OWNER["USER"] != settings.DATABASES["default"]["USER"]:
        return []
    sentence = "应用与表的所有者是同一个数据库账号，请用 DATABASE_OWNER_URL 另设所有者。"
    return [Caution(sentence, id="config.W001")]
