"""Let lists of few among many read indexes alone: by number, by key, by category and session."""

from django.db import migrations, models

_SEEN = ("congress", "stage", "proposed_on", "entered_by")
_SEEN_IN = ("congress", "session", "stage", "proposed_on", "entered_by")


class Migration(migrations.Migration):
    dependencies = [("suggestions", "0013_index_what_lacks_a_unit")]

    operations = [
        migrations.RemoveIndex(model_name="suggestion", name="suggestion_by_number"),
        migrations.RemoveIndex(model_name="suggestion", name="suggestion_of_category"),
        migrations.AddIndex(
            model_name="suggestion",
            index=models.Index(
                fields=["session", "-filing", "number", "id"],
                include=_SEEN,
                name="suggestion_by_number",
            ),
        ),
        migrations.AddIndex(
            model_name="suggestion",
            index=models.Index(fields=["id"], include=_SEEN_IN, name="suggestion_seen"),
        ),
        migrations.AddIndex(
            model_name="suggestion",
            index=models.Index(
                fields=["category", "-id"], include=_SEEN_IN, name="suggestion_of_category"
            ),
        ),
    ]
