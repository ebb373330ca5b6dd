"""Django's ``migrate``, as the role that owns the tables."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate

from config.database import as_owner, prepare


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner(options["database"]) as owner:
            prepare(owner)
            super().handle(*args, **options)
