"""Let the index of a unit's live receipts say their roles: a share of some is counted from it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assignment", "0007_index_live_receipts_by_unit")]

    operations = [
        migrations.RemoveIndex(model_name="assignment", name="assignment_live_of_unit"),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("state__in", ["reassigned", "stopped"]), _negated=True),
                fields=["unit"],
                include=("suggestion", "role", "id"),
                name="assignment_live_of_unit",
            ),
        ),
    ]
