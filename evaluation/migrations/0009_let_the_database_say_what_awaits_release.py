"""Let the database keep what awaits release, so that the planner knows how little it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0008_mark_what_was_said")]

    operations = [
        migrations.RemoveIndex(model_name="verdict", name="verdict_to_release"),
        migrations.AddField(
            model_name="verdict",
            name="awaits_release",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Q(
                    ("is_current", True),
                    ("released_at__isnull", True),
                    models.Q(("way", "imported"), _negated=True),
                    models.Q(("state", "no_feedback"), _negated=True),
                ),
                output_field=models.BooleanField(),
                verbose_name="待反馈承办单位",
            ),
        ),
        migrations.AddIndex(
            model_name="verdict",
            index=models.Index(
                condition=models.Q(("awaits_release", True)),
                fields=["assignment"],
                name="verdict_to_release",
            ),
        ),
        # Without statistics on a new column the planner believes in every second row.
        migrations.RunSQL(
            "DROP STATISTICS verdict_waiting; ANALYZE evaluation_verdict",
            "CREATE STATISTICS verdict_waiting (mcv)"
            " ON released_at, way, state, is_current FROM evaluation_verdict",
        ),
    ]
