# When a unit works is said in one place: core/calendar. Its migration 0002 has copied what
# stood here, and on the way back copies it into the table that this one makes again.

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("calendar", "0002_from_opening_hours"),
        ("org", "0002_files_of_units_and_people"),
    ]

    operations = [
        migrations.DeleteModel(
            name="OpeningHours",
        ),
    ]
