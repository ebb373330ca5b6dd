"""A worker that does one ledger job in a process of its own: ``importer.py DATABASE JOB``."""

# ruff: noqa: E402 - models can be imported only after setup()

import sys

import django

django.setup()

from django.utils import timezone

from ledgers import running
from tests.database import use_database

if __name__ == "__main__":
    use_database(sys.argv[1])
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    running.run(int(sys.argv[2]), at=timezone.now())
