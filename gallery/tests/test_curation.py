"""Acts of curators: what they record, and what taking them back gives back."""

from __future__ import annotations

from datetime import timedelta
from datetime import timezone as zones
from functools import partial
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from dndimages.errors import Invalid
from gallery import curation, images, undoing
from gallery.curating import acts
from gallery.models import CurationAct, ImageAsset, Tag
from gallery.tests.making import make_image
from gallery.tests.side_by_side import at_once

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def how() -> dict[str, Any]:
    return {"by": get_user_model().objects.create_user("curator", is_staff=True), "now": NOW}


def featured() -> set[int]:
    return set(ImageAsset.objects.filter(is_featured=True).values_list("pk", flat=True))


def tags(image: ImageAsset) -> set[str]:
    return set(image.tags.values_list("name", flat=True))


def test_undoing_a_feature_brings_back_who_stepped_back(how: Any) -> None:
    first, second = make_image(is_featured=True), make_image()
    act = curation.feature([second.pk], to=True, **how)
    assert featured() == {second.pk}
    assert undoing.undo(act, now=NOW) == undoing.Undone(whole=2)
    assert featured() == {first.pk}


def test_featuring_two_of_a_subject_in_one_act_is_undone_whole(how: Any) -> None:
    first, second, third = (make_image(is_featured=n == 0) for n in range(3))
    act = curation.feature([second.pk, third.pk], to=True, **how)
    assert featured() == {third.pk}
    undoing.undo(act, now=NOW)
    assert featured() == {first.pk}


def test_undoing_leaves_what_somebody_has_featured_since(how: Any) -> None:
    first, second = make_image(is_featured=True), make_image()
    act = curation.feature([first.pk], to=False, **how)
    images.feature(second.pk, to=True)
    assert undoing.undo(act, now=NOW) == undoing.Undone(left=1)
    assert featured() == {second.pk}


def test_undoing_a_feature_reaches_into_the_trash(how: Any) -> None:
    image = make_image()
    act = curation.feature([image.pk], to=True, **how)
    images.trash(image.pk, now=NOW)
    assert undoing.undo(act, now=NOW) == undoing.Undone(whole=1)
    images.restore(image.pk)
    assert featured() == set()


def test_trash_is_undone_and_restore_too_with_its_days_going_on(how: Any) -> None:
    image = make_image()
    trashed = curation.trash([image.pk], **how)
    restored = curation.restore([image.pk], by=how["by"], now=NOW + timedelta(days=3))
    assert undoing.undo(restored, now=NOW) == undoing.Undone(whole=1)
    image.refresh_from_db()
    assert image.deleted_at == NOW
    assert undoing.undo(trashed, now=NOW) == undoing.Undone(whole=1)
    image.refresh_from_db()
    assert image.deleted_at is None


def test_a_time_in_any_zone_is_the_same_time(how: Any) -> None:
    image, there = make_image(), NOW.astimezone(zones(timedelta(hours=9)))
    act = curation.trash([image.pk], by=how["by"], now=there)
    assert undoing.undo(act, now=NOW) == undoing.Undone(whole=1)


def test_undoing_a_restore_gives_the_featured_mark_back(how: Any) -> None:
    image = make_image(is_featured=True)
    images.trash(image.pk, now=NOW)
    rival = make_image(is_featured=True)
    act = curation.restore([image.pk], **how)
    assert featured() == {rival.pk}
    undoing.undo(act, now=NOW)
    assert featured() == {image.pk, rival.pk}  # in the trash the mark waits


def test_a_picture_that_was_trashed_again_stays_there(how: Any) -> None:
    image = make_image()
    act = curation.trash([image.pk], **how)
    images.restore(image.pk)
    images.trash(image.pk, now=NOW + timedelta(minutes=1))
    assert undoing.undo(act, now=NOW) == undoing.Undone(left=1)
    assert ImageAsset.objects.trashed().count() == 1


def test_ratings_come_back_unless_somebody_rated_since(how: Any) -> None:
    one, two = make_image("Dagger", rating=2), make_image("Sword")
    act = curation.rate([one.pk, two.pk], stars=5, **how)
    ImageAsset.objects.filter(pk=two.pk).update(rating=1)
    assert undoing.undo(act, now=NOW) == undoing.Undone(whole=1, left=1)
    assert list(ImageAsset.objects.order_by("pk").values_list("rating", flat=True)) == [2, 1]


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_stars_are_one_to_five_or_none(how: Any, stars: int) -> None:
    with pytest.raises(Invalid):
        curation.rate([make_image().pk], stars=stars, **how)
    assert curation.rate([], stars=None, **how).changes == []


def test_tags_come_back_and_others_tags_stay(how: Any) -> None:
    image = make_image()
    image.tags.add(Tag.objects.create(name="old"))
    act = curation.tag([image.pk], add=["new", " very   new "], remove=["old"], **how)
    assert tags(image) == {"new", "very new"}
    image.tags.add(Tag.objects.create(name="theirs"))
    Tag.objects.filter(name="old").delete()
    assert undoing.undo(act, now=NOW) == undoing.Undone(whole=1)
    assert tags(image) == {"old", "theirs"}


def test_tags_that_are_as_before_already_count_as_changed_since(how: Any) -> None:
    image = make_image()
    act = curation.tag([image.pk], add=["new"], **how)
    image.tags.clear()
    assert undoing.undo(act, now=NOW) == undoing.Undone(left=1)


@pytest.mark.parametrize("name", ["", "  ", "x" * 51, "a\x00b", "a\ud83d"])
def test_what_is_no_tag_is_refused(how: Any, name: str) -> None:
    with pytest.raises(Invalid):
        curation.tag([make_image().pk], add=[name], **how)
    assert not CurationAct.objects.exists()


def test_pictures_that_an_act_does_not_fit_are_left_alone(how: Any) -> None:
    image, trashed = make_image("Dagger"), make_image("Sword")
    images.trash(trashed.pk, now=NOW)
    ids = [image.pk, image.pk, trashed.pk, 2**62, 2**80, -1]
    act = curation.feature(ids, to=True, **how)
    assert [change["id"] for change in act.changes] == [image.pk]
    assert curation.rate([2**80], stars=1, **how).changes == []


def test_undo_goes_on_without_purged_pictures(how: Any) -> None:
    gone, kept = make_image("Dagger"), make_image("Sword")
    act = curation.trash([gone.pk, kept.pk], **how)
    images.purge(gone.pk)
    assert undoing.undo(act, now=NOW) == undoing.Undone(whole=1, left=1)


def test_an_act_is_taken_back_once(how: Any) -> None:
    image = make_image()
    act = curation.trash([image.pk], **how)
    assert [undoing.undo(act, now=NOW), undoing.undo(act, now=NOW)] == [undoing.Undone(whole=1), None]


def test_an_undo_that_finds_nothing_as_it_left_it_may_be_tried_again(how: Any) -> None:
    image = make_image()
    act = curation.rate([image.pk], stars=3, **how)
    ImageAsset.objects.update(rating=5)
    assert undoing.undo(act, now=NOW) == undoing.Undone(left=1)
    ImageAsset.objects.update(rating=3)  # whoever it was took that back
    assert undoing.undo(act, now=NOW) == undoing.Undone(whole=1)


def test_tags_come_back_in_the_trash_too(how: Any) -> None:
    image = make_image()
    act = curation.tag([image.pk], add=["cosy"], **how)
    images.trash(image.pk, now=NOW)
    assert undoing.undo(act, now=NOW) == undoing.Undone(whole=1)
    assert tags(image) == set()


def test_a_picture_back_from_the_trash_without_its_mark_is_back_in_part(how: Any) -> None:
    image, rival = make_image(is_featured=True), make_image()
    act = curation.trash([image.pk], **how)
    images.feature(rival.pk, to=True)
    assert undoing.undo(act, now=NOW) == undoing.Undone(partly=1)
    assert featured() == {rival.pk}


def test_a_tag_is_taken_away_by_the_name_that_it_is_kept_under(how: Any) -> None:
    image = make_image()
    image.tags.set([Tag.objects.create(name=name) for name in ("very  cosy", "at night")])
    curation.tag([image.pk], remove=["very  cosy", " at  night"], **how)
    assert tags(image) == set()


def test_a_tag_in_other_capitals_is_the_tag_that_is_there(how: Any) -> None:
    image = make_image()
    Tag.objects.create(name="Dragon")
    curation.tag([image.pk], add=["dragon", "DRAGON", "Cosy", "cosy"], **how)
    assert tags(image) == {"Dragon", "Cosy"}
    Tag.objects.create(name="dragon")  # one that came in by an import
    curation.tag([image.pk], add=["dragon"], **how)
    assert tags(image) == {"Dragon", "Cosy", "dragon"}


@pytest.mark.parametrize(
    ("kept", "typed"),
    [("Élan", "élan"), ("Дракон", "дракон"), ("a.b (c)", "A.B (C)"), ("x|y", "X|Y"), ("_%", "_%")],
)
def test_capitals_of_all_alphabets_are_no_difference(how: Any, kept: str, typed: str) -> None:
    image = make_image()
    Tag.objects.create(name=kept)
    curation.tag([image.pk], add=[typed], **how)
    assert tags(image) == {kept}
    curation.tag([image.pk], add=["axb (c)"], **how)
    assert tags(image) == {kept, "axb (c)"}


def test_what_is_added_in_other_capitals_is_not_taken_away_at_once(how: Any) -> None:
    image = make_image()
    image.tags.add(Tag.objects.create(name="Dragon"))
    curation.tag([image.pk], add=["dragon"], remove=["Dragon"], **how)
    assert tags(image) == {"Dragon"}


def test_a_tag_that_was_renamed_since_comes_back_under_its_new_name(how: Any) -> None:
    image = make_image()
    dragon = Tag.objects.create(name="Dragon")
    image.tags.add(dragon)
    act = curation.tag([image.pk], add=["new"], remove=["Dragon"], **how)
    Tag.objects.filter(pk=dragon.pk).update(name="dragon")
    Tag.objects.filter(name="new").update(name="NEW")
    assert undoing.undo(act, now=how["now"]) == undoing.Undone(whole=1)
    assert tags(image) == {"dragon"}


def test_a_tag_that_somebody_gave_back_already_is_as_before(how: Any) -> None:
    image = make_image()
    old = Tag.objects.create(name="old")
    image.tags.add(old)
    act = curation.tag([image.pk], add=["new"], remove=["old"], **how)
    image.tags.add(old)
    assert undoing.undo(act, now=how["now"]) == undoing.Undone(whole=1)
    assert tags(image) == {"old"}


def test_a_tag_that_has_another_name_by_now_is_left_and_told(how: Any) -> None:
    image = make_image()
    act = curation.tag([image.pk], add=["cosy", "night"], **how)
    Tag.objects.filter(name="night").update(name="evening")
    assert undoing.undo(act, now=how["now"]) == undoing.Undone(partly=1)
    assert tags(image) == {"evening"}


def test_tags_at_once_are_few(how: Any) -> None:
    image = make_image()
    with pytest.raises(Invalid):
        curation.tag([image.pk], add=[f"t{n}" for n in range(11)], remove=[f"r{n}" for n in range(10)], **how)
    assert not Tag.objects.exists()


def test_the_last_act_is_ones_own_and_did_something(how: Any) -> None:
    image, other = make_image(), get_user_model().objects.create_user("other")
    mine = curation.rate([image.pk], stars=1, **how)
    assert curation.rate([image.pk], stars=1, **how).pk is None
    curation.rate([image.pk], stars=2, by=other, now=NOW)
    ImageAsset.objects.update(rating=1)
    assert acts.undo(None, **how).act == mine
    with pytest.raises(acts.NothingToUndo):
        acts.undo(None, **how)
    assert CurationAct.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_acts_that_meet_do_not_wait_for_each_other_for_ever(how: Any) -> None:
    """One features a tavern and then a cave, the other a cave and then a tavern."""
    tavern, cave, tavern_too, cave_too = (make_image(("Tavern", "Cave")[n % 2]).pk for n in range(4))

    def act(ids: list[int]) -> None:
        for _ in range(40):
            curation.feature(ids, to=True, **how)
            curation.tag(ids, add=[f"tag {n}" for n in range(6)], **how)
            curation.tag(ids, remove=[f"tag {n}" for n in range(6)], **how)

    assert at_once(partial(act, [tavern, cave_too]), partial(act, [cave, tavern_too])) == []


@pytest.mark.django_db(transaction=True)
def test_curators_of_two_types_of_one_name_do_not_wait_for_each_other_for_ever(how: Any) -> None:
    mira, item = make_image("Mira", subject_type="character"), make_image("Mira")

    def act(image: ImageAsset) -> None:
        for n in range(40):
            acts.act(acts.Wanted(verb=("feature", "unfeature")[n % 2], image_id=image.pk), **how)

    assert at_once(partial(act, mira), partial(act, item)) == []


@pytest.mark.django_db(transaction=True)
def test_a_new_tag_from_two_sides_is_no_deadlock(how: Any) -> None:
    image = make_image()

    def one_by_one() -> None:
        for n in range(60):
            acts.act(acts.Wanted(verb="tag", image_id=image.pk, add=[f"tag {n}"]), **how)

    def many() -> None:
        for n in range(60):
            curation.tag([image.pk], add=[f"tag {n}"], **how)

    assert at_once(one_by_one, many) == []
    assert image.tags.count() == 60
