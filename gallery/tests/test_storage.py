"""Durable writes, on the disk and in a bucket, and what happens when there is no room."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.test import Client
from pytest_django import Settings

from dndimages.tests.service import eventually, free_port
from gallery import storage
from gallery.errors import StorageFull, StorageUnavailable
from gallery.models import GenerationLog, Job
from gallery.tests.fake_gemini import FakeGemini

BODY = {"subject_type": "item", "subject_name": "Dagger", "prompt": "A rusty dagger of old"}


def ask(api: Client) -> Any:
    return api.post("/api/v1/images/generate", BODY, content_type="application/json")


class Watch:
    """The order in which a file is opened, synced and renamed, as the system sees it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.steps: list[str] = []
        real_fsync, real_replace = os.fsync, os.replace

        def fsync(handle: int) -> None:
            self.steps.append(f"fsync {os.path.basename(os.readlink(f'/proc/self/fd/{handle}'))}")
            real_fsync(handle)

        def replace(source: Any, target: Any, **kw: Any) -> None:
            self.steps.append(f"rename {os.path.basename(source)} {os.path.basename(target)}")
            real_replace(source, target, **kw)

        monkeypatch.setattr(os, "fsync", fsync)
        monkeypatch.setattr(os, "replace", replace)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="reads open files from /proc")
def test_a_file_is_synced_before_it_gets_its_name_and_its_folder_after(
    media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (media / "images").mkdir()
    watch = Watch(monkeypatch)
    storage.write(storage.pictures(), "images/a.webp", b"x" * 100)
    assert watch.steps == ["fsync a.webp.part", "rename a.webp.part a.webp", "fsync images"]


def test_new_folders_are_synced_into_their_parents(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(monkeypatch)
    storage.write(storage.pictures(), "images/full/ab/a.webp", b"x")
    assert watch.steps[:3] == ["fsync media", "fsync images", "fsync full"]


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (errno.ENOSPC, StorageFull),
        (errno.EDQUOT, StorageFull),
        (errno.EROFS, StorageUnavailable),
        (errno.EIO, StorageUnavailable),
    ],
)
def test_troubles_of_a_disk_have_their_names_and_leave_nothing(
    media: Path, monkeypatch: pytest.MonkeyPatch, number: int, error: type[Exception]
) -> None:
    def broken(handle: int) -> None:
        raise OSError(number, "of the disk")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(error):
        storage.write(storage.pictures(), "a.webp", b"x")
    assert [path.name for path in media.iterdir()] == [".dndimages"]


def test_many_first_starts_at_once_mark_the_folder(media: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    for _ in range(20):
        (media / storage.MARKER).unlink()
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda _: storage.prepare_folders(expect_pictures=False), range(6)))
        assert [path.name for path in media.iterdir()] == [storage.MARKER]


@pytest.mark.django_db
def test_a_full_disk_is_refused_before_anything_is_paid(
    api: Client, fake_gemini: FakeGemini, settings: Settings
) -> None:
    settings.MIN_FREE_DISK_MB = 10**9
    answer = ask(api)
    assert (answer.status_code, answer.json()["detail"]["kind"]) == (507, "storage_full")
    assert fake_gemini.calls == 0
    assert GenerationLog.objects.get().error_kind == "storage_full"
    assert api.get("/health").json()["status"] == "degraded"
    assert api.get("/api/v1/images/search").status_code == 200


@pytest.mark.django_db
def test_a_folder_that_is_not_mounted_is_refused_before_anything_is_paid(
    api: Client, fake_gemini: FakeGemini, media: Path
) -> None:
    (media / storage.MARKER).unlink()
    answer = ask(api)
    assert (answer.status_code, answer.json()["detail"]["kind"]) == (503, "storage_unavailable")
    assert fake_gemini.calls == 0
    storage.prepare_folders(expect_pictures=True)
    assert ask(api).status_code == 503
    storage.prepare_folders(expect_pictures=False)
    assert ask(api).status_code == 200


@pytest.mark.django_db
def test_a_paid_picture_that_cannot_be_stored_now_is_stored_later(
    api: Client, fake_gemini: FakeGemini, media: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    from gallery.generation import service

    def full(*_: Any, **__: Any) -> None:
        raise StorageFull

    with monkeypatch.context() as patch:
        patch.setattr(service, "add_image", full)
        assert ask(api).status_code == 507
    assert Job.objects.get().state == "running"
    Job.objects.update(lease_until=None)
    from django.core.management import call_command

    call_command("worker", once=True)
    assert api.get("/api/v1/images/search").json()["total"] == 1
    assert fake_gemini.calls == 1
    assert not list(Path(settings.SPOOL_DIR).iterdir())
    assert GenerationLog.objects.get().status == "success"


# ── S3 ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    """A real S3 server process on loopback."""
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
        eventually(lambda: httpx2.get(f"{url}/moto-api/", trust_env=False).status_code == 200, timeout=40)
        yield url
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def bucket(s3_server: str, settings: Settings) -> Any:
    """The service keeps its pictures and its spool in a bucket."""
    import boto3

    client = boto3.client(
        "s3",
        endpoint_url=s3_server,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    name = f"pictures-{free_port()}"
    client.create_bucket(Bucket=name)
    options = {
        "bucket_name": name, "endpoint_url": s3_server, "region_name": "us-east-1",
        "access_key": "test", "secret_key": "test", "file_overwrite": True, "default_acl": None,
    }  # fmt: skip
    backend = "gallery.s3.S3PictureStorage"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": backend, "OPTIONS": {**options, "location": ""}},
        "spool": {"BACKEND": backend, "OPTIONS": {**options, "location": "spool"}},
    }

    def names() -> list[str]:
        return [entry["Key"] for entry in client.list_objects_v2(Bucket=name).get("Contents", [])]

    return names


@pytest.mark.django_db
def test_with_a_bucket_the_whole_job_is_done_there(
    api: Client, bucket: Any, fake_gemini: FakeGemini, media: Path
) -> None:
    made = ask(api).json()
    assert made["storage_path_full"] in bucket()
    assert not [name for name in bucket() if name.startswith("spool")]
    served = api.get(f"/{made['storage_path_full']}")
    assert served.status_code == 302
    picture = httpx2.get(served["Location"], trust_env=False)
    assert picture.headers["Content-Type"] == "image/webp"
    assert len(picture.content) == made["file_size_bytes"]
    assert api.get(f"/api/v1/images/{made['id']}").json()["base64_data"]
    assert [path.name for path in media.iterdir()] == [".dndimages"]


@pytest.mark.django_db
def test_a_trashed_picture_in_a_bucket_has_no_address_any_more(api: Client, bucket: Any, keyed: Any) -> None:
    made = ask(api).json()
    keyed("curate").delete(f"/api/v1/images/{made['id']}")
    assert api.get(f"/{made['storage_path_full']}").status_code == 404


@pytest.mark.django_db
def test_a_rejected_picture_leaves_nothing_in_a_bucket(
    api: Client, bucket: Any, fake_gemini: FakeGemini
) -> None:
    from gallery.tests.fake_gemini import image

    fake_gemini.default(image(b"no picture at all"))
    assert ask(api).status_code == 502
    assert bucket() == []


@pytest.mark.django_db
def test_a_bucket_that_is_gone_is_told_as_unavailable(
    api: Client, settings: Settings, fake_gemini: FakeGemini
) -> None:
    options = {
        "bucket_name": "x",
        "endpoint_url": f"http://127.0.0.1:{free_port()}",
        "access_key": "a",
        "secret_key": "b",
    }
    backend = {"BACKEND": "gallery.s3.S3PictureStorage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": backend, "spool": backend}
    answer = ask(api)
    assert (answer.status_code, answer.json()["detail"]["kind"]) == (503, "storage_unavailable")
    assert fake_gemini.calls == 0


@pytest.mark.django_db
def test_a_bucket_that_does_not_exist_is_told_before_anything_is_paid(
    api: Client, bucket: Any, fake_gemini: FakeGemini, settings: Settings
) -> None:
    backend = settings.STORAGES["default"]
    wrong = {**backend, "OPTIONS": {**backend["OPTIONS"], "bucket_name": "not-there"}}
    settings.STORAGES = {**settings.STORAGES, "default": wrong, "spool": wrong}
    answer = ask(api)
    assert (answer.status_code, answer.json()["detail"]["kind"]) == (503, "storage_unavailable")
    assert fake_gemini.calls == 0
    assert api.get("/health").json()["status"] == "degraded"
