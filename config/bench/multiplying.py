"""
Multiply what a database holds: copies of whole cases, and of the people who hold them.

The demonstration walks real cases through the real services; a copy of it is as true as the
original. Every table that points at a case is found in the database's own catalogue, so that a new
table is multiplied without a word here. A copy's keys are those of the original plus n strides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.backends.utils import CursorWrapper

CASES = "suggestions_suggestion"
#: More than any key of the original.
STRIDE = 1_000_000
#: Plain numbers that name rows of other tables.
_PLAIN_KEYS = {
    "notices_alert": {"suggestion_id": CASES, "deadline_id": "suggestions_deadline"},
}
#: Held apart by more than their keys.
_NAMED_APART = {
    # Cases of several sessions may end up in one.
    (CASES, "number"): "t.number + c.n * 10000 + t.session_id * 1000",
    (CASES, "number_text"): "CASE t.number_text WHEN '' THEN ''"
    " ELSE t.number_text || '-' || c.n || '-' || t.session_id END",
    # Titles like those of a real congress: the subject comes back, the place differs.
    (CASES, "title"): "regexp_replace(t.title, '^关于(在)?', '关于'||c.place)",
    ("notices_alert", "key"): "t.key || ':' || c.n",
    ("notices_alert", "read_at"): "CASE WHEN c.days > 0 THEN COALESCE(t.read_at, t.at)"
    " - make_interval(days => c.days) ELSE t.read_at END",
    ("notices_alert", "grouped_at"): "COALESCE(t.grouped_at, t.at)",
    ("accounts_user", "username"): "t.username || '-' || c.n",
    ("congress_deputy", "name"): "t.name || c.n",
    ("congress_unit", "name"): "t.name || c.n",
    ("auth_group", "name"): "t.name || '-' || c.n",
}
_COPIES = """CREATE TEMP TABLE copies
    (n bigint, world bigint, days integer, session_id bigint, place text)"""


@dataclass(frozen=True)
class Copy:
    """The nth copy: by whose hands, how many days earlier, and in which session it was filed."""

    n: int
    world: int
    days: int = 0
    session_id: int | None = None
    place: str = ""


@dataclass
class Multiplier:
    """Copies rows of one database; the people must be there before the cases they hold."""

    cursor: CursorWrapper
    #: table → keys of the originals of people and bodies that every world has for itself
    people: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._columns = _columns(self.cursor)
        self._keys = _foreign_keys(self.cursor)
        self._unique = _unique_columns(self.cursor)
        for table, keys in _PLAIN_KEYS.items():
            self._keys[table] |= keys
        self.cursor.execute(_COPIES)

    def tables(self) -> list[str]:
        """List the tables of a case, each after those it points at."""
        found = {CASES}
        while (
            grown := {table for table, keys in self._keys.items() if found & set(keys.values())}
            - found
        ):
            found |= grown
        order: list[str] = []
        while rest := sorted(found - set(order)):
            ready = [each for each in rest if not self._parents(each, found) - set(order)]
            if not ready:
                raise ValueError(f"tables point at each other: {rest}")
            order += ready
        return order

    def copy_people(self, people: dict[str, list[int]], *, worlds: int) -> None:
        """Make worlds 1, 2… of people and bodies; the originals are world 0."""
        self.people = people
        self._take([Copy(n=world, world=world) for world in range(1, worlds)])
        for table, keys in people.items():
            self._insert(table, keys, grown=set(people))

    def copy_cases(self, cases: Iterable[int], copies: list[Copy]) -> None:
        """Copy cases with all that hangs on them."""
        order = self.tables()
        rows: dict[str, list[int]] = {CASES: list(cases)}
        for table in order[1:]:
            rows[table] = self._rows_of(table, rows)
        self._take(copies)
        for table in order:
            if rows[table]:
                self._insert(table, rows[table], grown=set(order))

    def _parents(self, table: str, grown: set[str]) -> set[str]:
        return {to for to in self._keys[table].values() if to in grown and to != table}

    def _rows_of(self, table: str, rows: dict[str, list[int]]) -> list[int]:
        keys = {name: to for name, to in self._keys[table].items() if rows.get(to)}
        if not keys:
            return []
        hangs = " OR ".join(f'"{name}" = ANY(%s)' for name in keys)
        self.cursor.execute(
            f"SELECT id FROM {table} WHERE {hangs}", [rows[to] for to in keys.values()]
        )
        return [pk for (pk,) in self.cursor.fetchall()]

    def _take(self, copies: list[Copy]) -> None:
        self.cursor.execute("TRUNCATE copies")
        self.cursor.executemany(
            "INSERT INTO copies VALUES (%s, %s, %s, %s, %s)",
            [(each.n, each.world, each.days, each.session_id, each.place) for each in copies],
        )
        self.cursor.execute("ANALYZE copies")

    def _insert(self, table: str, keys: list[int], *, grown: set[str]) -> None:
        columns = self._columns[table]
        values = ", ".join(self._value(table, name, kind, grown) for name, kind in columns)
        names = ", ".join(f'"{name}"' for name, _ in columns)
        self.cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM copies c CROSS JOIN {table} t"
            " WHERE t.id = ANY(%s) ORDER BY c.n, t.id",
            [keys],
        )

    def _value(self, table: str, name: str, kind: str, grown: set[str]) -> str:
        to = table if name == "id" else self._keys.get(table, {}).get(name)
        column = f't."{name}"'
        if (table, name) in _NAMED_APART:
            return _NAMED_APART[table, name]
        if table == CASES and name == "session_id":
            return "COALESCE(c.session_id, t.session_id)"
        if to in self.people and table not in self.people:
            held = ",".join(map(str, self.people[to]))
            own = f"{column} = ANY('{{{held}}}'::bigint[])"
            return f"{column} + CASE WHEN {own} THEN c.world * {STRIDE} ELSE 0 END"
        if to in grown:
            return f"{column} + c.n * {STRIDE}"
        if name in self._alone_unique(table, grown):
            return (
                f"{column} + c.n * 10000" if kind.startswith("int") else f"{column} || '-' || c.n"
            )
        return _earlier(column, kind)

    def _alone_unique(self, table: str, grown: set[str]) -> set[str]:
        """Name the last column of each unique key in which nothing else differs by the copy."""
        differs = {name for name, to in self._keys.get(table, {}).items() if to in grown}
        differs |= {name for held, name in _NAMED_APART if held == table} | {"id"}
        return {names[-1] for names in self._unique.get(table, []) if not differs & set(names)}


def _earlier(column: str, kind: str) -> str:
    match kind:
        case "date":
            return f"{column} - c.days"
        case "timestamptz":
            return f"{column} - make_interval(days => c.days)"
        case _:
            return column


def _columns(cursor: CursorWrapper) -> dict[str, list[tuple[str, str]]]:
    cursor.execute(
        "SELECT table_name, column_name, udt_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND is_generated = 'NEVER' ORDER BY ordinal_position"
    )
    columns: dict[str, list[tuple[str, str]]] = {}
    for table, name, kind in cursor.fetchall():
        columns.setdefault(table, []).append((name, kind))
    return columns


def _foreign_keys(cursor: CursorWrapper) -> dict[str, dict[str, str]]:
    """Tell for each table which column points at which table, by its key ``id``."""
    cursor.execute(
        "SELECT con.conrelid::regclass::text, a.attname, con.confrelid::regclass::text"
        " FROM pg_constraint con"
        " JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = ANY(con.conkey)"
        # Of a composite key (a case and its congress) only the part that is the case's.
        " JOIN pg_attribute f ON f.attrelid = con.confrelid AND f.attname = 'id'"
        "  AND con.confkey[array_position(con.conkey, a.attnum)] = f.attnum"
        " WHERE con.contype = 'f' AND con.connamespace = 'public'::regnamespace"
    )
    keys: dict[str, dict[str, str]] = {}
    rows: list[Any] = cursor.fetchall()
    for table, name, to in rows:
        keys.setdefault(table, {})[name] = to
    return keys


def _unique_columns(cursor: CursorWrapper) -> dict[str, list[list[str]]]:
    """Tell for each table the columns of its unique keys."""
    cursor.execute(
        "SELECT i.indrelid::regclass::text, array_agg(a.attname::text ORDER BY k.place)"
        " FROM pg_index i CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (number, place)"
        " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number"
        " WHERE i.indisunique AND NOT i.indisprimary GROUP BY i.indexrelid, i.indrelid"
    )
    keys: dict[str, list[list[str]]] = {}
    for table, names in cursor.fetchall():
        keys.setdefault(table, []).append(names)
    return keys
