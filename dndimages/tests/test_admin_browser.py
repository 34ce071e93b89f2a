"""The admin in a real browser: acts with their undo, the purge, tags, the zip, pins; and what axe says."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from dndimages.tests.browser import PHONE, Visit, accessibility_problems, open_page, until
from dndimages.tests.service import Service

PASSWORD = "only for this test"
HOSTILE = "\u202eevil <b>🐉</b>" + "w" * 150
NAME_TOOLS_ACTS = ("#content h2", ".object-tools", ".acts")
LISTS = {
    "images": "/admin/gallery/imageasset/",
    "trash": "/admin/gallery/trashedimage/",
    "scenes": "/admin/scenes/scenecache/",
    "log": "/admin/gallery/generationlog/",
    "jobs": "/admin/gallery/job/",
    "keys": "/admin/access/apikey/",
    "history": "/admin/gallery/curationact/",
    "tags": "/admin/gallery/tag/",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    env = {
        "MOCK_MODE": "true",
        "MAX_REQUESTS_PER_MINUTE": "1000",
        "SCENE_GENERATIONS_PER_MINUTE": "1000",
        "DJANGO_SUPERUSER_USERNAME": "boss",
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
    }
    with Service(tmp_path_factory.mktemp("admin"), env=env, worker=True) as service:
        assert service.post("/api/v1/scenes/generate?location=tavern").status_code == 200
        make(service, HOSTILE)
        yield service


@pytest.fixture
def visit(chromium: Browser, service: Service) -> Iterator[Visit]:
    with open_page(chromium, service.urls[0], accept_downloads=True) as visit:
        visit.log_in("boss", PASSWORD)
        yield visit
        assert visit.problems == []


def test_the_looks_chosen_in_the_gallery_hold_in_the_admin_and_back(visit: Visit) -> None:
    page = visit.open("/")
    for looks in ("light", "dark"):
        page.locator("[data-looks]").click()
        expect(page.locator(f"[data-looks={looks}]")).to_be_visible()
    page = visit.open("/admin/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.get_by_role("link", name="Curate", exact=True).is_visible()
    assert page.get_by_role("link", name="Import", exact=True).is_visible()
    page.locator(".theme-toggle:visible").first.click()
    chosen = page.evaluate("document.documentElement.dataset.theme")
    assert chosen != "dark"
    page = visit.open("/")
    expect(page.locator(f"[data-looks={chosen}]")).to_be_visible()


def minded(visit: Visit) -> list[str]:
    """What axe-core minds. While it looks it breaks the page's policy itself (it copies imported style
    sheets), so what went wrong before is judged before."""
    assert visit.problems == []
    found = accessibility_problems(visit.page)
    visit.problems.clear()
    return found


def make(service: Service, name: str) -> int:
    wanted = {"subject_type": "item", "subject_name": name, "prompt": "A rusty dagger", "aspect_ratio": "1:1"}
    return int(service.post("/api/v1/images/generate", json=wanted).json()["id"])


def choose(page: Page, image_id: int, action: str) -> None:
    page.check(f"input[name=_selected_action][value='{image_id}']")
    page.select_option("select[name=action]", action)
    page.click(".actions button[name=index]")


def message(page: Page) -> Any:
    return page.locator(".messagelist li").first


def trash(visit: Visit, image_id: int) -> Page:
    page = visit.open(LISTS["images"])
    choose(page, image_id, "trash_chosen")
    expect(message(page)).to_contain_text("Moved to the trash: 1 picture.")
    return page


def test_an_act_is_told_and_undone_with_one_click(visit: Visit, service: Service) -> None:
    image_id = make(service, "Lantern")
    page = trash(visit, image_id)
    assert page.locator(f"input[value='{image_id}'][name=_selected_action]").count() == 0
    message(page).get_by_role("button", name="Undo").click()
    expect(message(page)).to_contain_text("Undone: 1 picture as before.")
    expect(page.locator(f"input[value='{image_id}'][name=_selected_action]")).to_be_visible()


def test_the_history_undoes_as_well(visit: Visit, service: Service) -> None:
    trash(visit, make(service, "Torch"))
    page = visit.open(LISTS["history"])
    page.locator("#result_list").get_by_role("button", name="Undo").first.click()
    expect(message(page)).to_contain_text("Undone: 1 picture as before.")


def test_purging_asks_with_pictures_and_then_does_it(visit: Visit, service: Service) -> None:
    image_id = make(service, "Rope")
    trash(visit, image_id)
    page = visit.open(LISTS["trash"])
    choose(page, image_id, "purge_chosen")
    until(page, "[...document.querySelectorAll('.going img')].every(i => i.naturalWidth > 0)")
    assert minded(visit) == []
    page.get_by_role("button", name="Yes, purge them").click()
    expect(message(page)).to_contain_text("Purged 1 picture for good.")
    assert service.get(f"/api/v1/images/{image_id}").status_code == 404


def test_tags_are_added_on_a_page_of_their_own(visit: Visit, service: Service) -> None:
    image_id = make(service, "Map")
    page = visit.open(LISTS["images"])
    choose(page, image_id, "tag_chosen")
    assert minded(visit) == []
    page.fill("#add", "cosy, <i>odd</i>")
    page.get_by_role("button", name="Save").click()
    expect(message(page)).to_contain_text("Tagged 1 picture.")
    tags = service.get(f"/api/v1/images/{image_id}?include_data=false").json()["tags"]
    assert set(tags) == {"cosy", "<i>odd</i>"}


def test_the_zip_that_a_browser_saves_is_whole(visit: Visit, service: Service) -> None:
    image_id = make(service, HOSTILE)
    page = visit.open(f"{LISTS['images']}{image_id}/change/")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    with zipfile.ZipFile(download.value.path()) as packed:
        assert packed.testzip() is None
        index = json.loads(packed.read("index.json"))
    assert [entry["subject_name"] for entry in index["pictures"]] == [HOSTILE]


def test_a_scene_is_pinned_and_unpinned_on_its_page(visit: Visit) -> None:
    page = visit.open(LISTS["scenes"])
    page.locator("#result_list .field-location a").first.click()
    page.get_by_role("button", name="Pin", exact=True).click()
    expect(page.locator(".field-state .readonly")).to_have_text("pinned")
    assert minded(visit) == []
    page.get_by_role("button", name="Unpin").click()
    expect(page.locator(".field-state .readonly")).to_contain_text("fresh for")


def test_regenerating_makes_a_new_picture(visit: Visit, service: Service) -> None:
    image_id = make(service, "Shield")
    page = visit.open(f"{LISTS['images']}{image_id}/change/")
    page.get_by_role("button", name="Regenerate").click()
    expect(message(page)).to_contain_text("Queued 1 new picture.")
    found = f"{service.urls[0]}/api/v1/images/search?subject_name=Shield"
    until(page, f"fetch('{found}').then(r => r.json()).then(found => found.total === 2)")


@pytest.mark.parametrize("name", LISTS)
def test_lists_have_nothing_that_axe_minds(visit: Visit, service: Service, name: str) -> None:
    if name == "trash":
        trash(visit, make(service, "Boots"))
    visit.page.emulate_media(color_scheme="light")
    visit.open(LISTS[name])
    assert minded(visit) == []
    visit.page.emulate_media(color_scheme="dark")
    assert minded(visit) == []


@pytest.mark.parametrize("looks", ["light", "dark"])
def test_pages_of_one_picture_have_nothing_that_axe_minds(visit: Visit, service: Service, looks: Any) -> None:
    image_id = make(service, "Cloak")
    visit.page.emulate_media(color_scheme=looks)
    visit.open(f"{LISTS['images']}{image_id}/change/")
    assert minded(visit) == []
    trash(visit, image_id)
    visit.open(f"{LISTS['trash']}{image_id}/change/")
    assert minded(visit) == []
    visit.open(f"{LISTS['keys']}add/")
    assert minded(visit) == []


def test_the_page_to_sign_in_on_lets_in_and_has_nothing_that_axe_minds(
    chromium: Browser, service: Service
) -> None:
    with open_page(chromium, service.urls[0]) as visit:
        page = visit.open("/admin/login/?next=/admin/access/")
        assert minded(visit) == []
        page.fill("#id_username", "boss")
        page.fill("#id_password", PASSWORD)
        page.click("[type=submit]")
        page.wait_for_url("**/admin/access/")


def test_a_long_name_and_prompt_hold_on_a_phone(chromium: Browser, service: Service) -> None:
    wanted = {"subject_type": "item", "subject_name": "w" * 200, "prompt": "w" * 600}
    image_id = service.post("/api/v1/images/generate", json=wanted).json()["id"]
    with open_page(chromium, service.urls[0], viewport=PHONE) as visit:
        page = visit.log_in("boss", PASSWORD).open(f"{LISTS['images']}{image_id}/change/")
        name, tools, acts = (page.locator(one).first.bounding_box() for one in NAME_TOOLS_ACTS)
        assert name is not None
        assert tools is not None
        assert acts is not None
        assert name["y"] + name["height"] <= tools["y"]
        assert tools["y"] + tools["height"] <= acts["y"]
        assert minded(visit) == []


@pytest.mark.parametrize("name", ["images", "scenes", "log"])
def test_lists_fit_a_phone(chromium: Browser, service: Service, name: str) -> None:
    with open_page(chromium, service.urls[0], viewport=PHONE) as visit:
        page = visit.log_in("boss", PASSWORD).open(LISTS[name])
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert minded(visit) == []
        assert visit.problems == []


def test_it_all_works_without_javascript(chromium: Browser, service: Service) -> None:
    image_id = make(service, "Candle")
    with open_page(chromium, service.urls[0], java_script_enabled=False) as visit:
        page = visit.log_in("boss", PASSWORD).open(LISTS["images"])
        choose(page, image_id, "feature_chosen")
        expect(message(page)).to_have_text(re.compile(r"Featured 1 picture\.\s+Undo"))
