"""Indexes for the lists by use and by stars, and a mark on jobs that several people wait for."""

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies = [("gallery", "0007_indexes_by_day")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="is_shared",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddIndex(
            model_name="imageasset",
            index=models.Index(
                condition=Q(("deleted_at", None)), fields=["use_count", "id"], name="visible_by_use"
            ),
        ),
        migrations.AddIndex(
            model_name="imageasset",
            index=models.Index(
                Coalesce("rating", 0),
                F("created_at"),
                F("id"),
                condition=Q(("deleted_at", None)),
                name="visible_by_rating",
            ),
        ),
    ]
