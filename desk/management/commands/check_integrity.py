"""Check everything that must agree; print each fault and leave with 1 if there is any."""

from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from audit import anchor
from desk import integrity


def head(text: str) -> anchor.Head:
    """Read what was printed as the head of the record."""
    try:
        return anchor.Head.parse(text)
    except ValueError:
        raise ArgumentTypeError("应为“序号:摘要”，例如每日日志中的 audit_anchor。") from None


class Command(BaseCommand):
    help = "检查审计记录链、阶段与办理过程、编号、授权、期限、评价、消息和文件是否一致。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anchor",
            type=head,
            metavar="序号:摘要",
            help="库外留存的审计记录末端，用于发现末尾被截断或者数据库被恢复到更早的时间",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for part, sentence in integrity.faults(known_head=options["anchor"]):
            count += 1
            self.stdout.write(f"{part}：{sentence}")
        for hint in integrity.hints(at=timezone.now()):
            self.stdout.write(f"提示：{hint}")
        last = anchor.head()
        self.stdout.write(f"审计记录末端：{last or '尚无'}")
        if count:
            raise CommandError(f"发现{count}个问题。")
        self.stdout.write("没有发现问题。")
