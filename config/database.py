"""
The two roles that come to the database (docs/decisions/0002): the app and the owner.

Every process connects as the app role, which may read and write rows. What changes tables runs
inside ``as_owner`` and nowhere else: ``migrate``, ``flush``, backup and restore, and the making of
test databases.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

#: The oldest major version that the system was tried on (tests/deploy/test_stranger.py).
OLDEST_POSTGRESQL = 15


@contextmanager
def as_owner(alias: str = DEFAULT_DB_ALIAS) -> Iterator[BaseDatabaseWrapper]:
    """Let this thread work as the owner of the tables, under the usual alias."""
    app = connections[alias]
    # The same alias, so that data migrations and signals that name none are the owner's as well.
    owner = type(app)({**app.settings_dict, **settings.DATABASE_OWNER}, alias)
    connections[alias] = owner
    try:
        yield owner
    finally:
        owner.close()
        connections[alias] = app


def prepare(owner: BaseDatabaseWrapper) -> None:
    """Make a database ready for its first migration; do nothing new to one that is."""
    make_extensions(owner)
    _share_new_tables(owner)


def make_extensions(owner: BaseDatabaseWrapper) -> None:
    with owner.cursor() as cursor:
        for extension in ("pg_trgm", "btree_gist"):
            cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")


def share_no_new_tables(owner: BaseDatabaseWrapper) -> None:
    """Take back what ``prepare`` promised: a restore brings the rights of each table with it."""
    _on_new_tables(owner, "REVOKE", "FROM")


def _share_new_tables(owner: BaseDatabaseWrapper) -> None:
    """
    Let the app role read and write the rows of every table that the owner will make.

    A table that it must not write at will narrows this in its own migration
    (``common.database_roles.let_app``).
    """
    _on_new_tables(owner, "GRANT", "TO")


def _on_new_tables(owner: BaseDatabaseWrapper, deed: str, preposition: str) -> None:
    app_role = str(settings.DATABASES[owner.alias]["USER"])
    if app_role == owner.settings_dict["USER"]:
        return  # a database with a single role has nothing to share
    quoted = owner.ops.quote_name(app_role)
    with owner.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {quoted}")
        for rights, things in (
            ("SELECT, INSERT, UPDATE, DELETE", "TABLES"),
            ("USAGE, SELECT", "SEQUENCES"),
        ):
            cursor.execute(
                f"ALTER DEFAULT PRIVILEGES IN SCHEMA public"
                f" {deed} {rights} ON {things} {preposition} {quoted}"
            )
