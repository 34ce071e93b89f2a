"""The curator's page and its plain forms, as a browser without scripts meets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from gallery import images
from gallery.models import CurationAct, ImageAsset, Tag
from gallery.tests.making import make_image

pytestmark = pytest.mark.django_db
FORM = "/curate/act"


def staff(name: str = "cora", *, may: bool = True) -> User:
    user = User.objects.create_user(name, is_staff=True)
    if may:
        user.user_permissions.add(Permission.objects.get(codename="change_imageasset"))
    return user


@pytest.fixture
def curator() -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(staff())
    return client


def do(client: Client, what: str, of: ImageAsset | None = None, query: str = "", **more: Any) -> HttpResponse:
    """Press the button ``what`` of a picture's form, as the page has it by now."""
    fields: dict[str, Any] = {"do": what}
    if of is not None:
        of.refresh_from_db()
        rivals = ImageAsset.objects.visible().featured().of_subject(of.subject_name, of.subject_type)
        fields |= {
            "image": of.pk,
            "seen_featured_id": rivals.values_list("pk", flat=True).first() or "",
            "seen_rating": of.rating or "",
        }
    return client.post(f"{FORM}?{query}", fields | more)  # type: ignore[return-value]


def shown(answer: Any) -> int | None:
    """The number of the picture that the page is about."""
    found = re.search(r'<img class="sight" data-picture="(\d+)"', answer.content.decode())
    return int(found[1]) if found else None


# ── Who may ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("role", ["anonymous", "player"])
@pytest.mark.parametrize("address", ["/curate?type=item&at=3", "/curate/?type=item&at=3"])
def test_strangers_are_sent_to_the_login_and_back(role: str, address: str) -> None:
    client = Client(SERVER_NAME="localhost")
    if role == "player":
        client.force_login(User.objects.create_user("player"))
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/?next=/curate")
    assert "type%3Ditem%26at%3D3" in answer["Location"]


@pytest.mark.parametrize(("may", "status"), [(True, 200), (False, 403)])
def test_staff_need_the_right_to_change_pictures(may: bool, status: int) -> None:
    make_image()
    client = Client(SERVER_NAME="localhost")
    client.force_login(staff(may=may))
    answer = client.get("/curate")
    assert answer.status_code == status
    assert ("You may not curate yet" in answer.content.decode()) is not may
    assert answer["Cache-Control"].startswith("max-age=0, no-cache, no-store")


@pytest.mark.parametrize("role", ["anonymous", "player", "staff", "no csrf"])
def test_a_form_acts_for_curators_only(role: str) -> None:
    image = make_image()
    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=role == "no csrf")
    if role != "anonymous":
        user = User.objects.create_user("p") if role == "player" else staff(may=role == "no csrf")
        client.force_login(user)
    answer = do(client, "trash", image)
    assert answer.status_code == (403 if role in ("staff", "no csrf") else 302)
    image.refresh_from_db()
    assert image.deleted_at is None
    assert not CurationAct.objects.exists()


def test_whoever_is_no_longer_active_is_a_stranger(curator: Client) -> None:
    User.objects.update(is_active=False)
    assert curator.get("/curate").status_code == 302


# ── The queue ────────────────────────────────────────────────────────────────────────────────────


def test_the_queue_goes_from_the_newest_to_the_oldest_and_tells_how_many_are_left(curator: Client) -> None:
    made = [make_image(f"Thing {n}") for n in range(3)]
    page = curator.get("/curate")
    assert shown(page) == made[2].pk
    assert "2 more" in page.content.decode()
    page = curator.get(f"/curate?at={made[0].pk}")
    assert shown(page) == made[0].pk
    assert "0 more" in page.content.decode()
    assert shown(curator.get("/curate?order=oldest")) == made[0].pk


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("type=character", {"subject_type": "character"}),
        ("source=painted", {"source": "painted"}),
        ("unrated=1", {"rating": None}),
        ("campaign=Winter%20%26%20War", {"campaign": "Winter & War"}),
        ("subject=Inn", {"subject_name": "Inn"}),
        ("tag=cosy", {}),
    ],
)
def test_filters_leave_out_what_does_not_fit(curator: Client, query: str, fits: dict[str, Any]) -> None:
    wanted = make_image()
    wanted.tags.add(Tag.objects.create(name="cosy"))
    other = make_image("Other")
    ImageAsset.objects.update(rating=4)
    ImageAsset.objects.filter(pk=wanted.pk).update(**fits)
    page = curator.get(f"/curate?{query}")
    assert shown(page) == wanted.pk
    assert "0 more" in page.content.decode()
    assert shown(curator.get("/curate")) == other.pk


@pytest.mark.parametrize(
    "query",
    ["type=dragon", "source=x", "order=up", "mode=z", "unrated=2", "tag=" + "x" * 51, "subject=a%00b"],
)
def test_filters_that_mean_nothing_are_left_out_with_a_word(curator: Client, query: str) -> None:
    image = make_image()
    page = curator.get(f"/curate?{query}")
    assert shown(page) == image.pk
    assert "means nothing" in page.content.decode()


@pytest.mark.parametrize("at", ["0", "-1", "x", "9" * 18, "9" * 40, "٣", ""])
def test_any_place_in_the_address_gives_a_page(curator: Client, at: str) -> None:
    make_image()
    for mode in ("single", "compare"):
        answer = curator.get("/curate", {"at": at, "with": at, "left": at, "mode": mode}, follow=True)
        assert answer.status_code == 200
    assert curator.get("/curate", {"past": at}, follow=True).status_code == 200


def test_empty_queues_say_what_to_do(curator: Client) -> None:
    assert "There are no pictures yet" in curator.get("/curate").content.decode()
    assert "No picture fits these filters" in curator.get("/curate?type=item").content.decode()
    assert "No subject has two pictures" in curator.get("/curate?mode=compare").content.decode()


def test_hostile_names_are_only_text(curator: Client) -> None:
    name = "</script><img src=x onerror=alert(1)>\u202eevil 🐉" + "W" * 120
    image = make_image(name, campaign="</script><b>")
    image.tags.add(Tag.objects.create(name='"><script>'))
    make_image(name)
    for address in ("/curate", f"/curate?at={image.pk}", "/curate?mode=compare"):
        text = curator.get(address).content.decode()
        assert "<img src=x" not in text
        assert '"><script>' not in text
        assert "</script><b>" not in text


def test_the_next_subject_is_one_step_away(curator: Client) -> None:
    last = make_image("Sword")
    inns = [make_image("Inn") for _ in range(3)]
    answer = curator.get(f"/curate?past={inns[2].pk}", follow=True)
    assert shown(answer) == last.pk


@pytest.mark.parametrize("mode", ["single", "compare"])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_page_takes_ten_queries_however_many_pictures_there_are(
    curator: Client, mode: str, is_first: bool, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(12):
        make_image(f"Thing {n % 3}").tags.add(Tag.objects.create(name=f"tag {n}"))
    middle = "" if is_first else ImageAsset.objects.order_by("pk")[6].pk
    with django_assert_max_num_queries(10):
        answer = curator.get(f"/curate?mode={mode}&at={middle}")
    assert answer.status_code == 200


# ── Forms ────────────────────────────────────────────────────────────────────────────────────────


def test_stars_are_given_and_the_next_picture_comes(curator: Client) -> None:
    older, image = make_image("Bow"), make_image()
    answer = do(curator, "rate:3", image, "type=item")
    assert answer["Location"] == f"/curate?type=item&at={older.pk}"
    assert "Rated 3 stars." in curator.get(answer["Location"]).content.decode()
    image.refresh_from_db()
    assert image.rating == 3
    do(curator, "rate:0", image)
    image.refresh_from_db()
    assert image.rating is None


def test_the_trash_makes_room_for_the_next_one(curator: Client) -> None:
    older, image = make_image("Bow"), make_image()
    answer = do(curator, "trash", image)
    assert shown(curator.get(answer["Location"])) == older.pk
    assert list(ImageAsset.objects.trashed()) == [image]


def test_the_last_one_in_the_trash_ends_the_queue_with_a_way_back(curator: Client) -> None:
    image = make_image()
    answer = do(curator, "trash", image)
    page = curator.get(answer["Location"]).content.decode()
    assert "Undo the last act" in page
    answer = do(curator, "undo")
    assert shown(curator.get(answer["Location"])) == image.pk


def test_tags_come_and_go(curator: Client) -> None:
    image = make_image()
    do(curator, "tag", image, tag=" cosy , at  night,")
    assert sorted(image.tags.values_list("name", flat=True)) == ["at night", "cosy"]
    do(curator, "untag:cosy", image)
    assert [tag.name for tag in image.tags.all()] == ["at night"]


def test_acts_are_taken_back_in_turn_as_far_as_one_likes(curator: Client) -> None:
    image = make_image()
    acts: list[Callable[[], Any]] = [
        lambda: do(curator, "feature", image),
        lambda: do(curator, "rate:2", image),
        lambda: do(curator, "rate:5", image),
        lambda: do(curator, "tag", image, tag="cosy"),
        lambda: do(curator, "trash", image),
    ]
    states = [state(image)]
    for act in acts:
        act()
        states.append(state(image))
    for earlier in reversed(states[:-1]):
        do(curator, "undo")
        assert state(image) == earlier
    answer = curator.get(do(curator, "undo")["Location"])
    assert "nothing of yours to take back" in answer.content.decode()


def state(image: ImageAsset) -> Any:
    image.refresh_from_db()
    tags = sorted(tag.name for tag in image.tags.all())
    return image.is_featured, image.rating, tags, image.deleted_at is None


@pytest.mark.parametrize(
    ("what", "more"),
    [
        ("rate:6", {}),
        ("rate:", {}),
        ("rate:٣", {}),
        ("tag", {"tag": "x" * 51}),
        ("tag", {"tag": " , "}),
        ("explode", {}),
        ("", {}),
        ("trash", {"image": "x"}),
        ("trash", {"image": "9" * 18}),
        ("untag:a\x00b", {}),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_word(curator: Client, what: str, more: dict[str, Any]) -> None:
    image = make_image()
    answer = do(curator, what, image, **more)
    assert answer.status_code == 302
    assert 'role="alert">\n    <p class="toast">' in curator.get(answer["Location"]).content.decode()
    assert state(image) == (False, None, [], True)
    assert not CurationAct.objects.exists()


def test_a_form_that_is_out_of_date_changes_nothing(curator: Client) -> None:
    first, second = make_image(), make_image()
    images.feature(second.pk, to=True)  # by somebody else, since the page was opened
    answer = do(curator, "feature", first, seen_featured_id="")
    assert "Somebody else has changed this picture" in curator.get(answer["Location"]).content.decode()
    assert list(ImageAsset.objects.featured()) == [second]


def buttons(page: Any, form: str) -> str:
    """Where a form of the page sends its acts."""
    found = re.search(rf'<form [^>]*{form}[^>]* action="([^"]+)"', page.content.decode())
    assert found is not None
    return found[1].replace("&amp;", "&")


@pytest.mark.parametrize("query", ["", "&type=item"])
@pytest.mark.parametrize("what", ["rate:5", "tag", "trash"])
def test_a_refused_act_leaves_the_curator_where_he_is(curator: Client, query: str, what: str) -> None:
    image = make_image("Bow")
    make_image()
    page = curator.get(f"/curate?at={image.pk}{query}")
    ImageAsset.objects.filter(pk=image.pk).update(rating=2)  # by somebody else
    fields = {"do": what, "image": image.pk, "seen_featured_id": "", "seen_rating": "", "tag": "x" * 51}
    answer = curator.post(buttons(page, 'class="acts"'), fields, follow=True)
    assert shown(answer) == image.pk
    assert 'role="alert">\n    <p class="toast">' in answer.content.decode()


def test_undo_without_anything_to_undo_leaves_the_curator_where_he_is(curator: Client) -> None:
    image = make_image("Bow")
    make_image()
    page = curator.get(f"/curate?at={image.pk}&type=item")
    answer = curator.post(buttons(page, 'id="undo"'), {"do": "undo"}, follow=True)
    assert shown(answer) == image.pk
    assert "nothing of yours to take back" in answer.content.decode()


def test_an_act_is_read_with_get_by_nobody(curator: Client) -> None:
    assert curator.get(FORM).status_code == 405
    assert curator.put("/curate").status_code == 405


# ── Pairs ────────────────────────────────────────────────────────────────────────────────────────


def sides(answer: Any) -> list[int]:
    return [int(pk) for pk in re.findall(r'<img class="sight" data-picture="(\d+)"', answer.content.decode())]


def test_the_featured_picture_meets_the_others_one_by_one(curator: Client) -> None:
    one, two, three = (make_image("Inn") for _ in range(3))
    images.feature(two.pk, to=True)
    page = curator.get("/curate?mode=compare")
    assert sides(page) == [two.pk, three.pk]
    assert ">pair 1 of 2<" in page.content.decode()
    assert "0 more subjects" in page.content.decode()
    found = re.search(r'href="([^"]+)" data-next ', page.content.decode())
    assert found is not None
    following = curator.get(found[1].replace("&amp;", "&"))
    assert sides(following) == [two.pk, one.pk]
    assert ">pair 2 of 2<" in following.content.decode()


def test_the_better_one_is_featured_and_the_pair_stays_to_decide_about_the_other(curator: Client) -> None:
    old, new = make_image("Inn"), make_image("Inn")
    query = f"mode=compare&at={new.pk}&left={new.pk}&with={old.pk}"
    answer = do(curator, "feature", old, query)
    assert sides(curator.get(answer["Location"])) == [new.pk, old.pk]
    assert list(ImageAsset.objects.featured()) == [old]


def test_each_subject_with_several_pictures_comes_once(curator: Client) -> None:
    swords = [make_image("Sword") for _ in range(2)]
    make_image("Lone shield")
    inns = [make_image("Inn") for _ in range(2)]
    assert sides(curator.get("/curate?mode=compare")) == [inns[1].pk, inns[0].pk]
    answer = curator.get(f"/curate?mode=compare&past={inns[1].pk}", follow=True)
    assert sides(answer) == [swords[1].pk, swords[0].pk]
    ended = curator.get(f"/curate?mode=compare&past={swords[1].pk}", follow=True)
    assert sides(ended) == [swords[1].pk, swords[0].pk]


def test_what_has_nothing_to_be_compared_with_leads_to_the_next_subject(curator: Client) -> None:
    pair = [make_image("Inn") for _ in range(2)]
    lone = make_image("A lone shield")
    answer = curator.get(f"/curate?mode=compare&at={lone.pk}", follow=True)
    assert sides(answer) == [pair[1].pk, pair[0].pk]
    assert "this is the next subject" in answer.content.decode()


def test_the_champion_in_the_trash_leaves_the_place_to_another(curator: Client) -> None:
    one, two, three = (make_image("Inn") for _ in range(3))
    do(curator, "trash", three, f"mode=compare&at={three.pk}&left={three.pk}&with={two.pk}")
    page = curator.get(f"/curate?mode=compare&at={three.pk}&with={two.pk}")
    assert sides(page) == [two.pk, one.pk]
