"""What is scheduled exists."""

from config.celery import BEAT_SCHEDULE, app


def test_every_scheduled_task_exists():
    app.loader.import_default_modules()

    missing = {str(entry["task"]) for entry in BEAT_SCHEDULE.values()} - set(app.tasks)

    assert missing == set()


def test_every_task_is_rung_for():
    app.loader.import_default_modules()
    # Celery's own, and those that a test of this process may have brought (tests/survival).
    others = ("celery.", "poison.")
    ours = {name for name in app.tasks if not name.startswith(others)}

    assert ours - {str(entry["task"]) for entry in BEAT_SCHEDULE.values()} == set()
