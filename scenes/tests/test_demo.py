"""The sample campaign."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from dndimages.access.caller import Caller
from dndimages.tests.service import eventually
from gallery import images
from gallery.generation import jobs, recovery
from gallery.models import GenerationLog, ImageAsset, Job, SpendDay
from gallery.tests.fake_gemini import FakeGemini
from gallery.tests.making import make_image
from scenes import demo
from scenes.campaign import CAMPAIGN, PIECES
from scenes.models import SceneCache
from scenes.tests.scening import make_scene

pytestmark = pytest.mark.django_db
SCENES = [piece for piece in PIECES if piece.spec is not None]


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A smaller campaign: one item, one character, two scenes."""
    few = (PIECES[4], PIECES[8], *SCENES[:2])
    monkeypatch.setattr(demo, "PIECES", few)


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue().strip()


def test_every_piece_is_its_own() -> None:
    assert len({piece.identity for piece in PIECES}) == len({piece.key for piece in PIECES}) == len(PIECES)
    assert len(PIECES) >= 20
    assert {piece.request.subject_type for piece in PIECES} == {"scene", "item", "character"}


def test_it_is_painted_at_no_cost_whatever_provider_is_there(
    fake_gemini: FakeGemini, settings: Settings
) -> None:
    settings.GENERATION_PROVIDER = "gemini"
    assert run() == "Painted 4 pictures."
    assert (fake_gemini.calls, SpendDay.objects.count()) == (0, 0)
    assert set(ImageAsset.objects.values_list("campaign", "source")) == {(CAMPAIGN, "painted")}
    assert ImageAsset.objects.filter(tags__name="wilds").count() == 1
    assert ImageAsset.objects.featured().count() == 1
    assert GenerationLog.objects.filter(status="success", paid=False).count() == 4


def test_its_scenes_answer_games(api: Client, fake_gemini: FakeGemini) -> None:
    run()
    spec = SCENES[0].spec
    assert spec is not None
    wanted = {"location": spec.location, "time_of_day": spec.time_of_day, "weather": spec.weather}
    answer = api.post("/api/v1/scenes/generate", wanted, content_type="application/json").json()
    assert answer["cached"] is True
    assert fake_gemini.calls == 0


def test_run_twice_it_adds_nothing_and_says_so() -> None:
    run()
    assert run() == "The demo is there already; nothing was added."
    assert ImageAsset.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_run_by_several_at_once_nothing_is_painted_twice() -> None:
    def paint(_: int) -> None:
        try:
            list(demo.paint_all(caller=Caller("command")))
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(paint, range(3)))
    assert ImageAsset.objects.count() == 4
    assert SceneCache.objects.count() == 2


def test_it_goes_to_the_trash_and_comes_back_from_there() -> None:
    run()
    own = make_image("Mine", campaign=CAMPAIGN)
    assert run("--remove") == "Moved 4 pictures of the demo to the trash."
    assert list(ImageAsset.objects.visible()) == [own]
    assert run("--remove") == "There is no demo to remove."
    assert run() == "Restored 4 pictures."
    assert ImageAsset.objects.count() == 5


def test_what_is_missing_is_painted_after_an_interrupted_run() -> None:
    run()
    gone = demo.pictures()[0]
    images.trash(gone.pk, now=timezone.now())
    images.purge(gone.pk)
    assert run() == "Painted 1 picture (3 were there already)."


def test_a_scene_that_a_game_has_made_is_left_as_it_is() -> None:
    spec = SCENES[0].spec
    assert spec is not None
    scene = make_scene(spec.location, spec.time_of_day, spec.weather)
    run()
    assert SceneCache.objects.get(pk=scene.pk).image_id == scene.image_id


def test_a_subject_that_is_featured_already_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    piece = next(piece for piece in PIECES if piece.featured and piece.spec is None)
    monkeypatch.setattr(demo, "PIECES", (piece,))
    subject_type, name, _ = piece.identity
    own = make_image(name, subject_type=subject_type, is_featured=True)
    run()
    assert list(ImageAsset.objects.featured()) == [own]


def test_jobs_of_a_killed_run_are_never_handed_to_a_provider(fake_gemini: FakeGemini) -> None:
    piece = SCENES[0]
    order = jobs.Order(kind=piece.kind, key=piece.key, request=piece.request.as_json(), caller=Caller("x"))
    jobs.claim(order, now=timezone.now() - timedelta(hours=1))
    recovery.sweep(now=timezone.now())
    call_command("worker", once=True, verbosity=0)
    assert fake_gemini.calls == 0
    assert run() == "Painted 4 pictures."


def test_a_full_disk_is_told_in_a_sentence(settings: Settings) -> None:
    settings.MIN_FREE_DISK_MB = 10**9
    with pytest.raises(CommandError, match="no room"):
        run()


# ── The button ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_the_button_paints_it_and_the_page_shows_it_coming(client: Client) -> None:
    page = client.post("/demo", follow=True)
    assert page.redirect_chain == [("/demo", 302)]
    assert page.context["progress"].is_running
    client.post("/demo")  # impatience adds nothing
    eventually(lambda: client.get("/demo").context["progress"].is_complete, 60)
    eventually(lambda: not demo._painting.locked(), 30)
    assert ImageAsset.objects.count() == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("role", "local", "public", "may"),
    [("anonymous", True, True, True), ("anonymous", False, True, False), ("anonymous", True, False, False),
     ("player", False, True, False), ("staff", False, False, True)],
)  # fmt: skip
def test_the_button_is_for_staff_and_for_this_machine_alone(
    client: Client,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    role: str,
    local: bool,
    public: bool,
    may: bool,
) -> None:
    settings.LOCAL_PROFILE, settings.PUBLIC_GENERATION = local, public
    monkeypatch.setattr(demo, "PIECES", PIECES[4:5])
    if role != "anonymous":
        client.force_login(User.objects.create_user("someone", is_staff=role == "staff"))
    assert (b"Paint it" in client.get("/demo").content) is may
    assert client.post("/demo").status_code == (302 if may else 403)
    eventually(lambda: not demo._painting.locked(), 30)
    assert ImageAsset.objects.count() == int(may)


def test_who_may_not_paint_it_is_told_so_on_a_page(client: Client, settings: Settings) -> None:
    settings.LOCAL_PROFILE = False
    told = client.post("/demo", headers={"accept": "text/html"})
    assert (told.status_code, "text/html" in told["Content-Type"]) == (403, True)
    assert "Only a member of staff can paint the demo here" in told.text
    assert client.post("/demo").json()["detail"]["kind"] == "forbidden"


def test_the_empty_gallery_leads_to_the_page_that_knows_who_may(client: Client) -> None:
    shown = client.get("/", headers={"accept": "text/html"}).text
    assert 'href="/demo"' in shown
    assert 'action="/demo"' not in shown


def test_the_button_needs_its_own_form() -> None:
    assert Client(enforce_csrf_checks=True).post("/demo").status_code == 403


def test_a_gallery_with_pictures_of_its_own_has_no_button(client: Client) -> None:
    make_image("Mine")
    assert b"Paint it" not in client.get("/demo").content
    client.post("/demo")
    assert (ImageAsset.objects.count(), Job.objects.count()) == (1, 0)


def test_the_page_asks_little(client: Client, django_assert_max_num_queries: Any) -> None:
    run()
    with django_assert_max_num_queries(5):
        client.get("/demo")
