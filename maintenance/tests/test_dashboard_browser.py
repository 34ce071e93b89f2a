"""The dashboard in a real browser: it holds at any width and in the dark, and breaks no policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from dndimages.tests.browser import DESKTOP, PHONE, Visit, accessibility_problems, open_page
from dndimages.tests.service import Service

PASSWORD = "only for this test"
FILL = "from maintenance.tests.test_dashboard import fill; fill(40)"
TINY, HUGE = {"width": 320, "height": 640}, {"width": 3840, "height": 2160}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    boss = {"DJANGO_SUPERUSER_USERNAME": "boss", "DJANGO_SUPERUSER_PASSWORD": PASSWORD}
    env = {"MOCK_MODE": "true", "DAILY_GENERATION_CAP": "3"} | boss
    with Service(tmp_path_factory.mktemp("dashboard"), env=env) as service:
        service.manage("shell", "-c", FILL)
        yield service


def opened(visit: Visit) -> Page:
    return visit.log_in("boss", PASSWORD).open("/admin/")


@pytest.mark.parametrize(
    ("viewport", "scheme"),
    [(TINY, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark"), (HUGE, "light")],
)
def test_it_is_accessible_and_holds_at_any_width(
    chromium: Browser, service: Service, viewport: Any, scheme: Any
) -> None:
    with open_page(chromium, service.urls[0], viewport=viewport, color_scheme=scheme) as visit:
        page = opened(visit)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        assert accessibility_problems(page) == []
        assert visit.problems == []


def test_a_table_opens_and_the_range_changes_without_javascript(chromium: Browser, service: Service) -> None:
    with open_page(chromium, service.urls[0], java_script_enabled=False) as visit:
        page = opened(visit)
        page.locator("#kept summary").click()
        assert page.locator("#kept tbody tr").count() == 90
        assert page.locator("#kept tbody tr").last.is_visible()
        page.get_by_role("link", name="7 days").click()
        page.wait_for_url("**/admin/?days=7")
        assert page.locator("#kept .band").count() == 7
        assert visit.problems == []


def test_every_plot_is_drawn_inside_its_frame_with_colours_of_the_style_sheet(
    chromium: Browser, service: Service
) -> None:
    with open_page(chromium, service.urls[0]) as visit:
        page = opened(visit)
        outside = page.evaluate(
            """[...document.querySelectorAll('.plot')].filter(plot => {
                const frame = plot.closest('article').getBoundingClientRect();
                return [...plot.querySelectorAll('.mark, .line, .fill, text')].some(mark => {
                    const box = mark.getBoundingClientRect();
                    return box.left < frame.left || box.right > frame.right + 1 || box.bottom > frame.bottom;
                });
            }).map(plot => plot.getAttribute('aria-label'))"""
        )
        assert outside == []
        assert page.locator(".mark").first.evaluate("mark => getComputedStyle(mark).fill") != "rgb(0, 0, 0)"


def test_nothing_moves_while_the_page_arrives(chromium: Browser, service: Service) -> None:
    with open_page(chromium, service.urls[0]) as visit:
        page = visit.log_in("boss", PASSWORD).page
        slow = {"offline": False, "latency": 20, "downloadThroughput": 60_000, "uploadThroughput": 60_000}
        page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
        page.goto(f"{service.urls[0]}/admin/")  # in pieces, as over a bad connection
        shifted = page.evaluate(
            "new Promise(done => new PerformanceObserver(list => done(list.getEntries().map(moved =>"
            " [moved.value, ...moved.sources.map(one => one.node?.outerHTML?.slice(0, 200))])))"
            ".observe({type: 'layout-shift', buffered: true}) || setTimeout(() => done([]), 300))"
        )
        assert shifted == []
