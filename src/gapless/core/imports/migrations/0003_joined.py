from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("imports", "0002_mending")]

    operations = [
        migrations.AddField(
            model_name="import",
            name="joined",
            field=models.PositiveIntegerField(
                default=0, verbose_name="joined to another row"
            ),
        ),
        migrations.RemoveConstraint(model_name="import", name="import_account_balances"),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                name="import_account_balances",
                condition=Q(
                    rows=F("added")
                    + F("already_there")
                    + F("joined")
                    + F("filtered")
                    + F("rejected")
                ),
            ),
        ),
    ]
