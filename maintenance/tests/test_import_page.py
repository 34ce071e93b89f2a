"""The page /import: without scripts by Django's client, with them in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser, Page

from dndimages.tests.browser import PHONE, Visit, accessibility_problems, open_page
from dndimages.tests.service import Service
from gallery.models import ImageAsset
from gallery.tests.making import make_image
from maintenance.tests.dumps import bare, dump, item, scene

HOSTILE = "<img src=x onerror=alert(1)>\u202e\U0001f409 " + "x" * 150
GAME = dump(
    scenes={"scene_emberpeak_entrance_dawn_clear": scene(bare(1), location="emberpeak_entrance")},
    items={"Dagger": item(bare(2), bare(3)), HOSTILE: item(bare(4))},
    theme="dark",
    GEMINI_API_KEY="AIzaSECRETinTheBrowser",
)


def staff(*permissions: str, **options: Any) -> Client:
    user = User.objects.create_user("op", is_staff=True, **options)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client


# ── Without scripts ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_others_are_sent_to_the_login(method: str, api: Client) -> None:
    player = Client(SERVER_NAME="localhost")
    player.force_login(User.objects.create_user("player"))
    for client in (api, player):
        answer = getattr(client, method)("/import")
        assert (answer.status_code, answer["Location"]) == (302, "/admin/login/?next=/import")
    assert getattr(staff("view_imageasset"), method)("/import").status_code == 403


@pytest.mark.django_db
def test_who_may_add_pictures_sees_the_form() -> None:
    answer = staff("add_imageasset").get("/import")
    assert answer.status_code == 200
    assert answer.context is not None
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_pasted_text_is_looked_at_first_and_then_imported() -> None:
    client = staff(is_superuser=True)
    looked = client.post("/import", {"text": json.dumps(GAME), "look": "1"})
    assert (looked.context["report"].imported, ImageAsset.objects.count()) == (4, 0)
    done = client.post("/import", {"text": json.dumps(GAME), "take": "1"})
    assert (done.context["report"].imported, ImageAsset.objects.count()) == (4, 4)
    page = done.content.decode()
    assert "<img src=x" not in page
    assert "AIzaSECRET" not in page + looked.content.decode()


@pytest.mark.django_db
def test_an_archive_is_taken_too(tmp_path: Path) -> None:
    make_image("Torch")
    call_command("export", "--all", str(tmp_path / "out.zip"))
    file = SimpleUploadedFile("out.zip", (tmp_path / "out.zip").read_bytes())
    answer = staff(is_superuser=True).post("/import", {"file": file, "take": "1"})
    assert answer.context["report"].skipped == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "status", "words"),
    [({}, 422, "Choose a file"), ({"text": "{"}, 400, "not valid JSON"), ({"text": "[]"}, 422, "JSON object"),
     ({"text": "PK\x03\x04"}, 422, "damaged, or no zip")],
)  # fmt: skip
def test_what_is_nothing_is_told_on_the_page(given: dict[str, str], status: int, words: str) -> None:
    answer = staff(is_superuser=True).post("/import", given | {"take": "1"})
    assert answer.status_code == status
    assert words in answer.context["problem"]


@pytest.mark.django_db
def test_a_long_table_is_cut_and_errors_come_first(django_assert_max_num_queries: Any) -> None:
    many = dump(items={"Torch": item(*[f"data:image/png;base64,x{n}" for n in range(400)])})
    answer = staff(is_superuser=True).post("/import", {"text": json.dumps(many), "look": "1"})
    assert (len(answer.context["rows"]), answer.context["more"]) == (300, 100)


# ── In a browser ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    who = {"USERNAME": "op", "EMAIL": "op@example.com", "PASSWORD": "a long password"}
    env = {f"DJANGO_SUPERUSER_{name}": value for name, value in who.items()}
    with Service(
        tmp_path_factory.mktemp("import-page"), env=env | {"GENERATION_PROVIDER": "painter"}
    ) as running:
        yield running


@pytest.fixture
def visit(chromium: Browser, service: Service) -> Iterator[Visit]:
    with open_page(chromium, service.urls[0]) as opened:
        opened.log_in("op", "a long password").open("/import")
        yield opened


def keep(page: Page, stores: dict[str, str]) -> None:
    """Fill the browser's localStorage as the game does."""
    page.evaluate("stores => Object.entries(stores).forEach(([k, v]) => localStorage.setItem(k, v))", stores)


def look(page: Page) -> str:
    page.click("[data-read-browser]")
    page.wait_for_selector("[data-work-title]:text('What would happen')")
    return page.inner_text("[data-status]")


def take(page: Page) -> str:
    page.click("[data-import-now]")
    page.wait_for_selector("[data-work-title]:text('Report')")
    return page.inner_text("[data-status]")


def names_here(service: Service) -> list[str]:
    found = service.get("/api/v1/images/search?source=imported&page_size=100").json()["items"]
    return [image["subject_name"] for image in found]


def test_one_button_brings_what_the_browser_keeps(visit: Visit, service: Service) -> None:
    harps = item(bare(41), bare(42))
    place = scene(bare(43), location="harbour_gate")
    keep(
        visit.page,
        GAME
        | dump(
            scenes={"scene_harbour_gate_a_b": place}, items={"Harp": harps, "<b>" + HOSTILE: item(bare(44))}
        ),
    )
    page = visit.open("/import")
    assert "1 scene and 3 item pictures will be imported" in look(page)
    assert "Harp" not in names_here(service)
    assert "<b>" + HOSTILE in page.inner_text("[data-rows]")
    assert accessibility_problems(page) == []
    assert "1 scene and 3 item pictures imported" in take(page)
    assert {"Harp", "<b>" + HOSTILE, "harbour_gate"} <= set(names_here(service))
    assert "AIzaSECRET" not in service.logs() + page.content()
    found = service.get("/api/v1/images/search?subject_name=Harbour%20Gate&subject_type=scene").json()
    assert (found["total"], visit.problems) == (1, [])


def test_the_browsers_copy_goes_only_after_two_questions(visit: Visit) -> None:
    keep(visit.page, GAME)
    page = visit.open("/import")
    look(page)  # all is here by now, or will be
    if page.is_visible("[data-import-now]"):
        take(page)
    page.click("[data-clear-first]")
    page.click("[data-clear-keep]")
    assert page.evaluate("localStorage.length") == 4
    page.evaluate("localStorage.setItem('nanoBananaSceneCache', '{}')")  # the game goes on in another tab
    page.click("[data-clear-first]")
    page.click("[data-clear-second]")
    assert "Removed 1 of 2" in page.inner_text("[data-cleared]")
    kept = page.evaluate("Object.keys(localStorage).sort()")
    assert kept == ["GEMINI_API_KEY", "nanoBananaSceneCache", "theme"]


def test_jobs_that_wait_for_their_picture_are_not_cleared_away(visit: Visit) -> None:
    made = {"prompt": "a frog", "result": {"image_data_url": f"data:image/png;base64,{bare(41)}"}}
    waiting = {"jobs": [made, {"prompt": "waits"}]}
    keep(visit.page, dump(items={"Frog": item(bare(42))}, pixellab_jobs_v1=waiting))
    page = visit.open("/import")
    look(page)
    assert "2 item pictures imported" in take(page)
    page.click("[data-clear-first]")
    page.click("[data-clear-second]")
    assert page.evaluate("Object.keys(localStorage)") == ["pixellab_jobs_v1"]


def test_with_an_error_nothing_is_offered_to_be_cleared(visit: Visit) -> None:
    keep(visit.page, dump(items={"Lamp": item(bare(11), "broken")}))
    page = visit.open("/import")
    look(page)
    assert "1 error" in take(page)
    assert "nanoBananaImageLibrary/Lamp/1" in page.inner_text("[data-rows]")
    assert page.is_hidden("[data-clear]")


def test_an_interrupted_import_goes_on_after_a_reload(visit: Visit, service: Service) -> None:
    many = {f"Relic {number}": item(bare(100 + number)) for number in range(70)}
    keep(visit.page, dump(items=many))
    page = visit.open("/import")
    look(page)
    page.route("**/from-localstorage", lambda route: _only_first(route, passed))
    passed: list[int] = []
    page.click("[data-import-now]")
    page.wait_for_selector("[data-problem]:not([hidden])")
    page.unroute("**/from-localstorage")
    assert sum(name.startswith("Relic") for name in names_here(service)) == 25
    page = visit.open("/import")
    assert "1 of 3 pieces were done" in page.inner_text("[data-resume]")
    page.click("[data-go-on]")
    page.wait_for_selector("[data-work-title]:text('Report')")
    assert "70 item pictures imported" in page.inner_text("[data-status]")
    assert sum(name.startswith("Relic") for name in names_here(service)) == 70
    assert visit.open("/import").is_hidden("[data-resume]")


def _only_first(route: Any, passed: list[int]) -> None:
    passed.append(1)
    if len(passed) == 1:
        route.continue_()
    else:
        route.abort()


def test_files_and_texts_of_every_shape_are_looked_at(visit: Visit, tmp_path: Path) -> None:
    page = visit.open("/import")
    library = {"Horn": item(bare(21))}
    shapes = [json.dumps(dump(items=library)), json.dumps({"nanoBananaImageLibrary": library}),
              json.dumps({"item_images": {"item_image_Horn": library["Horn"]}}), json.dumps(json.dumps(dump(items=library)))]  # fmt: skip
    for shape in shapes:
        page.fill("#text", shape)
        page.click("[name=look]")
        page.wait_for_selector("[data-rows] :text('Horn')")
        page.evaluate("document.querySelector('[data-rows]').replaceChildren()")
    (tmp_path / "dump.json").write_bytes(shapes[0].encode("utf-16"))
    page.set_input_files("#file", tmp_path / "dump.json")
    page.wait_for_selector("[data-rows] :text('Horn')")
    assert visit.problems == []


def test_an_archive_goes_through_the_form(visit: Visit, service: Service, tmp_path: Path) -> None:
    (tmp_path / "dump.json").write_text(json.dumps(dump(items={"Anvil": item(bare(51))})))
    service.manage("import_localstorage", str(tmp_path / "dump.json"))
    service.manage("export", "--subject", "Anvil", str(tmp_path / "out.zip"))
    page = visit.open("/import")
    page.set_input_files("#file", tmp_path / "out.zip")
    page.wait_for_selector("[data-report] :text('here already')")
    assert visit.problems == []


def test_a_text_that_is_none_is_told(visit: Visit) -> None:
    page = visit.open("/import")
    page.fill("#text", "hello")
    page.click("[name=look]")
    page.wait_for_selector("[data-problem]:text('not the text of a localStorage')")
    page.fill("#text", '{"theme": "dark"}')
    page.click("[name=look]")
    page.wait_for_selector("[data-problem]:text('no pictures in it (1 other key)')")


def test_the_consoles_line_saves_the_pictures_and_nothing_else(visit: Visit) -> None:
    page = visit.open("/import")
    keep(page, GAME)
    with page.expect_download() as download:
        page.evaluate(page.inner_text("[data-snippet]"))
    saved = json.loads(Path(download.value.path()).read_text())
    assert saved == {key: GAME[key] for key in ("nanoBananaSceneCache", "nanoBananaImageLibrary")}


@pytest.mark.parametrize("looks", ["light", "dark"])
def test_it_fits_a_phone_and_can_be_used_by_all(looks: Any, chromium: Browser, service: Service) -> None:
    with open_page(chromium, service.urls[0], viewport=PHONE, color_scheme=looks) as visit:
        visit.log_in("op", "a long password").open("/livez")
        keep(visit.page, GAME)
        page = visit.open("/import")
        look(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert accessibility_problems(page) == []


def test_it_works_without_scripts(chromium: Browser, service: Service, tmp_path: Path) -> None:
    (tmp_path / "dump.json").write_text(json.dumps(dump(items={"Bell": item(bare(31))})))
    with open_page(chromium, service.urls[0], java_script_enabled=False) as visit:
        page = visit.log_in("op", "a long password").open("/import")
        page.set_input_files("#file", tmp_path / "dump.json")
        page.click("[data-take]")
        assert "1 item picture\n" in page.inner_text("[data-report] p").replace(" imported", "\n")
    assert "Bell" in names_here(service)
