"""Indexes for sums by day, and for the newest calls of a status."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("gallery", "0006_trash")]

    operations = [
        migrations.AddIndex(
            model_name="imageasset",
            index=models.Index(
                condition=Q(("deleted_at", None)),
                fields=["created_at", "file_size_bytes"],
                name="visible_by_day",
            ),
        ),
        migrations.AddIndex(
            model_name="generationlog",
            index=models.Index(fields=["status", "-created_at", "-id"], name="log_by_status"),
        ),
        migrations.AddIndex(
            model_name="generationlog",
            index=models.Index(
                condition=Q(("paid", True), ("status", "failed"), _connector="OR"),
                fields=["created_at", "error_kind", "status", "paid", "cost_usd", "count"],
                name="log_paid_or_failed",
            ),
        ),
    ]
