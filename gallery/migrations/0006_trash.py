from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("gallery", "0005_curation")]

    operations = [
        migrations.CreateModel(
            name="TrashedImage",
            fields=[],
            options={
                "verbose_name": "image in the trash",
                "verbose_name_plural": "trash",
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("gallery.imageasset",),
        ),
    ]
