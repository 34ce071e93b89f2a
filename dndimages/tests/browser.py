"""Pages in a real browser: what went wrong while they were looked at, and what axe-core says of them.

with open_page(chromium, service.urls[0], viewport=PHONE) as visit:
    visit.open("/")
    assert visit.problems == []
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from dndimages.tests.service import eventually

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
TRANSITIONS_END = "document.getAnimations().forEach(a => a instanceof CSSTransition && a.finish())"
#: Cookies of who is logged in already, by the service's address and the name.
_sessions: dict[tuple[str, str], Any] = {}


@dataclass
class Visit:
    """A page and what went wrong on it: console errors and warnings, exceptions, requests that failed
    or went to another host, breaches of the content security policy (they are console errors)."""

    page: Page
    base: str
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self._heard(message.type, message.text))
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("requestfailed", lambda request: self._failed(request.url, request.failure))

    def _heard(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.problems.append(f"{kind}: {text}")

    def _asked(self, url: str) -> None:
        if not url.startswith((self.base, "data:", "blob:")):
            self.problems.append(f"asked another host: {url}")

    def _failed(self, url: str, why: str | None) -> None:
        if why != "net::ERR_ABORTED":  # the page went on to another one
            self.problems.append(f"failed: {url} {why}")

    def open(self, path: str) -> Page:
        """Go there and wait until the network is quiet."""
        self.page.goto(self.base + path, wait_until="networkidle")
        return self.page

    def log_in(self, name: str, password: str) -> Visit:
        """By the login's form, without its page, when nobody has done so yet; else that session goes on."""
        context = self.page.context
        if known := _sessions.get((self.base, name)):
            context.add_cookies(known)
            return self
        address = f"{self.base}/admin/login/"
        context.request.get(address)
        token = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "csrftoken")
        form: dict[str, str | float | bool] = {"username": name, "password": password, "next": "/livez"}
        form["csrfmiddlewaretoken"] = token
        answer = context.request.post(address, form=form)
        assert answer.url.endswith("/livez"), answer.text()
        _sessions[self.base, name] = context.cookies()
        return self


@contextmanager
def open_page(browser: Browser, base: str, **options: Any) -> Iterator[Visit]:
    """A new context of its own (no cookies); ``options`` are Playwright's for a context: viewport,
    java_script_enabled, color_scheme, has_touch …"""
    context = browser.new_context(**{"viewport": DESKTOP, **options})
    try:
        yield Visit(context.new_page(), base)
    finally:
        context.close()


def accessibility_problems(page: Page) -> list[str]:
    """What axe-core finds on the page as it stands: rule, target and the markup it is about. Transitions are
    brought to their end first (the admin's links change colour in 150 ms, and no colour halfway counts)."""
    page.evaluate(TRANSITIONS_END)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['html'][:160]}" for rule in found for node in rule["nodes"]
    ]


def until(page: Page, expression: str, argument: Any = None, *, timeout: float = 20.0) -> None:
    """Wait until the page says so. Playwright's own `wait_for_function` polls by `eval`, which the pages'
    policy forbids."""
    eventually(lambda: page.evaluate(expression, argument), timeout=timeout)
