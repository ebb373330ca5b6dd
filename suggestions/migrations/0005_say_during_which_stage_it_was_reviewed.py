from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("suggestions", "0004_add_reviews_and_withdrawals")]

    operations = [migrations.RenameField("review", "stage", "during")]
