"""Keep the congress copied onto a promise equal to that of its case, by one composite key."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("handling", "0002_lay_the_tables"),
        ("suggestions", "0001_lay_the_tables"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE handling_promise ADD CONSTRAINT handling_promise_case_and_congress "
            "FOREIGN KEY (suggestion_id, congress_id) "
            "REFERENCES suggestions_suggestion (id, congress_id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE handling_promise DROP CONSTRAINT handling_promise_case_and_congress",
        ),
    ]
