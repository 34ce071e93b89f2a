"""One row with a stamp that `gallery.triggers` renews whenever pictures change."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("gallery", "0003_fulltext")]
    operations = [
        migrations.RunSQL(
            ["CREATE TABLE gallery_change (stamp text NOT NULL)", "INSERT INTO gallery_change VALUES ('0')"],
            ["DROP TABLE gallery_change"],
        )
    ]
