"""Let the index of what a leader supervises say which cases these are."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_keep_duties_apart"),
        ("congress", "0004_remember_which_calendar_was_reckoned"),
        ("suggestions", "0016_index_the_keys_of_a_delegation"),
        ("supervision", "0004_add_notices_to_units_and_the_weekly_digest"),
    ]

    operations = [
        migrations.AlterField(
            model_name="keycase",
            name="leader",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="key_cases",
                to="congress.official",
                verbose_name="督办领导",
            ),
        ),
        migrations.AddIndex(
            model_name="keycase",
            index=models.Index(fields=["leader", "suggestion"], name="key_case_of_leader"),
        ),
    ]
