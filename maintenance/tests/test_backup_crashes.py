"""Backup and restore killed at every kind of step: the old state or the new, never a mix; backups that
were there stay."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dndimages.tests.service import ROOT, clean_environment
from maintenance.tests.backing_up import files

#: Each run adds a row of its own here; sessions are in no backup; the stamp is anew after a restore.
NOT_COMPARED = {"maintenance_commandrun", "django_session", "gallery_change", "sqlite_sequence"}
State = tuple[dict[str, list[Any]], dict[str, bytes], dict[str, bytes]]
SETUP = """
import django; django.setup()
from gallery.tests.making import make_image
from gallery import storage
from gallery.models import Job
{more}
"""


class Place:
    """A data folder of its own, without a service, that can be put back as it was."""

    def __init__(self, root: Path) -> None:
        self.data = root / "data"
        self._saved = root / "saved"
        paths = {"PYTHONPATH": f"{ROOT}:{Path(__file__).parent / 'crash'}", "BACKUP_KEEP": "2"}
        # One PostgreSQL cannot be put back between two kills as quickly as a folder can.
        self.env = clean_environment(self.data, MIN_FREE_DISK_MB="1", **paths)
        self._driver: subprocess.Popen[str] | None = None

    def python(self, code: str) -> None:
        subprocess.run([sys.executable, "-c", code], env=self.env, cwd=ROOT, check=True, timeout=100)

    def manage(self, *argv: str) -> None:
        subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *argv],
            env=self.env,
            check=True,
            timeout=100,
            capture_output=True,
        )

    def save(self) -> None:
        shutil.rmtree(self._saved, ignore_errors=True)
        shutil.copytree(self.data, self._saved, copy_function=_linked_or_copied)

    def put_back(self) -> None:
        shutil.rmtree(self.data)
        shutil.copytree(self._saved, self.data)

    def run(self, *argv: str, kill_at: int = 0) -> Any:
        """How a command ended in a child: ``code``, ``steps``, ``said``."""
        if self._driver is None:
            command = [sys.executable, str(Path(__file__).parent / "crash" / "killing.py")]
            self._driver = subprocess.Popen(
                command, env=self.env, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        assert self._driver.stdin is not None
        assert self._driver.stdout is not None
        self._driver.stdin.write(json.dumps({"argv": argv, "kill_at": kill_at}) + "\n")
        self._driver.stdin.flush()
        return json.loads(self._driver.stdout.readline())

    def close(self) -> None:
        if self._driver is not None:
            self._driver.kill()
            self._driver.wait()

    def state(self) -> State:
        return self._rows(), files(self.data / "media"), files(self.data / "spool")

    def _rows(self) -> dict[str, list[Any]]:
        with sqlite3.connect(self.data / "db.sqlite3") as database:
            names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            return {
                name: database.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall()
                for (name,) in names
                if name not in NOT_COMPARED
            }

    def backups(self) -> dict[str, bytes]:
        """The finished ones, byte for byte."""
        found = (self.data / "backups").glob("dndimages-*")
        return {path.name: path.read_bytes() if path.is_file() else b"" for path in found}


def _linked_or_copied(source: str, target: str) -> str:
    return str(shutil.copy2(source, target))


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


def stages(steps: list[str]) -> list[int]:
    """The first step of each kind, and the last of all: their numbers, as `kill_at` counts."""
    return sorted({steps.index(step) + 1 for step in steps} | {len(steps)})


@pytest.mark.timeout(500)
@pytest.mark.parametrize("kind", [[], ["--incremental"]])
def test_a_backup_killed_at_any_stage_leaves_all_as_it_was_or_one_more(place: Place, kind: list[str]) -> None:
    place.put_back()
    before, backups = place.state(), place.backups()
    whole = place.run("backup", *kind)
    assert whole["code"] == 0, whole["said"]
    for step in stages(whole["steps"]):
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
    for path in place.data.iterdir():
        if path.name != "backups":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    steps = place.run("restore", name)["steps"]
    for path in place.data.iterdir():
        if path.name != "backups":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    moved = [
        number for number, step in enumerate(steps, start=1) if step.startswith("os.rename media/.scratch")
    ]
    assert place.run("restore", name, kill_at=moved[-1])["code"] == -9
    assert place.run("restore", "--resume")["code"] == 0
    assert files(place.data / "media") == {}
    assert place.run("restore", name)["code"] == 0
    assert len(files(place.data / "media")) == 2 * 2
