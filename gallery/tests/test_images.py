"""Where rows and files of pictures come and go."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from gallery import files, images
from gallery.errors import ImageNotFound
from gallery.models import ImageAsset
from gallery.tests.making import make_image, png
from gallery.tests.side_by_side import both

pytestmark = pytest.mark.django_db


def kept(media: Path) -> set[str]:
    return {path.relative_to(media).as_posix() for path in media.rglob("*.webp")}


def test_a_new_picture_has_all_the_files_its_row_names(media: Path) -> None:
    image = make_image(data=png(1, (1344, 756)))
    assert kept(media) == set(image.paths)
    assert image.widths == [320, 640, 960]
    assert (image.width, image.height) == (1344, 756)


def test_no_temporary_file_stays(media: Path) -> None:
    make_image()
    assert not list(media.rglob("*.part"))


def test_the_same_bytes_twice_share_their_files(media: Path) -> None:
    one, two = make_image("A", data=png(1)), make_image("B", data=png(1))
    assert one.token == two.token
    assert kept(media) == set(one.paths)


def test_files_go_only_with_their_last_row(media: Path, django_capture_on_commit_callbacks: object) -> None:
    one, two = make_image("A", data=png(1)), make_image("B", data=png(1))
    for image in (one, two):
        images.trash(image.pk, now=timezone.now())
    purge(django_capture_on_commit_callbacks, one.pk)
    assert kept(media) == set(two.paths)
    purge(django_capture_on_commit_callbacks, two.pk)
    assert kept(media) == set()


def purge(capture: object, image_id: int) -> None:
    with capture(execute=True):  # type: ignore[operator]
        images.purge(image_id)


def test_the_same_bytes_of_another_maker_are_another_picture() -> None:
    assert make_image(data=png(1), model="a").token != make_image(data=png(1), model="b").token


def test_a_twin_whose_file_is_gone_lends_nothing(media: Path) -> None:
    one = make_image("A", data=png(1))
    (media / one.storage_path_full).unlink()
    two = make_image("B", data=png(1))
    assert two.token != one.token
    assert (media / two.storage_path_full).is_file()


def test_when_the_row_cannot_be_written_the_files_go_again(media: Path) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_image("A", is_featured=None)
    assert kept(media) == set()


def test_purging_takes_only_what_lies_in_the_trash() -> None:
    image = make_image()
    with pytest.raises(ImageNotFound):
        images.purge(image.pk)
    assert ImageAsset.objects.filter(pk=image.pk).exists()


def test_featuring_one_picture_steps_the_other_back() -> None:
    one, two = make_image("Torch"), make_image("Torch")
    images.feature(one.pk)
    images.feature(two.pk)
    assert list(ImageAsset.objects.featured()) == [two]


def test_the_database_itself_holds_one_featured_picture_per_subject() -> None:
    make_image("Torch", is_featured=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_image("Torch", is_featured=True)


def test_featuring_toggles_or_sets() -> None:
    image = make_image()
    assert images.feature(image.pk).is_featured
    assert not images.feature(image.pk).is_featured
    assert images.feature(image.pk, to=True).is_featured
    assert images.feature(image.pk, to=True).is_featured


def test_a_featured_picture_out_of_the_trash_steps_back_for_its_successor() -> None:
    old, new = make_image("Torch", is_featured=True), make_image("Torch")
    images.trash(old.pk, now=timezone.now())
    images.feature(new.pk)
    assert not images.restore(old.pk).is_featured
    assert list(ImageAsset.objects.visible().featured()) == [new]


def test_ids_are_never_used_again(django_capture_on_commit_callbacks: object) -> None:
    image = make_image()
    images.trash(image.pk, now=timezone.now())
    purge(django_capture_on_commit_callbacks, image.pk)
    assert make_image().pk > image.pk


@given(st.text(max_size=80))
def test_no_text_but_a_picture_s_name_leads_to_a_token(text: str) -> None:
    assert files.token_in(f"images/full/{text}") is None


@pytest.mark.parametrize(
    "name",
    ["images/full/ab/../../../etc/passwd", "images/x/ab/ab.webp",
     "images/full/cd/ab" + "0" * 30 + "-1.webp", "images/full/ab/AB" + "0" * 30 + "-1.webp"],
)  # fmt: skip
def test_odd_names_lead_nowhere(name: str) -> None:
    assert files.token_in(name) is None


def test_a_trailing_newline_is_no_part_of_a_name() -> None:
    good = files.full_path("ab" + "0" * 30 + "-1")
    assert files.token_in(good) == "ab" + "0" * 30 + "-1"
    assert files.token_in(good + "\n") is None


# ── Two at once; on SQLite they take turns by themselves ─────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_two_who_feature_at_once_take_turns() -> None:
    one, two = make_image("Torch"), make_image("Torch")
    for _ in range(15):
        assert not both(lambda: images.feature(one.pk, to=True), lambda: images.feature(two.pk, to=True))
    assert ImageAsset.objects.featured().count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_purges_of_twins_leave_no_file(media: Path) -> None:
    for seed in range(5):
        one, two = make_image("A", data=png(seed)), make_image("B", data=png(seed))
        assert one.token == two.token
        for image in (one, two):
            images.trash(image.pk, now=timezone.now())
        assert not both(partial(images.purge, one.pk), partial(images.purge, two.pk))
        assert kept(media) == set()


@pytest.mark.django_db(transaction=True)
def test_restoring_and_featuring_at_once_leaves_one_featured() -> None:
    old, new = make_image("Torch", is_featured=True), make_image("Torch")
    for _ in range(10):
        images.trash(old.pk, now=timezone.now())
        ImageAsset.objects.filter(pk=old.pk).update(is_featured=True)
        assert not both(lambda: images.restore(old.pk), lambda: images.feature(new.pk, to=True))
        assert ImageAsset.objects.visible().featured().count() == 1
        ImageAsset.objects.filter(pk=new.pk).update(is_featured=False)


@pytest.mark.django_db(transaction=True)
def test_a_twin_purged_while_its_files_are_borrowed_is_no_loss(media: Path) -> None:
    for seed in range(8):
        one = make_image("A", data=png(seed))
        images.trash(one.pk, now=timezone.now())
        assert not both(partial(images.purge, one.pk), partial(make_image, "B", data=png(seed)))
        left = ImageAsset.objects.get()
        assert set(left.paths) == kept(media)
        images.trash(left.pk, now=timezone.now())
        images.purge(left.pk)
