import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("org", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("happened_on", models.DateField(verbose_name="day")),
                ("words", models.CharField(max_length=120, verbose_name="what happened")),
                ("noted_at", models.DateTimeField(verbose_name="noted at")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "noted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="org.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "event on a trend",
                "verbose_name_plural": "events on trends",
                "ordering": ["happened_on", "pk"],
                "indexes": [
                    models.Index(fields=["unit", "happened_on"], name="event_of_unit")
                ],
            },
        ),
    ]
