"""Making archives and taking them back, for tests."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command
from django.utils import timezone

from gallery import images
from gallery.models import ImageAsset, Tag
from scenes.models import SceneCache

#: What an archive cannot keep: ids, and names of files.
NEW_EACH_TIME = {"id", "token"}


SCENE_FIELDS = [field.attname for field in SceneCache._meta.concrete_fields] + ["image__source_sha256"]


def export(target: Path, *options: str) -> str:
    out = io.StringIO()
    call_command("export", *options, str(target), stdout=out, stderr=io.StringIO())
    return out.getvalue()


def take_back(path: Path) -> tuple[int, dict[str, Any]]:
    out, code = io.StringIO(), 0
    try:
        call_command("import_localstorage", str(path), "--json", stdout=out, stderr=io.StringIO())
    except CommandError as error:
        code = error.returncode
    told: dict[str, Any] = json.loads(out.getvalue()) if out.getvalue() else {}
    return code, told


def rows() -> list[dict[str, Any]]:
    return [
        {name: value for name, value in row.items() if name not in NEW_EACH_TIME}
        | {"tags": sorted(Tag.objects.filter(images=row["id"]).values_list("name", flat=True))}
        for row in ImageAsset.objects.order_by("created_at", "pk").values()
    ]


def full_files(media: Path) -> list[bytes]:
    return [
        (media / image.storage_path_full).read_bytes()
        for image in ImageAsset.objects.order_by("created_at", "pk")
    ]


def scene_rows() -> list[dict[str, Any]]:
    dropped = {"id", "image_id"}
    return [
        {name: value for name, value in row.items() if name not in dropped}
        for row in SceneCache.objects.order_by("key").values(*SCENE_FIELDS)
    ]


def purge_everything() -> None:
    SceneCache.objects.all().delete()
    for pk in ImageAsset.objects.values_list("pk", flat=True):
        images.trash(pk, now=timezone.now())
        images.purge(pk)
    Tag.objects.all().delete()
