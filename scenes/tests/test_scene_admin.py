"""Scenes in the admin: expired, pinned and made anew by hand."""

from __future__ import annotations

import io
import json
import re
import threading
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from gallery import images
from gallery.generation.worker import Worker
from gallery.models import Job
from gallery.tests.fake_gemini import FakeGemini
from gallery.tests.making import make_image
from scenes import cache
from scenes.keys import SceneSpec, location_key
from scenes.models import PINNED_UNTIL, SceneCache

pytestmark = pytest.mark.django_db
LIST = "/admin/scenes/scenecache/"
TAVERN = "/api/v1/scenes/generate?location=Tavern"


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser("boss", password=None))
    return client


def scene(location: str = "Tavern", **fields: Any) -> SceneCache:
    own = {
        "expires_at": timezone.now() + timedelta(days=3),
        "time_of_day": "day",
        "weather": "clear",
    } | fields
    if "image" not in own:
        own["image"] = make_image(location, subject_type="scene")
    return SceneCache.objects.create(
        key=SceneSpec(location).key, place=location_key(location), location=location, **own
    )


def act(browser: Client, action: str, *chosen: SceneCache) -> str:
    wanted = {"action": action, "_selected_action": [one.pk for one in chosen]}
    answer = browser.post(LIST, wanted, follow=True)
    return " ".join(str(message) for message in answer.context["messages"])


def listed(browser: Client, state: str) -> set[str]:
    return {one.location for one in browser.get(LIST, {"state": state}).context["cl"].result_list}


def test_a_pinned_scene_is_a_hit_however_old_it_is(boss: Client, api: Client) -> None:
    old = scene(expires_at=timezone.now() - timedelta(days=1))
    assert act(boss, "pin_chosen", old) == "Pinned 1 scene."
    answer = api.post(TAVERN).json()
    assert answer["cached"] is True
    assert answer["scene"]["expires_at"] == "9999-12-31T00:00:00Z"
    assert "stale" not in answer


def test_pins_are_shown_as_such(boss: Client) -> None:
    pinned = scene(expires_at=PINNED_UNTIL)
    assert '<td class="field-state">pinned</td>' in boss.get(LIST).text
    assert "pinned" in boss.get(f"{LIST}{pinned.pk}/change/").text
    page = f"/admin/gallery/imageasset/{pinned.image_id}/change/"
    assert f"{LIST}{pinned.pk}/change/" in boss.get(page).text


def test_the_farthest_time_survives_every_zone_and_the_database() -> None:
    pinned = SceneCache.objects.get(pk=scene(expires_at=PINNED_UNTIL).pk)
    assert pinned.pinned
    assert pinned.expires_at == datetime(9999, 12, 31, tzinfo=UTC)
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
        with timezone.override(zone):
            assert timezone.localtime(pinned.expires_at).year == 9999
    assert SceneCache.objects.fresh(now=timezone.now()).pinned().count() == 1


def test_unpinning_gives_it_the_days_of_a_new_one(boss: Client, settings: Settings) -> None:
    settings.CACHE_EXPIRY_DAYS = 5
    pinned, plain = scene(expires_at=PINNED_UNTIL), scene("Forest")
    assert act(boss, "unpin_chosen", pinned, plain) == "Unpinned 1 scene."
    pinned.refresh_from_db()
    left = pinned.expires_at - timezone.now()
    assert timedelta(days=4, hours=23) < left <= timedelta(days=5)


def test_a_scene_without_a_visible_picture_is_not_pinned(boss: Client) -> None:
    empty, trashed = scene("Forest", image=None), scene("Cave")
    assert trashed.image_id is not None
    images.trash(trashed.image_id or 0, now=timezone.now())
    assert act(boss, "pin_chosen", empty, trashed).startswith("Nothing to pin: ")


def test_expired_by_hand_the_next_request_makes_a_new_one(
    boss: Client, api: Client, fake_gemini: FakeGemini
) -> None:
    fresh, pinned = scene(), scene("Forest", expires_at=PINNED_UNTIL)
    assert act(boss, "expire_chosen", fresh, pinned).startswith("Expired 2 scenes;")
    assert act(boss, "expire_chosen", fresh, pinned).startswith("Nothing to expire: ")
    answer = api.post(TAVERN).json()
    assert (answer["cached"], answer["id"] == fresh.image_id) == (False, False)


def test_too_many_at_once_change_nothing(boss: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gallery.admin.acting.MOST_AT_ONCE", 1)
    scenes = [scene(), scene("Forest")]
    for action in ("expire_chosen", "regenerate_chosen"):
        assert act(boss, action, *scenes) == "Choose at most 1 scenes at once; nothing was done."
    assert SceneCache.objects.fresh(now=timezone.now()).count() == 2


def test_filters_by_state(boss: Client) -> None:
    scene("Tavern")
    scene("Forest", expires_at=timezone.now() - timedelta(days=1))
    scene("Cave", expires_at=PINNED_UNTIL)
    assert listed(boss, "fresh") == {"Tavern"}
    assert listed(boss, "expired") == {"Forest"}
    assert listed(boss, "pinned") == {"Cave"}
    assert listed(boss, "bare") == set()


def test_a_scene_whose_picture_is_gone_is_called_neither_fresh_nor_pinned(boss: Client, api: Client) -> None:
    trashed, purged = scene("Tavern", expires_at=PINNED_UNTIL), scene("Forest")
    images.trash(trashed.image_id or 0, now=timezone.now())
    SceneCache.objects.filter(pk=purged.pk).update(image=None)
    told = boss.get(LIST).text
    assert "picture in the trash: the next request makes one" in told
    assert "no picture: the next request makes one" in told
    for state in ("fresh", "pinned", "expired"):
        assert listed(boss, state) == set()
    assert listed(boss, "bare") == {"Tavern", "Forest"}
    assert api.post(TAVERN).json()["cached"] is False


@pytest.mark.django_db(transaction=True)
def test_regenerating_replaces_the_picture_and_ends_the_pin(boss: Client, fake_gemini: FakeGemini) -> None:
    pinned = scene(expires_at=PINNED_UNTIL)
    before = pinned.image_id
    assert act(boss, "regenerate_chosen", pinned).startswith("Queued 1 new picture.")
    assert Worker(threads=1, stop=threading.Event()).run_once() == 1
    pinned.refresh_from_db()
    assert pinned.image_id != before
    assert not pinned.pinned


@pytest.mark.django_db(transaction=True)
def test_regenerating_a_scenes_picture_makes_it_new_in_its_scene(
    boss: Client, fake_gemini: FakeGemini
) -> None:
    shown = scene()
    wanted = {"action": "regenerate_chosen", "_selected_action": [shown.image_id]}
    boss.post("/admin/gallery/imageasset/", wanted)
    assert Job.objects.get().kind == "scene"
    assert Worker(threads=1, stop=threading.Event()).run_once() == 1
    shown.refresh_from_db()
    assert shown.image is not None
    assert shown.image.log.get().caller.startswith("staff:")


def test_regenerating_obeys_the_limit_of_scenes(boss: Client, settings: Settings) -> None:
    settings.SCENE_GENERATIONS_PER_MINUTE = 1
    said = act(boss, "regenerate_chosen", scene("Tavern"), scene("Forest"))
    assert said == "Queued 1 new picture. Not the others: Rate limit exceeded."


def helper(*rights: str) -> Client:
    user = get_user_model().objects.create_user("helper", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user)
    return browser


def regenerate_pictures_of(browser: Client, *scenes: SceneCache) -> str:
    """From the list of pictures instead of the list of scenes."""
    wanted = {"action": "regenerate_chosen", "_selected_action": [one.image_id for one in scenes]}
    answer = browser.post("/admin/gallery/imageasset/", wanted, follow=True)
    return " ".join(str(message) for message in answer.context["messages"])


def test_scenes_count_against_their_own_limit_in_the_list_of_pictures_too(
    boss: Client, settings: Settings
) -> None:
    settings.SCENE_GENERATIONS_PER_MINUTE, settings.MAX_REQUESTS_PER_MINUTE = 1, 10
    said = regenerate_pictures_of(boss, scene("Tavern"), scene("Forest"))
    assert said == "Queued 1 new picture. Not the others: Rate limit exceeded."
    assert Job.objects.active().count() == 1


def test_a_scenes_picture_is_made_anew_only_by_those_who_may_change_scenes(client: Client) -> None:
    pictures_only = helper("view_imageasset", "change_imageasset")
    said = regenerate_pictures_of(pictures_only, scene())
    assert said.startswith("Queued 0 new pictures. Not the others: ")
    assert "Can change scene" in said
    assert not Job.objects.exists()
    get_user_model().objects.all().delete()
    both = helper("view_imageasset", "change_imageasset", "change_scenecache")
    assert regenerate_pictures_of(both, scene("Forest")).startswith("Queued 1 new picture.")


def test_the_list_of_pictures_ends_no_pin(boss: Client) -> None:
    pinned = scene(expires_at=PINNED_UNTIL)
    said = regenerate_pictures_of(boss, pinned)
    assert "is pinned" in said
    assert not Job.objects.exists()
    pinned.refresh_from_db()
    assert pinned.pinned


def test_a_picture_that_no_scene_shows_any_more_is_not_paid_for_again(boss: Client) -> None:
    shown = scene("Inn <b>")
    old = SceneCache(image_id=shown.image_id)
    shown.image = make_image("Inn <b>", subject_type="scene")
    shown.save()
    assert "no scene shows “Inn <b>” with this picture" in regenerate_pictures_of(boss, old)
    assert not Job.objects.exists()


def test_a_zip_of_pictures_says_which_scenes_are_theirs(boss: Client) -> None:
    pinned = scene(expires_at=PINNED_UNTIL)
    wanted = {"action": "download_chosen", "_selected_action": [pinned.image_id]}
    answer: Any = boss.post("/admin/gallery/imageasset/", wanted)
    packed = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
    (told,) = json.loads(packed.read("index.json"))["pictures"][0]["scenes"]
    assert told["key"] == "tavern\nday\nclear"
    assert told["expires_at"] == "9999-12-31T00:00:00Z"


def test_clearing_clears_pinned_scenes_too() -> None:
    scene(expires_at=PINNED_UNTIL)
    assert cache.clear("Tavern") == 1


def test_who_may_only_look_cannot_act(api: Client) -> None:
    user = get_user_model().objects.create_user("viewer", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_scenecache"))
    viewer = Client(SERVER_NAME="localhost")
    viewer.force_login(user)
    one = scene()
    assert viewer.get(f"{LIST}{one.pk}/change/").status_code == 200
    for action in ("expire_chosen", "pin_chosen", "regenerate_chosen"):
        assert action not in viewer.get(LIST).text
        act(viewer, action, one)
    before = one.expires_at
    one.refresh_from_db()
    assert one.expires_at == before
    assert not Job.objects.exists()


def test_the_list_takes_few_queries(
    boss: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(6):
        scene(f"Tavern {n}")
    with django_assert_max_num_queries(5):
        boss.get(LIST)


def undo_form(browser: Client, action: str, *chosen: SceneCache) -> str:
    """Where the message of an act offers its undo; empty when it offers none."""
    wanted = {"action": action, "_selected_action": [one.pk for one in chosen]}
    page = browser.post(LIST, wanted, follow=True).text
    found = re.search(r'<form class="undo" method="post" action="([^"]+)"', page)
    return found[1] if found else ""


def said(browser: Client, address: str) -> str:
    return " ".join(map(str, browser.post(address, follow=True).context["messages"]))


@pytest.mark.parametrize("action", ["expire_chosen", "pin_chosen", "unpin_chosen"])
def test_an_act_on_scenes_is_undone_once(boss: Client, action: str) -> None:
    pinned, plain = scene(expires_at=PINNED_UNTIL), scene("Forest")
    address = undo_form(boss, action, pinned, plain)
    assert said(boss, address).startswith("Undone: ")
    for one in (pinned, plain):
        assert SceneCache.objects.get(pk=one.pk).expires_at == one.expires_at
    assert said(boss, address) == "Only your last act can be undone, and only once."


def test_undoing_leaves_a_scene_that_was_changed_since(boss: Client) -> None:
    mine, theirs = scene(), scene("Forest")
    address = undo_form(boss, "expire_chosen", mine, theirs)
    cache.pin([theirs.pk])
    assert said(boss, address) == "Undone: 1 scene as before. 1 had been changed since and stayed so."
    assert SceneCache.objects.get(pk=theirs.pk).pinned


def test_an_act_that_changed_nothing_offers_no_undo(boss: Client) -> None:
    one = scene()
    assert undo_form(boss, "unpin_chosen", one) == ""
    assert act(boss, "unpin_chosen", one).startswith("Nothing to unpin: ")


def test_the_undo_of_one_session_is_not_for_another(boss: Client, api: Client) -> None:
    one = scene()
    address = undo_form(boss, "expire_chosen", one)
    other = Client(SERVER_NAME="localhost")
    other.force_login(get_user_model().objects.create_superuser("other", password=None))
    assert said(other, address).startswith("Only your last act")
    user = get_user_model().objects.create_user("viewer", is_staff=True)
    other.force_login(user)
    assert other.post(address).status_code == 403
    assert SceneCache.objects.get(pk=one.pk).expires_at != one.expires_at
