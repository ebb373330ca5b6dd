"""Set up a congress with its rules and its three administrators; safe to run again."""

import json
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Role, User
from accounts.services import create_user, grant_membership
from common.refusals import Refusal
from congress.calendars import missing_years, seed_calendar
from congress.models import Congress
from congress.profile import ready_made_profiles
from congress.services import create_congress, open_session, open_term

ADMINISTRATORS = {
    "sysadmin": Role.SYSTEM_ADMIN,
    "secadmin": Role.SECURITY_ADMIN,
    "auditor": Role.AUDIT_ADMIN,
}


class Command(BaseCommand):
    help = "建立一级人大：名称、规则、会议和三员（系统、安全、审计管理员）。可以重复运行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--code", help="人大代码（字母、数字、横线）")
        parser.add_argument("--name", help="全称，如“某某市人民代表大会”")
        parser.add_argument("--short-name", help="简称，如“某某市”")
        parser.add_argument("--level", choices=Congress.Level.values, help="层级")
        parser.add_argument("--parent", help="上级人大的代码")
        parser.add_argument("--help-phone", help="咨询电话")
        ready = "、".join(ready_made_profiles())
        parser.add_argument(
            "--profile", help=f"规则：JSON 文件（只写与默认不同之处），或者参考版本之一：{ready}"
        )
        parser.add_argument("--words", type=Path, help="用语文件（JSON）")
        parser.add_argument("--term", type=int, help="届次（数字）")
        parser.add_argument("--session", type=int, help="会次（数字）")
        for account, role in ADMINISTRATORS.items():
            parser.add_argument(f"--{account}", help=f"{role.label}的用户名")
        parser.add_argument("--no-input", action="store_true", help="不提问，缺少的用默认值")

    def handle(self, **options: Any) -> None:
        self.asks = not options["no_input"] and sys.stdin.isatty()
        try:
            with transaction.atomic():
                seed_calendar()
                congress = self._congress(options)
                self._session(congress, options)
                passwords = self._administrators(congress, options)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        self._report(congress, passwords)

    def _congress(self, options: dict[str, Any]) -> Congress:
        code = self._ask("人大代码（字母、数字、横线）", options["code"])
        existing = Congress.objects.filter(code=code).first()
        if existing:
            self.stdout.write(f"{existing}已经建立，保留原有设置。")
            return existing
        parent = options["parent"]
        if parent and not Congress.objects.filter(code=parent).exists():
            raise CommandError(f"没有代码为“{parent}”的上级人大，请先建立。")
        name = self._ask("人大全称", options["name"])
        return create_congress(
            code=code,
            name=name,
            short_name=self._ask("简称", options["short_name"], name.removesuffix("人民代表大会")),
            level=self._ask("层级（province/city/county/township）", options["level"], "city"),
            parent=Congress.objects.filter(code=parent).first() if parent else None,
            help_phone=self._ask("咨询电话", options["help_phone"], "-").removeprefix("-"),
            words=_read(options["words"]),
            profile_values=_profile(options["profile"]),
            valid_from=date(timezone.localdate().year, 1, 1),
            by=None,
            at=timezone.now(),
        )

    def _session(self, congress: Congress, options: dict[str, Any]) -> None:
        if congress.sessions.exists():
            return
        term_number = int(self._ask("现在是第几届（数字）", options["term"], "1"))
        number = int(self._ask("最近一次是第几次会议（数字）", options["session"], "1"))
        term = open_term(congress, number=term_number, by=None, at=timezone.now())
        open_session(congress, term=term, number=number, by=None, at=timezone.now())

    def _administrators(
        self, congress: Congress, options: dict[str, Any]
    ) -> list[tuple[str, str, str]]:
        """Make those of the three that are missing; return role, user name, one-time password."""
        made = []
        for account, role in ADMINISTRATORS.items():
            if Membership.objects.filter(congress=congress, role=role).exists():
                continue
            default = account if not User.objects.filter(username=account).exists() else None
            default = default or f"{account}-{congress.code}"
            username = self._ask(f"{role.label}的用户名", options[account], default)
            user, password = create_user(
                username=username, name=role.label, by=None, at=timezone.now()
            )
            grant_membership(
                user,
                role=role,
                congress=congress,
                valid_from=timezone.localdate(),
                by=None,
                at=timezone.now(),
            )
            made.append((str(role.label), username, password))
        return made

    def _ask(self, question: str, given: Any, default: str | None = None) -> str:
        if given not in (None, ""):
            return str(given)
        if self.asks:
            hint = f"［{default}］" if default else ""
            while not (answer := input(f"{question}{hint}：").strip() or default or ""):
                pass
            return answer
        if default is None:
            raise CommandError(f"没有给出：{question}。")
        return default

    def _report(self, congress: Congress, passwords: list[tuple[str, str, str]]) -> None:
        self.stdout.write(self.style.SUCCESS(f"{congress}（代码 {congress.code}）已经就绪。"))
        if passwords:
            self.stdout.write("初始密码只显示这一次，72小时内有效，只能登录一次：")
        for role, username, password in passwords:
            self.stdout.write(f"  {role}　{username}　{password}")
        missing = "、".join(f"{year}年" for year in missing_years(on=timezone.localdate()))
        if missing:
            self.stdout.write(f"提示：{missing}的放假安排尚未录入，涉及的期限标为“暂定”。")


def _profile(given: str | Path | None) -> dict[str, Any]:
    path = ready_made_profiles().get(str(given))
    return _read(path or (Path(given) if given else None))


def _read(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"不能读取 {path}：{error}") from None
