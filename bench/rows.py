"""Filling the database with synthetic pictures that share one picture's files.

Run inside the service's environment as ``python -m bench.rows N``; prints one line of JSON.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.work import PictureFacts
    from dndimages.tests.service import Service

SCENE = "Emberpeak Entrance"
COMMON_WORD = "fantasy"  # in every picture
TAG = "theme-{}"  # forty of them; each in one picture of twenty
TAGS = 40
WORDS = (  # noqa: SIM905 - reads better
    "keep dragon amber storm lantern forest river stone tower market harbor knight goblin temple mist ruin "
    "torch dagger potion shield crown wolf raven bridge cavern desert glacier meadow tavern library"
).split()
_BATCH = 20_000


def rare_word(n: int) -> str:
    """A word that only row ``n`` holds."""
    return f"rune{n}x"


def fill(service: Service, rows: int) -> PictureFacts:
    """Run this module in the environment of ``service``."""
    command = [sys.executable, "-m", "bench.rows", str(rows)]
    done = subprocess.run(
        command, env=service.env, stdout=subprocess.PIPE, text=True, check=True, timeout=1800
    )
    facts: PictureFacts = json.loads(done.stdout.splitlines()[-1])
    return facts


def _fill(rows: int) -> PictureFacts:
    import django

    django.setup()
    from django.db import connection, transaction

    from gallery import triggers
    from gallery.models import ImageAsset, Tag

    first = _first_picture()
    # Without triggers, and filled at once at the end: three times as fast.
    triggers.drop_before_migrations(plan=[rows])
    columns = [field.column for field in ImageAsset._meta.concrete_fields if field.column != "id"]
    Tag.objects.bulk_create([Tag(name=TAG.format(n)) for n in range(TAGS)])
    tags = list(Tag.objects.order_by("pk").values_list("pk", flat=True))
    with transaction.atomic(), connection.cursor() as cursor:
        for start in range(1, rows, _BATCH):
            numbers = range(start, min(start + _BATCH, rows))
            cursor.executemany(_insert("gallery_imageasset", columns), list(_rows(first, columns, numbers)))
        cursor.execute("SELECT id FROM gallery_imageasset ORDER BY id")
        ids = [row[0] for row in cursor.fetchall()]
        links = ((image_id, tags[(n * 7 + k * 13) % TAGS]) for n, image_id in enumerate(ids) for k in (0, 1))
        cursor.executemany(_insert("gallery_imageasset_tags", ["imageasset_id", "tag_id"]), list(links))
    triggers.create_after_migrations()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return {"file": first.storage_path_full, "visible": ImageAsset.objects.visible().count()}


def _first_picture() -> Any:
    """Painted, kept and remembered as a scene by the real code."""
    from dndimages.access.caller import Caller
    from dndimages.counters import flush_all
    from gallery.models import ImageAsset
    from scenes.cache import get_or_generate
    from scenes.keys import SceneSpec

    scene = get_or_generate(SceneSpec(SCENE), caller=Caller("bench"), force=False, admit=lambda: None)
    flush_all()  # else its thread would wait for the long transaction below
    return ImageAsset.objects.get(pk=scene.image_id)


def _insert(table: str, columns: list[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"


def _rows(first: Any, columns: list[str], numbers: range) -> Iterator[list[Any]]:
    from django.db import connection

    fields = {field.column: field for field in first._meta.concrete_fields}
    same = {
        name: fields[name].get_db_prep_save(getattr(first, fields[name].attname), connection)
        for name in columns
    }
    moment = fields["created_at"]
    for n in numbers:
        rng = random.Random(n)
        kind = ("scene", "item", "character")[n % 3]
        at = first.created_at - timedelta(seconds=n * 40 + rng.random())
        words = rng.choices(WORDS, range(len(WORDS), 0, -1), k=8)
        row = same | {
            "subject_type": kind,
            "subject_name": f"Old Keep {n % 5000}" if n % 4 else f"{words[0].title()} {n}",
            "prompt": f"A {COMMON_WORD} picture of {' '.join(words)} by {rare_word(n)}, detailed, at dusk",
            "is_featured": n % 1000 == 0,
            "color_mask": 1 << n % 11,
            "created_at": moment.get_db_prep_save(at, connection),
            "deleted_at": moment.get_db_prep_save(first.created_at, connection) if n % 50 == 7 else None,
        }
        yield [row[name] for name in columns]


if __name__ == "__main__":
    print(json.dumps(_fill(int(sys.argv[1]))))
