import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("imports", "0003_joined")]

    operations = [
        migrations.AddField(
            model_name="rejectedrow",
            name="mends",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="rejectedrow",
            name="came_in",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="imports.import",
            ),
        ),
        migrations.AddField(
            model_name="rejectedrow",
            name="key",
            field=models.CharField(blank=True, max_length=80),
        ),
    ]
