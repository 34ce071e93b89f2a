"""The gallery in a real browser: walking along the wall, the viewer, a phone, no JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from dndimages.tests.browser import PHONE, Visit, accessibility_problems, open_page, until
from dndimages.tests.service import Service

NAMES = ["Old Mill", "<b>Bold</b> & \u202egnirts", "Longnamewithoutanyblank" * 8, "الخنجر القديم", "🐉 龍"]
MADE = 120
#: Copies of five painted pictures under one token each: files are shared, rows are many.
COPIES = """
from datetime import timedelta
from gallery.models import ImageAsset
made = list(ImageAsset.objects.order_by("pk"))
first = made[0].created_at
rows = [(made[n % 5], n) for n in range(5, MADE)]
for image, n in rows:
    image.pk, image.is_featured, image.created_at = None, False, first - timedelta(minutes=n)
    image._state.adding = True
    image.subject_name = f"Picture {n}" if n > 9 else image.subject_name
    image.save()
"""
NEW_ONES = """
from datetime import timedelta
from gallery.models import ImageAsset
image = ImageAsset.objects.earliest("pk")
newest = ImageAsset.objects.latest("created_at").created_at
for n in range(MANY):
    image.pk, image.is_featured, image.created_at = None, False, newest + timedelta(minutes=n + 1)
    image.component = "new"
    image._state.adding = True
    image.save()
"""
NAMES_HERE = "cards => cards.map(card => card.id)"
SUM_OF_SHIFTS = """() => new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => {
        for (const shift of list.getEntries()) if (!shift.hadRecentInput) sum += shift.value;
    }).observe({type: 'layout-shift', buffered: true});
    requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
})"""
LOADED = "[...document.images].every(image => image.complete && image.naturalWidth > 0)"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    unlimited = {"MAX_REQUESTS_PER_MINUTE": "1000", "SCENE_GENERATIONS_PER_MINUTE": "1000"}
    with Service(tmp_path_factory.mktemp("gallery"), env={"MOCK_MODE": "true", **unlimited}) as service:
        for name, ratio in zip(NAMES, ("16:9", "1:1", "9:16", "4:3", "1:1"), strict=True):
            wanted = {"subject_type": "item", "subject_name": name, "prompt": f"A rusty dagger {name}"}
            assert service.post("/api/v1/images/generate", json=wanted | {"aspect_ratio": ratio}).is_success
        service.manage("shell", "-c", COPIES.replace("MADE", str(MADE)))
        yield service


@pytest.fixture
def visit(chromium: Browser, service: Service) -> Iterator[Visit]:
    with open_page(chromium, service.urls[0]) as visit:
        yield visit


def cards(page: Page) -> int:
    return page.locator("[data-wall] > li").count()


def wait_for_cards(page: Page, number: int) -> None:
    until(page, "n => document.querySelectorAll('[data-wall] > li').length === n", number)


def to_the_end(page: Page) -> None:
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")


def load_unasked(page: Page) -> None:
    for number in (48, 72, 96):
        to_the_end(page)
        until(page, "n => document.querySelectorAll('[data-wall] > li').length >= n", number)


def open_viewer(page: Page, number: int = 0) -> None:
    page.locator("a.picture").nth(number).press("Enter")
    page.wait_for_selector(".pswp[data-ready]")


def wait_for_picture(page: Page, number: int) -> None:
    """The viewer shows the picture of this card."""
    until(page, "n => location.hash === '#' + document.querySelectorAll('[data-wall] > li')[n]?.id", number)


def wait_closed(page: Page) -> None:
    until(page, "!document.querySelector('.pswp') && location.hash === ''")


# ── Walking along the wall ───────────────────────────────────────────────────────────────────────


def test_further_pages_come_by_themselves_and_then_a_button_waits(visit: Visit) -> None:
    page = visit.open("/")
    load_unasked(page)
    to_the_end(page)
    assert cards(page) == 96  # the rest only when asked for: what is below can be reached
    page.get_by_role("link", name="More pictures").click()
    wait_for_cards(page, MADE)
    assert "That is all: 120 pictures" in page.locator("[data-status]").inner_text()
    ids = page.locator("[data-wall] > li").evaluate_all("all => all.map(card => card.id)")
    assert len(set(ids)) == MADE
    assert visit.problems == []


@pytest.mark.parametrize("many", [6, 30])  # of 24 a page
def test_pictures_that_go_meanwhile_hide_no_others(visit: Visit, service: Service, many: int) -> None:
    page = visit.open("/?sort=oldest")
    wait_for_cards(page, 48)
    names = "(cards, many) => cards.slice(0, many).map(card => card.id)"
    gone = page.eval_on_selector_all("[data-wall] > li", names, many)
    numbers = [int(name.removeprefix("picture-")) for name in gone]
    act = "from gallery.models import ImageAsset as I; from django.utils import timezone; "
    act += f"I.objects.filter(pk__in={numbers}).update(deleted_at="
    service.manage("shell", "-c", f"{act}timezone.now())")
    try:
        # Asked again and again: while a page comes nothing else is asked for.
        until(
            page,
            "() => { const link = document.querySelector('[data-older]'); link?.click(); return !link; }",
        )
        here = set(page.eval_on_selector_all("[data-wall] > li", "cards => cards.map(card => card.id)"))
        everything = service.get("/api/v1/images/search?page_size=100").json()["items"]
        everything += service.get("/api/v1/images/search?page_size=100&page=2").json()["items"]
        assert len(everything) == MADE - many
        assert {f"picture-{image['id']}" for image in everything} | set(gone) == here
        assert page.locator("[data-status]").inner_text() == f"That is all: {MADE - many} pictures"
    finally:
        service.manage("shell", "-c", f"{act}None)")


def test_the_address_follows_and_back_returns_to_the_same_place(visit: Visit, service: Service) -> None:
    page = visit.open("/?type=item")
    load_unasked(page)
    page.locator("[data-wall] > li").nth(60).evaluate("card => card.scrollIntoView({block: 'start'})")
    in_view = (
        "[...document.querySelectorAll('[data-wall] > li')].map(card => [card.id, card.getBoundingClientRect()])"
        ".filter(([, box]) => box.bottom > 0).map(([id, box]) => [id, box.top])[0]"
    )
    until(
        page, f"(([id, top]) => history.state?.place.id === id && history.state.place.top === top)({in_view})"
    )
    assert "page=3" in page.url
    name, top = page.evaluate(in_view)
    page.goto(service.urls[0] + "/pictures/1")
    page.go_back(wait_until="networkidle")
    assert "type=item" in page.url
    until(
        page,
        "([id, top]) => Math.abs(document.getElementById(id).getBoundingClientRect().top - top) < 2",
        [name, top],
    )
    assert visit.problems == []


def test_earlier_pictures_are_put_in_above_without_a_jump(visit: Visit) -> None:
    page = visit.open("/?page=5")
    name = page.locator("[data-wall] > li").first.get_attribute("id")
    top_of = "id => document.getElementById(id).getBoundingClientRect().top"
    before = page.evaluate(top_of, name)
    page.get_by_role("link", name="Earlier pictures").click()
    until(page, "id => document.querySelector('[data-wall] > li').id !== id", name)
    assert cards(page) == 48
    assert abs(page.evaluate(top_of, name) - before) < 2
    assert visit.problems == []


def test_earlier_pictures_do_not_hide_that_others_went(visit: Visit, service: Service) -> None:
    page = visit.open("/?page=3")
    before = page.eval_on_selector_all("[data-wall] > li", NAMES_HERE)
    numbers = [int(name.removeprefix("picture-")) for name in before[:6]]
    act = "from gallery.models import ImageAsset as I; from django.utils import timezone; "
    act += f"I.objects.filter(pk__in={numbers}).update(deleted_at="
    service.manage("shell", "-c", f"{act}timezone.now())")
    try:
        page.get_by_role("link", name="Earlier pictures").click()
        until(page, "id => document.querySelector('[data-wall] > li').id !== id", before[0])
        until(
            page,
            "() => { const link = document.querySelector('[data-older]'); link?.click(); return !link; }",
        )
        here = page.eval_on_selector_all("[data-wall] > li", NAMES_HERE)
        assert len(here) == len(set(here))
        pages = [service.get(f"/?page={n}", headers={"Accept": "text/html"}).text for n in range(1, 6)]
        everything = re.findall(r'<li [^>]*id="(picture-\d+)"', "".join(pages))
        assert [name for name in everything[everything.index(here[0]) :] if name not in here] == []
    finally:
        service.manage("shell", "-c", f"{act}None)")


@pytest.mark.parametrize("many", [6, 30])  # of 24 a page
def test_pictures_that_are_made_meanwhile_hide_no_others(visit: Visit, service: Service, many: int) -> None:
    page = visit.open("/?page=4")
    before = page.eval_on_selector_all("[data-wall] > li", NAMES_HERE)
    service.manage("shell", "-c", NEW_ONES.replace("MANY", str(many)))
    try:
        page.get_by_role("link", name="Earlier pictures").click()
        until(page, "id => document.querySelector('[data-wall] > li').id !== id", before[0])
        here = page.eval_on_selector_all("[data-wall] > li", NAMES_HERE)
        pages = [service.get(f"/?page={n}", headers={"Accept": "text/html"}).text for n in range(1, 8)]
        everything = re.findall(r'<li [^>]*id="(picture-\d+)"', "".join(pages))
        start = everything.index(here[0])
        assert here == everything[start : everything.index(before[-1]) + 1]
        assert len(here) > len(before) + many
        assert visit.problems == []
    finally:
        forget = "from gallery.models import ImageAsset as I; I.objects.filter(component='new').delete()"
        service.manage("shell", "-c", forget)


def test_a_page_that_does_not_come_is_told_and_can_be_asked_for_again(visit: Visit) -> None:
    page = visit.open("/?q=picture&sort=name")
    until(page, "document.querySelectorAll('[data-wall] > li').length >= 24")
    page.context.set_offline(True)
    to_the_end(page)
    until(page, "document.querySelector('[data-status]').textContent.includes('could not be loaded')")
    page.context.set_offline(False)
    had = cards(page)
    page.get_by_role("link", name="More pictures").click()
    until(page, "n => document.querySelectorAll('[data-wall] > li').length > n", had)


def test_nothing_moves_while_pictures_arrive(visit: Visit) -> None:
    page = visit.open("/")
    page.mouse.move(600, 500)
    while cards(page) < 96:
        until(page, "document.querySelector('[data-pages]').getBoundingClientRect().top > innerHeight + 400")
        below = page.evaluate("scrollY") + 350
        page.mouse.wheel(0, 350)
        until(page, "y => scrollY >= y - 1", below)  # else turns of the wheel pile up on a busy machine
    assert page.evaluate(SUM_OF_SHIFTS) < 0.01
    page = visit.open("/pictures/1")
    assert page.evaluate(SUM_OF_SHIFTS) < 0.01
    assert visit.problems == []


def test_rows_are_equally_high_and_the_last_one_is_not_stretched(visit: Visit) -> None:
    page = visit.open("/?page=5")
    boxes = page.locator(".card .picture").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(box => [Math.round(box.top), box.height, box.right])"
    )
    rows = {top: [box for box in boxes if box[0] == top] for top in sorted({box[0] for box in boxes})}
    assert len(rows) > 2
    for row in rows.values():
        assert max(box[1] for box in row) - min(box[1] for box in row) < 1
    rights = [row[-1][2] for row in rows.values()]
    assert max(rights[:-1]) - min(rights[:-1]) < 1
    assert next(reversed(rows.values()))[0][1] <= min(row[0][1] for row in rows.values()) + 1


def test_choosing_an_order_holds_at_once_and_the_address_stays_short(visit: Visit) -> None:
    page = visit.open("/?type=item")
    page.get_by_label("Sort").select_option("name")
    page.wait_for_url("**/?type=item&sort=name")
    assert visit.problems == []


# ── The viewer ───────────────────────────────────────────────────────────────────────────────────


def test_the_viewer_is_worked_by_keyboard_and_gives_the_focus_back(visit: Visit) -> None:
    page = visit.open("/")
    open_viewer(page, 1)
    wait_for_picture(page, 1)
    assert page.evaluate("document.activeElement.closest('.pswp') !== null")
    page.keyboard.press("ArrowRight")
    wait_for_picture(page, 2)
    page.keyboard.press("ArrowLeft")
    wait_for_picture(page, 1)
    page.keyboard.press("i")
    assert page.get_by_role("link", name="Everything about this picture").is_visible()
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('.pswp')"
        )
    page.keyboard.press("Escape")
    wait_closed(page)
    second = page.locator("a.picture").nth(1).get_attribute("id")
    until(page, "id => document.activeElement.id === id", second)
    assert visit.problems == []


def test_f_is_for_full_screen(visit: Visit) -> None:
    page = visit.open("/")
    open_viewer(page)
    page.keyboard.press("f")
    until(page, "document.fullscreenElement !== null")
    page.keyboard.press("f")
    until(page, "document.fullscreenElement === null")
    assert visit.problems == []


def test_the_viewer_goes_on_with_the_next_page(visit: Visit) -> None:
    page = visit.open("/?q=picture")
    had = cards(page)
    open_viewer(page, had - 1)
    until(page, "n => document.querySelectorAll('[data-wall] > li').length > n", had)
    page.keyboard.press("ArrowRight")
    wait_for_picture(page, had)
    until(page, "document.querySelector('.pswp__item[aria-hidden=false] img')?.naturalWidth > 0")
    assert "page=" in page.url
    assert visit.problems == []


def test_back_returns_to_where_the_viewer_was_left(visit: Visit, service: Service) -> None:
    page = visit.open("/?q=picture")
    had = cards(page)
    open_viewer(page, had - 1)
    until(page, "n => document.querySelectorAll('[data-wall] > li').length > n", had)
    for n in range(had, had + 12):
        page.keyboard.press("ArrowRight")
        wait_for_picture(page, n)
    name = page.evaluate("location.hash.slice(1)")
    page.keyboard.press("Escape")
    wait_closed(page)
    top_of = "id => document.getElementById(id).getBoundingClientRect().top"
    top = page.evaluate(top_of, name)
    page.goto(service.urls[0] + "/pictures/1")
    page.go_back(wait_until="networkidle")
    until(page, f"([id, top]) => Math.abs(({top_of})(id) - top) < 2", [name, top])
    assert visit.problems == []


def test_back_closes_the_viewer_and_forth_opens_it(visit: Visit) -> None:
    page = visit.open("/")
    open_viewer(page)
    wait_for_picture(page, 0)
    page.go_back()
    wait_closed(page)
    page.go_forward()
    page.wait_for_selector(".pswp[data-ready]")
    assert visit.problems == []


def test_from_the_viewer_to_the_pictures_page_and_back_to_it(visit: Visit) -> None:
    page = visit.open("/?type=item")
    open_viewer(page, 3)
    wait_for_picture(page, 3)
    page.keyboard.press("i")
    page.get_by_role("link", name="Everything about this picture").click()
    page.wait_for_url("**/pictures/*?type=item")
    page.go_back()
    page.wait_for_selector(".pswp[data-ready]")
    wait_for_picture(page, 3)
    assert visit.problems == []


def test_an_address_opens_the_viewer_or_the_pictures_page(visit: Visit) -> None:
    page = visit.open("/")
    name = page.locator("[data-wall] > li").nth(5).get_attribute("id")
    page.goto("about:blank")
    page = visit.open(f"/#{name}")
    page.wait_for_selector(".pswp[data-ready]")
    page.goto("about:blank")
    page = visit.open("/?sort=oldest&page=2#picture-1")
    page.wait_for_url("**/pictures/1?sort=oldest&page=2")
    assert visit.problems == []


def test_without_the_viewers_files_a_card_opens_the_pictures_page(visit: Visit) -> None:
    visit.page.route("**/photoswipe*", lambda route: route.abort())
    page = visit.open("/")
    page.locator("a.picture").first.click()
    page.wait_for_url("**/pictures/*")


def test_fingers_open_swipe_and_zoom(chromium: Browser, service: Service) -> None:
    with open_page(chromium, service.urls[0], viewport=PHONE, has_touch=True, is_mobile=True) as visit:
        page = visit.open("/")
        page.locator("a.picture").first.tap()
        page.wait_for_selector(".pswp[data-ready] .pswp__item[aria-hidden=false] img")
        wait_for_picture(page, 0)
        swipe(page)
        wait_for_picture(page, 1)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert visit.problems == []


def swipe(page: Page) -> None:
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[int, int]) -> None:
        told: list[dict[str, Any]] = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told})

    touch("touchStart", (300, 350))
    for x in range(280, 40, -40):
        touch("touchMove", (x, 350))
    touch("touchEnd")


def test_less_motion_means_none(chromium: Browser, service: Service) -> None:
    with open_page(chromium, service.urls[0], reduced_motion="reduce") as visit:
        page = visit.open("/")
        page.locator("a.picture").first.hover()
        assert page.evaluate("document.getAnimations().length") == 0
        open_viewer(page)
        wait_for_picture(page, 0)
        assert page.evaluate("document.getAnimations().length") == 0
        assert visit.problems == []


# ── Everybody ────────────────────────────────────────────────────────────────────────────────────


def test_everything_is_reached_without_javascript(chromium: Browser, service: Service) -> None:
    with open_page(chromium, service.urls[0], java_script_enabled=False) as visit:
        page = visit.open("/?type=item")
        page.get_by_role("link", name="Next page").click()
        page.wait_for_url("**/?type=item&page=2")
        page.locator("a.picture").first.click()
        page.wait_for_url("**/pictures/*?type=item&page=2")
        page.get_by_role("link", name="Next →").click()
        page.get_by_role("link", name="Gallery", exact=False).nth(1).click()
        page.wait_for_url("**/?type=item&page=2#at-*")
        page.get_by_label("Search names").fill("picture 77")
        page.get_by_role("button", name="Search").click()
        assert cards(page) == 1
        assert visit.problems == []


def test_a_prompt_is_copied(chromium: Browser, service: Service) -> None:
    with open_page(chromium, service.urls[0], permissions=["clipboard-read", "clipboard-write"]) as visit:
        page = visit.open("/pictures/1")
        page.get_by_role("button", name="Copy").first.click()
        page.get_by_role("button", name="Copied").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == "A rusty dagger Old Mill"
        assert visit.problems == []


def test_a_download_gets_its_readable_name(visit: Visit) -> None:
    page = visit.open("/pictures/1")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download").click()
    assert waiting.value.suggested_filename == "Old-Mill-1.webp"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_anybody_out(chromium: Browser, service: Service, scheme: Any) -> None:
    with open_page(chromium, service.urls[0], color_scheme=scheme) as visit:
        for path in ("/", "/?page=3&q=picture&since=2000-01-01", "/?tag=none", "/pictures/2", "/?page=99"):
            page = visit.open(path)
            assert accessibility_problems(page) == [], path
        page = visit.open("/")
        page.locator("summary").click()
        assert accessibility_problems(page) == []
        open_viewer(page)
        page.keyboard.press("i")
        page.wait_for_selector(".pswp__item[aria-hidden=false] img")
        assert accessibility_problems(page) == []
        assert visit.problems == []


@pytest.mark.parametrize("width", [320, 700, 1280, 3840])
def test_pages_hold_at_any_width(chromium: Browser, service: Service, width: int) -> None:
    with open_page(chromium, service.urls[0], viewport={"width": width, "height": 900}) as visit:
        for path in ("/", "/?subject=" + NAMES[2], "/pictures/3", "/pictures/2"):
            page = visit.open(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        name, looks = (page.locator(one).bounding_box() for one in (".brand", ".looks"))
        assert name is not None
        assert looks is not None
        assert looks["y"] < name["y"] + name["height"], "the button has a line of its own"
        page = visit.open("/?page=5")
        for picture in page.locator(".picture img[loading=lazy]").all():
            picture.scroll_into_view_if_needed()
        until(page, LOADED)
        assert visit.problems == []


def test_a_picture_that_is_gone_has_a_page_of_its_own(visit: Visit) -> None:
    page = visit.open("/pictures/99999")
    assert page.get_by_role("heading", name="This picture does not hang here").is_visible()
    assert accessibility_problems(page) == []
