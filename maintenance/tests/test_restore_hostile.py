"""Archives and folders that are not what they say: one sentence, exit code 3, and nothing has changed."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from gallery.models import ImageAsset
from gallery.tests.making import make_image
from gallery.triggers import postgresql
from gallery.triggers.sqlite import TRIGGERS
from maintenance.backup import bundle, manifest, shelf
from maintenance.backup.database import pgtools
from maintenance.backup.errors import BadBackup
from maintenance.tests.backing_up import files, names, refused, rows, run, shelved

__all__ = ["shelved"]
Members = dict[str, bytes]
DUMP = "database.sqlite3.gz"


def members(path: Path) -> Members:
    with tarfile.open(path) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]


def packed(path: Path, held: Members, *more: tarfile.TarInfo, format: int = tarfile.GNU_FORMAT) -> Path:
    with tarfile.open(path, "w", format=format) as tar:
        for member in more:
            tar.addfile(member, io.BytesIO(b"x" * member.size))
        for name, data in held.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return path


def lying(held: Members, **changes: Any) -> Members:
    told = orjson.loads(held["manifest.json"]) | changes
    return {**held, "manifest.json": orjson.dumps(told)}


def listing(held: Members) -> Members:
    """The same with a manifest that lists just what is there: a lie that is told well."""
    told = {
        name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in held.items()
        if name != "manifest.json"
    }
    return lying(held, files=told)


@pytest.fixture
def good(shelved: Path) -> Members:
    make_image("One")
    run("backup")
    return members(shelved / names()[0])


def attack(shelved: Path, held: Members, *more: tarfile.TarInfo, **options: Any) -> str:
    """The sentence that it is refused with; everything is as before."""
    path = packed(shelved / "evil.tar", held, *more, **options)
    return untouched(path)


def untouched(path: Path) -> str:
    make_image("Live")
    before, pictures, backups = rows(), files(), names()
    around = {*os.listdir(path.parent.parent), ".run"}
    code, sentence = refused("restore", str(path))
    assert code == 3
    assert sentence.startswith("This backup cannot be used: ")
    assert len(sentence.splitlines()) == 1
    assert (rows(), files(), names()) == (before, pictures, backups)
    assert {*os.listdir(path.parent.parent)} == around
    return sentence


def member(name: str, type: bytes = tarfile.REGTYPE, size: int = 0, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.size, made.linkname = type, size, link
    return made


@pytest.mark.parametrize(
    "name",
    ["/etc/cron.d/evil", "../evil", "media/../../evil", "media/images/full/../../x", "evil.py", "media/images/full/ab/x.webp",
     "media//images/full/aa/x.webp", "spool/../x", "spool/x", "MANIFEST.JSON", "./manifest.json", "manifest.json/x", "database.dump.exe", "media/images/full/ab/" + "c" * 32 + "-1.webp"],
)  # fmt: skip
def test_a_name_that_no_backup_has(shelved: Path, good: Members, name: str) -> None:
    assert "belongs to no backup" in attack(shelved, good, member(name, size=1))


@pytest.mark.parametrize(
    "type",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE, tarfile.CONTTYPE, tarfile.GNUTYPE_SPARSE, b"x", b"g", b"L", b"K", b"Z"],
)  # fmt: skip
def test_what_is_no_plain_file(shelved: Path, good: Members, type: bytes) -> None:
    evil = member("spool/" + "a" * 32 + "-1", type, link="/etc/passwd")
    assert "no plain file" in attack(shelved, good, evil)


def test_a_name_twice(shelved: Path, good: Members) -> None:
    twice = member(next(name for name in good if name.startswith("media/")), size=5)
    assert "twice" in attack(shelved, good, twice)


def test_headers_of_any_length(shelved: Path, good: Members) -> None:
    long = {f"media/{'x' * 5_000}": b"x", **good}
    assert "no plain file" in attack(shelved, long, format=tarfile.PAX_FORMAT)


@pytest.mark.parametrize("left", [0, 1, 511, 512, 5_000, -1, -512, -11_000])
def test_an_archive_that_is_cut_off(shelved: Path, good: Members, left: int) -> None:
    path = packed(shelved / "evil.tar", good)
    path.write_bytes(path.read_bytes()[: left if left >= 0 else path.stat().st_size - 10_240 - 512 + left])
    assert "cut off" in untouched(path) or "no manifest" in untouched(path)


def test_something_behind_the_end(shelved: Path, good: Members) -> None:
    path = packed(shelved / "evil.tar", good)
    path.write_bytes(path.read_bytes() + b"\0" * 20_000)
    assert "after its end" in untouched(path)


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 10_240, b"PK\3\4" + b"x" * 9_000, b"SQLite format 3\0" + b"x" * 9_000]
)
def test_a_file_that_is_no_archive(shelved: Path, good: Members, data: bytes) -> None:
    (shelved / "evil.tar").write_bytes(data)
    untouched(shelved / "evil.tar")


@pytest.mark.parametrize("name", ["manifest.json", "media", "database"])
def test_something_is_missing(shelved: Path, good: Members, name: str) -> None:
    attack(shelved, {key: data for key, data in good.items() if not key.startswith(name)})


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"format":1}',
        b"\xff\xfe",
        b'{"format":2}',
        b'{"format":true}',
        b"[" * 100_000,
    ],
)
def test_a_manifest_that_is_none(shelved: Path, good: Members, text: bytes) -> None:
    sentence = attack(shelved, {**good, "manifest.json": text})
    assert "manifest" in sentence or "format" in sentence


@pytest.mark.parametrize(
    "change",
    [{"format": 99}, {"engine": "oracle"}, {"engine": ["sqlite"]}, {"taken_at": "yesterday"}, {"taken_at": 1}, {"migrations": "all"}, {"migrations": [1]},
     {"tables": []}, {"tables": {"x": {"rows": -1, "sha256": "0" * 64}}}, {"plain_bytes": -1}, {"plain_bytes": 1e30}, {"plain_bytes": True}, {"files": {}}, {"files": {"../x": {"bytes": 1, "sha256": "0" * 64}}},
     {"missing": ["../../etc/passwd"]}, {"purged": ["x" * 99]}, {"engine_version": "<script>"}, {"tables": {}}, {"migrations": []},  {"engine_version": ""}],
)  # fmt: skip
def test_a_manifest_that_lies(shelved: Path, good: Members, change: dict[str, Any]) -> None:
    attack(shelved, lying(good, **change))


@pytest.mark.parametrize("size", [0, 10**9])
def test_a_database_of_another_size(shelved: Path, good: Members, size: int) -> None:
    only_sqlite()
    assert "database" in attack(shelved, lying(good, plain_bytes=size))


def test_a_newer_version_made_it(shelved: Path, good: Members) -> None:
    known = orjson.loads(good["manifest.json"])["migrations"]
    sentence = attack(shelved, lying(good, migrations=[*known, "gallery.0999_from_the_future"]))
    assert "a newer version made it" in sentence


def test_the_other_engine_made_it(shelved: Path, good: Members) -> None:
    other, dump = ("postgresql", "database.dump") if connection.vendor == "sqlite" else ("sqlite", DUMP)
    moved = {dump if name.startswith("database") else name: data for name, data in good.items()}
    assert "this service uses" in attack(shelved, lying(listing(moved), engine=other))


@pytest.mark.parametrize("what", ["media/", "database"])
def test_a_flipped_bit(shelved: Path, good: Members, what: str) -> None:
    name = next(name for name in good if name.startswith(what))
    data = bytearray(good[name])
    data[len(data) // 2] ^= 1
    assert "is damaged" in attack(shelved, {**good, name: bytes(data)})


def test_a_file_that_no_row_names(shelved: Path, good: Members) -> None:
    token = "a" * 32 + "-1"
    smuggled = {**good, f"media/images/full/aa/{token}.webp": b"<script>"}
    assert "belong to no picture" in attack(shelved, listing(smuggled))


def only_sqlite() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a matter of SQLite's files")


def changed(good: Members, change: Callable[[bytes], bytes]) -> Members:
    """Another database, and a manifest that agrees with it as far as files go."""
    plain = change(gzip.decompress(good[DUMP]))
    return lying(listing({**good, DUMP: gzip.compress(plain)}), plain_bytes=len(plain))


def with_sql(tmp: Path, *statements: str) -> Callable[[bytes], bytes]:
    def change(plain: bytes) -> bytes:
        path = tmp / "changed.sqlite3"
        path.write_bytes(plain)
        with sqlite3.connect(path) as database:
            for statement in statements:
                database.execute(statement)
        database.close()
        return path.read_bytes()

    return change


@pytest.mark.parametrize(
    "plain", [b"", b"no database", b"SQLite format 3\0", b"SQLite format 3\0" + b"\xff" * 50_000]
)
def test_a_database_that_is_none(shelved: Path, good: Members, plain: bytes) -> None:
    only_sqlite()
    assert "database" in attack(shelved, changed(good, lambda _: plain))


def test_a_damaged_database(shelved: Path, good: Members) -> None:
    only_sqlite()
    attack(shelved, changed(good, lambda plain: plain[:8_192] + os.urandom(8_192) + plain[16_384:]))


@pytest.mark.parametrize(
    "statement",
    ["UPDATE gallery_imageasset SET prompt = 'other'", "DELETE FROM gallery_imageasset", "DROP TABLE scenes_scenecache", "CREATE TABLE more (x)",
     "CREATE VIEW spy AS SELECT 1", "CREATE TRIGGER evil AFTER INSERT ON gallery_job BEGIN DELETE FROM gallery_imageasset; END",
     "UPDATE gallery_imageasset SET token = '../../../etc/passwd'", "UPDATE gallery_imageasset SET widths = '\"x\"'",
     "ALTER TABLE gallery_job RENAME COLUMN owner TO mine", "INSERT INTO django_migrations (app, name, applied) VALUES ('gallery', '0999_x', '2026-01-01')"],
)  # fmt: skip
def test_rows_that_are_not_those_of_the_manifest(
    shelved: Path, good: Members, tmp_path: Path, statement: str
) -> None:
    only_sqlite()
    attack(shelved, changed(good, with_sql(tmp_path, "PRAGMA foreign_keys=OFF", statement)))


def test_what_a_trigger_does_is_for_us_to_say(shelved: Path, good: Members, tmp_path: Path) -> None:
    """A dump's code under a name of ours never runs: the trigger is made anew."""
    only_sqlite()
    name = sorted(TRIGGERS)[0]
    spy = f"CREATE TRIGGER {name} AFTER INSERT ON maintenance_commandrun BEGIN UPDATE gallery_imageasset SET prompt = 'evil'; END"
    evil = changed(good, with_sql(tmp_path, f"DROP TRIGGER {name}", spy))
    run("restore", str(packed(shelved / "evil.tar", evil)))
    make_image("Later")
    assert not ImageAsset.objects.filter(prompt="evil").exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        assert dict(cursor.fetchall()) == {name: sql.format(name=name) for name, sql in TRIGGERS.items()}


@contextmanager
def in_the_database(make: str, drop: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(make)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(drop)


MEDDLE = "CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.prompt := 'evil'; RETURN NEW; END$$"
FOREIGN = [
    ("CREATE MATERIALIZED VIEW spy AS SELECT 1 AS x", "DROP MATERIALIZED VIEW spy"),
    ("CREATE VIEW spy AS SELECT 1", "DROP VIEW spy"),
    (MEDDLE, "DROP FUNCTION meddle"),
    ("CREATE TYPE spy AS (x int)", "DROP TYPE spy"),
    (
        "CREATE TRIGGER meddle BEFORE INSERT ON gallery_job FOR EACH ROW EXECUTE FUNCTION gallery_stamp()",
        "DROP TRIGGER meddle ON gallery_job",
    ),
    ("CREATE RULE spy AS ON DELETE TO gallery_job DO INSTEAD NOTHING", "DROP RULE spy ON gallery_job"),
]


@pytest.mark.parametrize(("make", "drop"), FOREIGN)
def test_a_dump_with_code_that_is_not_ours_is_neither_made_nor_loaded(
    shelved: Path, good: Members, tmp_path: Path, make: str, drop: str
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("a matter of pg_restore")
    dump = tmp_path / "evil.dump"
    with in_the_database(make, drop):
        pgtools.run(["pg_dump", "--format=custom", f"--file={dump}"], connection.settings_dict["NAME"])
        code, sentence = refused("backup")
    assert code == 3
    assert "is not ours" in sentence
    evil = listing({**good, "database.dump": dump.read_bytes()})
    assert "code that is not ours" in attack(shelved, evil)
    (shelved / "evil.tar").rename(shelved / "dndimages-20260101T000000Z.tar")
    assert refused("backup_verify", "dndimages-20260101T000000Z.tar")[0] == 1


def test_what_a_function_of_ours_does_is_for_us_to_say(shelved: Path) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no functions")
    body = "RETURNS trigger LANGUAGE plpgsql AS $$BEGIN new.prompt := 'evil'; RETURN new; END$$"
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE OR REPLACE FUNCTION gallery_image_reworded() {body}")
        run("backup")
        run("restore", names()[0])
        make_image("Later")
        assert not ImageAsset.objects.filter(prompt="evil").exists()
    finally:
        with connection.cursor() as cursor:
            postgresql.prepare(cursor)


def test_a_small_file_that_unpacks_to_a_disk_full(shelved: Path, good: Members) -> None:
    only_sqlite()
    bomb = gzip.compress(b"SQLite format 3\0" + b"\0" * 300_000_000, 1)
    held = listing({**good, DUMP: bomb})
    assert "unpacks to more than it says" in attack(shelved, held)


def test_a_folder_with_a_link_in_it(shelved: Path, good: Members) -> None:
    run("backup", incremental=True)
    evil = shelved / "evil"
    shutil.copytree(next(path for path in shelved.glob("dndimages-*Z*") if path.is_dir()), evil)
    picture = next(evil.rglob("*.webp"))
    picture.unlink()
    picture.symlink_to("/etc/passwd")
    assert "no plain file" in untouched(evil)
    picture.unlink()
    os.mkfifo(picture)
    assert "no plain file" in untouched(evil)


def test_what_is_neither_file_nor_folder(shelved: Path, good: Members) -> None:
    (shelved / "evil").symlink_to(shelved / names()[0])
    assert "neither an archive nor a folder" in untouched(shelved / "evil")


def test_verify_tells_of_a_bad_backup_and_forgets_its_proof(shelved: Path, good: Members) -> None:
    run("backup_verify")
    path = shelved / names()[0]
    data = bytearray(path.read_bytes())
    data[data.index(b"RIFF") + 40] ^= 1
    path.write_bytes(data)
    code, sentence = refused("backup_verify", path.name)
    assert code == 1
    assert "is damaged" in sentence
    assert shelf.last_verified_backup(now=timezone.now()) is None


@given(st.data())
@settings(max_examples=150)
def test_no_bytes_at_all_make_the_reader_fall_over(tmp_path: Path, data: st.DataObject) -> None:
    """Random damage to a true archive: it is read, or refused as a `BadBackup`."""
    held = {"spool/" + "a" * 32 + "-1": b"paid" * 300, "manifest.json": b"{}"}
    path = packed(tmp_path / "x.tar", held)
    raw = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(0, 4_000), max_size=6)):
        raw[place] = data.draw(st.integers(0, 255))
    path.write_bytes(raw[: data.draw(st.integers(0, len(raw)))])
    with pytest.raises(BadBackup), bundle.opened(path):
        pass


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["format", "files", "tables", "engine", "taken_at"]), inner)
        ),
    )
)
def test_no_json_at_all_makes_the_manifest_fall_over(told: Any) -> None:
    with pytest.raises(BadBackup):
        manifest.parsed(orjson.dumps(told, option=orjson.OPT_NON_STR_KEYS) if _fits(told) else b"")


def _fits(told: Any) -> bool:
    try:
        orjson.dumps(told)
    except TypeError:  # integers beyond 64 bits
        return False
    return True
