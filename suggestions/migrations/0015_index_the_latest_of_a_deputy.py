"""Index the suggestions of a deputy by when they were last touched: the first page shows five."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("suggestions", "0014_index_what_lists_look_up")]

    operations = [
        migrations.AddIndex(
            model_name="suggestion",
            index=models.Index(
                fields=["lead_deputy", "-saved_at", "-id"], name="suggestion_latest"
            ),
        ),
    ]
