"""A forced cleanup remembers up to when it has seen rows that are dated in the future."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("maintenance", "0001_command_runs")]
    operations = [
        migrations.AddField(
            model_name="commandrun",
            name="knows_until",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
