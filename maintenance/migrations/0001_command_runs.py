"""The record of what the commands that cron runs have done."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="CommandRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("command", models.CharField(max_length=50)),
                ("arguments", models.CharField(blank=True, max_length=500)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("exit_code", models.SmallIntegerField(blank=True, null=True)),
                ("line", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "constraints": [],
                "indexes": [
                    models.Index(fields=["command", "id"], name="runs_of_a_command"),
                    models.Index(fields=["started_at"], name="runs_by_start"),
                ],
            },
        ),
    ]
