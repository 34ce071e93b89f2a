"""What all tests share: folders of their own, the painter, counts written at once, no rate limits."""

from __future__ import annotations

import importlib
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db.models.signals import post_migrate
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, sync_playwright
from pytest_django import Settings

from dndimages import ratelimit
from dndimages.access.keys import create_key
from gallery import storage
from gallery.tests.fake_gemini import FakeGemini

#: How fast examples are made is the machine's; our fixtures' folders may hold what earlier examples left.
hypothesis_settings.register_profile(
    "dndimages",
    deadline=None,
    database=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis_settings.load_profile("dndimages")

#: For pages, since a browser draws and scrolls when it likes. The summary names who needed one: to be mended.
SECOND_TRIES = 1

#: A test that uses none of these, and no real server or database of its own, is the same on every database.
_DATABASE = {"db", "transactional_db", "keyed", "client", "api", "admin_client", "live_server"}


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Mark what need not run once more on another database (pages in Chromium, pure code) and what
    needs processes of its own; let what takes long begin early."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if "chromium" in fixtures:
            item.add_marker("browser")
            item.add_marker(pytest.mark.flaky(reruns=SECOND_TRIES))
        module = getattr(item, "module", None)
        has_its_own = hasattr(module, "Service") or hasattr(module, "Place")
        if has_its_own or hasattr(module, "subprocess"):
            item.add_marker("processes")
        if not (has_its_own or fixtures & _DATABASE or item.get_closest_marker("django_db")):
            item.add_marker("pure")
    yield  # others choose and shuffle
    items[:] = _long_ones_early(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def _long_ones_early(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """Those that ask for a timeout of their own, shared out to where each worker's part begins: else one of
    them, begun last, keeps everybody waiting."""
    long = [item for item in items if item.get_closest_marker("timeout")]
    rest = [item for item in items if not item.get_closest_marker("timeout")]
    ordered, size, share = [], -(-len(items) // workers), -(-len(long) // workers)
    for worker in range(workers):
        begun = long[worker * share : (worker + 1) * share]  # neighbours share what their module sets up
        fill = size - len(begun)
        ordered += [*begun, *rest[:fill]]
        del rest[:fill]
    return ordered


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Why first tries failed: of those that passed the second, nobody could mend them else."""
    for report in terminalreporter.getreports("rerun"):
        terminalreporter.section(f"first try of {report.nodeid}", "_")
        report.toterminal(terminalreporter._tw)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Tests that commit empty every table behind them, and whoever comes later wants the prices that the
    migrations brought. Which tests come later is never the same: workers take them from each other."""
    post_migrate.connect(_bring_prices_back, sender=apps.get_app_config("gallery"))
    yield
    post_migrate.disconnect(_bring_prices_back, sender=apps.get_app_config("gallery"))


def _bring_prices_back(**_: Any) -> None:
    importlib.import_module("gallery.migrations.0002_prices").add_prices(apps, None)


@pytest.fixture(autouse=True)
def _own_world(settings: Settings, tmp_path: Path) -> None:
    """Each test has its own media, spool and cache folder, and the defaults of a fresh start."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SPOOL_DIR = tmp_path / "spool"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "gallery.storage.DurableFileSystemStorage",
            "OPTIONS": {"location": settings.MEDIA_ROOT},
        },
        "spool": {
            "BACKEND": "gallery.storage.DurableFileSystemStorage",
            "OPTIONS": {"location": settings.SPOOL_DIR},
        },
    }
    settings.COUNTERS_FLUSH_S = 0
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one takes 0.3 s
    settings.GENERATION_PROVIDER = "auto"
    settings.GEMINI_API_KEY = ""
    settings.MOCK_MODE = False
    settings.PUBLIC_GENERATION = True
    settings.MAX_REQUESTS_PER_MINUTE = settings.SCENE_GENERATIONS_PER_MINUTE = 10_000
    settings.SCENE_HITS_PER_MINUTE = 100_000
    settings.DAILY_GENERATION_CAP = None
    storage.prepare_folders(expect_pictures=False)
    prefix = f"test-{uuid.uuid4().hex}"
    settings.CACHES = {name: {**cache, "KEY_PREFIX": prefix} for name, cache in settings.CACHES.items()}
    ratelimit.hits.forget()


@pytest.fixture
def media(settings: Settings) -> Path:
    """The folder that holds the pictures."""
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def fake_gemini(settings: Settings) -> Iterator[FakeGemini]:
    """A model on loopback that counts its calls; the service is set to use it."""
    with FakeGemini() as fake:
        settings.GEMINI_API_KEY = "AIzaTESTKEY0000000000000000000000000000"
        settings.GEMINI_BASE_URL = fake.base_url
        yield fake


@pytest.fixture
def api() -> Client:
    """A game: no cookies, no key."""
    return Client(SERVER_NAME="localhost")


@pytest.fixture
def keyed(db: None) -> Any:
    """``keyed("curate")`` is a client with an API key of these scopes."""

    def make(*scopes: str, **options: Any) -> Client:
        _, text = create_key(name="test", scopes=scopes, **options)
        return Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {text}"})

    return make


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless; tests that need it are skipped where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("needs Chromium")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()
