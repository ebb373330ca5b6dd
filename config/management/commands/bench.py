"""``manage.py bench``: how long pages and jobs take, in a scratch database of any size."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common.refusals import Refusal
from config.bench import jobs, report
from config.bench.filling import counts, fill
from config.bench.scratch import scratch_database
from config.bench.serving import server
from config.bench.stopwatch import Result, Visitor
from config.bench.works import works


class Command(BaseCommand):
    help = "在另建的数据库中装入大量建议，测量各页面和任务的用时；不触及正在使用的数据库。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--suggestions", "--size", type=int, default=100_000, metavar="N", help="建议件数"
        )
        parser.add_argument("--runs", type=int, default=15, help="每项测量次数")
        parser.add_argument("--only", default="", metavar="WORD", help="只测名称含此词的事项")
        parser.add_argument("--json", metavar="FILE", help="结果另存为文件")
        parser.add_argument("--against", metavar="FILE", help="与以前（较小规模）的结果比较增长")
        parser.add_argument("--keep", action="store_true", help="保留数据库，下次不必重新装入")

    def handle(self, *args: Any, **options: Any) -> None:
        size = options["suggestions"]
        if size < 200:
            raise CommandError("建议件数至少为200。")
        earlier = json.loads(Path(options["against"]).read_text()) if options["against"] else None
        try:
            with scratch_database(size, keep=options["keep"]) as is_filled:
                if not is_filled:
                    self._say(f"装入{size}件建议……")
                    fill(size, today=timezone.localdate())
                counted = counts()
                self._say("、".join(f"{name} {count}" for name, count in counted.items()))
                results = []
                for each in self._measure(options):
                    results.append(each)
                    self._say(f"{each.name}（{each.who}） {each.median:g} ms")
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self._tell(options, report.as_json(size, counted, results), results, earlier)

    def _measure(self, options: dict[str, Any]) -> Iterator[Result]:
        only, runs = options["only"], options["runs"]
        with server() as port:
            visitors: dict[str, Visitor] = {}
            for work in works():
                if only in work.name:
                    visitor = visitors.get(work.account) or Visitor(work.account, port)
                    visitors[work.account] = visitor
                    yield visitor.measure(work, runs)
        if only in "相似建议检查":
            yield jobs.likeness(runs)
        if only in "登录到首页":
            yield jobs.signing_in(runs)
        if only in "导出台账（含启动）":
            yield jobs.export()
        if only in "每日提醒（含启动）":
            duties = min(jobs.OPEN_DUTIES, 3 * options["suggestions"])
            yield jobs.reminding(today=timezone.localdate(), duties=duties)

    def _tell(
        self, options: dict[str, Any], found: str, results: list[Result], earlier: Any
    ) -> None:
        grown = report.growth(results, earlier) if earlier else {}
        self._say(report.table(results, grown))
        if options["json"]:
            Path(options["json"]).write_text(found + "\n")
        self.stdout.write(found)
        missed = [each for each in results if each.is_met is False]
        outgrown = report.has_outgrown(results, grown)
        if missed or outgrown:
            names = "；".join(f"{each.name}（{each.who}）" for each in [*missed, *outgrown])
            raise CommandError(f"未达标：{names}")

    def _say(self, text: str) -> None:
        # The JSON alone goes to standard output, for programs.
        self.stderr.write(text, style_func=str)
