"""The three maintenance routes of the contract."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from gallery import storage
from gallery.models import ImageAsset
from gallery.tests.making import make_image
from maintenance.models import CommandRun
from maintenance.tests.aging import rows, scene, trashed
from scenes.models import SceneCache

pytestmark = pytest.mark.django_db
BASE = "/api/v1/maintenance"
EXPIRED, ORPHANED, STATS = f"{BASE}/cleanup/expired-cache", f"{BASE}/cleanup/orphaned-images", f"{BASE}/stats"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z")


@pytest.fixture
def keeper(keyed: Any) -> Client:
    client: Client = keyed("maintain")
    return client


@pytest.mark.parametrize("slash", ["", "/"])
def test_every_expired_scene_is_forgotten_and_every_picture_stays(keeper: Client, slash: str) -> None:
    image = make_image()
    for name, days in (("Fresh", -1.0), ("Just now", 0.001), ("Long ago", 100.0)):
        scene(name, expired_for=days, image=image)
    answer = keeper.post(EXPIRED + slash).json()
    assert list(answer) == ["deleted", "message", "timestamp"]
    assert (answer["deleted"], answer["message"]) == (2, "Deleted 2 expired cache entries")
    assert TIME.fullmatch(answer["timestamp"])
    assert SceneCache.objects.get().location == "Fresh"
    assert ImageAsset.objects.filter(pk=image.pk).exists()


@pytest.mark.parametrize("slash", ["", "/"])
def test_what_is_long_in_the_trash_is_purged(keeper: Client, settings: Settings, slash: str) -> None:
    settings.BACKUP_RETENTION_DAYS = 5
    kept = trashed(4.9)
    trashed(5.1), trashed(6)
    answer = keeper.post(ORPHANED + slash).json()
    assert list(answer) == ["deleted", "message", "timestamp"]
    assert (answer["deleted"], answer["message"]) == (2, "Deleted 2 orphaned images")
    assert list(ImageAsset.objects.all()) == [kept]
    assert keeper.post(ORPHANED + slash).json()["message"] == "Deleted 0 orphaned images"


def test_a_body_and_unknown_parameters_are_ignored(keeper: Client) -> None:
    answer = keeper.post(f"{EXPIRED}?force=true", {"force": True}, content_type="application/json")
    assert answer.json()["deleted"] == 0


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_stats_tell_what_there_is(keeper: Client, slash: str) -> None:
    rows(2, file_size_bytes=2**20)
    rows(1, file_size_bytes=9_999)
    rows(3, trashed_for=1, file_size_bytes=2**30)
    for name, days in (("A", -1), ("B", -2), ("C", 3)):
        scene(name, expired_for=days, image=None)
    answer = keeper.get(STATS + slash).json()
    assert TIME.fullmatch(answer.pop("timestamp"))
    assert answer == {
        "images": {"active": 3, "deleted": 3, "storage_mb": 2.01},
        "cache": {"total": 3, "active": 2, "expired": 1},
    }
    assert [list(part) for part in answer.values()] == [
        ["active", "deleted", "storage_mb"], ["total", "active", "expired"],
    ]  # fmt: skip


def test_an_empty_service_has_stats_too(keeper: Client) -> None:
    answer = keeper.get(STATS).json()
    assert answer["images"] == {"active": 0, "deleted": 0, "storage_mb": 0.0}


@pytest.mark.django_db(transaction=True)
def test_the_pictures_are_summed_once_until_one_changes(
    keeper: Client, django_assert_num_queries: Any
) -> None:
    rows(2, file_size_bytes=2**20)
    assert keeper.get(STATS).json()["images"]["storage_mb"] == 2.0
    # the key, the stamp of the last change, and the two counts of scenes
    with django_assert_num_queries(4) as asked:
        assert keeper.get(STATS).json()["images"]["active"] == 2
    assert not any("sum(" in query["sql"] for query in asked.captured_queries)
    ImageAsset.objects.filter(pk=ImageAsset.objects.first().pk).update(deleted_at=timezone.now())  # type: ignore[union-attr]
    assert keeper.get(STATS).json()["images"] == {"active": 1, "deleted": 1, "storage_mb": 1.0}


# ── Refusals ─────────────────────────────────────────────────────────────────────────────────────


def refusal(client: Client, url: str) -> tuple[int, str, str]:
    answer = client.post(url)
    body = answer.json()
    assert body["status"] == "error"
    assert body["message"].startswith(("Nothing was done: ", "Nothing was deleted: "))
    return answer.status_code, body["detail"]["kind"], body["detail"].get("reason", "")


def test_too_many_pictures_at_once_are_refused(keeper: Client) -> None:
    rows(8)
    rows(3, trashed_for=40)
    assert refusal(keeper, ORPHANED) == (409, "refused", "too_many")
    assert ImageAsset.objects.count() == 11


@pytest.mark.parametrize("url", [EXPIRED, ORPHANED])
def test_a_clock_that_cannot_be_right_is_refused(keeper: Client, url: str) -> None:
    rows(8)
    rows(1, trashed_for=40)
    scene("Mill", expired_for=1, image=None)
    ago = timezone.now() - timedelta(days=100)
    CommandRun.objects.create(command="cleanup", started_at=ago, exit_code=0)
    assert refusal(keeper, url) == (409, "refused", "clock_ahead")
    assert (ImageAsset.objects.count(), SceneCache.objects.count()) == (9, 1)


@pytest.mark.parametrize("url", [EXPIRED, ORPHANED])
def test_a_folder_that_is_not_mounted_is_refused(keeper: Client, media: Path, url: str) -> None:
    rows(8)
    trashed(40)
    scene("Mill", expired_for=1, image=None)
    (media / storage.MARKER).unlink()
    assert refusal(keeper, url) == (503, "storage_unavailable", "")
    assert (ImageAsset.objects.count(), SceneCache.objects.count()) == (9, 1)


def test_the_document_tells_of_refusals() -> None:
    from dndimages import docs

    docs.document.cache_clear()
    paths = docs.document()["paths"]
    assert paths[EXPIRED]["post"]["responses"]["409"] == {"$ref": "#/components/responses/Refused"}
    assert "409" not in paths[STATS]["get"]["responses"]
    assert set(paths[STATS]["get"]["responses"]) == {"200", "401", "5XX"}
