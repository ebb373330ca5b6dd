"""The rows that the names in a ledger mean; made where they are missing and that is allowed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import models

from accounts.models import Membership
from common.spreadsheets.values import heading as folded
from congress.models import (
    Category,
    Committee,
    Congress,
    Delegation,
    Deputy,
    Grade,
    Official,
    Origin,
    ResultClass,
    SupervisorCategory,
    System,
    Term,
    Unit,
)
from congress.models.codes import Coded
from congress.services import (
    add_code,
    add_committee,
    add_delegation,
    add_official,
    add_system,
    add_unit,
)
from ledgers.services.reading import Record

#: Where a row leaves out what the system must know (the export leaves it empty again).
UNSTATED_SYSTEM, UNSTATED_DELEGATION = "未注明", "未注明代表团"
RESEARCH = "专题调研"
_MAY_CREATE = "需要新建的，请选择允许新建（--create）"
_RANKS = {letter: n for n, letter in enumerate("甲乙丙丁戊己庚辛壬癸")}


class Names:
    """The names of one congress and term, read once; ``create`` lets missing ones be made."""

    def __init__(
        self, congress: Congress, term: Term, *, create: bool, by: Membership | None, at: datetime
    ):
        self._congress, self._term = congress, term
        self._create = create
        self._hand: dict[str, Any] = {"by": by, "at": at}
        self._found: dict[type[models.Model], dict[str, Any]] = {
            model: _by_name(model._default_manager.filter(congress=congress), *keys)
            for model, keys in _KEYS.items()
        }
        self._officials: dict[str, list[Official]] = defaultdict(list)
        for official in Official.objects.filter(congress=congress).order_by("pk"):
            self._officials[folded(official.name)].append(official)
        self._deputies: dict[str, list[Deputy]] = defaultdict(list)
        for deputy in Deputy.objects.filter(term=term).order_by("pk"):
            self._deputies[folded(deputy.name)].append(deputy)
        self._made: set[int] = set()

    def code(self, model: type[Coded], record: Record, heading: str) -> Any:
        """Find the entry that a cell names in a code list (类别, 形成方式, 建议分级…)."""
        return self._one(
            model,
            record,
            heading,
            lambda text: add_code(
                model,
                self._congress,
                code=self._free_code(model, text),
                label=text,
                **_traits(model, text),
                **self._hand,
            ),
        )

    def result_class(self, record: Record, heading: str) -> ResultClass | None:
        """Find a class of result by its code, which stands as given (A, A1, 甲)."""
        return self._one(ResultClass, record, heading, self._add_class)

    def system(self, record: Record, heading: str) -> System | None:
        """Find a system of units."""
        return self._one(
            System, record, heading, lambda text: self._add(add_system, System, name=text)
        )

    def unit(self, record: Record, heading: str, system: System | None) -> Unit | None:
        """Find a unit; one that is made belongs to the system of the row."""
        return self._one(
            Unit,
            record,
            heading,
            lambda text: add_unit(
                self._congress, name=text, system=system or self._unstated(), **self._hand
            ),
        )

    def known_unit(self, name: str | None) -> Unit | None:
        """Find a unit that has been named before; none is no fault here."""
        units = self._found[Unit]
        return (units.get(name) or units.get(folded(name))) if name else None

    def committee(self, record: Record, heading: str) -> Committee | None:
        """Find a special committee."""
        return self._one(
            Committee,
            record,
            heading,
            lambda text: add_committee(self._congress, name=text, **self._hand),
        )

    def delegation(self, record: Record, heading: str) -> Delegation | None:
        """Find a delegation or contact group."""
        return self._one(
            Delegation,
            record,
            heading,
            lambda text: self._add(add_delegation, Delegation, name=text),
        )

    def unstated_delegation(self) -> Delegation:
        """Find or make the delegation of those whose delegation no ledger tells."""
        found = self._found[Delegation].get(UNSTATED_DELEGATION)
        return found or self._keep(
            Delegation, self._add(add_delegation, Delegation, name=UNSTATED_DELEGATION)
        )

    def official(
        self, record: Record, heading: str, category: SupervisorCategory | None = None
    ) -> Official | None:
        """Find a leading official by name, and by category where two share the name."""
        name = record[heading]
        if not name:
            return None
        same = self._officials[folded(name)]
        of_category = [official for official in same if official.category_id == _pk(category)]
        candidates = of_category if len(same) > 1 and of_category else same
        if len(candidates) > 1:
            record.fault(heading, f"有{len(candidates)}位名为“{name}”的领导，无法确定是哪一位。")
            return None
        if candidates:
            return candidates[0]
        if not self._create:
            record.fault(heading, f"没有名为“{name}”的领导；{_MAY_CREATE}。")
            return None
        official = add_official(self._congress, name=name, category=category, **self._hand)
        same.append(official)
        return official

    def deputy(self, record: Record, heading: str, delegation: Delegation | None) -> Deputy | None:
        """
        Find a deputy of the term by name and delegation.

        A deputy known before by that name alone may have changed delegation since; two people
        of one name in a ledger stay two.
        """
        name = record[heading]
        if not name:
            return None
        same = self._deputies[folded(name)]
        at_home = [deputy for deputy in same if deputy.delegation_id == _pk(delegation)]
        known = [deputy for deputy in same if deputy.pk not in self._made]
        candidates = at_home or (known if delegation is None or len(known) == 1 else [])
        if delegation is None and not candidates:
            # Met before in this ledger, where it did not tell the delegation either.
            unstated = _pk(self._found[Delegation].get(UNSTATED_DELEGATION))
            candidates = [deputy for deputy in same if deputy.delegation_id == unstated]
        if len(candidates) > 1:
            record.fault(heading, f"有{len(candidates)}位名为“{name}”的代表，请注明代表团。")
            return None
        if candidates:
            return candidates[0]
        if not self._create:
            record.fault(heading, f"{self._term}没有名为“{name}”的代表；{_MAY_CREATE}。")
            return None
        return self._add_deputy(name, delegation or self.unstated_delegation())

    def _add_deputy(self, name: str, delegation: Delegation) -> Deputy:
        deputy = Deputy.objects.create(
            congress=self._congress, term=self._term, name=name, delegation=delegation
        )
        self._made.add(deputy.pk)
        self._deputies[folded(name)].append(deputy)
        return deputy

    def _one(
        self, model: type[models.Model], record: Record, heading: str, make: Callable[[str], Any]
    ) -> Any | None:
        text = record[heading]
        if not text:
            return None
        found = self._found[model].get(text) or self._found[model].get(folded(text))
        if found is not None:
            return found
        if not self._create:
            record.fault(heading, f"没有名为“{text}”的{model._meta.verbose_name}；{_MAY_CREATE}。")
            return None
        return self._keep(model, make(text))

    def _keep(self, model: type[models.Model], made: Any) -> Any:
        for key in _KEYS[model]:
            self._found[model].setdefault(getattr(made, key), made)
            self._found[model].setdefault(folded(getattr(made, key)), made)
        return made

    def _add(self, service: Callable[..., Any], model: type[models.Model], *, name: str) -> Any:
        orders = [entry.order for entry in self._found[model].values()]
        return service(self._congress, name=name, order=max(orders, default=0) + 1, **self._hand)

    def _unstated(self) -> System:
        found = self._found[System].get(UNSTATED_SYSTEM)
        return found or self._keep(System, self._add(add_system, System, name=UNSTATED_SYSTEM))

    def _free_code(self, model: type[models.Model], label: str) -> str:
        taken = {entry.code for entry in self._found[model].values()}
        numbered = (f"{label[:36]}{n}" for n in range(2, len(taken) + 3))
        return next(code for code in (label[:40], *numbered) if code not in taken)

    def _add_class(self, code: str) -> ResultClass:
        """Add a class where its code belongs: A1 after A, before B; what is unlike all, last."""
        classes = sorted(
            {entry.pk: entry for entry in self._found[ResultClass].values()}.values(),
            key=lambda entry: (entry.order, entry.pk),
        )
        before = [entry.order for entry in classes if _precedes(entry.code, code)]
        behind = [entry.order for entry in classes if _precedes(code, entry.code)]
        if before or not behind:
            order = max(before or [entry.order for entry in classes], default=0)
        else:
            order = min(behind) - 1
        entry = add_code(ResultClass, self._congress, code=code, label=code, **self._hand)
        entry.order = order + 1
        entry.save(update_fields=["order"])
        for later in classes:
            if later.order > order:
                later.order += 1
                later.save(update_fields=["order"])
        return entry


#: By which columns a cell may name an entry, the first preferred.
_KEYS: dict[type[models.Model], tuple[str, ...]] = {
    Category: ("label", "code"),
    Origin: ("label", "code"),
    Grade: ("label", "code"),
    SupervisorCategory: ("label", "code"),
    ResultClass: ("code", "label"),
    System: ("name",),
    Unit: ("name", "short_name"),
    Committee: ("name", "short_name"),
    Delegation: ("name",),
}


def _by_name(entries: Iterable[Any], *keys: str) -> dict[str, Any]:
    listed = list(entries)
    names: dict[str, Any] = {}
    for key in keys:
        for entry in listed:
            if text := getattr(entry, key):
                names.setdefault(text, entry)
                names.setdefault(folded(text), entry)
    return names


def _traits(model: type, label: str) -> dict[str, Any]:
    return {"is_research": True} if model is Origin and label == RESEARCH else {}


def _pk(row: models.Model | None) -> int | None:
    return row.pk if row else None


def _precedes(code: str, other: str) -> bool:
    mine, theirs = _rank(code), _rank(other)
    return mine is not None and theirs is not None and mine[0] == theirs[0] and mine < theirs


def _rank(code: str) -> tuple[str, int, int] | None:
    """Take a code apart: series (letters or 甲乙丙), place in it, and the number behind."""
    found = re.fullmatch(r"([A-Z]|[甲乙丙丁戊己庚辛壬癸])类?(\d{0,3})", code.upper())
    if not found:
        return None
    letter, number = found[1], int(found[2] or 0)
    if letter in _RANKS:
        return ("甲", _RANKS[letter], number)
    return ("A", ord(letter), number)
