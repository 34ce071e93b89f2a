from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gallery.models import ImageAsset

pytestmark = pytest.mark.django_db
CARD = '<li class="card '


@pytest.fixture
def browser() -> Client:
    return Client(SERVER_NAME="localhost", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})


def hang(count: int = 1, **fields: Any) -> list[ImageAsset]:
    """Rows alone, the newest last: the page shows them without a look at their files."""
    common = {
        "subject_name": "Tavern", "subject_type": "scene", "source": "painted", "width": 1024, "height": 576,
        "widths": [320, 640], "file_size_bytes": 1, "phash": 0, "placeholder": "data:image/webp;base64,UklGRg==",
    }  # fmt: skip
    now = timezone.now()
    return [
        ImageAsset.objects.create(
            **common | fields, token=f"{n:032x}-1", created_at=now + timedelta(seconds=n)
        )
        for n in range(count)
    ]


def page(browser: Client, query: str = "") -> str:
    answer = browser.get(f"/{query}")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/html")
    assert "Accept" in answer["Vary"]
    return answer.content.decode()


def test_an_empty_gallery_tells_how_to_make_the_first_picture(browser: Client) -> None:
    shown = unescape(page(browser))
    assert 'curl -X POST "http://localhost/api/v1/scenes/generate?location=' in shown
    assert 'href="/docs"' in shown
    assert 'href="/admin/"' in shown


@pytest.mark.usefixtures("fake_gemini")
def test_the_line_it_shows_makes_a_picture(browser: Client) -> None:
    line = re.search(
        r"curl -X POST &quot;http://localhost(.*?)&quot;|curl -X POST \"http://localhost(.*?)\"",
        page(browser),
    )
    assert line is not None
    assert browser.post(unescape(line[1] or line[2])).status_code == 200
    assert "Emberpeak Tavern" in page(browser)


def test_each_picture_has_its_size_its_words_and_its_badge(browser: Client) -> None:
    hang(subject_name="Old Mill")
    shown = page(browser)
    picture = re.search(r"<img src=\"/images[^>]*>", shown)
    assert picture is not None
    for part in ('width="1024"', 'height="576"', 'alt="Scene: Old Mill"', " 320w, ", " 1024w", "sizes="):
        assert part in picture[0]
    assert "Old Mill</p>" in shown
    assert ">painted</span>" in shown
    assert (
        "localhost" not in shown.partition("<body")[2]
    )  # an address from the root on holds under every name


@pytest.mark.parametrize(
    ("source", "badge"),
    [("generated", "AI-made"), ("painted", "painted"), ("imported", "imported"), ("uploaded", "uploaded")],
)
def test_a_badge_tells_how_a_picture_came_to_be(browser: Client, source: str, badge: str) -> None:
    hang(source=source)
    assert f">{badge}</span>" in page(browser)


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        '" onerror="alert(1)',
        "{{ secret }}{% now %}",
        "龍 𝔇 \u202e",
        "&amp;",
        "x" * 200,
    ],
)
def test_hostile_names_are_shown_as_they_are(browser: Client, name: str) -> None:
    hang(subject_name=name)
    shown = page(browser)
    assert "<script>alert" not in shown
    assert ' onerror="' not in shown
    assert name in unescape(shown)


def test_pages_are_linked_and_past_the_end_there_is_a_way_back(browser: Client) -> None:
    hang(30)
    first, second = page(browser), page(browser, "?page=2")
    assert (first.count(CARD), second.count(CARD)) == (24, 6)
    assert 'href="/?page=2" rel="next"' in first
    assert 'rel="prev"' not in first
    assert 'href="/" rel="prev"' in second
    assert 'href="/?page=2"' in page(browser, "?page=3")


@pytest.mark.parametrize("number", ["0", "-1", "abc", "", "1e3", "²", "9" * 30])
def test_page_numbers_that_are_none_mean_the_first(browser: Client, number: str) -> None:
    hang()
    assert page(browser, f"?page={number}").count(CARD) == 1


def test_what_is_in_the_trash_is_not_shown(browser: Client) -> None:
    hang(deleted_at=timezone.now())
    assert CARD not in page(browser)


def test_programs_get_the_card_of_the_service(api: Client) -> None:
    answer = api.get("/")
    assert answer.json()["name"] == "D&D Image Generation API"
    assert "Accept" in answer["Vary"]


def test_the_page_runs_under_a_strict_policy(browser: Client) -> None:
    answer = browser.get("/")
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "style=" not in answer.content.decode()


def test_a_browser_gets_a_page_where_nothing_is_and_programs_get_json(browser: Client, api: Client) -> None:
    lost = browser.get("/nowhere")
    assert (lost.status_code, lost["Content-Type"].split(";")[0]) == (404, "text/html")
    assert 'href="/"' in lost.content.decode()
    for answer in (api.get("/nowhere"), browser.get("/api/v1/nowhere")):
        assert (answer.status_code, answer.json()["message"]) == (404, "Endpoint not found")
