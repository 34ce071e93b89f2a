"""Imported scenes: live in the scene cache, and found by the old page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from gallery.models import ImageAsset
from maintenance.tests.dumps import GAME, bring
from scenes.models import SceneCache

pytestmark = pytest.mark.django_db


def test_an_imported_scene_is_a_hit_and_the_old_pages_search_finds_it(
    keyed: Any, fake_gemini: Any, settings: Settings
) -> None:
    client = keyed("maintain", "generate")
    bring(client, GAME)
    image = ImageAsset.objects.get(subject_type="scene")
    asked = {"location": "Emberpeak Entrance", "time_of_day": "dusk", "weather": "fog"}
    hit = client.post("/api/v1/scenes/generate", asked, content_type="application/json").json()
    assert (hit["id"], hit["cached"], fake_gemini.calls) == (image.pk, True, 0)
    found = client.get("/api/v1/images/search?subject_name=Emberpeak%20Entrance&subject_type=scene").json()
    assert (found["total"], found["items"][0]["id"], found["items"][0]["subject_name"]) == (
        1,
        image.pk,
        "emberpeak_entrance",
    )
    lives = SceneCache.objects.get().expires_at - timezone.now()
    assert (
        timedelta(days=settings.CACHE_EXPIRY_DAYS, minutes=-5)
        < lives
        <= timedelta(days=settings.CACHE_EXPIRY_DAYS)
    )


@pytest.mark.parametrize("query", ["subject_name=Emberpeak%20Entrance", "subject_name=Emberpeak%20Entrance&subject_type=item",
                                   "subject_name=Emberpeak&subject_type=scene",
                                   "subject_name=EMBERPEAK_ENTRANCE&subject_type=scene&source=generated"])  # fmt: skip
def test_other_searches_stay_exact(query: str, keyed: Any) -> None:
    bring(keyed("maintain"), GAME)
    assert keyed("maintain").get(f"/api/v1/images/search?{query}").json()["total"] == 0


def test_a_generated_scene_is_found_to_the_letter_only(keyed: Any, fake_gemini: Any) -> None:
    client = keyed("generate")
    client.post("/api/v1/scenes/generate", {"location": "Old Mill"}, content_type="application/json")
    totals = [client.get(f"/api/v1/images/search?subject_type=scene&subject_name={name}").json()["total"]
              for name in ("Old%20Mill", "old%20mill", "old_mill")]  # fmt: skip
    assert totals == [1, 0, 0]


def test_a_scene_that_shows_a_fresh_picture_keeps_it(keyed: Any, fake_gemini: Any) -> None:
    client = keyed("maintain", "generate")
    asked = {"location": "Emberpeak Entrance", "time_of_day": "dusk", "weather": "fog"}
    made = client.post("/api/v1/scenes/generate", asked, content_type="application/json").json()["id"]
    told = bring(client, GAME)
    assert told["scenes"] == 1
    assert SceneCache.objects.get().image_id == made
    assert "shows another picture" in told["report"]["notes"][0]["note"]
    assert bring(client, GAME)["skipped"] == 3


def test_an_expired_scene_shows_the_imported_picture(keyed: Any, fake_gemini: Any) -> None:
    client = keyed("maintain", "generate")
    client.post("/api/v1/scenes/generate", {"location": "Emberpeak Entrance", "time_of_day": "dusk", "weather": "fog"},
                content_type="application/json")  # fmt: skip
    SceneCache.objects.update(expires_at=timezone.now() - timedelta(days=1))
    bring(client, GAME)
    assert SceneCache.objects.get().image == ImageAsset.objects.get(source="imported", subject_type="scene")
