"""
Ledger workbooks (建议台账) whose counts are exactly those of a published report.

A specification (tests/data/figures/*.json) holds only counts; the rows are made up so that they
add up to them, the same each time. ``workbook`` makes a small one of rows written out.
"""

import csv
import datetime as dt
import itertools
import json
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook, load_workbook

from ledgers.workbook import PROMISES, RECEIPTS, SHEETS, SUGGESTIONS, names_of

DATA = Path(__file__).resolve().parent.parent / "data"
VERDICTS = ("满意", "基本满意", "不满意")
PLACES = sorted(path.stem for path in (DATA / "figures").glob("*.json"))


def specification(name):
    """The counts of one published report."""
    return json.loads((DATA / "figures" / f"{name}.json").read_text(encoding="utf-8"))


def made_from(spec):
    """A workbook file that adds up to a specification."""
    return file_of(Maker(spec).book())


def workbook(suggestions, receipts=(), promises=(), *, sheets=tuple(SHEETS), order=list):
    """A workbook file of rows written as dicts by heading; what is left out is empty."""
    book = Workbook()
    book.remove(book.active)
    rows = {SUGGESTIONS: suggestions, RECEIPTS: receipts, PROMISES: promises}
    for title in sheets:
        sheet = book.create_sheet(title)
        headings = list(order(names_of(title)))
        sheet.append(headings)
        for row in rows[title]:
            assert set(row) <= set(headings), set(row) - set(headings)
            sheet.append([row.get(heading) for heading in headings])
            for cell in sheet[sheet.max_row]:
                if isinstance(cell.value, str):
                    cell.data_type = "s"  # text, whatever it begins with
    return file_of(book)


def file_of(book):
    """What somebody would hand in."""
    file = BytesIO()
    book.save(file)
    file.seek(0)
    return file


def cells(file):
    """Every cell of the three sheets, days without their midnight."""
    file.seek(0)
    book = load_workbook(file)
    return {
        title: [
            [value.date() if isinstance(value, dt.datetime) else value for value in row]
            for row in book[title].iter_rows(values_only=True)
        ]
        for title in (SUGGESTIONS, RECEIPTS, PROMISES)
    }


def spread(counts, total, rest=None):
    """Turn {'A': 2, 'B': 1} into ['A', 'A', 'B'], filled up to total with rest."""
    flat = [name for name, count in counts.items() for _ in range(count)]
    assert len(flat) == total or (len(flat) < total and rest is not None), counts
    return flat + [rest] * (total - len(flat))


def shuffled(items, step=7919):
    """Deal a list out in a fixed, well mixed order."""
    n = len(items)
    return [items[(i * step) % n] for i in range(n)] if n and n % step else list(items)


class Maker:
    """Makes the rows of one specification."""

    def __init__(self, spec):
        self.spec = spec
        self.total = spec["in_session"] + spec["between_sessions"]
        self.answered = spec.get("answered", self.total)
        self.start = dt.date.fromisoformat(spec.get("assigned_on", f"{spec['year']}-02-20"))
        self.as_of = dt.date.fromisoformat(spec["as_of"])
        self.units = [f"市第{i:03d}承办单位" for i in range(1, spec["units"] + 1)]
        self.results = self._results()
        self.suggestions, self.receipts, self.again, self.promises = [], [], [], []

    def book(self):
        """The whole workbook."""
        self._add_cases()
        self._add_supporting()
        self._judge()
        self._publish_replies()
        self._promise()
        book = Workbook()
        book.remove(book.active)
        rows = {
            SUGGESTIONS: self.suggestions,
            RECEIPTS: self.receipts + self.again,
            PROMISES: self.promises,
        }
        for title, filled in rows.items():
            sheet = book.create_sheet(title)
            sheet.append(names_of(title))
            for row in filled:
                sheet.append([row.get(heading) for heading in names_of(title)])
        return book

    def _results(self):
        results = shuffled(spread(self.spec["by_result"], self.answered))
        return results + [None] * (self.total - self.answered)

    def _systems(self):
        by_grade = self.spec.get("grades", {}).items()
        grades = [(grade, s) for grade, by in by_grade for s, n in by.items() for _ in range(n)]
        return grades + [(None, "政府")] * (self.total - len(grades))

    def _add_cases(self):
        spec, total = self.spec, self.total
        kinds = spread({"大会": spec["in_session"], "闭会": spec["between_sessions"]}, total)
        supervisors = spec.get("key_by_supervisor", {})
        given = zip(
            kinds,
            shuffled(spread(spec.get("by_category", {}), total, "综合其他")),
            shuffled(spread({"专题调研": spec.get("from_research", 0)}, total, "走访等其他形式")),
            self._systems(),
            spread(supervisors, total, "") if supervisors else [""] * total,
            titles(),
            strict=False,
        )
        serial = {"大会": 0, "闭会": 0}
        for i, (kind, category, origin, (grade, system), supervisor, title) in enumerate(given):
            serial[kind] += 1
            number = f"{'' if kind == '大会' else '闭'}第{serial[kind]:04d}号"
            days = 0 if kind == "大会" else 60 + i % 90
            assigned = self.start + dt.timedelta(days=days)
            mode = self._add_receipts(i, number, system, assigned)
            is_public = i < spec.get("published_suggestions", 0)
            self.suggestions.append(
                {
                    "编号": number,
                    "届次会议": spec["session"],
                    "提出类型": kind,
                    "标题": title,
                    "类别": category,
                    "联名人数": i % 4,
                    "形成方式": origin,
                    "公开方式": "全文公开" if is_public else "不公开",
                    "办理方式": mode,
                    "建议分级": grade,
                    "领办领导": f"{system}领导" if grade else None,
                    "重点督办": "是" if supervisor else "否",
                    "督办领导类别": supervisor or None,
                    "督办领导": f"{supervisor}督办人" if supervisor else None,
                    "建议公开": "是" if is_public else "否",
                    **self._deputy(i),
                    **self._days(i, assigned),
                }
            )

    def _deputy(self, i):
        deputy = i % self.spec.get("deputies", max(1, self.total // 3))
        delegation = deputy % self.spec.get("delegations", 20)
        return {"领衔代表": f"代表{deputy + 1:04d}", "代表团": f"第{delegation + 1}代表团"}

    def _days(self, i, assigned):
        replied = assigned + dt.timedelta(days=30 + i % 55)
        is_answered, is_promised = i < self.answered, self.results[i] == "B"
        due = assigned + dt.timedelta(days=90) if is_answered else self.as_of + dt.timedelta(30)
        closed = replied + dt.timedelta(days=30) if is_answered and not is_promised else None
        return {
            "提出日期": assigned - dt.timedelta(days=10),
            "交办日期": assigned,
            "应办复日期": due,
            "办结日期": closed,
        }

    def _add_receipts(self, i, number, system, assigned):
        pool = self.units
        if system != "政府":
            pool = [f"市第{n:02d}{system}单位" for n in range(1, 11)]
        extra = self.spec.get("lead_and_split_assignments", self.total) - self.total
        first = (i * 13) % len(pool)
        roles, mode = [("独办", first)], "独办"
        if i < extra:
            roles, mode = [("分办", first), ("分办", (first + 1) % len(pool))], "分办"
        elif i < extra + self.spec.get("co_assignments", 0):
            roles, mode = [("主办", first)], "主办+协办"
        replied = assigned + dt.timedelta(days=30 + i % 55) if i < self.answered else None
        for role, n in roles:
            told = len(self.receipts)
            met = "是" if told < self.spec.get("met_in_person", 0) else "否"
            letter = {"答复日期": replied, "签发人": "单位负责人", "结果类别": self.results[i]}
            letter["答复文号"] = f"函〔{self.spec['year']}〕{told + 1}号"
            self.receipts.append(
                self._receipt(number, pool[n], system, role, assigned)
                | {"首次沟通日期": assigned + dt.timedelta(days=5), "见面沟通": met}
                | (letter if replied else {})
            )
        return mode

    def _receipt(self, number, unit, system, role, assigned):
        known = {"编号": number, "承办单位": unit, "归口系统": system, "承办角色": role}
        return known | {"轮次": 1, "签收日期": assigned, "退办次数": 0}

    def _add_supporting(self):
        holders = {}
        for receipt in self.receipts:
            holders.setdefault(receipt["编号"], set()).add(receipt["承办单位"])
        leads = [receipt for receipt in self.receipts if receipt["承办角色"] == "主办"]
        for i in range(self.spec.get("co_assignments", 0)):
            lead = leads[i % len(leads)]
            start = (i * 17) + 5 + i // self.total
            around = (self.units[(start + k) % len(self.units)] for k in range(len(self.units)))
            unit = next(unit for unit in around if unit not in holders[lead["编号"]])
            holders[lead["编号"]].add(unit)
            day = lead["签收日期"]
            receipt = self._receipt(lead["编号"], unit, "政府", "协办", day)
            self.receipts.append(receipt | {"协办意见日期": day + dt.timedelta(days=20)})

    def _judge(self):
        leads = [receipt for receipt in self.receipts if receipt["承办角色"] != "协办"]
        judged = self.receipts if self.spec.get("feedback_per_receipt") else leads[: self.total]
        answered = [r for r in judged if r.get("答复日期") or r.get("协办意见日期")]
        feedback = self.spec.get("feedback", {})
        verdicts = shuffled([word for word in VERDICTS for _ in range(feedback.get(word, 0))])
        assert len(verdicts) <= len(answered)
        left = spread(
            self.spec.get("second_round", {}), sum(self.spec.get("second_round", {}).values())
        )
        for receipt, word in zip(answered, verdicts, strict=False):
            day = (receipt.get("答复日期") or receipt["协办意见日期"]) + dt.timedelta(days=8)
            attitude = "满意" if word != "不满意" else "基本满意"
            receipt |= {"态度评价": attitude, "结果评价": word, "反馈日期": day}
            if word == "不满意":
                receipt["不满意原因"] = "答复未回应具体问题"
                if left:
                    self.again.append(self._second_round(receipt, day, left.pop(0)))

    def _second_round(self, receipt, day, word):
        kept = ("编号", "承办单位", "归口系统", "承办角色", "签收日期", "结果类别")
        return {heading: receipt.get(heading) for heading in kept} | {
            "轮次": 2,
            "退办次数": 0,
            "首次沟通日期": day + dt.timedelta(days=3),
            "见面沟通": "是",
            "答复日期": day + dt.timedelta(days=40),
            "签发人": "单位负责人",
            "态度评价": "满意",
            "结果评价": word,
            "反馈日期": day + dt.timedelta(days=48),
        }

    def _publish_replies(self):
        left, per_case = self.spec.get("published_replies", 0), {}
        for receipt in self.receipts:
            if left and receipt["承办角色"] != "协办" and receipt.get("答复日期"):
                per_case[receipt["编号"]] = per_case.get(receipt["编号"], 0) + 1
                left -= 1
        for row in self.suggestions:
            row["公开答复数"] = per_case.get(row["编号"], 0)

    def _promise(self):
        spec = self.spec.get("commitments", {})
        kinds = ("fulfilled", "overdue", "not_due")
        standing = [kind for kind in kinds for _ in range(spec.get(kind, 0))]
        promising = [r for r in self.receipts if r.get("结果类别") == "B"]
        for n, kind in enumerate(standing):
            receipt, is_carried = promising[n % len(promising)], n < spec.get("carried", 0)
            due = self.as_of + dt.timedelta(days=30 + n if kind == "not_due" else -10 - n)
            done = due - dt.timedelta(days=3) if kind == "fulfilled" else None
            year = self.spec["year"] - 1
            self.promises.append(
                {
                    "编号": receipt["编号"],
                    "承办单位": receipt["承办单位"],
                    "承诺内容": f"承诺事项{n + 1}",
                    "责任人": "责任人",
                    "承诺日期": dt.date(year, 6, 30) if is_carried else receipt["答复日期"],
                    "完成时限": due,
                    "完成日期": done,
                    "销号日期": done,
                    "结转年度": year if is_carried else None,
                    "落实评价": "满意" if done else None,
                }
            )


def titles():
    """Published titles, over and over."""
    with (DATA / "titles.csv").open(encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    return itertools.cycle([r["title"] for r in rows if r["title"] and r["kind"] == "建议"])
