"""Pictures of the pages for docs/screenshots, from a running service that holds the sample campaign.

python tools/screenshots.py http://localhost:8000 USER PASSWORD
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
WIDEST_PX = 960
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 780}, "color_scheme": "light", "has_touch": True},
}
PAGES = {
    "gallery": "/",
    "picture": "/pictures/2",
    "places": "/places",
    "place": "/places/the-golden-hearth-tavern",
    "make": "/make",
    "curate": "/curate",
    "compare": "/curate?mode=compare",
    "import": "/import",
    "dashboard": "/admin/",
    "admin-images": "/admin/gallery/imageasset/",
    "admin-trash": "/admin/gallery/trashedimage/",
    "admin-scenes": "/admin/scenes/scenecache/",
    "admin-log": "/admin/gallery/generationlog/",
}


def take(browser: Browser, base: str, user: str, password: str, look: str) -> None:
    page = browser.new_context(**LOOKS[look]).new_page()
    page.goto(f"{base}/admin/login/?next=/livez")
    page.fill("#id_username", user)
    page.fill("#id_password", password)
    page.click("[type=submit]")
    for name, path in PAGES.items():
        page.goto(base + path, wait_until="networkidle")
        keep(page.screenshot(), f"{name}-{look}")
    page.goto(base + "/", wait_until="networkidle")
    page.locator("[data-picture], .card a").first.click()
    page.wait_for_selector(".pswp--open .pswp__img")
    page.wait_for_timeout(1500)  # until it has opened
    keep(page.screenshot(), f"viewer-{look}")
    page.context.close()


def keep(png: bytes, name: str) -> None:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.thumbnail((WIDEST_PX, WIDEST_PX))
    picture.save(FOLDER / f"{name}.webp", quality=70, method=6)


def main(base: str, user: str, password: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for look in LOOKS:
            take(browser, base, user, password, look)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:4])
