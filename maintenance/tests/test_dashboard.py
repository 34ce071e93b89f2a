"""The admin's front page: what it shows to whom, in how many queries, and of rows that mean harm."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from dndimages.access.keys import create_key
from gallery.models import GenerationLog, ImageAsset, Job, SpendDay
from maintenance.adminsite import DashboardSite
from maintenance.models import CommandRun
from scenes.models import SceneDay

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>\u202e&\"'" + "x" * 60
SHOWN_BY = {
    "view_imageasset": ["new-pictures", "kept", "storage"],
    "view_sceneday": ["hit-rate"],
    "view_spendday": ["paid-calls", "costs"],
    "view_generationlog": ["failures", "latency", "slowest"],
    "view_commandrun": ["runs"],
    "view_job": [],
    "view_tag": [],
}


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser("boss", password=None))
    return client


def staff(*rights: str) -> Client:
    """A person at the admin who may do just this."""
    person = get_user_model().objects.create_user("staff", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    return client


def fill(count: int = 3, name: str = HOSTILE) -> None:
    """Rows of everything that the dashboard looks at."""
    now = timezone.now()
    for n in range(count):
        at = now - timedelta(days=n)
        image = ImageAsset.objects.create(
            subject_name=name, subject_type="scene", source="painted", width=16, height=9, phash=0,
            token=f"{n}", created_at=at, file_size_bytes=2048 * (n + 1), deleted_at=at if n % 3 == 2 else None,
        )  # fmt: skip
        key, _ = create_key(name=name, scopes=["generate"], daily_cap=5)
        spent: dict[str, Any] = {"paid": True, "cost_usd": Decimal("0.04"), "model": name[:100]}
        GenerationLog.objects.create(
            status="success", created_at=at, latency_ms=900 + n, image=image, **spent
        )
        GenerationLog.objects.create(status="failed", created_at=at, error_kind=name[:40])
        SpendDay.objects.create(day=at.date(), scope="all", calls=2)
        SpendDay.objects.create(day=now.date(), scope=f"key:{key.pk}", calls=1)
        SceneDay.objects.create(day=at.date(), hits=n, misses=1)
        Job.objects.create(kind="image", key=str(n), state="queued", created_at=at)
        CommandRun.objects.create(command=f"tidy {n}", started_at=at, finished_at=at, exit_code=0, line=name)


def page_of(client: Client, query: str = "") -> str:
    answer = client.get(f"/admin/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def shown(page: str) -> list[str]:
    return re.findall(r'<article class="board-figure[^"]*" id="([^"]+)"', page)


def test_the_dashboard_stands_on_the_site_that_all_rooms_register_on(boss: Client) -> None:
    fill()
    assert isinstance(admin.site, DashboardSite)
    page = page_of(boss)
    assert shown(page) == [
        "new-pictures", "kept", "storage", "hit-rate", "paid-calls", "costs", "keys", "failures", "latency",
        "slowest", "runs",
    ]  # fmt: skip
    assert page.index('class="board"') < page.index('class="app-gallery module"')


@pytest.mark.parametrize(("right", "figures"), SHOWN_BY.items())
def test_a_person_sees_the_figures_of_the_rows_they_may_look_at(right: str, figures: list[str]) -> None:
    fill()
    page = page_of(staff(right))
    assert shown(page) == figures
    assert ("$" in page) == ("this month" in page) == (right == "view_spendday")
    assert (">Queue<" in page) == (right == "view_job")
    assert (">Trash<" in page) == (right == "view_imageasset")


def test_the_right_to_change_is_enough_to_see(boss: Client) -> None:
    assert "new-pictures" in shown(page_of(staff("change_imageasset")))


def test_names_of_pictures_and_keys_need_rights_of_their_own() -> None:
    fill(1, name="The Prancing Pony")
    GenerationLog.objects.update(model="m", error_kind="")
    page = page_of(staff("view_generationlog", "view_spendday"))
    assert "Prancing" not in page
    assert f"<bdi>#{ImageAsset.objects.get().pk}</bdi>" in page


def test_people_without_any_right_see_no_figure_and_strangers_no_page(client: Client) -> None:
    assert shown(page_of(staff())) == []
    assert client.get("/admin/").status_code == 302


def test_a_fresh_service_invites_instead_of_drawing_nothing(boss: Client) -> None:
    page = page_of(boss)
    assert "<svg xmlns" not in page.split('id="content"')[1].split('id="content-main"')[0]
    assert page.count('class="board-empty"') == 11
    assert "No command has run yet" in page


def test_one_row_of_everything_is_enough(boss: Client) -> None:
    fill(1)
    page = page_of(boss, "?days=7")
    assert 'class="board-empty"' not in page
    assert len(svgs(page)) == 7


def svgs(page: str) -> list[ET.Element]:
    """Each parsed by itself, as XML."""
    return [ET.fromstring(text) for text in re.findall(r"(<svg xmlns.*?)\s*<details>", page, re.DOTALL)]


def test_plots_say_the_same_as_their_tables(boss: Client) -> None:
    fill(6, name="plain")
    page = page_of(boss, "?days=30")
    compared = 0
    for article in re.findall(r'<article class="board-figure.*?</article>', page, re.DOTALL):
        drawn = [unescape(title) for title in re.findall(r"<title>(.*?)</title>", article)]
        rows = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", article, re.DOTALL)
        words = [[unescape(cell) for cell in re.findall(r"<bdi>(.*?)</bdi>", row)] for row in rows]
        if drawn:
            value = 2 if 'id="failures"' in article else 1  # drawn are its thirty days
            assert drawn == [f"{cells[0]}: {cells[value]}" for cells in words]
            compared += 1
    assert compared == 7


@pytest.mark.parametrize(("query", "days"), [("", 90), ("?days=7", 7), ("?days=30", 30), ("?days=x%00", 90)])
def test_the_range_is_chosen_by_link(boss: Client, query: str, days: int) -> None:
    fill(1)
    page = page_of(boss, query)
    assert f'<a href="?days={days}" aria-current="true">{days} days</a>' in page
    assert page.split('id="new-pictures"')[1].split("</article>")[0].count('class="band"') == days


def test_hostile_names_are_text(boss: Client) -> None:
    fill()
    page = page_of(boss)
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 4
    assert "style=" not in page.split('class="board"')[1].split('id="content-main"')[0]


def test_longer_histories_take_no_more_queries(
    boss: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    of_any_admin_page = 3  # the session, the person, their recent actions
    for more in (1, 20):
        for model in (ImageAsset, GenerationLog, SpendDay, SceneDay, Job, CommandRun):
            model.objects.all().delete()
        fill(more)
        with django_assert_num_queries(of_any_admin_page + 8):
            page_of(boss)


def test_what_may_not_be_seen_is_not_asked(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    fill()
    client = staff()
    with django_assert_num_queries(5):  # session, person, their rights and their groups', recent actions
        page_of(client)


def test_a_day_over_the_cap_and_a_late_queue_stand_out(boss: Client, settings: Any) -> None:
    settings.DAILY_GENERATION_CAP = 2
    fill()
    page = page_of(boss)
    assert page.count("board-tile bad") == 2
    assert "2 of 2" in page
    assert "the oldest waits for 2 days" in page


def test_runs_tell_how_they_ended(boss: Client) -> None:
    now = timezone.now()
    for command, hours, code in [
        ("a", 1, 0),
        ("b", 1, 1),
        ("c", 1, 3),
        ("d", 1, None),
        ("e", 7, None),
        ("f", 1, 9),
    ]:
        CommandRun.objects.create(command=command, started_at=now - timedelta(hours=hours), exit_code=code)
    table = page_of(boss).split('id="runs"')[1].split("</table>")[0]
    cells = re.findall(r"<bdi>(.*?)</bdi>", table)
    assert cells[3::5] == ["done", "a problem", "refused", "running", "never ended", "failed"]
    assert cells[1::5] == ["1 hour ago"] * 4 + ["7 hours ago", "1 hour ago"]
