"""Every sample dump gives its expected outcome through each of the three doors, twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from gallery.models import ImageAsset
from maintenance.tests.dumps import SAMPLES, URL
from scenes.keys import scene_key
from scenes.models import SceneCache

pytestmark = pytest.mark.django_db
NAMES = sorted(path.stem for path in SAMPLES.glob("*.json"))
Door = Callable[[Path], dict[str, Any]]


def by_api(path: Path, keyed: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (
        keyed("maintain").post(URL, path.read_bytes(), content_type="application/json").json()
    )
    return {name: answer[name] for name in ("scenes", "items", "skipped", "ignored")} | {
        "errors": len(answer["errors"])
    }


def by_command(path: Path, keyed: Any) -> dict[str, Any]:
    out = StringIO()
    with suppress(CommandError):  # it names what could not be taken
        call_command("import_localstorage", str(path), "--json", stdout=out, stderr=StringIO())
    answer = json.loads(out.getvalue())
    return {name: answer[name] for name in ("scenes", "items", "skipped", "ignored")} | {
        "errors": len(answer["errors"])
    }


def by_page(path: Path, keyed: Any) -> dict[str, Any]:
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get_or_create(username="op", is_staff=True, is_superuser=True)[0])
    with path.open("rb") as file:
        report = client.post("/import", {"file": file, "take": "1"}).context["report"]
    return {"scenes": report.scenes, "items": report.items, "skipped": report.skipped,
            "ignored": report.ignored, "errors": len(report.errors)}  # fmt: skip


@pytest.mark.parametrize("door", [by_api, by_command, by_page])
@pytest.mark.parametrize("name", NAMES)
def test_a_sample_gives_what_is_expected_and_a_second_time_nothing_new(
    name: str, door: Any, keyed: Any
) -> None:
    path, wanted = SAMPLES / f"{name}.json", json.loads((SAMPLES / "expected" / f"{name}.json").read_text())
    first = door(path, keyed)
    counts, rows = wanted["counts"], ImageAsset.objects.count()
    for kind in ("scenes", "items"):
        assert counts[kind] <= first[kind] <= counts[kind] + counts["either"]
    assert first["errors"] == counts["reject"]
    for one in wanted["import"]:
        assert_kept(one)
    second = door(path, keyed)
    assert (second["scenes"], second["items"], second["errors"]) == (0, 0, first["errors"])
    assert second["skipped"] == first["scenes"] + first["items"] + first["skipped"]
    assert ImageAsset.objects.count() == rows


def assert_kept(one: dict[str, Any]) -> None:
    if one["kind"] == "scene":
        cached = SceneCache.objects.get(key=scene_key(one["location"], one["time_of_day"], one["weather"]))
        assert cached.image is not None
        image, name = cached.image, one["location"]
        assert one.get("use_count", cached.use_count) == cached.use_count
        assert "last_used" not in one or _js(cached.last_used_at) == one["last_used"]
    else:
        name = one["name"]
        image = ImageAsset.objects.get(subject_type="item", subject_name=name, source_sha256=one["sha256"])
        assert image.is_featured is one["featured"]
        assert one.get("custom_prompt", image.custom_prompt) == image.custom_prompt
    assert (image.source_sha256, image.subject_name) == (one["sha256"], name)
    assert (image.width, image.height) == (one["width"], one["height"])
    assert "created" not in one or _js(image.created_at) == one["created"]
    assert image.prompt == one.get("prompt", image.prompt)


def _js(moment: Any) -> str:
    return str(moment.strftime("%Y-%m-%dT%H:%M:%S.000Z"))


def test_the_documented_body_gets_the_old_answer(keyed: Any) -> None:
    wanted = json.loads((SAMPLES / "expected" / "07_documented_api_body.json").read_text())[
        "original_response"
    ]
    body = (SAMPLES / "07_documented_api_body.json").read_bytes()
    answer = keyed("maintain").post(URL, body, content_type="application/json").json()
    assert {name: answer[name] for name in wanted} == wanted
    assert list(answer)[: len(wanted)] == list(wanted)
