"""Mark the 不满意 that waited for a decision before there was a mark."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0007_mark_what_awaits_a_decision")]

    operations = [
        migrations.RunSQL(
            """
            UPDATE evaluation_verdict v SET awaits_decision = TRUE
            FROM assignment_assignment a JOIN suggestions_suggestion s ON s.id = a.suggestion_id
            WHERE a.id = v.assignment_id AND v.round = s.round AND v.is_current
                AND v.way <> 'imported'
                AND (v.attitude = 'dissatisfied' OR v.result = 'dissatisfied')
                AND NOT EXISTS (
                    SELECT FROM evaluation_rehandlingdecision d
                    WHERE d.suggestion_id = s.id AND d.after_round = s.round)
            """,
            migrations.RunSQL.noop,
        ),
    ]
