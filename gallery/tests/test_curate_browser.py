"""Curating in a real browser: by keys, by finger, without scripts, without a connection."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from dndimages.tests.browser import PHONE, Visit, accessibility_problems, open_page
from dndimages.tests.service import Service, eventually

PASSWORD = "only for this test"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    unlimited = {"MAX_REQUESTS_PER_MINUTE": "1000", "SCENE_GENERATIONS_PER_MINUTE": "1000"}
    boss = {"DJANGO_SUPERUSER_USERNAME": "boss", "DJANGO_SUPERUSER_PASSWORD": PASSWORD}
    with Service(tmp_path_factory.mktemp("curate"), env={"MOCK_MODE": "true"} | unlimited | boss) as service:
        yield service


def made(service: Service, name: str, campaign: str) -> int:
    wanted = {
        "subject_type": "item", "subject_name": name, "prompt": "A rusty dagger of old",
        "aspect_ratio": "1:1", "campaign": campaign,
    }  # fmt: skip
    answer = service.post("/api/v1/images/generate", json=wanted)
    assert answer.status_code == 200
    return int(answer.json()["id"])


@pytest.fixture
def daggers(service: Service, request: pytest.FixtureRequest) -> list[int]:
    """Three pictures of one subject, newest first, in a campaign of this test alone."""
    return [made(service, f"Dagger of {request.node.name}", request.node.name) for _ in range(3)][::-1]


@pytest.fixture
def queue(request: pytest.FixtureRequest) -> str:
    from urllib.parse import urlencode

    return "/curate?" + urlencode({"campaign": request.node.name})


@pytest.fixture
def visit(chromium: Browser, service: Service) -> Iterator[Visit]:
    with open_page(chromium, service.urls[0]) as visit:
        yield visit.log_in("boss", PASSWORD)


def kept(page: Page, pk: int) -> dict[str, Any] | None:
    """What the server knows of a picture; None for one in the trash."""
    answer = page.request.get(page.url.split("/curate")[0] + f"/curate/queue?at={pk}").json()
    return next((card for card in answer["pictures"] if card["id"] == pk), None)


def sight(page: Page) -> int:
    return int(page.locator("[data-picture]").first.get_attribute("data-picture") or 0)


def saved(page: Page) -> None:
    expect(page.locator("[data-unsent]")).to_have_text("")


def test_a_run_by_keys_is_what_the_database_says(visit: Visit, daggers: list[int], queue: str) -> None:
    page = visit.open(queue)
    assert sight(page) == daggers[0]
    page.keyboard.press("j")
    page.keyboard.press("f")
    page.keyboard.press("3")
    page.keyboard.press("t")
    page.keyboard.type("cosy, night")
    page.keyboard.press("Enter")
    page.keyboard.press("x")
    page.keyboard.press("4")  # the next one, which took its place
    saved(page)
    assert sight(page) == daggers[2]
    assert kept(page, daggers[1]) is None
    last = kept(page, daggers[2])
    assert last is not None
    assert last["rating"] == 4

    for _ in range(2):  # the stars, the trash
        page.keyboard.press("z")
    saved(page)
    assert sight(page) == daggers[1]
    back = kept(page, daggers[1])
    assert back is not None
    assert (back["is_featured"], back["rating"], back["tags"]) == (True, 3, ["cosy", "night"])

    for _ in range(3):  # the tags, the stars, the featuring
        page.keyboard.press("z")
    saved(page)
    for pk in daggers:
        card = kept(page, pk)
        assert card is not None
        assert (card["is_featured"], card["rating"], card["tags"]) == (False, None, [])
    assert visit.problems == []


def test_acts_from_before_a_reload_are_taken_back_too(visit: Visit, daggers: list[int], queue: str) -> None:
    page = visit.open(queue)
    page.keyboard.press("x")
    page.keyboard.press("5")
    saved(page)
    page.reload(wait_until="networkidle")
    assert sight(page) == daggers[1]
    page.keyboard.press("z")
    expect(page.locator("[data-told]")).to_contain_text("Taken back: rated 5 stars")
    page.keyboard.press("z")
    expect(page.locator("[data-told]")).to_contain_text("Taken back: moved to the trash")
    saved(page)
    assert sight(page) == daggers[0]
    first = kept(page, daggers[1])
    assert first is not None
    assert first["rating"] is None


def test_the_place_is_kept_in_the_address(visit: Visit, daggers: list[int], queue: str) -> None:
    page = visit.open(queue)
    expect(page.locator("[data-left]")).to_have_text("2 more")
    page.keyboard.press("j")
    page.keyboard.press("ArrowRight")
    assert f"at={daggers[2]}" in page.url
    expect(page.locator("[data-left]")).to_have_text("0 more")
    page.keyboard.press("o")
    page.wait_for_url(lambda url: "/curate" not in url)
    page.go_back(wait_until="networkidle")
    assert sight(page) == daggers[2]
    page.keyboard.press("k")
    assert sight(page) == daggers[1]


def test_the_toast_takes_back_its_own_act(visit: Visit, daggers: list[int], queue: str) -> None:
    page = visit.open(queue)
    page.keyboard.press("2")
    page.keyboard.press("f")
    page.get_by_role("button", name="Undo: Rated 2 stars").click()
    saved(page)
    card = kept(page, daggers[0])
    assert card is not None
    assert (card["rating"], card["is_featured"]) == (None, True)


def test_keys_do_nothing_while_typing_with_modifiers_or_switched_off(
    visit: Visit, daggers: list[int], queue: str
) -> None:
    page = visit.open(queue)
    page.keyboard.press("t")
    page.keyboard.type("xf3")
    page.keyboard.press("Escape")
    for combination in ("Control+x", "Alt+x", "Shift+X"):
        page.keyboard.press(combination)
    page.keyboard.press("?")
    page.keyboard.press("x")  # the help is open
    page.get_by_label("Single keys act").uncheck()
    page.get_by_role("button", name="Close").click()
    for key in "xf3j":
        page.keyboard.press(key)
    assert sight(page) == daggers[0]
    page.reload(wait_until="networkidle")
    page.keyboard.press("x")
    card = kept(page, daggers[0])
    assert card is not None
    assert (card["rating"], card["is_featured"], card["tags"]) == (None, False, [])


def test_without_a_connection_the_page_goes_back_says_so_and_recovers(
    visit: Visit, daggers: list[int], queue: str
) -> None:
    page = visit.open(queue)
    left = page.locator("[data-left]").inner_text()
    page.context.set_offline(True)
    page.keyboard.press("4")
    page.keyboard.press("x")
    warned = page.locator("[data-warned]")
    expect(warned).to_contain_text("The server cannot be reached")
    eventually(lambda: sight(page) == daggers[0])
    assert page.locator(".star.lit").count() == 0
    expect(page.locator("[data-left]")).to_have_text(left)
    page.context.set_offline(False)
    told = page.locator("[data-told]")
    expect(told).to_contain_text("The connection is back")
    expect(warned).to_contain_text("ot saved")  # one or two, until it is put away
    for word in ("Rated", "Moved"):
        expect(told).not_to_contain_text(word)
    page.keyboard.press("2")
    saved(page)
    card = kept(page, daggers[0])
    assert card is not None
    assert card["rating"] == 2


def test_nobody_leaves_without_hearing_what_was_lost(visit: Visit, daggers: list[int], queue: str) -> None:
    page = visit.open(queue)
    busy = {"message": "The service is busy", "detail": {"kind": "busy"}}
    held: list[Route] = []

    def sent(n: int) -> bool:
        page.evaluate("true")  # Playwright hears of requests while it is spoken to
        return len(held) > n

    page.route("**/curate/acts", lambda route: held.append(route))
    for key in "f4xo":
        page.keyboard.press(key)
    for n in range(3):  # one is sent after the other
        eventually(partial(sent, n))
        held[n].fulfill(status=503, json=busy)
    warned = page.locator("[data-warned]")
    expect(warned).to_contain_text("Not saved: The service is busy. (3 times)")
    expect(page.locator("[data-unsent]")).to_be_empty()
    assert "/curate" in page.url
    page.unroute_all()
    page.keyboard.press("o")
    page.wait_for_url("**/pictures/*")


def test_a_browser_that_keeps_nothing_curates_all_the_same(
    visit: Visit, daggers: list[int], queue: str
) -> None:
    forbidden = "Object.defineProperty(window, '{}', {{ get() {{ throw new DOMException('no', 'SecurityError'); }} }});"
    visit.page.add_init_script("".join(map(forbidden.format, ("sessionStorage", "localStorage"))))
    page = visit.open(queue)
    page.keyboard.press("4")
    saved(page)
    card = kept(page, daggers[0])
    assert card is not None
    assert card["rating"] == 4
    assert visit.problems == []


def test_where_no_picture_fits_the_last_act_can_be_taken_back(
    visit: Visit, daggers: list[int], queue: str
) -> None:
    page = visit.open(queue)
    page.keyboard.press("4")
    saved(page)
    page = visit.open("/curate?tag=of+no+picture")
    for key in "jkfx4tco":
        page.keyboard.press(key)
    told = page.locator("[data-told]")
    expect(told).to_contain_text("There is no other picture here")
    page.keyboard.press("z")
    page.wait_for_url("**at=**")
    expect(told).to_contain_text("Taken back")
    eventually(lambda: sight(page) == daggers[0])
    card = kept(page, daggers[0])
    assert card is not None
    assert card["rating"] is None
    page.keyboard.press("5")
    saved(page)


def test_behind_the_last_picture_the_way_back_goes_by_keys(
    visit: Visit, daggers: list[int], queue: str
) -> None:
    page = visit.open(f"{queue}&at={daggers[-1]}")
    page.keyboard.press("x")
    saved(page)
    page = visit.open(f"{queue}&at={daggers[-1]}")
    expect(page.get_by_role("heading", name="That was the last one")).to_be_visible()
    page.keyboard.press("k")
    page.wait_for_url(f"**at={daggers[-2]}")
    eventually(lambda: sight(page) == daggers[-2])


def test_where_there_is_no_pair_keys_do_nothing_or_say_so(visit: Visit, service: Service) -> None:
    page = visit.open("/curate?mode=compare&campaign=none")
    for key in "abxo":
        page.keyboard.press(key)
    page.keyboard.press("j")
    expect(page.locator("[data-told]")).to_contain_text("This was the last pair")


def test_leaving_with_an_act_unsent_asks_first(visit: Visit, daggers: list[int], queue: str) -> None:
    page = visit.open(queue)
    page.route("**/curate/acts", lambda route: None)  # the answer does not come
    page.keyboard.press("4")
    expect(page.locator("[data-unsent]")).to_have_text("Saving 1…")
    with page.expect_event("dialog") as asked:
        page.evaluate("setTimeout(() => location.assign('/livez'))")
    assert asked.value.type == "beforeunload"
    asked.value.accept()
    page.wait_for_url("**/livez")  # gone, or the closing of the page would be asked about, too


def test_two_curators_do_not_overwrite_each_other_silently(
    visit: Visit, chromium: Browser, service: Service, daggers: list[int], queue: str
) -> None:
    page = visit.open(queue)
    with open_page(chromium, service.urls[0]) as second:
        other = second.log_in("boss", PASSWORD).open(queue)
        other.keyboard.press("5")
        saved(other)
    page.keyboard.press("1")
    expect(page.locator("[data-warned]")).to_contain_text("Somebody else has changed this picture")
    expect(page.locator(".star.lit")).to_have_count(5)
    page.keyboard.press("1")  # having seen it
    saved(page)
    card = kept(page, daggers[0])
    assert card is not None
    assert card["rating"] == 1


def test_what_somebody_else_threw_away_is_gone_here_too(
    visit: Visit, chromium: Browser, service: Service, daggers: list[int], queue: str
) -> None:
    page = visit.open(queue)
    with open_page(chromium, service.urls[0]) as second:
        other = second.log_in("boss", PASSWORD).open(queue)
        other.keyboard.press("x")
        saved(other)
    page.keyboard.press("f")
    expect(page.locator("[data-warned]")).to_contain_text("moved this picture to the trash")
    assert sight(page) == daggers[1]


def test_a_pair_is_decided_by_keys(visit: Visit, daggers: list[int], queue: str) -> None:
    page = visit.open(queue)
    page.keyboard.press("c")
    page.wait_for_url("**mode=compare**")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("x")
    expect(page.locator("[data-told]")).to_contain_text("Choose the better one first")
    page.keyboard.press("b")
    page.keyboard.press("x")
    expect(page.locator("[data-side].gone")).to_have_count(1)
    expect(page.get_by_role("button", name="Undo: Moved to the trash")).to_be_visible()
    toast, buttons = (page.locator(one).bounding_box() for one in (".toasts", ".pair-ways"))
    assert toast is not None
    assert buttons is not None
    assert toast["y"] + toast["height"] <= buttons["y"]
    page.keyboard.press("j")
    page.wait_for_url(f"**with={daggers[2]}**")
    page.wait_for_load_state("networkidle")
    shown = page.locator("[data-picture]").evaluate_all("all => all.map(i => Number(i.dataset.picture))")
    assert shown == [daggers[1], daggers[2]]
    assert kept(page, daggers[0]) is None
    winner = kept(page, daggers[1])
    assert winner is not None
    assert winner["is_featured"]
    page.keyboard.press("z")
    page.wait_for_url(lambda url: f"at={daggers[0]}" in url and "with=" not in url)
    assert queue.partition("?")[2] in page.url
    expect(page.locator("[data-told]")).to_contain_text("Taken back: moved to the trash")
    assert kept(page, daggers[0]) is not None
    assert visit.problems == []


def test_undoing_what_was_so_already_takes_nothing_else_back(
    visit: Visit, daggers: list[int], queue: str
) -> None:
    page = visit.open(queue)
    page.keyboard.press("3")
    saved(page)
    page.evaluate(  # before the server has answered that it was so already
        "for (const key of ['3', 'z'])"
        " document.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))"
    )
    saved(page)
    card = kept(page, daggers[0])
    assert card is not None
    assert card["rating"] == 3
    assert visit.problems == []


def test_a_finger_goes_through_the_queue_on_a_phone(
    chromium: Browser, service: Service, daggers: list[int], queue: str
) -> None:
    with open_page(chromium, service.urls[0], viewport=PHONE, has_touch=True, is_mobile=True) as phone:
        page = phone.log_in("boss", PASSWORD).open(queue)
        swipe(page, 250, 60)
        eventually(lambda: sight(page) == daggers[1])
        swipe(page, 60, 250)
        eventually(lambda: sight(page) == daggers[0])
        page.get_by_role("button", name="4 stars").tap()
        page.get_by_role("button", name="Feature").tap()
        page.get_by_role("button", name="Trash").tap()
        saved(page)
        assert kept(page, daggers[0]) is None
        small = page.evaluate(
            "[...document.querySelectorAll('main a, main button, main summary')].filter(e => e.offsetHeight"
            " && (e.getBoundingClientRect().height < 24 || e.getBoundingClientRect().width < 24)).length"
        )
        assert small == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert phone.problems == []


def swipe(page: Page, start: int, end: int) -> None:
    session = page.context.new_cdp_session(page)
    y = page.locator("[data-stage]").bounding_box()["y"] + 80  # type: ignore[index]
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": start, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": end, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_everything_works_without_scripts(
    chromium: Browser, service: Service, daggers: list[int], queue: str
) -> None:
    with open_page(chromium, service.urls[0], java_script_enabled=False) as plain:
        page = plain.log_in("boss", PASSWORD).open(queue)
        page.get_by_role("button", name="3 stars").click()
        assert sight(page) == daggers[1]
        page.get_by_role("button", name="Feature").click()
        page.get_by_label("Tags").fill("cosy")
        page.get_by_role("button", name="Add").click()
        page.get_by_role("button", name="Take the tag cosy away").click()
        page.get_by_role("button", name="Trash").click()
        assert sight(page) == daggers[2]
        page.get_by_role("button", name="Undo").click()
        assert sight(page) == daggers[1]
        card = kept(page, daggers[1])
        assert card is not None
        assert (card["is_featured"], card["tags"]) == (True, [])
        page.get_by_role("link", name="Previous picture").click()
        assert sight(page) == daggers[0]
        assert plain.problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_everybody_can_use_it_at_any_width(
    chromium: Browser, service: Service, scheme: str, width: int
) -> None:
    campaign = "W" * 100
    for _ in range(2):
        made(service, "Averyverylongnamewithoutanyblank" * 6, campaign)
    size = {"width": width, "height": 800}
    with open_page(chromium, service.urls[0], viewport=size, color_scheme=scheme) as visit:
        page = visit.log_in("boss", PASSWORD).open(f"/curate?campaign={campaign}")
        page.keyboard.press("f")
        page.keyboard.press("t")
        page.keyboard.type("m" * 50 + "\n")
        saved(page)
        assert accessibility_problems(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.keyboard.press("?")
        assert accessibility_problems(page) == []
        visit.open(f"/curate?campaign={campaign}&mode=compare")
        assert accessibility_problems(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert visit.problems == []


def test_nothing_moves_while_the_picture_arrives(visit: Visit, daggers: list[int], queue: str) -> None:
    page = visit.open(queue)
    page.keyboard.press("j")
    shifted = page.evaluate(
        "new Promise(done => { let sum = 0; new PerformanceObserver(list => { for (const e of list.getEntries())"
        " sum += e.value; }).observe({type: 'layout-shift', buffered: true});"
        " requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum), 100))); })"
    )
    assert shifted < 0.01


def test_suggestions_name_tags_that_exist(visit: Visit, daggers: list[int], queue: str) -> None:
    page = visit.open(queue)
    page.keyboard.press("t")
    page.keyboard.type("Candlelight\n")
    saved(page)
    page.keyboard.press("t")
    page.keyboard.type("candlel")
    expect(page.locator("#tag-names option[value=Candlelight]")).to_have_count(1)
    page.get_by_role("button", name="Take the tag Candlelight away").click()
    saved(page)
    card = kept(page, daggers[0])
    assert card is not None
    assert card["tags"] == []
