"""Keep the congress copied onto an assignment equal to that of its case, by one composite key."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("assignment", "0002_lay_the_tables"),
        ("suggestions", "0001_lay_the_tables"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE assignment_assignment ADD CONSTRAINT assignment_assignment_case_and_congress "
            "FOREIGN KEY (suggestion_id, congress_id) "
            "REFERENCES suggestions_suggestion (id, congress_id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE assignment_assignment DROP CONSTRAINT assignment_assignment_case_and_congress",
        ),
    ]
