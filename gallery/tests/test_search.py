"""Searching through the API: filters, order, pages, and totals that follow every change at once."""

from __future__ import annotations

import threading
from copy import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from gallery.api import views
from gallery.models import ImageAsset, Tag
from gallery.search import Search, find
from gallery.tests.making import make_image

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 1, tzinfo=UTC)


def rows(*several: dict[str, Any]) -> list[ImageAsset]:
    """One kept picture and copies of its row, each made a minute after the one before."""
    first = make_image()
    images = []
    for n, fields in enumerate(several):
        image = copy(first)
        image.pk, image._state = None, copy(first._state)
        for name, value in ({"created_at": AT + timedelta(minutes=n)} | fields).items():
            setattr(image, name, value)
        images.append(image)
    first.delete()
    ImageAsset.objects.bulk_create(images)
    return list(ImageAsset.objects.order_by("pk"))


def names(api: Client, **query: Any) -> list[str]:
    answer = api.get("/api/v1/images/search", query)
    assert answer.status_code == 200, answer.content
    return [item["subject_name"] for item in answer.json()["items"]]


@pytest.fixture
def _four() -> None:
    inn, _, keep, _ = rows(
        {"subject_name": "Inn", "subject_type": "scene", "campaign": "Embers", "color_mask": 1, "source": "generated"},
        {"subject_name": "Sword ", "subject_type": "item", "color_mask": 3, "source": "uploaded"},
        {"subject_name": "Keep", "subject_type": "scene", "is_featured": True, "prompt": "over a lake"},
        {"subject_name": "inn", "subject_type": "item", "deleted_at": AT},
    )  # fmt: skip
    night = Tag.objects.create(name="night")
    inn.tags.add(night, Tag.objects.create(name="warm"))
    keep.tags.add(night)


@pytest.mark.usefixtures("_four")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Keep", "Sword ", "Inn"]),
        ({"subject_name": "Inn"}, ["Inn"]),
        ({"subject_name": "inn"}, []),  # case-sensitive, and the one of this name is in the trash
        ({"subject_name": "Sword"}, []),  # not trimmed
        ({"subject_name": "Sword "}, ["Sword "]),
        ({"subject_name": ""}, ["Keep", "Sword ", "Inn"]),
        ({"subject_type": "scene"}, ["Keep", "Inn"]),
        ({"subject_type": "scene", "subject_name": "Sword "}, []),
        ({"is_featured": "true"}, ["Keep"]),
        ({"is_featured": "no"}, ["Sword ", "Inn"]),
        ({"tag": "night"}, ["Keep", "Inn"]),
        ({"tag": "night", "q": "lake"}, ["Keep"]),
        ({"tag": "Night"}, []),
        ({"campaign": "Embers"}, ["Inn"]),
        ({"source": "uploaded"}, ["Sword "]),
        ({"q": "warm inn"}, ["Inn"]),
        ({"q": "  "}, ["Keep", "Sword ", "Inn"]),
        ({"q": "?!"}, []),
        ({"tag": "no such tag"}, []),
        ({"ordering": "created_at"}, ["Inn", "Sword ", "Keep"]),
        ({"ordering": "-created_at"}, ["Keep", "Sword ", "Inn"]),
        ({"ordering": "subject_name", "subject_type": "scene"}, ["Inn", "Keep"]),
        ({"ordering": "-subject_name", "subject_type": "scene"}, ["Keep", "Inn"]),
    ],
)
def test_filters_and_orders(api: Client, query: dict[str, str], expected: list[str]) -> None:
    assert names(api, **query) == expected
    assert api.get("/api/v1/images/search", query).json()["total"] == len(expected)


@pytest.mark.usefixtures("_four")
def test_colours_are_found_by_name_and_by_value(api: Client) -> None:
    from gallery.imaging.palette import color_bit

    ImageAsset.objects.filter(subject_name="Inn").update(color_mask=color_bit("red") or 0)
    ImageAsset.objects.exclude(subject_name="Inn").update(color_mask=color_bit("blue") or 0)
    assert names(api, color="red") == names(api, color="#ff0000") == ["Inn"]


def test_of_equal_times_the_newer_id_comes_first(api: Client) -> None:
    rows(*({"subject_name": name, "created_at": AT} for name in "abc"))
    assert names(api) == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [({}, 23), ({"subject_type": "item"}, 15), ({"tag": "all"}, 23), ({"tag": "few"}, 2), ({"q": "look"}, 23),
     ({"q": "rare"}, 3), ({"ordering": "subject_name"}, 23), ({"ordering": "created_at", "tag": "all"}, 23)],
)  # fmt: skip
@pytest.mark.parametrize("size", [1, 4, 5, 23, 100])
def test_pages_put_together_are_the_whole_list(
    api: Client, query: dict[str, str], expected: int, size: int
) -> None:
    made = rows(
        *(
            {
                "subject_name": f"{n * 7 % 23:02}",
                "subject_type": "item" if n % 3 else "scene",
                "is_featured": n % 9 == 0,
                "prompt": "a rare look" if n % 8 == 0 else "a look",
            }
            for n in range(23)
        )
    )
    few, everything = Tag.objects.create(name="few"), Tag.objects.create(name="all")
    few.images.add(made[3], made[17])
    everything.images.add(*made)
    whole = names(api, **query, page_size=100)
    assert len(set(whole)) == expected
    pages = [names(api, **query, page_size=size, page=n + 1) for n in range(len(whole) // size + 2)]
    assert [name for page in pages for name in page] == whole
    assert pages[-1] == []


def test_an_empty_gallery_has_no_pages(api: Client) -> None:
    answer = api.get("/api/v1/images/search").json()
    assert answer == {"items": [], "total": 0, "page": 1, "page_size": 12, "total_pages": 0}


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=x", "page_size=0", "page_size=101", "subject_type=dragon", "is_featured=maybe",
     "color=reddish", "ordering=secret", "source=stolen", "q=" + "x" * 201, "page=99999999999999999999"],
)  # fmt: skip
def test_a_query_out_of_bounds_is_refused(api: Client, query: str) -> None:
    answer = api.get(f"/api/v1/images/search?{query}")
    assert answer.status_code == 422
    assert answer.json()["detail"]["errors"][0]["loc"] == ["query", query.split("=")[0]]


def test_what_a_query_means_is_remembered_of_short_ones_only(api: Client) -> None:
    views._known.cache_clear()
    for query, kept in (("page=1", 1), ("page=1&campaign=one", 2), ("page=1&x=" + "y" * 3_000, 2)):
        assert api.get(f"/api/v1/images/search?{query}").status_code == 200
        assert views._known.cache_info().currsize == kept


# ── What is remembered, and until when ───────────────────────────────────────────────────────────

committed = pytest.mark.django_db(transaction=True)


def total(**query: Any) -> int:
    return find(Search(**query)).total


@committed
def test_a_total_is_counted_once_until_pictures_change(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    image, *_ = rows({"subject_name": "a"}, {"subject_name": "b"})
    assert total() == 2
    ImageAsset.objects.filter(pk=image.pk).update(use_count=F("use_count") + 1, last_used_at=AT)
    with django_assert_num_queries(3):  # the stamp, once for the total and once for the page; the rows
        page = find(Search())
    assert [row.use_count for row in page.rows] == [1, 2]


@committed
def test_totals_and_pages_follow_every_kind_of_change() -> None:
    image, other = rows({"subject_name": "Inn"}, {"subject_name": "Keep"})
    night = Tag.objects.create(name="night")

    def seen() -> tuple[int, ...]:
        return total(), total(subject_name="Inn"), total(tag="night"), total(tag="day"), total(q="keep")

    assert seen() == (2, 1, 0, 0, 1)
    image.tags.add(night)
    assert seen() == (2, 1, 1, 0, 1)
    ImageAsset.objects.filter(pk=other.pk).update(subject_name="Inn")
    assert seen() == (2, 2, 1, 0, 0)
    Tag.objects.filter(pk=night.pk).update(name="day")
    assert seen() == (2, 2, 0, 1, 0)
    ImageAsset.objects.filter(pk=image.pk).update(deleted_at=AT)
    assert seen() == (1, 1, 0, 0, 0)
    ImageAsset.objects.filter(pk=image.pk).update(deleted_at=None)
    image.tags.clear()
    assert seen() == (2, 2, 0, 0, 0)
    ImageAsset.objects.bulk_create([copy_of(image)])
    assert seen() == (3, 3, 0, 0, 0)
    with connection.cursor() as cursor:  # a person with a SQL prompt
        cursor.execute("DELETE FROM gallery_imageasset WHERE id = %s", [other.pk])
    assert seen() == (2, 2, 0, 0, 0)


def copy_of(image: ImageAsset) -> ImageAsset:
    twin = copy(image)
    twin.pk, twin._state = None, copy(image._state)
    return twin


@committed
def test_a_change_by_another_connection_is_seen_at_once() -> None:
    (image,) = rows({"subject_name": "Inn"})
    assert total() == 1

    def trash() -> None:
        ImageAsset.objects.filter(pk=image.pk).update(deleted_at=AT)
        connection.close()

    other = threading.Thread(target=trash)
    other.start()
    other.join()
    assert total() == 0


@committed
def test_what_a_rolled_back_transaction_saw_is_forgotten() -> None:
    (image,) = rows({"subject_name": "Inn"})
    with transaction.atomic():
        ImageAsset.objects.filter(pk=image.pk).update(deleted_at=AT)
        assert total() == 0
        transaction.set_rollback(True)
    assert total() == 1
    ImageAsset.objects.bulk_create([copy_of(image)])
    assert total() == 2


@committed
def test_a_new_featured_picture_moves_to_the_front() -> None:
    first, second = rows({"subject_name": "a"}, {"subject_name": "b"})
    assert [row.id for row in find(Search()).rows] == [second.pk, first.pk]
    ImageAsset.objects.filter(pk=first.pk).update(is_featured=True)
    assert [row.id for row in find(Search()).rows] == [first.pk, second.pk]


@committed
def test_a_picture_trashed_after_its_page_was_remembered_is_not_shown() -> None:
    first, second = rows({"subject_name": "a"}, {"subject_name": "b"})
    find(Search())
    ImageAsset.objects.filter(pk=second.pk).update(deleted_at=AT)
    assert [row.id for row in find(Search()).rows] == [first.pk]


@committed
def test_most_used_first_follows_every_use(api: Client) -> None:
    rows({"subject_name": "a", "use_count": 5}, {"subject_name": "b", "use_count": 6})
    assert names(api, ordering="-use_count") == ["b", "a"]
    ImageAsset.objects.filter(subject_name="a").update(use_count=7)
    assert names(api, ordering="-use_count") == ["a", "b"]
    assert names(api, ordering="use_count") == ["b", "a"]
