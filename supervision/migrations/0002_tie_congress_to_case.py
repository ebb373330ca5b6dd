"""Keep the congress copied onto a key case equal to that of its case, by one composite key."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("supervision", "0001_lay_the_tables"),
        ("suggestions", "0001_lay_the_tables"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE supervision_keycase ADD CONSTRAINT supervision_keycase_case_and_congress "
            "FOREIGN KEY (suggestion_id, congress_id) "
            "REFERENCES suggestions_suggestion (id, congress_id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE supervision_keycase DROP CONSTRAINT supervision_keycase_case_and_congress",
        ),
    ]
