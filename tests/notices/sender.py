"""A sender in a process of its own, to be killed: ``sender.py DATABASE GATEWAY``."""

# ruff: noqa: E402 - models can be imported only after setup()

import sys

import django

django.setup()

from django.utils import timezone

from common.channels.sms import SmsChannel
from notices.services.delivery import deliver
from notices.services.grouping import group_alerts
from tests.database import use_database

if __name__ == "__main__":
    use_database(sys.argv[1])
    ways = {"sms": SmsChannel(sys.argv[2])}
    while group_alerts(ways=ways, at=timezone.now()) + deliver(ways=ways, clock=timezone.now):
        pass
