"""The documentation pages in a real browser: they work, ask no other host and break no policy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser

from dndimages.tests.browser import Visit, accessibility_problems, open_page, until
from dndimages.tests.service import Service

PASSWORD = "only for this test"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A real server, so that static files have their hashed names."""
    unlimited = {"MAX_REQUESTS_PER_MINUTE": "1000", "SCENE_GENERATIONS_PER_MINUTE": "1000"}
    boss = {"DJANGO_SUPERUSER_USERNAME": "boss", "DJANGO_SUPERUSER_PASSWORD": PASSWORD}
    env = {"MOCK_MODE": "true"} | unlimited | boss
    with Service(tmp_path_factory.mktemp("pages"), env=env) as service:
        yield service


@pytest.fixture
def visit(chromium: Browser, service: Service) -> Iterator[Visit]:
    with open_page(chromium, service.urls[0]) as visit:
        yield visit


def test_swagger_ui_shows_every_operation(visit: Visit) -> None:
    page = visit.open("/docs")
    page.wait_for_selector("#operations-images-generateImage")
    assert page.locator(".opblock").count() >= 12
    page.locator("#operations-images-generateImage .opblock-summary-control").click()
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
def test_axe_minds_nothing(visit: Visit, path: str) -> None:
    page = visit.open(path)
    page.wait_for_selector("#operations-images-generateImage, [id^='tag/images']")
    assert visit.problems == []
    assert accessibility_problems(page) == []


def test_axe_minds_nothing_in_an_operation_that_is_tried(visit: Visit) -> None:
    page = visit.open("/docs#/images/generateImage")
    page.locator("#operations-images-generateImage .try-out__btn").click()
    page.wait_for_selector("textarea.body-param__text[aria-label='Request body']")
    assert visit.problems == []
    assert accessibility_problems(page) == []


def test_an_opened_operation_has_an_address(visit: Visit) -> None:
    page = visit.open("/docs")
    page.locator("#operations-scenes-generateScene .opblock-summary-control").press("Enter")
    until(page, "location.hash === '#/scenes/generateScene'")


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_their_policy_has_no_hole(client: Client, path: str) -> None:
    policy = client.get(path)["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert client.get(f"{path}/").status_code == 200


def test_the_admin_shows_thumbnails_under_the_same_policy(visit: Visit, service: Service) -> None:
    assert service.post("/api/v1/scenes/generate?location=tavern").status_code == 200
    page = visit.open("/admin/gallery/imageasset/")
    page.fill("#id_username", "boss")
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")
    page.wait_for_selector("#result_list")
    until(
        page, "[...document.querySelectorAll('#result_list img[src*=thumbnails]')].some(i => i.naturalWidth)"
    )
    page.locator("#result_list tbody th a").first.click()
    page.wait_for_selector("#imageasset_form")
    page.wait_for_load_state("networkidle")
    assert visit.problems == []
