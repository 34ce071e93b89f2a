"""Reading and curating single pictures."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.test import Client

from gallery.models import ImageAsset
from gallery.tests.making import make_image

pytestmark = pytest.mark.django_db


def test_an_image_comes_with_its_bytes_unless_told_otherwise(api: Client) -> None:
    image = make_image()
    whole = api.get(f"/api/v1/images/{image.pk}").json()
    assert list(whole)[-1] == "base64_data"
    assert (
        base64.b64decode(whole["base64_data"], validate=True)
        == api.get(f"/{image.storage_path_full}").content
    )
    assert "base64_data" not in api.get(f"/api/v1/images/{image.pk}?include_data=false").json()


def test_each_reading_counts_one_use(api: Client) -> None:
    image = make_image()
    counts = [api.get(f"/api/v1/images/{image.pk}?include_data=no").json()["use_count"] for _ in range(3)]
    assert counts == [2, 3, 4]
    image.refresh_from_db()
    assert image.use_count == 4
    assert image.last_used_at is not None


@pytest.mark.parametrize(("text", "status"), [("abc", 422), ("0", 422), ("-1", 422), ("1.5", 422), ("1e3", 422), ("٣", 422), ("%00", 422),
                                              ("999999", 404), ("9" * 30, 404), ("9" * 5000, 404)])  # fmt: skip
def test_odd_ids(api: Client, text: str, status: int) -> None:
    answer = api.get(f"/api/v1/images/{text}")
    assert answer.status_code == status
    assert answer.json()["detail"]["kind"] == ("invalid" if status == 422 else "image_not_found")


@pytest.mark.parametrize("word", ["maybe", "", "2", "null"])
def test_include_data_must_be_a_flag(api: Client, word: str) -> None:
    answer = api.get(f"/api/v1/images/{make_image().pk}?include_data={word}")
    assert answer.status_code == 422
    assert answer.json()["detail"]["errors"][0]["loc"] == ["query", "include_data"]


def test_feature_without_a_body_toggles_and_with_one_sets(keyed: Any) -> None:
    image, curator = make_image("Torch "), keyed("curate")
    url = f"/api/v1/images/{image.pk}/feature"
    assert curator.put(url).json() == {"id": image.pk, "is_featured": True, "subject_name": "Torch "}
    assert curator.put(f"{url}/").json()["is_featured"] is False
    for _ in range(2):
        assert curator.put(url, {"is_featured": True}, content_type="application/json").json()["is_featured"]
    bodies: list[Any] = [{"is_featured": "true"}, {"is_featured": None}, {"is_featured": 1}, []]
    for bad in bodies:
        assert curator.put(url, bad, content_type="application/json").status_code == 422


def test_deleting_answers_as_the_old_backend_did(keyed: Any) -> None:
    image, curator = make_image(), keyed("curate")
    answer = curator.delete(f"/api/v1/images/{image.pk}/")
    assert answer.json() == {"id": image.pk, "status": "deleted", "message": "Image marked for deletion"}
    assert curator.delete(f"/api/v1/images/{image.pk}").status_code == 404
    assert ImageAsset.objects.trashed().count() == 1
    assert curator.put(f"/api/v1/images/{image.pk}/feature").status_code == 404


def test_the_time_begins_with_its_seconds_and_ends_with_z(api: Client) -> None:
    from datetime import UTC, datetime

    image = make_image(created_at=datetime(2025, 10, 25, 16, 43, 10, 5, tzinfo=UTC))
    exact = make_image(created_at=datetime(2025, 10, 25, 16, 43, 10, tzinfo=UTC))
    assert api.get(f"/api/v1/images/{image.pk}").json()["created_at"] == "2025-10-25T16:43:10.000005Z"
    assert api.get(f"/api/v1/images/{exact.pk}").json()["created_at"] == "2025-10-25T16:43:10Z"


def test_non_ascii_text_is_not_escaped(api: Client) -> None:
    image = make_image("Æther – 火 🔥")
    assert "Æther – 火 🔥".encode() in api.get(f"/api/v1/images/{image.pk}?include_data=0").content
