"""Let the cases of a system be counted from an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_keep_duties_apart"),
        ("assignment", "0008_say_the_role_of_a_live_receipt"),
        ("congress", "0004_remember_which_calendar_was_reckoned"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="assignment",
            name="assignment_answering",
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(
                    ("role__in", ["sole", "lead", "split"]),
                    models.Q(("state__in", ["reassigned", "stopped"]), _negated=True),
                ),
                fields=["suggestion"],
                include=("unit",),
                name="assignment_answering",
            ),
        ),
    ]
