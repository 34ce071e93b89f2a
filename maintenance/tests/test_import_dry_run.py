"""A dry run says of each entry what the run will say, whatever lies in the gallery."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from gallery import images
from gallery.models import ImageAsset
from maintenance.localstorage import reading, storing, taking
from maintenance.localstorage.report import Report, Verdict
from maintenance.tests.dumps import SCENES, bare, dump, item, picture, scene
from scenes.models import SceneCache

pytestmark = pytest.mark.django_db


def take(given: dict[str, Any], *, dry_run: bool = False) -> Report:
    now = timezone.now()
    return taking.take(reading.find(dict(given), now=now), now=now, dry_run=dry_run)


def both(given: dict[str, Any]) -> Report:
    """What both say; taken in the end."""
    planned, done = take(given, dry_run=True), take(given)
    assert planned.outcomes == done.outcomes
    assert planned.remarks == done.remarks
    return done


def of(name: str) -> list[ImageAsset]:
    return list(ImageAsset.objects.filter(subject_name=name).order_by("pk"))


def trash(row: ImageAsset) -> None:
    images.trash(row.pk, now=timezone.now())


def expire() -> None:
    SceneCache.objects.update(expires_at=timezone.now())


# ── Any gallery, any dump ────────────────────────────────────────────────────────────────────────

SEEDS = st.integers(1, 4)
ITEMS = st.tuples(
    st.sampled_from(["Dagger", "dagger", "Rope"]), st.lists(SEEDS, min_size=1, max_size=3), SEEDS
)
PLACES = st.tuples(SEEDS, st.sampled_from(["Den", "Mill"]), st.sampled_from(["dusk", "dawn"]), st.booleans())
ENTRIES = st.tuples(st.lists(PLACES, max_size=4), st.lists(ITEMS, max_size=3))
ACTS = st.lists(st.tuples(st.sampled_from(["trash", "feature", "expire"]), st.integers(0, 9)), max_size=4)


def made(places: list[Any], items: list[Any]) -> dict[str, str]:
    scenes = {
        f"scene_{n}": scene(
            bare(seed), location=place, timeOfDay=time, **({} if dated else {"timestamp": None})
        )
        for n, (seed, place, time, dated) in enumerate(places)
    }
    library = [
        (name, item(*(picture(str(seed), seed) for seed in seeds), featured=str(featured)))
        for name, seeds, featured in items
    ]
    return dump(scenes=scenes, items=dict(library[:1]), item_images=json.dumps(dict(library[1:])))


def curate(acts: list[tuple[str, int]]) -> None:
    for act, number in acts:
        if act == "expire":
            scenes = list(SceneCache.objects.order_by("pk"))
            SceneCache.objects.filter(pk__in=[one.pk for one in scenes[number : number + 1]]).update(
                expires_at=timezone.now()
            )
            continue
        for row in ImageAsset.objects.visible().order_by("pk")[number : number + 1]:
            trash(row) if act == "trash" else images.feature(row.pk, to=True)


@given(before=ENTRIES, acts=ACTS, given=ENTRIES)
@hypothesis_settings(max_examples=40, derandomize=True)
def test_the_dry_run_says_what_the_run_says(before: Any, acts: Any, given: Any) -> None:
    SceneCache.objects.all().delete()
    ImageAsset.objects.all().delete()
    take(made(*before))
    curate(acts)
    both(made(*given))
    assert {one.verdict for one in both(made(*given)).outcomes} <= {Verdict.HERE}


# ── Everything at once ───────────────────────────────────────────────────────────────────────────


def test_a_dry_run_says_word_for_word_what_the_run_says() -> None:
    """Beside pictures that are featured, shown, expired and trashed here, and entries that meet each other."""
    mill, cave = "scene_old_mill_dusk_fog", "scene_cave_dusk_fog"
    take(
        dump(
            scenes={mill: scene(bare(1)), cave: scene(bare(2), location="Cave"), "scene_den_dusk_fog": scene(bare(3), location="Den")},
            items={"Dagger": item(picture("a", 4), picture("b", 5), featured="a"), "Rope": item(bare(6), bare(7))},
        ),
    )  # fmt: skip
    SceneCache.objects.filter(location="Cave").update(expires_at=timezone.now())
    for name, position in (("Old Mill", 0), ("Den", 0), ("Rope", 0), ("Dagger", 1)):
        trash(of(name)[position])
    take(dump(scenes={mill: scene(bare(8))}))  # the mill shows another one now
    given = dump(
        scenes={
            mill: scene(bare(1)), cave: scene(bare(9), location="Cave", timestamp=None),
            "scene_den_dusk_fog": scene(bare(3), location="Den"), "again": scene(bare(10), location="Den"), "dawn": scene(bare(3), location="Den", timeOfDay="dawn"),
            "scene_mill_dusk_fog": scene(bare(9), location="Mill"), "twice": scene(bare(9), location="Mill"),
        },
        items={
            "Dagger": item(picture("b", 5), picture("c", 11), featured="c"), "dagger": item(picture("b", 5), featured="b"),
            "Rope": item(bare(6), picture("d", 7), {"id": "e", "data": bare(12)}, featured="d"),
            "Sword": item(picture("f", 13), picture("f", 13), picture("g", 14), featured="f"),
            "sword": item(picture("f", 13), featured="f"),
        },
        item_images={"item_image_Sword": item(picture("h", 14), picture("i", 15), featured="i")},
    )  # fmt: skip
    first, second = both(given), both(given)
    said = {note for one in first.outcomes for note in one.notes}
    assert said == {
        storing.RESTORED,
        storing.OTHER_SHOWN,
        storing.OTHER_FEATURED,
        storing.NOT_FEATURED,
        storing.NO_TIME,
    }
    assert {one.verdict for one in second.outcomes} == {Verdict.HERE}


# ── Cases that once differed ─────────────────────────────────────────────────────────────────────


def test_a_scene_that_is_here_and_expired_is_shown_by_the_next_picture() -> None:
    take(dump(scenes={"a": scene(bare(1))}))
    expire()
    assert not both(dump(scenes={"a": scene(bare(1)), "b": scene(bare(2))})).outcomes[1].notes


def test_a_featured_picture_from_the_trash_stays_before_a_new_one() -> None:
    take(dump(items={"Dagger": item(picture("a", 4), picture("b", 5), featured="a")}))
    trash(of("Dagger")[0])
    done = both(dump(items={"Dagger": item(picture("a", 4), picture("c", 6), featured="c")}))
    assert done.outcomes[1].notes == (storing.OTHER_FEATURED,)


def test_a_picture_that_steps_back_as_it_is_restored_is_told() -> None:
    take(dump(items={"Dagger": item(picture("a", 4), picture("b", 5), featured="a")}))
    first, second = of("Dagger")
    trash(first)
    images.feature(second.pk)
    done = both(dump(items={"Dagger": item(picture("a", 4), picture("a", 4), featured="a")}))
    assert [one.notes for one in done.outcomes] == [
        (storing.RESTORED, storing.NOT_FEATURED),
        (storing.NOT_FEATURED,),
    ]


def test_a_new_featured_picture_comes_before_one_from_the_trash() -> None:
    take(dump(items={"Dagger": item(picture("a", 4), picture("b", 5), featured="a")}))
    trash(of("Dagger")[0])
    again = json.dumps({"item_image_Dagger": item(picture("a", 4), picture("a", 4), featured="a")})
    both(dump(items={"Dagger": item(picture("c", 6), featured="c")}, item_images=again))


def test_a_trashed_picture_is_restored_once_whichever_of_its_bytes_come(media: Path) -> None:
    take(dump(items={"Dagger": item(picture("a", 4))}))
    (row,) = of("Dagger")
    ours = base64.b64encode((media / row.paths[0]).read_bytes()).decode()
    trash(row)
    done = both(dump(items={"Dagger": item(picture("a", 4), ours)}))
    assert [one.verdict for one in done.outcomes] == [Verdict.RESTORED, Verdict.HERE]


def test_restored_pictures_count_for_the_most_of_an_item(settings: Settings) -> None:
    settings.MAX_IMAGES_PER_ITEM = 1
    take(dump(items={"Dagger": item(picture("a", 4))}))
    trash(of("Dagger")[0])
    assert both(dump(items={"Dagger": item(picture("a", 4), picture("b", 5))})).remarks


def test_a_restored_picture_is_back_in_all_its_scenes() -> None:
    take(dump(scenes={"a": scene(bare(1)), "b": scene(bare(1), timeOfDay="dawn")}))
    trash(of("Old Mill")[0])
    given = {
        SCENES: json.dumps(
            {
                "a": scene(bare(1)),
                "b": scene(bare(1), timeOfDay="dawn"),
                "c": scene(bare(2), timeOfDay="dawn"),
            }
        )
    }
    done = both(given)
    assert [one.verdict for one in done.outcomes] == [Verdict.RESTORED, Verdict.HERE, Verdict.NEW]
    assert done.outcomes[2].notes == (storing.OTHER_SHOWN,)
