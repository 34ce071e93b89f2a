"""Backup and restore killed at every kind of step: the old state or the new, never a mix; backups that
were there stay."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from maintenance.tests.backing_up import files
from maintenance.tests.crashing import KINDS, SETUP, Place, stages


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Three states: an archive with two pictures and paid bytes, a folder, and the live one with others."""
    place = Place(tmp_path_factory.mktemp("crashes"))
    place.manage("migrate", "--verbosity", "0")
    job = "Job.objects.create(kind='scene', key='{0}', state='queued', caller='x', request_hash='0', attempts=1)"
    spool = f"storage.write(storage.spool(), {job}.pk.hex + '-1', b'{{{{}}}}\\npaid {{0}}')"
    place.python(SETUP.format(more=f"make_image('Old'); make_image('Both'); {spool.format('old')}"))
    place.manage("backup")
    place.manage("backup", "--incremental")
    trash = "from gallery.models import ImageAsset as I; i = I.objects.get(subject_name='Old')"
    trash += "; storage.delete(storage.pictures(), *i.paths); i.delete()"
    place.python(SETUP.format(more=f"make_image('New'); {trash}; {spool.format('new')}"))
    damaged = "I.objects.get(subject_name='Both').storage_path_thumbnail"
    place.python(
        SETUP.format(
            more=f"from gallery.models import ImageAsset as I; storage.write(storage.pictures(), {damaged}, b'flipped')"
        )
    )
    place.save()
    yield place
    place.close()


@pytest.mark.timeout(500)
@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_killed_at_any_stage_leaves_all_as_it_was_or_one_more(place: Place, kind: list[str]) -> None:
    place.put_back()
    before, backups = place.state(), place.backups()
    whole = place.run("backup", *kind)
    assert whole["code"] == 0, whole["said"]
    place.put_back()
    known = place.run("backup")["steps"] if kind else []  # an archive is killed there by itself
    for step in stages(whole["steps"], known=known):
        place.put_back()
        killed = place.run("backup", *kind, kill_at=step)
        assert (killed["code"], len(killed["steps"])) == (-9, step), killed
        assert place.state() == before
        left = place.backups()
        finished = left.keys() - backups.keys()
        # Retention is the last thing: only with a new one that is whole may an old one be gone.
        assert finished or left == backups, whole["steps"][step - 1]
        again = place.run("backup", *kind)
        assert again["code"] == 0, again["said"]
        unfinished = [name for name in os.listdir(place.data / "backups") if name.startswith((".p", ".s"))]
        assert unfinished == []
        for name in finished:
            assert place.run("backup_verify", name)["code"] == 0


@pytest.mark.timeout(500)
def test_a_restore_killed_at_any_stage_leaves_the_old_state_or_the_new(place: Place) -> None:
    place.put_back()
    old, backups = place.state(), place.backups()
    name = next(name for name in backups if name.endswith(".tar"))
    whole = place.run("restore", name)
    assert whole["code"] == 0, whole["said"]
    new = place.state()
    assert new[0] != old[0]
    seen = set()
    for step in stages(whole["steps"]):
        place.put_back()
        killed = place.run("restore", name, kill_at=step)
        assert (killed["code"], len(killed["steps"])) == (-9, step)
        at = whole["steps"][step - 1]
        rows, pictures, spooled = place.state()
        expected = new if rows == new[0] else old
        assert rows == expected[0], at
        # Every file of that state is there; some may be too many until somebody resumes.
        assert expected[1].keys() <= pictures.keys(), at
        assert expected[2].items() <= spooled.items(), at
        ended = place.run("restore", "--resume")
        assert ended["code"] == 0, (at, ended["said"])
        assert place.state() == expected, at
        assert {name: place.backups()[name] for name in backups} == backups
        seen.add(expected is new)
    assert seen == {True, False}


@pytest.mark.timeout(120)
def test_a_restore_into_nothing_killed_halfway_leaves_nothing(place: Place) -> None:
    place.put_back()
    name = next(name for name in place.backups() if name.endswith(".tar"))
    place.empty()
    steps = place.run("restore", name)["steps"]
    place.empty()
    moved = [
        number for number, step in enumerate(steps, start=1) if step.startswith("os.rename media/.scratch")
    ]
    assert place.run("restore", name, kill_at=moved[-1])["code"] == -9
    assert place.run("restore", "--resume")["code"] == 0
    assert files(place.data / "media") == {}
    assert place.run("restore", name)["code"] == 0
    assert len(files(place.data / "media")) == 2 * 2
