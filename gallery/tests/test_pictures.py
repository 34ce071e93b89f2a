"""The files of pictures over HTTP."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from PIL import Image
from pytest_django import Settings

from gallery.tests.making import make_image, png

pytestmark = pytest.mark.django_db


def path_of(image: Any) -> str:
    return f"/{image.storage_path_full}"


def test_a_picture_is_served_as_a_picture_and_nothing_else(api: Client) -> None:
    answer = api.get(path_of(make_image()))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["Cache-Control"] == "public, no-cache"


def test_every_file_that_an_answer_names_is_served(api: Client) -> None:
    make_image(data=png(3, (1344, 756)))
    item = api.get("/api/v1/images/search").json()["items"][0]
    urls = [
        item["image_url"],
        item["thumbnail_url"],
        *(part.split()[0] for part in item["srcset"].split(", ")),
    ]
    assert len(urls) == 6
    assert {api.get(url.removeprefix("http://localhost")).status_code for url in urls} == {200}


def test_a_known_picture_is_not_sent_again(api: Client) -> None:
    path = path_of(make_image())
    etag = api.get(path)["ETag"]
    for known in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        again = api.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert api.get(path, headers={"If-None-Match": '"x"'}).status_code == 200


def test_the_files_of_one_picture_have_different_etags(api: Client) -> None:
    image = make_image()
    assert api.get(path_of(image))["ETag"] != api.get(f"/{image.storage_path_thumbnail}")["ETag"]


@pytest.mark.parametrize(
    ("asked", "part"),
    [("bytes=0-9", slice(0, 10)), ("bytes=5-", slice(5, None)), ("bytes=-7", slice(-7, None)), ("bytes=3-999999", slice(3, None)),
     ("bytes=-999999", slice(0, None))],
)  # fmt: skip
def test_a_range_gives_that_part(api: Client, asked: str, part: slice) -> None:
    path = path_of(make_image())
    whole = api.get(path).content
    answer = api.get(path, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == whole[part]
    first, last = part.indices(len(whole))[0], part.indices(len(whole))[1] - 1
    assert answer["Content-Range"] == f"bytes {first}-{last}/{len(whole)}"


@pytest.mark.parametrize("asked", ["bytes=-0", "bytes=999999-", "bytes=999999-1000000"])
def test_a_range_outside_is_told_so(api: Client, asked: str) -> None:
    answer = api.get(path_of(make_image()), headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.json()["detail"]["kind"] == "invalid"
    assert answer["Content-Range"].startswith("bytes */")


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,3-4", "lines=1-2", "bytes=9-2", "bytes=-", "bytes=a-b", "x" * 500]
)
def test_ranges_that_we_do_not_honour_give_the_whole(api: Client, asked: str) -> None:
    answer = api.get(path_of(make_image()), headers={"Range": asked})
    assert answer.status_code == 200


def test_a_range_of_another_version_gives_the_whole(api: Client) -> None:
    answer = api.get(path_of(make_image()), headers={"Range": "bytes=0-1", "If-Range": '"old"'})
    assert answer.status_code == 200


def test_a_trashed_picture_is_gone_at_once_and_back_after_restore(api: Client, keyed: Any) -> None:
    image = make_image()
    curator = keyed("curate")
    etag = api.get(path_of(image))["ETag"]
    curator.delete(f"/api/v1/images/{image.pk}")
    for path in image.paths:
        assert api.get(f"/{path}", headers={"If-None-Match": etag}).status_code == 404
    assert api.get(f"/api/v1/images/{image.pk}").status_code == 404
    assert api.get("/api/v1/images/search").json()["total"] == 0
    assert curator.post(f"/api/v1/images/{image.pk}/restore").json()["status"] == "restored"
    assert api.get(path_of(image)).status_code == 200


def test_a_file_shared_with_a_visible_picture_stays_served(api: Client, keyed: Any) -> None:
    one, _ = make_image("A", data=png(1)), make_image("B", data=png(1))
    keyed("curate").delete(f"/api/v1/images/{one.pk}")
    assert api.get(path_of(one)).status_code == 200


@pytest.mark.parametrize(
    "path", ["/images/full/../../db.sqlite3", "/images/full/ab/%00.webp", "/images/", "/images/full/", "/media/x", "/images/full/%2e%2e/secret_key"]
)  # fmt: skip
def test_nothing_else_is_served(api: Client, path: str) -> None:
    assert api.get(path).status_code == 404


def test_a_picture_whose_file_is_gone_is_a_placeholder_and_its_data_null(api: Client, media: Any) -> None:
    image = make_image()
    (media / image.storage_path_full).unlink()
    answer = api.get(path_of(image))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert answer["Cache-Control"] == "no-store"
    assert "ETag" not in answer
    assert Image.open(io.BytesIO(answer.content)).width == 16
    assert api.get(f"/api/v1/images/{image.pk}").json()["base64_data"] is None


@pytest.mark.parametrize("damage", [b"", b"RIFF", b"\0" * 5_000, None])
@pytest.mark.parametrize("prefix", ["", "/protected/"])
def test_a_damaged_file_is_a_placeholder_too(
    api: Client, media: Any, settings: Settings, damage: bytes | None, prefix: str
) -> None:
    settings.X_ACCEL_REDIRECT_PREFIX = prefix
    image = make_image()
    file = media / image.storage_path_thumbnail
    file.write_bytes(file.read_bytes()[:-1] if damage is None else damage)
    answer = api.get(f"/{image.storage_path_thumbnail}")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert Image.open(io.BytesIO(answer.content)).width == 16


def test_a_width_that_a_picture_never_had_is_not_found(api: Client) -> None:
    image = make_image()
    assert api.get(f"/images/w960/{image.token[:2]}/{image.token}.webp").status_code == 404


def test_head_tells_without_sending(api: Client) -> None:
    answer = api.head(path_of(make_image()))
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer["Content-Length"]) > 0


def test_nginx_sends_the_file_where_configured(api: Client, settings: Settings) -> None:
    settings.X_ACCEL_REDIRECT_PREFIX = "/protected/"
    image = make_image()
    answer = api.get(path_of(image))
    assert answer["X-Accel-Redirect"] == f"/protected/{image.storage_path_full}"
    assert answer.content == b""
