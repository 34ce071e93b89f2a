"""Backups in a bucket, and of pictures that lie in one, against a real S3 server on loopback."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.utils import timezone
from pytest_django import Settings

from dndimages.tests.service import eventually, free_port
from gallery.tests.making import make_image
from maintenance.backup import shelf
from maintenance.tests.backing_up import files, names, refused, rows, run, shelved, wipe

__all__ = ["shelved"]
pytestmark = pytest.mark.pure  # archives of both databases are sent alike


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    port = free_port()
    command = [
        sys.executable,
        "-c",
        "from moto.server import main; main()",
        "-H",
        "127.0.0.1",
        "-p",
        str(port),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: httpx2.get(f"{url}/moto-api/", trust_env=False).status_code == 200, timeout=60)
        yield url
    finally:
        process.kill()
        process.wait()


class Bucket:
    def __init__(self, url: str, name: str) -> None:
        import boto3

        who: Any = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
        self._client = boto3.client("s3", endpoint_url=url, **who)
        self._name = name
        self._client.create_bucket(Bucket=name)
        self.backend: dict[str, Any] = {
            "BACKEND": "gallery.s3.S3PictureStorage",
            "OPTIONS": {
                "bucket_name": name, "endpoint_url": url, "region_name": "us-east-1", "access_key": "test",
                "secret_key": "test", "file_overwrite": True, "default_acl": None,
            },
        }  # fmt: skip

    def names(self) -> list[str]:
        return [entry["Key"] for entry in self._client.list_objects_v2(Bucket=self._name).get("Contents", [])]

    def drop(self, name: str) -> None:
        self._client.delete_object(Bucket=self._name, Key=name)

    def spoil(self, name: str) -> None:
        body = bytearray(self._client.get_object(Bucket=self._name, Key=name)["Body"].read())
        body[body.index(b"RIFF") + 40] ^= 1
        self._client.put_object(Bucket=self._name, Key=name, Body=bytes(body))


@pytest.fixture
def bucket(s3_server: str, settings: Settings) -> Bucket:
    """Where `--target s3` puts archives."""
    bucket = Bucket(s3_server, f"backups-{free_port()}")
    settings.STORAGES = {**settings.STORAGES, "backups": bucket.backend}
    return bucket


def test_an_archive_in_a_bucket_is_proved_and_restored_from_there(shelved: Path, bucket: Bucket) -> None:
    make_image()
    before, pictures = rows(), files()
    run("backup", target="s3")
    assert names() == []
    (name,) = bucket.names()
    assert f"{name} restores" in run("backup_verify", target="s3")
    proved = shelf.last_verified_backup(now=timezone.now())
    assert proved is not None
    assert proved.name == name
    wipe()
    run("restore", name, target="s3")
    assert (rows(), files()) == (before, pictures)


def test_old_archives_in_a_bucket_go_and_the_proved_one_stays(shelved: Path, bucket: Bucket) -> None:
    make_image()
    run("backup", target="s3")
    (proved,) = bucket.names()
    run("backup_verify", target="s3")
    for _ in range(3):
        run("backup", target="s3", keep=1)
    assert proved in bucket.names()
    assert len(bucket.names()) <= 2


def test_the_proof_of_an_archive_that_left_the_bucket_goes_too(shelved: Path, bucket: Bucket) -> None:
    make_image()
    run("backup", target="s3")
    run("backup_verify", target="s3")
    bucket.drop(bucket.names()[0])
    run("backup", target="s3")
    assert shelf.last_verified_backup(now=timezone.now()) is None


def test_an_archive_that_was_damaged_in_the_bucket_is_told(shelved: Path, bucket: Bucket) -> None:
    make_image()
    run("backup", target="s3")
    bucket.spoil(bucket.names()[0])
    assert refused("backup_verify", target="s3")[0] == 1
    assert refused("restore", bucket.names()[0], target="s3")[0] == 3


def test_a_bucket_that_is_away_leaves_the_archive_here(
    shelved: Path, settings: Settings, bucket: Bucket
) -> None:
    make_image()
    options = {**bucket.backend["OPTIONS"], "endpoint_url": f"http://127.0.0.1:{free_port()}"}
    settings.STORAGES = {**settings.STORAGES, "backups": {**bucket.backend, "OPTIONS": options}}
    code, sentence = refused("backup", target="s3")
    assert code == 1
    assert "it stays in BACKUP_DIR" in sentence
    assert len(names()) == 1
    assert "restores" in run("backup_verify")


def test_pictures_in_a_bucket_are_backed_up_and_restored(
    shelved: Path, s3_server: str, settings: Settings
) -> None:
    pictures = Bucket(s3_server, f"pictures-{free_port()}")
    spool = {**pictures.backend, "OPTIONS": {**pictures.backend["OPTIONS"], "location": "spool"}}
    settings.STORAGES = {**settings.STORAGES, "default": pictures.backend, "spool": spool}
    image = make_image()
    run("backup")
    run("backup", incremental=True)
    assert "restores" in run("backup_verify")
    later = make_image("Later")
    run("restore", names()[0])
    assert {*image.paths} == {*pictures.names()}
    assert not {*later.paths} & {*pictures.names()}
    assert run("fsck", deep=True) == "Nothing is wrong."


def test_a_wrong_bucket_for_backups_is_told_by_its_setting(
    shelved: Path, bucket: Bucket, settings: Settings
) -> None:
    backend = settings.STORAGES["backups"]
    wrong = {**backend, "OPTIONS": {**backend["OPTIONS"], "bucket_name": "not-there"}}
    settings.STORAGES = {**settings.STORAGES, "backups": wrong}
    assert "BACKUP_S3_BUCKET" in refused("backup", target="s3")[1]
    assert len(names()) == 1, "the archive stays here"
