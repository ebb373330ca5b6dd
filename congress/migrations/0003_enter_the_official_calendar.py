"""Enter the days off and working weekends that the State Council has announced so far."""

from django.db import migrations

from common.chinese_calendar_seed import calendar_from_chinesecalendar

SOURCE = "国务院办公厅放假安排通知（chinesecalendar）"


def enter_days(apps, schema_editor):
    calendar_day = apps.get_model("congress", "CalendarDay")
    calendar_day.objects.bulk_create(
        [
            calendar_day(**row._asdict() | {"status": row.status.value}, source=SOURCE)
            for row in calendar_from_chinesecalendar()
        ],
        batch_size=2000,
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("congress", "0002_mark_the_calendar_and_keep_versions")]

    operations = [migrations.RunPython(enter_days, migrations.RunPython.noop)]
