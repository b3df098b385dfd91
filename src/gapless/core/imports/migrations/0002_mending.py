import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("imports", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="import",
            name="mends",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="mended_by",
                to="imports.import",
            ),
        ),
        migrations.RemoveField(model_name="rejectedrow", name="more"),
        migrations.AddField(
            model_name="rejectedrow",
            name="others",
            field=models.JSONField(default=list),
        ),
        migrations.RemoveConstraint(
            model_name="savedmapping", name="mapping_once_a_header"
        ),
        migrations.AddField(
            model_name="savedmapping",
            name="number",
            field=models.PositiveIntegerField(default=1, verbose_name="version"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="savedmapping",
            constraint=models.UniqueConstraint(
                fields=("fingerprint", "within", "number"), name="mapping_version_once"
            ),
        ),
    ]
