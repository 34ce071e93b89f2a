"""Where the words of pictures are looked up; `gallery.triggers` fills it after the migrations."""

from django.db import migrations

FORWARDS = {
    "sqlite": [
        "CREATE VIRTUAL TABLE gallery_imagetext USING fts5("
        "words, tokenize = \"unicode61 remove_diacritics 2 categories 'L* Nd'\", prefix = '2 3')",
    ],
    "postgresql": [
        "ALTER TABLE gallery_imageasset ADD COLUMN words tsvector",
        "CREATE INDEX gallery_imageasset_words ON gallery_imageasset USING gin (words)",
    ],
}
BACKWARDS = {
    "sqlite": ["DROP TABLE gallery_imagetext"],
    "postgresql": [
        # Its argument is the table's row type: while it is there the table cannot be dropped.
        "DROP FUNCTION IF EXISTS gallery_words_of(gallery_imageasset)",
        "ALTER TABLE gallery_imageasset DROP COLUMN words",
    ],
}


def create(apps, schema_editor):
    for statement in FORWARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in BACKWARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("gallery", "0002_prices")]
    operations = [migrations.RunPython(create, drop)]
