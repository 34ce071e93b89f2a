"""What all tests share: folders of their own, the painter, counts written at once, no rate limits."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, sync_playwright
from pytest_django import Settings

from dndimages.access.keys import create_key
from gallery import storage
from gallery.tests.fake_gemini import FakeGemini

#: A test that uses none of these, and no real server, is the same on every database.
_DATABASE = {"db", "transactional_db", "keyed", "client", "api", "admin_client", "live_server"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what need not run once more on another database: pages in Chromium, and pure code."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if "chromium" in fixtures:
            item.add_marker("browser")
        module = getattr(item, "module", None)
        if not (fixtures & _DATABASE or item.get_closest_marker("django_db") or hasattr(module, "Service")):
            item.add_marker("pure")


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
