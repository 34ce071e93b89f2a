"""The pages of places."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from gallery import images
from gallery.tests.making import make_image
from scenes.address import PlaceInAddress
from scenes.keys import location_key
from scenes.models import SceneCache
from scenes.places import MOST_SCENES, PAGE_SIZE, find_places
from scenes.tests.scening import make_scene

HOSTILE = [
    "inn/cellar", "/etc/passwd", "a//b", "..", ".", "a/../b", "tavern/", "100% ?x=1&y#z", "<script>alert(1)</script>",
    'quote"d', "🏰🐉 Burg", "‮cinrevat", "مدينة النحاس", "ÄÖÜ ß Straße", "x" * 200, "🐉" * 200, "a+b;c,d", "a\\b", "%2F%00", "\x01x",
]  # fmt: skip


class _Cells(HTMLParser):
    """The class of each cell of a table, by the text of its link."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._state = self._text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "td":
            self._state, self._text = dict(attrs).get("class") or "", ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "td" and self._state:
            self.found[" ".join(self._text.split())] = self._state


def cells(client: Client, place: str = "tavern") -> dict[str, str]:
    page = client.get(reverse("place", args=[place])).content.decode()
    return {re.sub(r" (make it|expired).*", "", text): state for text, state in _Cells(page).found.items()}


@given(st.text(max_size=200))
def test_every_name_survives_its_address(name: str) -> None:
    place = location_key(name)
    if not place or "\x00" in place:
        return
    address = PlaceInAddress().to_url(place)
    assert PlaceInAddress().to_python(address) == place
    assert address not in (".", "..")
    assert "/" not in address


@pytest.mark.django_db
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_lead_to_their_pages(client: Client, name: str) -> None:
    make_scene(name)
    link = re.search(r'class="place">\s*<a href="([^"]+)"', client.get("/places").content.decode())
    assert link is not None
    page = client.get(html.unescape(link[1]))
    assert page.status_code == 200
    assert page.context["matrix"].location == name
    assert b"<script>alert" not in page.content


@pytest.mark.django_db
@pytest.mark.parametrize("spelling", ["Emberpeak%20Entrance", "emberpeak_entrance", "EMBERPEAK-entrance/"])
def test_other_spellings_of_an_address_are_understood(client: Client, spelling: str) -> None:
    make_scene("Emberpeak Entrance")
    assert client.get(f"/places/{spelling}").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["nowhere", "%00", "%20", "__", "tavern%00"])
def test_a_place_that_was_never_asked_for_is_not_found(client: Client, path: str) -> None:
    make_scene("Tavern")
    answer = client.get(f"/places/{path}", headers={"accept": "text/html"})
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert client.get(f"/places/{path}").json()["detail"]["kind"] == "endpoint_not_found"


@pytest.mark.django_db
def test_the_matrix_tells_what_is_there_what_is_old_and_what_is_missing(client: Client) -> None:
    make_scene("Tavern", "Night", "rain")
    make_scene("Tavern", "dusk", "clear", days_left=-1)
    make_scene("tavern", "high noon", "ash fall")
    trashed = make_scene("Tavern", "dawn", "fog")
    assert trashed.image is not None
    images.trash(trashed.image.pk, now=timezone.now())
    found = cells(client)
    assert found["rain at Night"] == "fresh"
    assert found["clear at dusk"] == "expired"
    assert found["ash fall at high noon"] == "fresh"
    assert found["fog at dawn"] == "never"
    assert found["ash fall at dawn"] == "never"
    assert len(found) == 5 * 7


@pytest.mark.django_db
def test_what_was_never_made_leads_to_the_form_filled_in(client: Client) -> None:
    make_scene("Rock & Roll <Inn>")
    page = client.get(reverse("place", args=["rock & roll <inn>"])).content.decode()
    link = re.search(r'href="(/make\?[^"]*time_of_day=dusk&amp;weather=storm)"', page)
    assert link is not None
    form = client.get(link[1].replace("&amp;", "&"))
    assert form.context["form"].initial["location"] == "Rock & Roll <Inn>"
    assert b"Rock &amp; Roll &lt;Inn&gt;" in form.content


@pytest.mark.django_db
def test_scenes_beyond_the_matrix_are_listed_and_the_rest_is_counted(client: Client) -> None:
    image = make_image("Maze", subject_type="scene")
    for n in range(80):
        make_scene("Maze", f"hour {n}", f"weather {n}", image=image)
    matrix = client.get("/places/maze").context["matrix"]
    assert (len(matrix.rows), len(matrix.weathers)) == (12, 12)
    shown = [cell for cell in [*matrix.cells, *matrix.others] if cell.picture]
    assert len(shown) + matrix.hidden == 80


@pytest.mark.django_db
def test_a_place_shows_its_best_picture_and_how_many_it_has(client: Client) -> None:
    make_scene("Tavern", "day", use_count=50)
    best = make_scene("Tavern", "night", image=make_image("Tavern", subject_type="scene", is_featured=True))
    make_scene("Tavern", "dusk", days_left=-1)
    (place,) = client.get("/places").context["page"].places
    assert (place.picture["id"], place.fresh, place.expired) == (best.image_id, 2, 1)


@pytest.mark.django_db
def test_a_place_with_nothing_but_trash_is_not_listed(client: Client) -> None:
    scene = make_scene("Tavern")
    assert scene.image is not None
    images.trash(scene.image.pk, now=timezone.now())
    assert client.get("/places").context["page"].places == []
    assert cells(client)["clear at day"] == "never"


@pytest.mark.django_db
def test_one_can_leaf_through_all_places_and_back(client: Client) -> None:
    image = make_image()
    for n in range(PAGE_SIZE * 2 + 3):
        make_scene(f"Place {n:03}", image=image)
    seen: list[list[str]] = []
    query = ""
    while not seen or query:
        context = client.get(f"/places?{query}").context
        seen.append([place.location for place in context["page"].places])
        query = context["next"]
    assert [name for page in seen for name in page] == [f"Place {n:03}" for n in range(PAGE_SIZE * 2 + 3)]
    for expected in seen[-2::-1]:
        context = client.get(f"/places?{context['previous']}").context
        assert [place.location for place in context["page"].places] == expected
    assert context["previous"] == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("q", "found"),
    [("ember", 1), ("EMBER_peak", 0), ("Peak-Ent", 1), ("%", 0), ("_", 3), ("\x00", 3), ("🐉" * 200, 1), ("x" * 5000, 0), ("'", 0)],
)  # fmt: skip
def test_places_are_found_by_a_part_of_their_name(client: Client, q: str, found: int) -> None:
    for name in ("Emberpeak Entrance", "Tavern", "🐉" * 200):
        make_scene(name)
    assert len(client.get("/places", {"q": q}).context["page"].places) == found


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["after=%00", "before=zzz&after=a", "after=" + "z" * 3000, "before=", "q[]=1"]
)
def test_any_query_is_answered(client: Client, query: str) -> None:
    make_scene("Tavern")
    assert client.get(f"/places?{query}").status_code == 200


@pytest.mark.django_db
def test_the_pages_ask_the_database_little_however_much_there_is(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    image = make_image("Tavern", subject_type="scene")
    for n in range(40):
        make_scene(f"Place {n}", image=image)
        make_scene("Place 1", f"hour {n}", image=image)
    client.force_login(User.objects.create_user("boss", is_staff=True))
    with django_assert_max_num_queries(5):  # two of them for who looks
        client.get("/places?q=place")
    with django_assert_max_num_queries(4):
        client.get("/places/place-1")


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="looks at SQLite's plan")
def test_the_list_walks_the_index_of_places(django_assert_num_queries: Any) -> None:
    make_scene("Tavern")
    with django_assert_num_queries(3) as captured:
        find_places(after="a", now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + captured.captured_queries[0]["sql"])
        plan = " ".join(row[3] for row in cursor.fetchall())
    assert plan.count("SEARCH s USING INDEX scenes_scenecache_place") == 2
    assert "TEMP B-TREE" not in plan
    assert "SCAN s" not in plan


@pytest.mark.django_db
def test_a_place_with_very_many_scenes_is_cut_and_says_so(client: Client) -> None:
    image = make_image("Maze", subject_type="scene")
    place, now = location_key("Maze"), timezone.now()
    SceneCache.objects.bulk_create(
        SceneCache(key=f"maze\n{n}\nclear", place=place, location="Maze", time_of_day=f"{n}", weather="clear",
                   image=image, expires_at=now)
        for n in range(MOST_SCENES + 5)
    )  # fmt: skip
    page = client.get("/places/maze")
    assert page.context["matrix"].hidden > 0
    assert b"more are not shown" in page.content
