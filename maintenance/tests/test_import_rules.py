"""Promises of an import: the sum, doing it again, the trash, featured pictures."""

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
from maintenance.localstorage import reading, taking
from maintenance.localstorage.report import Outcome
from maintenance.tests.dumps import GAME, bare, bring, dump, item, picture
from scenes.models import SceneCache

pytestmark = pytest.mark.django_db


# ── The sum ──────────────────────────────────────────────────────────────────────────────────────

TEXTS = st.one_of(
    st.sampled_from(
        [
            bare(1),
            bare(2),
            "data:image/png;base64," + bare(3),
            "data:image/png;base64,",
            "",
            "x",
            "http://x/y",
        ]
    ),
    st.text(max_size=12),
)
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXTS
)
FIELDS = st.sampled_from(
    ["imageData", "data", "image", "location", "timeOfDay", "weather", "timestamp", "lastUsed", "useCount", "id",
     "prompt", "customPrompt", "images", "featured", "jobs", "result", "sprite", "enhanced", "image_data_url"]
)  # fmt: skip
THINGS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(FIELDS | TEXTS, inner, max_size=4)),
    max_leaves=8,
)
STORES = st.one_of(THINGS, THINGS.map(json.dumps), st.dictionaries(TEXTS, THINGS, max_size=4).map(json.dumps))
KEYS = st.sampled_from(
    ["nanoBananaSceneCache", "nanoBananaImageLibrary", "scene_cache", "item_images", "scene_cache_a_b_c", "item_image_X",
     "sprite_enhancer_history", "pixellab_jobs_v1", "theme", "GEMINI_API_KEY"]
)  # fmt: skip


@given(made_up=st.dictionaries(KEYS, STORES, max_size=4))
@hypothesis_settings(max_examples=120, derandomize=True)
def test_whatever_a_dump_holds_each_entry_is_imported_skipped_or_an_error(made_up: dict[str, Any]) -> None:
    now = timezone.now()
    planned: list[Outcome] = []
    for dry_run in (True, False, True, False):
        found = reading.find(json.loads(json.dumps(made_up)), now=now)
        report = taking.take(found, now=now, dry_run=dry_run)
        assert dry_run or report.outcomes == planned
        planned = report.outcomes
        assert report.imported + report.skipped + len(report.errors) == report.found == found.total
        assert (report.status == "success") == (not report.errors)
        assert report.ignored == len({"theme", "GEMINI_API_KEY"} & set(made_up))
    assert report.imported == 0  # the last one had nothing left to do


# ── Again, and the trash ─────────────────────────────────────────────────────────────────────────


def test_a_second_import_changes_nothing_also_of_what_a_curator_did_since(keyed: Any) -> None:
    bring(keyed("maintain"), GAME)
    images.feature(ImageAsset.objects.filter(subject_name="Dagger").order_by("pk")[0].pk, to=True)
    before = list(ImageAsset.objects.order_by("pk").values()), list(SceneCache.objects.values())
    told = bring(keyed("maintain"), GAME)
    assert (told["scenes"], told["items"], told["skipped"], told["status"]) == (0, 0, 3, "success")
    assert (list(ImageAsset.objects.order_by("pk").values()), list(SceneCache.objects.values())) == before


def test_what_lies_in_the_trash_is_restored_and_said_so(keyed: Any) -> None:
    bring(keyed("maintain"), GAME)
    for image in ImageAsset.objects.all():
        images.trash(image.pk, now=timezone.now())
    looked = bring(keyed("maintain"), GAME, "?dry_run=1")
    told = bring(keyed("maintain"), GAME)
    assert (told["scenes"], told["items"], told["report"]["restored"]) == (1, 2, 3)
    assert looked["report"]["restored"] == 3
    assert {note["note"] for note in told["report"]["notes"]} == {"It lay in the trash and was restored"}
    assert ImageAsset.objects.visible().count() == ImageAsset.objects.count() == 3


def test_a_picture_that_this_service_gave_the_page_is_here_already(keyed: Any, media: Path) -> None:
    bring(keyed("maintain"), GAME)
    image = ImageAsset.objects.filter(subject_name="Dagger")[0]
    ours = base64.b64encode((media / image.storage_path_full).read_bytes()).decode()
    told = bring(keyed("maintain"), dump(items={"Dagger": item(ours)}))
    assert (told["skipped"], ImageAsset.objects.count()) == (1, 3)


def test_a_dry_run_tells_each_entry_and_changes_nothing(keyed: Any, media: Path) -> None:
    files = sorted(media.rglob("*"))
    told = bring(keyed("maintain"), {**GAME, "item_image_X": "{}"}, "?dry_run=true")
    assert [entry["verdict"] for entry in told["report"]["entries"]] == ["error", "new", "new", "new"]
    assert (told["scenes"], told["items"], told["report"]["dry_run"]) == (1, 2, True)
    assert (ImageAsset.objects.count(), SceneCache.objects.count(), sorted(media.rglob("*"))) == (0, 0, files)
    really = bring(keyed("maintain"), {**GAME, "item_image_X": "{}"})
    assert (really["scenes"], really["items"], really["errors"]) == (
        told["scenes"],
        told["items"],
        told["errors"],
    )


# ── Labels ───────────────────────────────────────────────────────────────────────────────────────


def test_a_curators_featured_picture_stays_the_featured_one(keyed: Any) -> None:
    bring(keyed("maintain"), dump(items={"Dagger": item(picture("x", 9), featured="x")}))
    told = bring(keyed("maintain"), GAME)
    assert (
        ImageAsset.objects.featured().get().source_sha256
        == ImageAsset.objects.order_by("pk")[0].source_sha256
    )
    assert "featured one and stays it" in told["report"]["notes"][0]["note"]


def test_what_is_featured_there_and_is_here_unfeatured_is_told_and_stays(keyed: Any) -> None:
    given = dump(items={"Dagger": item(picture("x", 9), featured="x")})
    bring(keyed("maintain"), given)
    ImageAsset.objects.update(is_featured=False)  # a curator's choice
    told = bring(keyed("maintain"), given)
    assert told["skipped"] == 1
    assert "featured there and not here" in told["report"]["notes"][0]["note"]
    assert not ImageAsset.objects.featured().exists()


def test_more_pictures_than_an_item_may_have_are_all_taken_and_it_is_said(
    keyed: Any, settings: Settings
) -> None:
    settings.MAX_IMAGES_PER_ITEM = 2
    for query in ("?dry_run=1", ""):
        told = bring(keyed("maintain"), dump(items={"Dagger": item(bare(1), bare(2), bare(3))}), query)
        assert (told["items"], told["status"]) == (3, "success")
        assert told["report"]["notes"] == [
            {"key": "Dagger", "note": "It has 3 pictures, more than MAX_IMAGES_PER_ITEM (2); all are taken"}
        ]
