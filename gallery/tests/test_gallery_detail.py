"""A picture's own page: everything that is known, its neighbours, its file, and where nothing is."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from gallery.models import ImageAsset, Tag
from gallery.tests.making import make_image
from gallery.tests.test_pages import browser, hang

pytestmark = pytest.mark.django_db
__all__ = ["browser"]
HOSTILE = '</script><script>alert(1)</script>" onerror="x \u202e龍'


def shown(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_tells_everything_that_is_known(browser: Client) -> None:
    (image,) = hang(
        subject_name="Old Mill", source="generated", model="gemini-x", prompt="A mill & a pond",
        custom_prompt="in mist", campaign="Embers", colors=["#102030"], rating=4, generation_time_ms=2500,
        aspect_ratio="16:9", file_size_bytes=123_456, use_count=7, is_featured=True,
    )  # fmt: skip
    image.tags.add(Tag.objects.create(name="a/b & c"))
    text = unescape(shown(browser, f"/pictures/{image.pk}"))
    for part in (
        "Old Mill</h1>", "A mill & a pond", "in mist", "AI-made by", "gemini-x", "in 2.5 s", "1024 × 576 px (16:9)",
        "120.6\xa0KB", "7 times", ">Embers</a>", 'href="/?tag=a%2Fb%20%26%20c"', 'href="/?color=%23102030"',
        'fill="#102030"', "4 of 5 stars", ">featured<", 'href="/?campaign=Embers"', f"/pictures/{image.pk}/download",
    ):  # fmt: skip
        assert part in text, part


def test_it_tells_the_scenes_that_it_is_shown_for(browser: Client, api: Client) -> None:
    answer = api.post("/api/v1/scenes/generate?location=Old Mill&time_of_day=dusk&weather=rain").json()
    text = shown(browser, f"/pictures/{answer['id']}")
    part = text[text.index("Shown for") :]
    assert ("Old Mill" in part, ">dusk<" in part, ">rain<" in part) == (True, True, True)


def test_its_addresses_for_other_sites_are_whole(browser: Client, settings: Settings) -> None:
    settings.PUBLIC_BASE_URL = "https://pictures.example"
    (image,) = hang()
    text = shown(browser, f"/pictures/{image.pk}?type=scene")
    address = f"https://pictures.example/pictures/{image.pk}"
    full = f"https://pictures.example/{image.storage_path_full}"
    assert f'<link rel="canonical" href="{address}">' in text
    assert f'property="og:url" content="{address}"' in text
    assert f'property="og:image" content="{full}"' in text
    assert f'name="twitter:image" content="{full}"' in text


def test_hostile_text_is_shown_as_it_is_and_ends_no_tag(browser: Client) -> None:
    (image,) = hang(
        subject_name=HOSTILE, prompt=HOSTILE, custom_prompt=HOSTILE, campaign=HOSTILE, model=HOSTILE[:50]
    )
    image.tags.add(Tag.objects.create(name=HOSTILE[:50]))
    text = shown(browser, f"/pictures/{image.pk}")
    assert "<script>alert" not in text
    assert ' onerror="' not in text
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', text)
    assert data is not None
    assert json.loads(data[1])["name"] == HOSTILE


def test_previous_and_next_follow_the_list_one_came_from(browser: Client) -> None:
    first, _, third, fourth = hang(4)
    ImageAsset.objects.filter(pk=third.pk).update(subject_type="item")
    ImageAsset.objects.filter(pk__in=[first.pk, fourth.pk]).update(subject_type="character")
    text = unescape(shown(browser, f"/pictures/{first.pk}?type=character&sort=oldest&page=2"))
    assert f'href="/pictures/{fourth.pk}?type=character&sort=oldest&page=2" rel="next"' in text
    assert 'rel="prev"' not in text
    assert f'href="/?type=character&sort=oldest&page=2#at-{first.pk}"' in text


def test_other_pictures_of_the_subject_come_featured_first(browser: Client) -> None:
    old, featured, new, other = hang(4, subject_name="Inn")
    ImageAsset.objects.filter(pk=featured.pk).update(is_featured=True)
    ImageAsset.objects.filter(pk=other.pk).update(subject_name="inn")
    text = shown(browser, f"/pictures/{old.pk}")
    found = re.findall(r'class="card [^"]*" id="picture-(\d+)"', text)
    assert found == [str(featured.pk), str(new.pk)]


@pytest.mark.parametrize("path", ["/pictures/{0}", "/pictures/{0}/", "/pictures/{0}/download"])
def test_a_picture_in_the_trash_is_gone_for_visitors(browser: Client, api: Client, path: str) -> None:
    (image,) = hang(deleted_at=timezone.now())
    lost = browser.get(path.format(image.pk))
    assert lost.status_code == 404
    assert "This picture does not hang here" in lost.content.decode()
    program = api.get(path.format(image.pk))
    assert (program.status_code, program.json()["detail"]["kind"]) == (404, "image_not_found")
    assert "Accept" in program["Vary"]


@pytest.mark.parametrize("number", ["0", "123456789", "9" * 25, "9" * 5000, "-1", "abc", "1e3", "%00"])
def test_a_number_that_is_none_is_not_found(browser: Client, number: str) -> None:
    answer = browser.get(f"/pictures/{number}")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("name", "file_name"),
    [
        ("Old Mill", "Old-Mill-{}.webp"),
        ("../../etc/passwd", "etc-passwd-{}.webp"),
        ('a"b\\c;d\x07', "a-b-c-d-{}.webp"),
        ("\u202egpj.exe", "gpj-exe-{}.webp"),
        ("🐉", "item-{}.webp"),
        ("x" * 200, "x" * 60 + "-{}.webp"),
    ],
)
def test_a_download_has_a_readable_and_safe_name(browser: Client, name: str, file_name: str) -> None:
    image = make_image(name)
    answer = browser.get(f"/pictures/{image.pk}/download")
    assert answer["Content-Disposition"] == f'attachment; filename="{file_name.format(image.pk)}"'
    assert answer["Content-Type"] == "image/webp"
    assert answer.content[8:12] == b"WEBP"


def test_a_download_name_keeps_other_scripts(browser: Client) -> None:
    image = make_image("Меч 龍")
    told = browser.get(f"/pictures/{image.pk}/download")["Content-Disposition"]
    assert told == f"attachment; filename*=utf-8''%D0%9C%D0%B5%D1%87-%E9%BE%8D-{image.pk}.webp"


def test_a_download_whose_file_is_gone_is_not_found(browser: Client) -> None:
    (image,) = hang()
    lost = browser.get(f"/pictures/{image.pk}/download")
    assert lost.status_code == 404
    assert "This picture does not hang here" in lost.content.decode()


def test_nginx_sends_the_download_under_its_name(browser: Client, settings: Settings) -> None:
    settings.X_ACCEL_REDIRECT_PREFIX = "/protected/"
    image = make_image("Old Mill")
    answer = browser.get(f"/pictures/{image.pk}/download")
    assert answer["X-Accel-Redirect"] == f"/protected/{image.storage_path_full}"
    assert "Old-Mill" in answer["Content-Disposition"]


@pytest.mark.parametrize("count", [1, 40])
def test_a_page_takes_five_queries_however_many_relatives_there_are(
    browser: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    images = hang(count, subject_name="Inn")
    with django_assert_num_queries(5):
        shown(browser, f"/pictures/{images[0].pk}")


@pytest.mark.django_db(transaction=True)  # as it is without a memory of what others asked
@pytest.mark.parametrize("query", ["q=inn", "tag=cosy", "q=inn&tag=cosy", "sort=used", "sort=best&tag=cosy"])
def test_a_page_of_a_filtered_list_takes_ten_queries_at_most(
    browser: Client, django_assert_max_num_queries: DjangoAssertNumQueries, query: str
) -> None:
    images, tag = hang(5, subject_name="Inn"), Tag.objects.create(name="cosy")
    for image in images:
        image.tags.add(tag)
    with django_assert_max_num_queries(10):
        text = shown(browser, f"/pictures/{images[2].pk}?{query}")
    assert ("data-before" in text, "data-after" in text) == (True, True)


def test_many_scenes_of_a_picture_are_counted_not_listed(
    browser: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    (image,) = hang(subject_name="Inn", subject_type="scene")
    for hour in range(23):
        image.scenes.create(
            key=f"k{hour}", place="inn", location="Inn", time_of_day=f"{hour:02}", weather="rain",
            expires_at=timezone.now(),
        )  # fmt: skip
    with django_assert_num_queries(5):
        text = shown(browser, f"/pictures/{image.pk}")
    assert text.count(">rain<") == 20
    assert "and 3 more" in text


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_pages_only_read(browser: Client, method: str) -> None:
    (image,) = hang()
    for path in ("/", f"/pictures/{image.pk}", f"/pictures/{image.pk}/download", "/robots.txt"):
        call: Any = getattr(browser, method)
        assert call(path).status_code == 405


def test_robots_are_kept_from_what_is_no_page(api: Client) -> None:
    answer = api.get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    assert "Disallow: /admin/" in answer.content.decode()
