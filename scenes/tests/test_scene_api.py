from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from gallery.models import GenerationLog, ImageAsset
from gallery.tests.fake_gemini import Answer, FakeGemini, blocked, failed, quota
from scenes.models import SceneCache, SceneDay

pytestmark = pytest.mark.django_db
URL = "/api/v1/scenes/generate"
IMAGE_FIELDS = [
    "id", "subject_name", "subject_type", "component", "storage_path_full", "storage_path_thumbnail",
    "file_size_bytes", "generation_time_ms", "created_at", "is_featured", "use_count",
    "image_url", "thumbnail_url", "srcset", "width", "height", "placeholder", "alt", "aspect_ratio",
    "model", "source", "tags",
]  # fmt: skip


def ask(api: Client, location: str = "Tavern", **more: Any) -> Any:
    return api.post(URL, {"location": location, **more}, content_type="application/json")


def expire(location: str = "Tavern") -> None:
    SceneCache.objects.filter(location=location).update(expires_at=timezone.now() - timedelta(hours=1))


def test_a_cold_scene_is_made_and_a_warm_one_comes_from_the_cache(
    api: Client, fake_gemini: FakeGemini
) -> None:
    first, second = ask(api).json(), ask(api).json()
    assert (first["cached"], second["cached"]) == (False, True)
    assert first["id"] == second["id"]
    assert fake_gemini.calls == 1


def test_the_answer_has_the_fields_of_the_contract_in_their_order(api: Client) -> None:
    answer = ask(api, "Emberpeak", time_of_day="dawn", weather="light rain").json()
    assert list(answer) == [*IMAGE_FIELDS, "cached", "scene"]
    assert list(answer["scene"]) == ["location", "time_of_day", "weather", "expires_at", "use_count"]
    assert answer["scene"]["location"] == "Emberpeak"
    assert answer["subject_type"] == "scene"
    assert answer["component"] == "scene-viewer"
    assert answer["aspect_ratio"] == "16:9"
    assert list(ask(api, "Emberpeak", time_of_day="dawn", weather="light rain").json()) == list(answer)


def test_query_string_and_body_name_the_same_scene(api: Client, fake_gemini: FakeGemini) -> None:
    made = api.post(f"{URL}?location=Old+Mine&time_of_day=night").json()
    found = ask(api, "old_mine", time_of_day="NIGHT").json()
    slashed = api.post(f"{URL}/?location=old-mine&time_of_day=night&weather=clear").json()
    assert made["id"] == found["id"] == slashed["id"]
    assert fake_gemini.calls == 1


@pytest.mark.parametrize("content_type", ["", "text/plain", "multipart/form-data; boundary=x"])
def test_an_empty_body_of_any_type_leaves_the_query_to_speak(api: Client, content_type: str) -> None:
    answer = api.generic("POST", f"{URL}?location=Tavern", b"", content_type=content_type)
    assert answer.status_code == 200


def test_the_prompt_is_that_of_the_contract_and_its_ratio_is_sent(
    api: Client, fake_gemini: FakeGemini
) -> None:
    ask(api, "Old Mine", time_of_day="dusk", weather="foggy")
    sent = fake_gemini.requests[0].json
    text = sent["contents"][0]["parts"][0]["text"]
    assert text == (
        "A foggy dusk at Old Mine. Fantasy RPG setting, detailed environment, atmospheric lighting."
    )
    assert sent["generationConfig"]["imageConfig"]["aspectRatio"] == "16:9"


def test_a_forced_picture_replaces_the_old_one_for_all(api: Client) -> None:
    old, new = ask(api).json(), ask(api, force_regenerate=True).json()
    assert new["id"] != old["id"]
    assert new["cached"] is False
    assert ask(api).json()["id"] == new["id"]
    assert ImageAsset.objects.visible().count() == 2


@pytest.mark.parametrize("word", ["true", "1", "YES", "On"])
def test_force_is_a_word_in_a_query(api: Client, word: str) -> None:
    first = ask(api).json()
    assert api.post(f"{URL}?location=Tavern&force_regenerate={word}").json()["id"] != first["id"]


def test_after_seven_days_a_scene_is_made_again(api: Client, fake_gemini: FakeGemini) -> None:
    first = ask(api).json()
    expires = SceneCache.objects.get().expires_at
    assert timedelta(days=6, hours=23) < expires - timezone.now() <= timedelta(days=7)
    expire()
    second = ask(api).json()
    assert second["cached"] is False
    assert second["id"] != first["id"]
    assert fake_gemini.calls == 2


@pytest.mark.parametrize(
    "trouble",
    [failed(503), failed(400), failed(401, reason="UNAUTHENTICATED"), quota(delay="60s"), blocked(),
     Answer(raw="<html>"), Answer(fault="reset")],
)  # fmt: skip
def test_an_expired_picture_is_served_while_the_provider_cannot(
    api: Client, fake_gemini: FakeGemini, trouble: Answer
) -> None:
    first = ask(api).json()
    expire()
    fake_gemini.default(trouble)
    answer = ask(api)
    assert answer.status_code == 200
    assert answer.json()["id"] == first["id"]
    assert answer.json()["stale"] is True
    assert GenerationLog.objects.filter(status="stale").get().count == 1


def test_over_our_own_limit_an_expired_picture_is_served_and_a_cold_scene_refused(
    api: Client, settings: Settings
) -> None:
    first = ask(api).json()
    expire()
    settings.SCENE_GENERATIONS_PER_MINUTE = 0
    assert ask(api).json()["id"] == first["id"]
    refused = ask(api, "Elsewhere")
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) == refused.json()["detail"]["retry_after"] >= 1
    assert ask(api, force_regenerate=True).status_code == 429


def test_a_forced_scene_falls_back_to_the_old_picture_when_the_provider_is_down(
    api: Client, fake_gemini: FakeGemini
) -> None:
    first = ask(api).json()
    fake_gemini.default(failed(503))
    answer = ask(api, force_regenerate=True).json()
    assert (answer["id"], answer["stale"]) == (first["id"], True)


def test_a_scene_whose_picture_lies_in_the_trash_is_made_again(api: Client, keyed: Any) -> None:
    first = ask(api).json()
    keyed("curate").delete(f"/api/v1/images/{first['id']}")
    second = ask(api).json()
    assert (second["cached"], second["id"] == first["id"]) == (False, False)


def test_hits_are_counted_at_scene_and_picture_and_cost_no_generation(
    api: Client, settings: Settings
) -> None:
    settings.SCENE_GENERATIONS_PER_MINUTE = 1
    ask(api)
    answers = [ask(api) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    assert answers[-1].json()["scene"]["use_count"] == 6
    assert answers[-1].json()["use_count"] == 6
    assert GenerationLog.objects.filter(status="cached").get().count == 5


def test_hits_have_their_own_wide_limit(api: Client, settings: Settings) -> None:
    ask(api)
    settings.SCENE_HITS_PER_MINUTE = 3
    statuses = [ask(api).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]


def test_invalid_requests_do_not_count_against_the_limit(api: Client, settings: Settings) -> None:
    settings.SCENE_GENERATIONS_PER_MINUTE = 1
    for _ in range(3):
        assert ask(api, "").status_code == 422
    assert ask(api).status_code == 200


def test_statistics_count_requests_not_rows(api: Client) -> None:
    for location in ("A", "A", "A", "B"):
        ask(api, location)
    expire("B")
    stats = api.get("/api/v1/scenes/cache/stats").json()
    assert list(stats) == [
        "total_scenes", "active_cache_entries", "expired", "cache_hit_rate", "timestamp",
        "hits", "misses", "saved_calls",
    ]  # fmt: skip
    assert (stats["total_scenes"], stats["active_cache_entries"], stats["expired"]) == (2, 1, 1)
    assert (stats["hits"], stats["misses"], stats["saved_calls"]) == (2, 2, 2)
    assert stats["cache_hit_rate"] == 50.0
    assert SceneDay.objects.get().hits == 2


def test_what_is_left_to_a_worker_counts_as_a_miss(api: Client) -> None:
    for _ in range(2):
        accepted = api.post(URL, {"location": "A"}, "application/json", headers={"Prefer": "respond-async"})
        assert accepted.status_code == 202
    stats = api.get("/api/v1/scenes/cache/stats").json()
    assert (stats["hits"], stats["misses"]) == (0, 2)


def test_clearing_one_place_forgets_all_its_scenes_and_keeps_the_pictures(api: Client, keyed: Any) -> None:
    for time_of_day in ("day", "night"):
        ask(api, "Old Mine", time_of_day=time_of_day)
    ask(api, "Tavern")
    cleared = keyed("maintain").delete("/api/v1/scenes/cache/clear?location=old_mine")
    assert cleared.json() == {"deleted": 2, "message": "Cleared cache for old_mine"}
    everything = keyed("maintain").delete("/api/v1/scenes/cache/clear")
    assert everything.json() == {"deleted": 1, "message": "Cleared all scene cache"}
    assert ImageAsset.objects.visible().count() == 3


@pytest.mark.parametrize(
    "body",
    [{}, {"location": 5}, {"location": None}, {"location": ""}, {"location": "x" * 201}, {"location": "a\x00b"},
     {"location": "x", "time_of_day": 1}, {"location": "x", "weather": ""}, {"location": "x", "force_regenerate": "true"},
     {"location": "x", "force_regenerate": 1}, [], "x", 5],
)  # fmt: skip
def test_bad_bodies_are_told_what_is_wrong(api: Client, fake_gemini: FakeGemini, body: Any) -> None:
    answer = api.generic("POST", URL, json.dumps(body), content_type="application/json")
    assert answer.status_code == 422
    errors = answer.json()["detail"]["errors"]
    assert errors
    assert all(error["loc"][0] == "body" and error["msg"] and error["type"] for error in errors)
    assert fake_gemini.calls == 0


def test_a_failed_scene_leaves_its_hash_but_not_its_prompt(api: Client, fake_gemini: FakeGemini) -> None:
    fake_gemini.default(blocked())
    answer = ask(api, "Unspeakable Place")
    assert answer.status_code == 422
    assert answer.json()["detail"]["kind"] == "content_blocked"
    entry = GenerationLog.objects.select_related("job").get()
    assert (entry.status, entry.error_kind) == ("failed", "content_blocked")
    assert len(entry.prompt_hash) == len(entry.input_hash) == 64
    assert entry.job is not None
    assert "Unspeakable" not in str(entry.job.request)


@pytest.mark.parametrize("location", ["  ", "---", " _-_ ", "\uff3f"])
def test_a_place_of_blanks_only_is_none(api: Client, fake_gemini: FakeGemini, location: str) -> None:
    assert ask(api, location).status_code == 422
    assert api.post(f"{URL}?location={location}").status_code == 422
    assert fake_gemini.calls == 0


def test_force_in_the_query_counts_beside_a_body(api: Client, fake_gemini: FakeGemini) -> None:
    ask(api)
    api.post(f"{URL}?location=Tavern&force_regenerate=true", {}, content_type="application/json")
    assert fake_gemini.calls == 2


def test_a_refused_request_says_nothing_of_the_cache(api: Client, settings: Settings) -> None:
    settings.SCENE_GENERATIONS_PER_MINUTE = 0
    assert ask(api).status_code == 429
    stats = api.get("/api/v1/scenes/cache/stats").json()
    assert (stats["hits"], stats["misses"]) == (0, 0)


def test_regenerating_keeps_counting_the_scenes_uses(api: Client) -> None:
    counts = [ask(api, force_regenerate=force).json()["scene"]["use_count"] for force in (False, False, True)]
    assert counts == [1, 2, 3]


def test_an_asynchronous_scene_that_is_there_is_answered_at_once(
    api: Client, fake_gemini: FakeGemini
) -> None:
    later = {"Prefer": "respond-async"}
    first = api.post(URL, {"location": "Tavern"}, content_type="application/json", headers=later)
    assert first.status_code == 202
    assert ask(api).status_code == 200  # who waits takes it from the queue
    assert api.get(first["Location"]).json()["status"] == "done"
    again = api.post(URL, {"location": "Tavern"}, content_type="application/json", headers=later)
    assert (again.status_code, again.json()["cached"]) == (200, True)
    assert fake_gemini.calls == 1


def test_a_cache_disk_that_fails_stops_no_cached_scene(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlite3

    from django.core.cache import caches

    def full(*_: Any, **__: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    ask(api)
    monkeypatch.setattr(type(caches["limits"]), "add", full)
    assert ask(api).status_code == 200
    assert ask(api, "Elsewhere").status_code == 503
