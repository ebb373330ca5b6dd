"""Index the cases in hand for the queue of those that lack a unit, and what was sent back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("suggestions", "0012_count_which_clocks_run")]

    operations = [
        migrations.AddIndex(
            model_name="suggestion",
            index=models.Index(
                condition=models.Q(("stage", "sent_back")),
                fields=["entered_by"],
                name="suggestion_sent_back",
            ),
        ),
        migrations.AddIndex(
            model_name="suggestion",
            index=models.Index(
                condition=models.Q(
                    ("is_imported", False), ("stage__in", ["handling", "rehandling"])
                ),
                fields=["congress", "id"],
                name="suggestion_in_hand",
            ),
        ),
    ]
