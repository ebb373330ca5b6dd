"""Let the planner know that what is not released is mostly imported, and waits for nobody."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0005_index_what_is_to_release")]

    operations = [
        migrations.RunSQL(
            "CREATE STATISTICS verdict_waiting (mcv)"
            " ON released_at, way, state, is_current FROM evaluation_verdict",
            "DROP STATISTICS verdict_waiting",
        ),
    ]
