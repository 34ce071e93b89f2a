"""The documentation and gallery pages in a real browser: they work, ask no other host and break no policy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from dndimages.tests.service import Service

PASSWORD = "only for this test"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A real server, so that static files have their hashed names."""
    unlimited = {"MAX_REQUESTS_PER_MINUTE": "1000", "SCENE_GENERATIONS_PER_MINUTE": "1000"}
    boss = {"DJANGO_SUPERUSER_USERNAME": "boss", "DJANGO_SUPERUSER_PASSWORD": PASSWORD}
    env = {"MOCK_MODE": "true"} | unlimited | boss
    with Service(tmp_path_factory.mktemp("pages"), env=env) as service:
        yield service


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page and what went wrong while it was looked at."""

    page: Page
    base: str
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self._heard(message.type, message.text))
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("requestfailed", lambda request: self.problems.append(f"failed: {request.url}"))

    def _heard(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.problems.append(f"{kind}: {text}")

    def _asked(self, url: str) -> None:
        if not url.startswith((self.base, "data:", "blob:")):
            self.problems.append(f"asked another host: {url}")

    def open(self, path: str) -> Page:
        self.page.goto(self.base + path, wait_until="networkidle")
        return self.page


@pytest.fixture
def visit(chromium: Browser, service: Service) -> Iterator[Visit]:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    yield Visit(page, service.urls[0])
    page.close()


def test_swagger_ui_shows_every_operation(visit: Visit) -> None:
    page = visit.open("/docs")
    page.wait_for_selector("#operations-images-generate_image")
    assert page.locator(".opblock").count() >= 12
    page.locator("#operations-images-generate_image .opblock-summary-control").click()
    page.wait_for_selector("text=Idempotency-Key")
    assert visit.problems == []


def test_swagger_ui_can_try_a_request(visit: Visit) -> None:
    page = visit.open("/docs#/service/livez")
    page.locator("#operations-service-livez .try-out__btn").click()
    page.locator("#operations-service-livez .execute").click()
    page.wait_for_selector("#operations-service-livez .live-responses-table .response-col_status >> text=200")
    assert visit.problems == []


def test_redoc_shows_and_finds_operations(visit: Visit) -> None:
    page = visit.open("/redoc")
    page.wait_for_selector("h1 >> text=D&D Image Generation API")
    assert page.locator("[id^='tag/images']").first.is_visible()
    page.fill("input[placeholder='Search...']", "featured")
    page.wait_for_selector("[data-role='search:results'] [role=menuitem]")
    assert visit.problems == []


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_their_policy_has_no_hole(client: Client, path: str) -> None:
    policy = client.get(path)["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert client.get(f"{path}/").status_code == 200


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_gallery_holds_at_any_width(visit: Visit, width: int, scheme: Any, service: Service) -> None:
    name = "Averyverylongnamewithoutanyblank" * 5
    wanted = {"subject_type": "item", "subject_name": name, "prompt": "A rusty dagger", "aspect_ratio": "1:1"}
    assert service.post("/api/v1/images/generate", json=wanted).status_code == 200
    visit.page.set_viewport_size({"width": width, "height": 800})
    visit.page.emulate_media(color_scheme=scheme)
    page = visit.open("/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for image in page.locator("img").all():
        image.scroll_into_view_if_needed()  # far below, the browser has not asked for it yet
    page.wait_for_load_state("networkidle")
    page.wait_for_function("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    assert visit.problems == []


def test_nothing_moves_while_pictures_arrive(visit: Visit, service: Service) -> None:
    for place in ("tavern", "forest"):
        assert service.post(f"/api/v1/scenes/generate?location={place}").status_code == 200
    page = visit.open("/")
    shifted = page.evaluate(
        "new Promise(done => new PerformanceObserver(list => done(list.getEntries().length))"
        ".observe({type: 'layout-shift', buffered: true}) || setTimeout(() => done(0), 300))"
    )
    assert shifted == 0
    assert visit.problems == []


def test_the_admin_shows_thumbnails_under_the_same_policy(visit: Visit, service: Service) -> None:
    assert service.post("/api/v1/scenes/generate?location=tavern").status_code == 200
    page = visit.open("/admin/gallery/imageasset/")
    page.fill("#id_username", "boss")
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")
    page.wait_for_selector("#result_list")
    page.wait_for_function(
        "[...document.querySelectorAll('#result_list img[src*=thumbnails]')].some(i => i.naturalWidth)"
    )
    page.locator("#result_list tbody th a").first.click()
    page.wait_for_selector("#imageasset_form")
    page.wait_for_load_state("networkidle")
    assert visit.problems == []
