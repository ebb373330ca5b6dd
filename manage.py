#!/usr/bin/env python
"""Django's command-line entry point, on the embedded servers where no others are named."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from config.engines.home import EngineFault
from config.engines.lease import hold_embedded_servers

# These look at code and files alone, and need not wait for a server to start.
WITHOUT_SERVERS = {"check", "collectstatic", "help", "version", "--help", "--version"}


def main() -> None:
    try:
        if len(sys.argv) > 1 and (not WITHOUT_SERVERS & set(sys.argv) or "--database" in sys.argv):
            hold_embedded_servers()
        execute_from_command_line(sys.argv)
    except (EngineFault, ImproperlyConfigured) as fault:
        sys.exit(f"manage.py: {fault}")


if __name__ == "__main__":
    main()
