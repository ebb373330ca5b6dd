"""Tell people: rows written with the change itself, carried outside afterwards."""

from notices.services.posting import Reminder, open_alert, post, post_reminders, read_all

__all__ = ["Reminder", "open_alert", "post", "post_reminders", "read_all"]
