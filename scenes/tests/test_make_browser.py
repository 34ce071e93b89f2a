"""Asking for pictures and looking at places in a real browser, with a model that answers by script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from dndimages.tests.browser import PHONE, Visit, accessibility_problems, open_page, until
from dndimages.tests.service import Service
from gallery.tests.fake_gemini import FakeGemini, blocked, quota

HOSTILE = "‮<b>Taverna</b>🍺" + "x" * 150
BOTH_LOOKS = pytest.mark.parametrize("looks", ["light", "dark"])


@pytest.fixture(scope="module")
def gemini() -> Iterator[FakeGemini]:
    with FakeGemini() as fake:
        yield fake


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, gemini: FakeGemini) -> Iterator[Service]:
    env = {
        "GEMINI_API_KEY": "AIzaTESTKEY0000000000000000000000000000",
        "GEMINI_BASE_URL": gemini.base_url,
        "MAX_REQUESTS_PER_MINUTE": "1000",
        "SCENE_GENERATIONS_PER_MINUTE": "1000",
    }
    with Service(tmp_path_factory.mktemp("make"), env=env, worker=True) as service:
        yield service


@pytest.fixture(autouse=True)
def _fresh_model(gemini: FakeGemini) -> Iterator[None]:
    gemini.reset()
    yield
    gemini.release()


@pytest.fixture
def visit(chromium: Browser, service: Service) -> Iterator[Visit]:
    with open_page(chromium, service.urls[0]) as visit:
        yield visit


def send_item(visit: Visit, name: str) -> Page:
    page = visit.open("/make?kind=item")
    page.fill("#id_subject_name", name)
    page.fill("#id_prompt", "A rusty dagger glowing with blue runes")
    page.click("[data-send]")
    page.wait_for_url("**/make/*-*")
    return page


def is_loaded(page: Page, selector: str) -> None:
    until(page, "s => document.querySelector(s)?.naturalWidth > 0", selector)


def test_a_picture_appears_where_it_was_waited_for(visit: Visit, gemini: FakeGemini) -> None:
    gemini.hold()
    page = send_item(visit, "Dagger of Dawn")
    expect(page.get_by_role("heading", name="Being painted")).to_be_visible()
    assert accessibility_problems(page) == []
    gemini.release()
    expect(page.get_by_role("heading", name="Here it is")).to_be_visible(timeout=20_000)
    is_loaded(page, ".result img")
    assert page.title().startswith("Here it is")
    expect(page.get_by_role("status")).to_have_text("Here it is")
    assert page.get_by_text("Download").get_attribute("download") == "dagger-of-dawn.webp"
    assert accessibility_problems(page) == []
    assert visit.problems == []


def test_a_double_click_asks_once(visit: Visit, gemini: FakeGemini) -> None:
    page = visit.open("/make?kind=scene&location=Double+Tavern&time_of_day=dusk")
    page.dblclick("[data-send]")
    expect(page.get_by_role("heading", name="Here it is")).to_be_visible(timeout=20_000)
    assert gemini.calls == 1
    assert visit.problems == []


def test_a_running_picture_is_kept_in_spite_of_the_cancel(visit: Visit, gemini: FakeGemini) -> None:
    gemini.hold()
    page = send_item(visit, "Slow Dagger")
    expect(page.get_by_role("heading", name="Being painted")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("it is kept in the gallery when it comes")).to_be_visible()
    gemini.release()
    expect(page.get_by_role("heading", name="Here it is")).to_be_visible(timeout=20_000)
    assert visit.problems == []


def test_refused_words_come_back_to_be_changed(visit: Visit, gemini: FakeGemini) -> None:
    gemini.default(blocked())
    page = send_item(visit, "Forbidden Dagger")
    page.get_by_role("link", name="Change the words").click(timeout=20_000)
    expect(page.locator("#id_subject_name")).to_have_value("Forbidden Dagger")
    expect(page.locator("#id_prompt")).to_have_value("A rusty dagger glowing with blue runes")
    assert visit.problems == []


def test_a_quota_is_waited_for(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    """With a model and a server of its own: a quota is remembered until it is over."""
    with FakeGemini() as gemini:
        gemini.default(quota(quota_id="GenerateRequestsPerDayPerProject", delay="3600s"))
        env = {
            "GEMINI_API_KEY": "AIzaTESTKEY0000000000000000000000000000",
            "GEMINI_BASE_URL": gemini.base_url,
        }
        data_dir = tmp_path_factory.mktemp("quota")
        with (
            Service(data_dir, env=env, worker=True) as service,
            open_page(chromium, service.urls[0]) as visit,
        ):
            page = send_item(visit, "Costly Dagger")
            expect(page.get_by_text("API quota exceeded")).to_be_visible(timeout=20_000)
            retry = page.get_by_role("link", name="Try again")
            expect(retry).to_have_attribute("aria-disabled", "true")
            here = page.url
            retry.click(force=True)
            assert page.url == here
            assert accessibility_problems(page) == []
            assert visit.problems == []


def test_everything_works_without_scripts(chromium: Browser, service: Service, gemini: FakeGemini) -> None:
    with open_page(chromium, service.urls[0], java_script_enabled=False) as visit:
        page = visit.open("/make?kind=scene&location=Silent+Tavern")
        page.get_by_role("button", name="Make it").click()
        expect(page.get_by_role("heading", name="Here it is")).to_be_visible(timeout=20_000)
        page.goto(service.urls[0] + "/places?q=silent")
        page.get_by_role("link", name="Silent Tavern").click()
        expect(page.get_by_role("link", name="clear at day")).to_be_visible()
        assert visit.problems == []


@BOTH_LOOKS
@pytest.mark.parametrize("width", [320, 1280])
def test_hostile_names_break_no_page(
    chromium: Browser, service: Service, gemini: FakeGemini, looks: Any, width: int
) -> None:
    wanted = {"location": HOSTILE, "time_of_day": "<i>noon", "weather": "x" * 50}
    assert service.post("/api/v1/scenes/generate", json=wanted).status_code == 200
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": looks}
    with open_page(chromium, service.urls[0], **options) as visit:
        page = visit.open("/places?q=taverna")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert accessibility_problems(page) == []
        page.locator(".place a").first.click()
        page.wait_for_load_state("networkidle")
        assert page.locator("h1").text_content() == HOSTILE
        assert page.locator("h1 bdi").evaluate("h1 => getComputedStyle(h1).webkitLineClamp") == "none"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert accessibility_problems(page) == []
        assert visit.problems == []


@BOTH_LOOKS
@pytest.mark.parametrize(
    "path", ["/make", "/make?kind=item", "/make?kind=character", "/demo", "/places", "/places?q=zzz"]
)
def test_the_pages_are_accessible_and_quiet_on_a_phone(
    chromium: Browser, service: Service, looks: Any, path: str
) -> None:
    with open_page(chromium, service.urls[0], viewport=PHONE, color_scheme=looks) as visit:
        page = visit.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert accessibility_problems(page) == []
        assert visit.problems == []


def test_a_wrong_form_is_read_out(visit: Visit) -> None:
    page = visit.open("/make?kind=item")
    page.fill("#id_prompt", "short")
    page.click("[data-send]")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#id_prompt")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Use at least 10 characters.")).to_be_visible()
    expect(page.locator("#id_subject_name")).to_be_focused()
    assert accessibility_problems(page) == []


def test_on_a_phone_the_matrix_is_a_list_by_hour(
    chromium: Browser, service: Service, gemini: FakeGemini
) -> None:
    assert service.post("/api/v1/scenes/generate?location=Phone+Tavern").status_code == 200
    with open_page(chromium, service.urls[0], viewport=PHONE) as visit:
        page = visit.open("/places/phone-tavern")
        dawn, day = (
            page.get_by_role("rowheader", name=name, exact=True).bounding_box() for name in ("dawn", "day")
        )
        assert dawn is not None
        assert day is not None
        assert dawn["y"] < day["y"]
        assert dawn["width"] > PHONE["width"] * 0.8
        assert page.get_by_role("cell", name="clear at day").count() == 1
        assert visit.problems == []


def test_the_demo_fills_an_empty_gallery_while_one_watches(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with (
        Service(tmp_path_factory.mktemp("demo")) as service,
        open_page(chromium, service.urls[0]) as visit,
    ):
        page = visit.open("/demo")
        page.get_by_role("button", name="Paint it").click()
        expect(page.get_by_role("progressbar")).to_be_visible()
        expect(page.get_by_role("link", name="To its places")).to_be_visible(timeout=60_000)
        assert page.locator(".place").count() >= 20
        assert accessibility_problems(page) == []
        assert service.manage("demo").stdout == "The demo is there already; nothing was added.\n"
        assert "to the trash" in service.manage("demo", "--remove").stdout
        assert visit.problems == []
