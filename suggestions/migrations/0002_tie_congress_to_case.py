"""Keep the congress copied onto a deadline equal to that of its case, by one composite key."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("suggestions", "0001_lay_the_tables"),
        ("suggestions", "0001_lay_the_tables"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE suggestions_deadline ADD CONSTRAINT suggestions_deadline_case_and_congress "
            "FOREIGN KEY (suggestion_id, congress_id) "
            "REFERENCES suggestions_suggestion (id, congress_id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE suggestions_deadline DROP CONSTRAINT suggestions_deadline_case_and_congress",
        ),
    ]
