from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from dndimages.access.keys import digest_of
from dndimages.access.models import ApiKey

pytestmark = pytest.mark.django_db
KEYS = "/admin/access/apikey/"
TEXT = re.compile(r"dnd_[0-9a-f]{8}_[\w-]{43}")


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser("boss", password=None))
    return client


def make(boss: Client, **more: Any) -> Any:
    wanted = {
        "name": "My game",
        "scopes": ["generate", "curate"],
        "requests_per_minute": "",
        "daily_cap": "50",
    }
    return boss.post(f"{KEYS}add/", wanted | more, follow=True)


def test_a_new_key_is_shown_once_and_never_again(boss: Client) -> None:
    text = TEXT.findall(make(boss).content.decode())
    key = ApiKey.objects.get()
    assert len(text) == 1
    assert key.digest == digest_of(text[0])
    assert (key.name, key.scopes, key.daily_cap) == ("My game", ["curate", "generate"], 50)
    for page in (KEYS, f"{KEYS}{key.pk}/change/", f"{KEYS}{key.pk}/history/", "/admin/"):
        shown = boss.get(page).content.decode()
        assert not TEXT.search(shown)
        assert key.digest not in shown


def test_it_works(boss: Client, api: Client) -> None:
    text = TEXT.findall(make(boss).content.decode())[0]
    answer = api.put("/api/v1/images/1/feature", headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == 404  # no such picture, but the right to it


@pytest.mark.parametrize(
    "bad", [{"scopes": []}, {"scopes": ["everything"]}, {"name": ""}, {"daily_cap": "-1"}]
)
def test_a_key_needs_a_name_and_scopes_that_exist(boss: Client, bad: dict[str, Any]) -> None:
    assert make(boss, **bad).context["errors"]
    assert not ApiKey.objects.exists()


def test_the_form_offers_the_scopes_as_boxes(boss: Client) -> None:
    shown = boss.get(f"{KEYS}add/").content.decode()
    assert re.findall(r'type="checkbox" name="scopes" value="(\w+)"', shown) == [
        "generate",
        "curate",
        "maintain",
    ]


def test_scopes_are_fixed_once_it_is_made(boss: Client) -> None:
    make(boss)
    key = ApiKey.objects.get()
    page = f"{KEYS}{key.pk}/change/"
    assert 'name="scopes"' not in boss.get(page).content.decode()
    boss.post(page, {"name": "Renamed", "scopes": ["maintain"], "requests_per_minute": "5", "daily_cap": ""})
    key.refresh_from_db()
    assert (key.name, key.scopes) == ("Renamed", ["curate", "generate"])
    assert (key.requests_per_minute, key.daily_cap) == (5, None)


def test_revoking_is_for_good_and_keys_are_not_deleted(boss: Client, api: Client) -> None:
    text = TEXT.findall(make(boss).content.decode())[0]
    key = ApiKey.objects.get()
    chosen = {"action": "revoke", "_selected_action": [key.pk]}
    asked = boss.post(KEYS, chosen)
    assert "Revoke 1 key for good?" in asked.text
    assert "never used" in asked.text
    key.refresh_from_db()
    assert key.is_active
    chosen["confirmed"] = "yes"
    assert "Revoked 1 key." in boss.post(KEYS, chosen, follow=True).content.decode()
    assert "Revoked 0 keys." in boss.post(KEYS, chosen, follow=True).content.decode()
    del chosen["confirmed"]
    assert "The chosen keys are revoked already" in boss.post(KEYS, chosen).text
    answer = api.get("/api/v1/images/search", headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == 401
    assert boss.post(f"{KEYS}{key.pk}/delete/", {"post": "yes"}).status_code == 403
    assert ApiKey.objects.count() == 1


def test_keys_are_filtered_by_their_state(boss: Client) -> None:
    make(boss)
    make(boss, name="Old")
    ApiKey.objects.filter(name="Old").revoke(now=timezone.now())
    for state, name in (("active", "My game"), ("revoked", "Old")):
        listed = boss.get(KEYS, {"state": state}).context["cl"].result_list
        assert [key.name for key in listed] == [name]
