"""A sender in a process of its own, to be killed: ``sender.py DATABASE GATEWAY``."""

# ruff: noqa: E402 - models can be imported only after setup()

import sys
import time
from datetime import timedelta

import django

django.setup()

from common.channels.sms import SmsChannel
from notices.services.delivery import deliver
from notices.services.grouping import group_alerts
from tests.database import use_database
from tests.factories import NOW

if __name__ == "__main__":
    use_database(sys.argv[1])
    ways = {"sms": SmsChannel(sys.argv[2])}
    began = time.monotonic()

    def clock():
        """Let it be office hours, whenever the test runs."""
        return NOW + timedelta(seconds=time.monotonic() - began)

    while group_alerts(ways=ways, at=clock()) + deliver(ways=ways, clock=clock):
        pass
