from django.db import migrations

from common.database_roles import let_app


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_refuse_forged_links")]

    operations = [
        # The sealer comes as the app role, too; the trigger lets it write these columns once.
        let_app("audit_auditevent", "SELECT", "INSERT", "UPDATE (seq, previous_hash, hash)"),
    ]
