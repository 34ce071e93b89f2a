"""The route of the import: what it takes, what it refuses, and who may call it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from gallery.models import ImageAsset
from maintenance.localstorage import reading
from maintenance.tests.dumps import URL, bare, bring, dump, item

pytestmark = pytest.mark.django_db
JSON = "application/json"
GAME = dump(items={"Torch": item(bare())})


def test_both_forms_of_the_address_take_a_body(keyed: Any) -> None:
    for url in (URL, f"{URL}/"):
        answer = keyed("maintain").post(url, json.dumps(GAME), content_type=JSON)
        assert (answer.status_code, answer.json()["status"]) == (200, "success")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"{", 400), (b"\xff\xfe\x00", 400), (b"nonsense", 400), (b"[" * 100_000, 400), (b"[]", 422),
        (b"7", 422), (b"null", 422), (b'"text"', 400), (b'"7"', 422), (b"\xef\xbb\xbf[]", 422),
    ],
)  # fmt: skip
def test_what_is_no_dump_is_refused_in_the_one_error_shape(body: bytes, status: int, keyed: Any) -> None:
    answer = keyed("maintain").post(URL, body, content_type=JSON)
    assert (answer.status_code, answer.json()["detail"]["kind"]) == (status, "invalid")
    assert answer.json()["request_id"]


def test_another_type_of_body_is_refused(keyed: Any) -> None:
    answer = keyed("maintain").post(URL, "a=1", content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json()["detail"]["kind"]) == (415, "unsupported_type")


def test_bodies_above_the_limit_of_other_routes_are_taken_to_64_mb(keyed: Any) -> None:
    filled = {**GAME, "savegame": "x" * (20 * 1024 * 1024)}
    assert keyed("maintain").post(URL, json.dumps(filled), content_type=JSON).json()["ignored"] == 1
    body = b'{"a":"' + b"x" * reading.MOST_BYTES + b'"}'
    answer = keyed("maintain").post(URL, body, content_type=JSON)
    assert (answer.status_code, answer.json()["detail"]["kind"]) == (413, "too_large")


def test_other_routes_keep_their_limit(keyed: Any, settings: Settings) -> None:
    body = json.dumps({"prompt": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})
    assert keyed("generate").post("/api/v1/images/generate", body, content_type=JSON).status_code == 413


def test_more_entries_than_one_import_takes_are_refused_before_anything_is_stored(keyed: Any) -> None:
    many = dump(items={"Torch": item(bare(), *[""] * reading.MOST_ENTRIES)})
    answer = keyed("maintain").post(URL, json.dumps(many), content_type=JSON)
    assert (answer.status_code, ImageAsset.objects.count()) == (422, 0)


def test_a_switch_that_is_none_is_refused(keyed: Any) -> None:
    answer = keyed("maintain").post(f"{URL}?dry_run=perhaps", json.dumps(GAME), content_type=JSON)
    assert (answer.status_code, ImageAsset.objects.count()) == (422, 0)


def test_a_dump_in_utf_16_or_stringified_twice_is_read(keyed: Any) -> None:
    text = json.dumps(GAME)
    for body in (text.encode("utf-16"), b"\xef\xbb\xbf" + text.encode(), json.dumps(text).encode()):
        answer = keyed("maintain").post(URL, body, content_type=JSON).json()
        assert answer["items"] + answer["skipped"] == 1


def test_a_session_needs_its_csrf_token() -> None:
    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    client.force_login(User.objects.create_user("op", is_staff=True))
    assert client.post(URL, json.dumps(GAME), content_type=JSON).status_code == 403
    assert ImageAsset.objects.count() == 0


def test_a_long_key_is_cut_in_the_answer(keyed: Any) -> None:
    told = bring(keyed("maintain"), {"item_image_" + "x" * 5_000: "{"})
    assert len(told["errors"][0]["key"]) == 300


def test_the_document_describes_it(client: Client) -> None:
    described = client.get("/openapi.json").json()["paths"][URL]["post"]
    assert described["security"][0] == {"apiKey": ["maintain"]}
    assert {"200", "400", "401", "403", "413", "415", "422"} <= set(described["responses"])
    assert described["requestBody"]["required"] is True
