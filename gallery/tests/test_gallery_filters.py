"""The gallery's page by its address: filters, order, bad values, queries, cookies."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from gallery.imaging.palette import color_bit
from gallery.models import ImageAsset, Tag
from gallery.search import Search, neighbours
from gallery.tests.test_pages import browser, hang, page

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
__all__ = ["browser"]


def names(browser: Client, query: str) -> list[str]:
    return [unescape(name) for name in re.findall(r'<p class="name"[^>]*>([^<]*)</p>', page(browser, query))]


@pytest.fixture
def _wall() -> None:
    """Three pictures that differ in everything."""
    inn, sword, hero = hang(3)
    rows: list[tuple[ImageAsset, dict[str, Any]]] = [
        (inn, {"subject_name": "Inn", "source": "painted", "campaign": "Embers & Ash", "rating": 2, "use_count": 9,
               "created_at": AT, "color_mask": color_bit("red")}),
        (sword, {"subject_name": "Sword", "subject_type": "item", "source": "generated", "use_count": 3,
                 "created_at": AT + timedelta(days=1), "prompt": "a shining blade"}),
        (hero, {"subject_name": "Hero", "subject_type": "character", "source": "uploaded", "rating": 5,
                "is_featured": True, "use_count": 5, "created_at": AT - timedelta(days=40)}),
    ]  # fmt: skip
    for image, fields in rows:
        ImageAsset.objects.filter(pk=image.pk).update(**fields)
    night = Tag.objects.create(name="night & day")
    night.images.add(inn, hero)


@pytest.mark.usefixtures("_wall")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Hero", "Sword", "Inn"]),
        ("?type=item", ["Sword"]),
        ("?source=painted", ["Inn"]),
        ("?subject=Inn", ["Inn"]),
        ("?subject=inn", []),
        ("?featured=1", ["Hero"]),
        ("?featured=no", ["Sword", "Inn"]),
        ("?tag=night+%26+day", ["Hero", "Inn"]),
        ("?campaign=Embers+%26+Ash", ["Inn"]),
        ("?color=red", ["Inn"]),
        ("?color=%23ff0000", ["Inn"]),
        ("?q=shining", ["Sword"]),
        ("?q=%3F%21", []),
        ("?since=2026-03-01", ["Sword", "Inn"]),
        ("?until=2026-03-01", ["Hero", "Inn"]),
        ("?since=2026-03-02&until=2026-03-02", ["Sword"]),
        ("?since=9999-12-31", []),
        ("?until=0001-01-01", []),
        ("?until=9999-12-31", ["Hero", "Sword", "Inn"]),
        ("?sort=newest", ["Sword", "Inn", "Hero"]),
        ("?sort=oldest", ["Hero", "Inn", "Sword"]),
        ("?sort=used", ["Inn", "Hero", "Sword"]),
        ("?sort=name", ["Hero", "Inn", "Sword"]),
        ("?sort=best", ["Hero", "Inn", "Sword"]),
        ("?type=scene&tag=night+%26+day&q=inn&sort=oldest", ["Inn"]),
        ("?type=&q=&tag=", ["Hero", "Sword", "Inn"]),
    ],
)
def test_filters_and_orders_follow_the_address(browser: Client, query: str, expected: list[str]) -> None:
    assert names(browser, query) == expected


@pytest.mark.usefixtures("_wall")
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("?type=dragon", "type"), ("?source=stolen", "source"), ("?featured=maybe", "featured"),
        ("?color=reddish", "color"), ("?color=" + "f" * 5000, "color"), ("?since=yesterday", "since"),
        ("?until=2026-02-30", "until"), ("?since=99999-01-01", "since"), ("?sort=secret", "sort"),
        ("?q=" + "x" * 201, "q"), ("?tag=%00", "tag"), ("?subject=" + "x" * 201, "subject"),
        ("?campaign=" + "x" * 101, "campaign"),
    ],
)  # fmt: skip
def test_a_value_that_means_nothing_is_left_out_with_a_word(browser: Client, query: str, name: str) -> None:
    shown = page(browser, query)
    assert f"Left out, because it means nothing here or is too long: {name}." in shown
    assert shown.count('class="card ') == 3


@pytest.mark.parametrize(
    "query", ["?q=%ff%fe", "?page=99999999999", "?q='%22%3C%3E;--", "?subject=%ed%a0%80"]
)
def test_broken_text_in_the_address_gives_a_page_all_the_same(browser: Client, query: str) -> None:
    hang()
    page(browser, query)


@pytest.mark.usefixtures("_wall")
def test_each_filter_is_a_chip_that_takes_it_off(browser: Client) -> None:
    shown = unescape(page(browser, "?type=scene&tag=night+%26+day&sort=oldest&page=1"))
    assert 'href="/?type=scene&sort=oldest" aria-label="Take off the filter tag: night & day"' in shown
    assert 'href="/?tag=night+%26+day&sort=oldest" aria-label="Take off the filter type: scene"' in shown
    assert 'href="/?sort=oldest">Take off all' in shown


@pytest.mark.usefixtures("_wall")
def test_the_form_keeps_what_is_chosen(browser: Client) -> None:
    shown = unescape(page(browser, "?type=scene&q=inn&color=red&since=2026-03-01&sort=oldest"))
    for part in (
        'type="hidden" name="type" value="scene"',
        'name="q" value="inn"',
        "<option selected>red",
        'name="since" value="2026-03-01"',
        'value="oldest" selected',
    ):
        assert part in shown


@pytest.mark.usefixtures("_wall")
def test_types_are_counted_within_the_other_filters(browser: Client) -> None:
    shown = page(browser, "?tag=night+%26+day&type=scene")
    numbers = re.findall(r'>([^<>]+) <span class="number">(\d+)</span>', shown)
    assert numbers == [("All", "2"), ("Scenes", "1"), ("Characters", "1")]
    assert re.search(r'<p class="quiet">1 picture</p>', shown)


def test_a_filter_that_fits_nothing_leads_back_to_all(browser: Client) -> None:
    hang()
    shown = page(browser, "?tag=nowhere")
    assert "No picture fits this filter" in shown
    assert '<a href="/">look at all pictures</a>' in shown


@pytest.mark.parametrize("query", ["", "?type=scene&q=tavern", "?tag=x&sort=best", "?sort=used"])
@pytest.mark.parametrize("count", [1, 60])
def test_a_page_takes_three_queries_however_much_there_is(
    browser: Client, django_assert_max_num_queries: DjangoAssertNumQueries, query: str, count: int
) -> None:
    hang(count)
    with django_assert_max_num_queries(4):  # three, and one where SQLite weighs how common a word is
        page(browser, query)


def test_visitors_get_no_cookie(browser: Client) -> None:
    (image,) = hang()
    for path in (
        "/",
        "/?type=scene",
        "/?tag=none",
        f"/pictures/{image.pk}",
        "/pictures/99999",
        "/robots.txt",
    ):
        assert not browser.get(path).cookies, path


def test_an_unchanged_page_is_not_sent_again(browser: Client) -> None:
    hang()
    first = browser.get("/")
    again = browser.get("/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    ImageAsset.objects.update(subject_name="Another")
    assert browser.get("/", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_the_first_row_is_loaded_at_once_and_the_rest_when_it_comes_into_view(browser: Client) -> None:
    hang(10)
    pictures = re.findall(r'<img src="/images[^>]*>', page(browser))
    assert ["fetchpriority" in one for one in pictures] == [True] * 4 + [False] * 6
    assert ['loading="lazy"' in one for one in pictures] == [False] * 4 + [True] * 6


@pytest.mark.parametrize(
    ("size", "ratio"),
    [
        ((1024, 576), "r36"),
        ((576, 1024), "r11"),
        ((10, 4000), "r10"),
        ((4000, 10), "r60"),
        ((500, 500), "r20"),
    ],
)
def test_a_card_keeps_its_pictures_ratio_within_reason(
    browser: Client, size: tuple[int, int], ratio: str
) -> None:
    hang(width=size[0], height=size[1])
    assert f'class="card {ratio}"' in page(browser)


# ── Neighbours ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "ordering", ["", "created_at", "-created_at", "subject_name", "-use_count", "-rating"]
)
@pytest.mark.parametrize("fields", [{}, {"tag": "t"}, {"q": "tav"}, {"subject_type": "scene"}])
def test_walking_by_neighbours_meets_the_whole_list(ordering: str, fields: dict[str, Any]) -> None:
    from gallery.search import find

    tag = Tag.objects.create(name="t")
    for n, image in enumerate(hang(9)):
        same = timezone.now() if n % 3 else AT
        ImageAsset.objects.filter(pk=image.pk).update(
            rating=n % 3 or None, use_count=n % 2, created_at=same, is_featured=n == 4
        )
        tag.images.add(*([image] if n % 4 else []))
    search = Search(ordering=ordering, page_size=100, **fields)
    ids = [row.id for row in find(search).rows]
    expected = list(zip([None, *ids[:-1]], [*ids[1:], None], strict=True))
    assert [neighbours(search, image_id) for image_id in ids] == expected


def test_words_that_are_none_have_no_neighbours() -> None:
    (image,) = hang()
    assert neighbours(Search(q="?!"), image.pk) == (None, None)
