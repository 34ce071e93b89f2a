"""Export and taking back: the same rows, the same bytes."""

from __future__ import annotations

import io
import json
import stat
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from gallery import archive, curation, images
from gallery.models import ImageAsset, Source, Tag
from gallery.tests.encoding import encoded
from gallery.tests.making import make_image, png
from maintenance.tests.archives import export, full_files, purge_everything, rows, scene_rows, take_back
from maintenance.tests.dumps import bare, bring, dump, scene
from scenes.models import PINNED_UNTIL, SceneCache

pytestmark = pytest.mark.django_db


@pytest.fixture
def gallery(keyed: Any) -> None:
    """Pictures of all kinds, with everything that a picture can have."""
    now = timezone.now()
    clear = encoded("PNG", size=(400, 300), color=(10, 200, 30, 90))
    make_image("Dagger", data=png(1, (1024, 576)), source="generated", model="gemini-x", rating=5, use_count=7,
               custom_prompt="", campaign="Emberpeak", created_at=now - timedelta(days=40), generation_time_ms=5432)  # fmt: skip
    first = make_image(" Miner's <b>Note</b> \U0001f409 \u202ex", data=clear, source="uploaded", subject_type="character",
                       custom_prompt="blue", created_at=now - timedelta(days=30), last_used_at=now)  # fmt: skip
    make_image(
        "Dagger",
        data=png(1, (1024, 576)),
        source="painted",
        model="painter",
        created_at=now - timedelta(days=20),
    )
    first.tags.set([Tag.objects.create(name="rare \U0001f409"), Tag.objects.create(name="quest")])
    images.feature(first.pk, to=True)
    bring(
        keyed("maintain"),
        dump(
            scenes={
                "scene_a_b_c": scene(bare(4), useCount=9),
                "scene_d_e_f": scene(bare(4), location="old_mill", weather="rain"),
            }
        ),
    )
    SceneCache.objects.filter(weather="rain").update(expires_at=PINNED_UNTIL)


def test_an_archive_brings_everything_back_field_for_field_and_byte_for_byte(
    gallery: None, tmp_path: Path, media: Path
) -> None:
    target = tmp_path / "out.zip"
    assert export(target, "--all").startswith("Exported 5 pictures (")
    before = rows(), full_files(media), scene_rows()
    purge_everything()
    code, told = take_back(target)
    assert (code, told["status"], told["report"]["imported"], told["report"]["notes"]) == (
        0,
        "success",
        5,
        [],
    )
    assert (rows(), full_files(media), scene_rows()) == before
    assert all((media / name).is_file() for image in ImageAsset.objects.all() for name in image.paths)


def test_taking_back_again_changes_nothing_and_the_trash_gives_back(gallery: None, tmp_path: Path) -> None:
    target = tmp_path / "out.zip"
    export(target, "--all")
    before = rows(), scene_rows()
    code, told = take_back(target)
    assert (code, told["skipped"], (rows(), scene_rows()) == before) == (0, 5, True)
    images.trash(ImageAsset.objects.order_by("pk")[0].pk, now=timezone.now())
    assert take_back(target)[1]["report"]["restored"] == 1
    assert rows() == before[0]


@pytest.mark.parametrize(
    ("options", "number"),
    [(["--type", "character"], 1), (["--subject", "Dagger"], 2), (["--tag", "quest"], 1), (["--campaign", "Emberpeak"], 1),
     (["--featured"], 1), (["--type", "item", "--campaign", "Emberpeak"], 1), (["--all"], 5)],
)  # fmt: skip
def test_only_what_is_chosen_is_exported(
    options: list[str], number: int, gallery: None, tmp_path: Path
) -> None:
    export(tmp_path / "out.zip", *options)
    index = json.loads(zipfile.ZipFile(tmp_path / "out.zip").read("index.json"))
    assert len(index["pictures"]) == number


@pytest.mark.parametrize(("options", "code"), [([], 2), (["--all", "--featured"], 2), (["--tag", "none"], 3)])
def test_what_makes_no_sense_is_refused_and_leaves_no_file(
    options: list[str], code: int, gallery: None, tmp_path: Path
) -> None:
    with pytest.raises(CommandError) as problem:
        export(tmp_path / "out.zip", *options)
    assert (problem.value.returncode, list(tmp_path.iterdir())) == (
        code,
        list(tmp_path.glob("media")) + list(tmp_path.glob("spool")),
    )


def test_a_folder_that_is_not_there_is_wrong_usage(gallery: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as problem:
        export(tmp_path / "none" / "out.zip", "--all")
    assert problem.value.returncode == 2


def test_the_file_is_for_its_owner_only_and_a_failure_keeps_the_old_one(
    gallery: None, tmp_path: Path, media: Path
) -> None:
    target = tmp_path / "out.zip"
    export(target, "--all")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    old = target.read_bytes()
    victim = media / ImageAsset.objects.order_by("pk")[0].storage_path_full
    victim.unlink()
    victim.mkdir()  # reading it fails
    with pytest.raises(CommandError):
        export(target, "--all")
    assert (target.read_bytes() == old, list(tmp_path.glob(".out*"))) == (True, [])


def test_a_picture_without_its_file_is_told_and_the_others_come_back(
    gallery: None, tmp_path: Path, media: Path
) -> None:
    (media / ImageAsset.objects.get(subject_type="character").storage_path_full).unlink()
    with pytest.raises(CommandError, match="1 of them have lost their file"):
        export(tmp_path / "out.zip", "--all")
    purge_everything()
    code, told = take_back(tmp_path / "out.zip")
    assert (code, told["report"]["imported"], "was gone" in told["errors"][0]["error"]) == (1, 4, True)


def test_standard_output_gets_the_archive_alone(
    gallery: None, capfdbinary: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stdout:
        buffer = io.BytesIO()

    monkeypatch.setattr(sys, "stdout", Stdout())
    call_command("export", "--all", "-", stderr=io.StringIO())
    assert len(zipfile.ZipFile(io.BytesIO(Stdout.buffer.getvalue())).namelist()) == 6


def test_a_curators_acts_are_not_undone_by_taking_back(
    gallery: None, tmp_path: Path, django_user_model: Any
) -> None:
    export(tmp_path / "out.zip", "--all")
    curator = django_user_model.objects.create_user("c")
    image = ImageAsset.objects.get(subject_type="character")
    curation.rate([image.pk], stars=1, by=curator, now=timezone.now())
    take_back(tmp_path / "out.zip")
    image.refresh_from_db()
    assert (image.rating, image.source) == (1, Source.UPLOADED)


# ── Rows of which an import could think ill ──────────────────────────────────────────────────────


def test_a_row_without_a_placeholder_gets_one(tmp_path: Path) -> None:
    image = make_image("Torch")
    ImageAsset.objects.update(placeholder="")
    export(tmp_path / "out.zip", "--all")
    purge_everything()
    assert take_back(tmp_path / "out.zip")[1]["status"] == "success"
    back = ImageAsset.objects.get()
    assert (back.placeholder[:23], back.phash) == ("data:image/webp;base64,", image.phash)


def test_times_to_come_are_now_and_it_is_said_and_again_changes_nothing(tmp_path: Path, keyed: Any) -> None:
    bring(keyed("maintain"), dump(scenes={"scene_a_b_c": scene(bare(4))}))
    later = timezone.now() + timedelta(days=400)
    ImageAsset.objects.update(created_at=later, last_used_at=later)
    SceneCache.objects.update(created_at=later, last_used_at=later)
    export(tmp_path / "out.zip", "--all")
    assert take_back(tmp_path / "out.zip")[1]["skipped"] == 1  # the row itself is here
    purge_everything()
    told = take_back(tmp_path / "out.zip")[1]
    assert (told["scenes"], "time to come" in told["report"]["notes"][0]["note"]) == (1, True)
    assert take_back(tmp_path / "out.zip")[1]["skipped"] == 1
    for row in (ImageAsset.objects.get(), SceneCache.objects.get()):
        assert row.last_used_at is not None
        assert max(row.created_at, row.last_used_at) <= timezone.now()


def test_a_clock_that_nobody_set_is_kept(tmp_path: Path) -> None:
    make_image("Torch", created_at=datetime(1970, 1, 1, 0, 5, tzinfo=UTC))
    export(tmp_path / "out.zip", "--all")
    before = rows()
    purge_everything()
    assert (take_back(tmp_path / "out.zip")[1]["status"], rows()) == ("success", before)


@pytest.mark.parametrize(("limit", "most"), [("MOST_INDEX_BYTES", 3_000), ("MOST_INDEX_PARTS", 1_100)])
def test_more_facts_than_an_import_reads_are_refused_and_leave_no_file(
    limit: str, most: int, gallery: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.zip"
    monkeypatch.setattr(archive, limit, most)
    with pytest.raises(CommandError, match="more than one archive holds") as problem:
        export(target, "--all")
    assert (problem.value.returncode, list(tmp_path.glob("*out*"))) == (3, [])
