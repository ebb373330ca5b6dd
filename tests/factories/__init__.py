"""Rows for tests: plain functions, no clock, no randomness; one module for each app."""

from datetime import UTC, date, datetime

#: The Monday on which tests happen unless they say otherwise: 2026-03-09, 10:00 in Shanghai.
NOW = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 9)
