"""The JSON that the curator's page asks for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from gallery import images
from gallery.curating import acts
from gallery.models import CurationAct, ImageAsset, Tag
from gallery.tests.making import make_image

pytestmark = pytest.mark.django_db
JSON = "application/json"


def person(role: str) -> User:
    user = User.objects.create_user(role, is_staff=role != "player")
    if role in ("curator", "second"):
        user.user_permissions.add(Permission.objects.get(codename="change_imageasset"))
    return user


def session(role: str, **options: Any) -> Client:
    client = Client(SERVER_NAME="localhost", **options)
    if role != "anonymous":
        client.force_login(person(role))
    return client


@pytest.fixture
def curator() -> Client:
    return session("curator")


def body(of: ImageAsset, act: str, **more: Any) -> dict[str, Any]:
    return {"act": act, "image": of.pk, "seen_featured_id": None, "seen_rating": None} | more


def post(client: Client, data: Any, path: str = "acts") -> Any:
    return client.post(f"/curate/{path}", data, content_type=JSON)


# ── Who may ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("role", "status"), [("anonymous", 401), ("player", 401), ("staff", 403), ("curator", 200)]
)
def test_only_curators_get_and_do_anything(role: str, status: int) -> None:
    image = make_image()
    client = session(role)
    for path in ("/curate/queue", "/curate/tags", "/curate/queue/"):
        answer = client.get(path)
        assert answer.status_code == status
        assert status != 200 or answer["Cache-Control"] == "no-store"
    assert post(client, body(image, "rate", stars=3)).status_code == status
    assert post(client, {}, "undo").status_code == status
    if status != 200:
        image.refresh_from_db()
        assert image.rating is None
        assert post(client, body(image, "trash")).json()["detail"]["kind"] in ("unauthenticated", "forbidden")


def test_an_api_key_is_no_session(keyed: Any) -> None:
    image = make_image()
    assert post(keyed("curate", "maintain"), body(image, "trash")).status_code == 401


@pytest.mark.parametrize("path", ["acts", "undo"])
def test_another_sites_form_does_nothing(path: str) -> None:
    image = make_image()
    client = session("curator", enforce_csrf_checks=True)
    answer = post(client, body(image, "trash"), path)
    assert answer.status_code == 403
    assert answer.json()["detail"]["kind"] == "forbidden"
    assert not CurationAct.objects.exists()


@pytest.mark.parametrize("path", ["acts", "undo", "queue", "tags"])
def test_other_methods_are_refused(curator: Client, path: str) -> None:
    wrong = curator.get if path in ("acts", "undo") else curator.post
    assert wrong(f"/curate/{path}").status_code == 405
    assert curator.delete(f"/curate/{path}").status_code == 405


# ── Acts ─────────────────────────────────────────────────────────────────────────────────────────


def test_an_act_tells_how_all_its_pictures_are_by_now(curator: Client) -> None:
    old, new = make_image(), make_image()
    images.feature(old.pk, to=True)
    answer = post(curator, body(new, "feature", seen_featured_id=old.pk)).json()
    assert {(card["id"], card["featured_id"]) for card in answer["pictures"]} == {
        (old.pk, new.pk),
        (new.pk, new.pk),
    }
    assert answer["told"] == "Featured"
    assert answer["tally"] == {"done": 1, "featured": 1, "rated": 0, "trashed": 0}


def test_what_is_done_already_says_so_and_cannot_be_taken_back(curator: Client) -> None:
    image = make_image()
    assert post(curator, body(image, "rate", stars=None)).json()["has_changed"] is False
    assert not CurationAct.objects.exists()
    assert post(curator, {}, "undo").json()["detail"]["kind"] == "nothing_to_undo"


@pytest.mark.parametrize(
    "wrong",
    [
        {"act": "explode"},
        {"act": None},
        {"image": "7"},
        {"image": 0},
        {"image": True},
        {"image": 1.5},
        {"image": 10**18},
        {"act": "rate", "stars": 6},
        {"act": "rate", "stars": 0},
        {"act": "rate", "stars": "3"},
        {"act": "rate", "stars": True},
        {"act": "tag"},
        {"act": "tag", "add": "cosy"},
        {"act": "tag", "add": [1]},
        {"act": "tag", "add": [[]]},
        {"act": "tag", "add": [" "]},
        {"act": "tag", "add": ["x" * 51]},
        {"act": "tag", "add": ["a\x00b"]},
        {"act": "tag", "add": [f"t{n}" for n in range(21)]},
        {"seen_rating": 9},
        {"seen_featured_id": "x"},
    ],
)
def test_what_makes_no_sense_is_refused_in_the_one_shape(curator: Client, wrong: dict[str, Any]) -> None:
    image = make_image()
    answer = post(curator, body(image, "rate", stars=3) | wrong)
    assert answer.status_code == 422
    assert answer.json()["detail"]["kind"] == "invalid"
    assert answer.json()["detail"]["errors"]
    assert not CurationAct.objects.exists()
    assert not Tag.objects.exists()


@pytest.mark.parametrize(("data", "status"), [("[]", 422), ("{", 400), ("null", 422), ("{}", 422)])
def test_a_body_that_is_no_act_is_refused(curator: Client, data: str, status: int) -> None:
    assert post(curator, data).status_code == status


@pytest.mark.parametrize("act", acts.VERBS)
def test_a_picture_that_is_gone_is_not_found(curator: Client, act: str) -> None:
    image = make_image()
    images.trash(image.pk, now=timezone.now())
    for wanted in (body(image, act, stars=1, add=["x"]), body(image, act, image=999_999, add=["x"])):
        answer = post(curator, wanted)
        assert answer.status_code == 404
        assert answer.json()["detail"]["kind"] == "image_not_found"


@pytest.mark.parametrize(
    ("theirs", "mine"),
    [
        ({"rating": 4}, {"act": "rate", "stars": 1}),
        ({"rating": 4}, {"act": "trash"}),
        ({"is_featured": True}, {"act": "trash"}),
        ({"is_featured": True}, {"act": "unfeature", "seen_featured_id": 999}),
    ],
)
def test_what_somebody_else_did_since_is_not_overwritten(
    curator: Client, theirs: dict[str, Any], mine: dict[str, Any]
) -> None:
    image = make_image()
    ImageAsset.objects.filter(pk=image.pk).update(**theirs)
    answer = post(curator, body(image, "rate") | mine)
    assert answer.status_code == 409
    assert answer.json()["detail"]["kind"] == "changed_meanwhile"
    assert answer.json()["detail"]["picture"] | theirs == answer.json()["detail"]["picture"]
    assert not CurationAct.objects.exists()


def test_tags_of_two_curators_add_up(curator: Client) -> None:
    image = make_image()
    post(session("second"), body(image, "tag", add=["night"]))
    answer = post(curator, body(image, "tag", add=["cosy"])).json()
    assert answer["pictures"][0]["tags"] == ["cosy", "night"]


# ── Undo ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_named_act_is_taken_back_out_of_turn_and_only_once(curator: Client) -> None:
    image = make_image()
    first = post(curator, body(image, "rate", stars=3)).json()["act"]
    post(curator, body(image, "tag", add=["cosy"]))
    answer = post(curator, {"act": first}, "undo").json()
    assert answer["put_back"] == 1
    assert answer["pictures"][0]["rating"] is None
    assert answer["pictures"][0]["tags"] == ["cosy"]
    assert post(curator, {"act": first}, "undo").status_code == 404


def test_nobody_takes_back_what_another_did(curator: Client) -> None:
    image = make_image()
    theirs = post(session("second"), body(image, "rate", stars=3)).json()["act"]
    assert post(curator, {"act": theirs}, "undo").status_code == 404
    assert post(curator, {}, "undo").status_code == 404
    image.refresh_from_db()
    assert image.rating == 3


def test_undo_leaves_what_somebody_else_changed_since_and_says_so(curator: Client) -> None:
    image = make_image()
    act = post(curator, body(image, "rate", stars=3)).json()["act"]
    ImageAsset.objects.update(rating=5)
    answer = post(curator, {"act": act}, "undo").json()
    assert answer["put_back"] == 0
    assert answer["told"] == "Not taken back: Rated 3 stars. It has changed since, so it stays as it is"
    assert post(curator, {"act": act}, "undo").json()["put_back"] == 0  # it may be tried again
    assert answer["pictures"][0]["rating"] == 5


def test_undo_without_a_number_passes_over_what_has_changed_since(curator: Client) -> None:
    image, other = make_image(), make_image("Bow")
    post(curator, body(other, "tag", add=["cosy"]))
    post(curator, body(image, "rate", stars=3))
    ImageAsset.objects.filter(pk=image.pk).update(rating=5)
    told = post(curator, {}, "undo").json()["told"]
    assert told == "Taken back: tagged cosy. A later act of yours stays: it has changed since"
    assert not other.tags.exists()
    assert post(curator, {}, "undo").json()["told"].startswith("Not taken back: Rated 3 stars")


def test_undo_tells_what_came_back_in_part_only(curator: Client) -> None:
    image, rival = make_image(is_featured=True), make_image()
    act = post(curator, body(image, "trash", seen_featured_id=image.pk)).json()["act"]
    images.feature(rival.pk, to=True)
    answer = post(curator, {"act": act}, "undo").json()
    assert answer["told"] == "Taken back in part: moved to the trash. The rest has changed since"
    assert answer["put_back"] == 1


def test_undo_without_a_number_reaches_as_far_as_this_sitting(curator: Client) -> None:
    image = make_image()
    post(curator, body(image, "rate", stars=3))
    CurationAct.objects.update(made_at=timezone.now() - acts.SITTING - timedelta(minutes=1))
    assert post(curator, {}, "undo").status_code == 404
    assert acts.tally(by=User.objects.get(), now=timezone.now())["done"] == 0


@pytest.mark.parametrize("act", ["x", 0, -1, True, 10**18, [1]])
def test_undo_takes_a_number(curator: Client, act: Any) -> None:
    assert post(curator, {"act": act}, "undo").status_code == 422


# ── Queue and tags ───────────────────────────────────────────────────────────────────────────────


def test_a_stretch_is_what_lies_around_a_picture(curator: Client) -> None:
    made = [make_image(f"Thing {n}").pk for n in range(5)]
    answer = curator.get("/curate/queue", {"at": made[3]}).json()
    assert [card["id"] for card in answer["pictures"]] == made[::-1]
    assert (answer["at"], answer["before"], answer["after"]) == (made[3], 1, 3)
    turned = curator.get(f"/curate/queue?order=oldest&at={made[3]}").json()
    assert [card["id"] for card in turned["pictures"]] == made
    assert (turned["before"], turned["after"]) == (3, 1)


def test_a_gap_is_filled_by_the_picture_behind_it(curator: Client) -> None:
    made = [make_image(f"Thing {n}").pk for n in range(3)]
    images.trash(made[1], now=timezone.now())
    assert curator.get("/curate/queue", {"at": made[1]}).json()["at"] == made[0]
    images.trash(made[0], now=timezone.now())
    ended = curator.get("/curate/queue", {"at": made[0]}).json()
    assert (ended["at"], ended["after"]) == (None, 0)


def test_a_rated_picture_keeps_its_place_among_the_unrated(curator: Client) -> None:
    made = [make_image(f"Thing {n}") for n in range(3)]
    post(curator, body(made[1], "rate", stars=3))
    answer = curator.get("/curate/queue", {"at": made[1].pk, "unrated": 1}).json()
    assert answer["at"] == made[1].pk
    answer = curator.get("/curate/queue", {"at": made[2].pk, "unrated": 1}).json()
    assert made[1].pk not in [card["id"] for card in answer["pictures"]]


def test_the_last_subject_has_none_behind_it(curator: Client) -> None:
    first, second = make_image("Inn"), make_image("Sword")
    assert curator.get("/curate/queue", {"past": second.pk}).json()["at"] == first.pk
    assert curator.get("/curate/queue", {"past": first.pk}).json()["at"] is None


def test_tags_that_begin_with_the_letters_come_first(curator: Client) -> None:
    Tag.objects.bulk_create([Tag(name=name) for name in ("cosy", "a cosy nook", "night", "Cold")])
    assert curator.get("/curate/tags", {"q": "co"}).json()["tags"] == ["Cold", "cosy", "a cosy nook"]
    assert curator.get("/curate/tags", {"q": "\x00%_"}).json()["tags"] == []
    assert len(curator.get("/curate/tags").json()["tags"]) == 4


def test_a_stretch_takes_nine_queries(
    curator: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    cosy = Tag.objects.create(name="cosy")
    made = [make_image(f"Thing {n}") for n in range(8)]
    cosy.images.set(made)
    with django_assert_max_num_queries(9):
        answer = curator.get(f"/curate/queue?type=item&unrated=1&tag=cosy&at={made[4].pk}").json()
    assert [card["tags"] for card in answer["pictures"]] == [["cosy"]] * 8
