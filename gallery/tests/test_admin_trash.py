"""The trash in the admin: seen by staff alone, emptied by superusers alone and never silently."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from gallery import images, storage
from gallery.models import ImageAsset
from gallery.tests.making import make_image

pytestmark = pytest.mark.django_db
TRASH = "/admin/gallery/trashedimage/"


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser("boss", password=None))
    return client


@pytest.fixture
def helper() -> Client:
    """Staff with every right that Django knows, but no superuser."""
    user = get_user_model().objects.create_user("helper", is_staff=True)
    user.user_permissions.set(Permission.objects.all())
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user)
    return browser


def trashed(name: str = "Dagger", **fields: Any) -> ImageAsset:
    return images.trash(make_image(name, **fields).pk, now=timezone.now())


def thumbnail_of(image: ImageAsset) -> str:
    return reverse("admin:gallery_trashedimage_thumbnail", args=[image.pk])


def purge(browser: Client, *chosen: ImageAsset, **more: str) -> Any:
    wanted = {"action": "purge_chosen", "_selected_action": [image.pk for image in chosen], **more}
    return browser.post(TRASH, wanted, follow=True)


def test_it_lists_what_is_in_the_trash_and_nothing_else(boss: Client) -> None:
    image, _ = trashed(), make_image("Sword")
    assert [row.pk for row in boss.get(TRASH).context["cl"].result_list] == [image.pk]


def test_days_left_count_down_to_the_cleanup(boss: Client, settings: Settings) -> None:
    settings.BACKUP_RETENTION_DAYS = 30
    image = trashed()
    assert '<td class="field-days_left">30</td>' in boss.get(TRASH).text
    ImageAsset.objects.filter(pk=image.pk).update(deleted_at=timezone.now() - timedelta(days=29, hours=23))
    assert '<td class="field-days_left">1</td>' in boss.get(TRASH).text
    ImageAsset.objects.filter(pk=image.pk).update(deleted_at=timezone.now() - timedelta(days=31))
    assert "goes with the next cleanup" in boss.get(TRASH).text


def test_staff_see_its_thumbnails_and_nobody_keeps_them(boss: Client, api: Client) -> None:
    image = trashed()
    answer = boss.get(thumbnail_of(image))
    assert answer.content == storage.read(storage.pictures(), image.storage_path_thumbnail)
    assert answer["Content-Type"] == "image/webp"
    assert "no-store" in answer["Cache-Control"]
    assert "sandbox" in answer["Content-Security-Policy"]
    assert thumbnail_of(image) in boss.get(TRASH).text
    assert api.get(f"/{image.storage_path_thumbnail}").status_code == 404


def test_its_files_are_for_staff_with_the_right_alone(api: Client) -> None:
    image, clerk = trashed(), Client(SERVER_NAME="localhost")
    clerk.force_login(get_user_model().objects.create_user("clerk", is_staff=True))
    assert "/admin/login/" in api.get(thumbnail_of(image))["Location"]
    assert clerk.get(thumbnail_of(image)).status_code == 403
    assert clerk.get(TRASH).status_code == 403


def test_it_shows_no_files_but_those_in_the_trash(boss: Client) -> None:
    visible = make_image()
    assert boss.get(thumbnail_of(visible)).status_code == 404
    gone = trashed("Sword")
    storage.delete(storage.pictures(), *gone.paths)
    assert boss.get(thumbnail_of(gone)).status_code == 404
    assert boss.post(thumbnail_of(gone)).status_code == 405


def test_purging_asks_first_and_lists_what_goes(boss: Client) -> None:
    image = trashed("<b>Dagger</b>")
    page = purge(boss, image)
    assert "&lt;b&gt;Dagger&lt;/b&gt;" in page.text
    assert thumbnail_of(image) in page.text
    assert ImageAsset.objects.count() == 1


def test_a_confirmed_purge_takes_rows_and_files_and_says_who_did_it(
    boss: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    kept, image = make_image("Sword"), trashed()
    with django_capture_on_commit_callbacks(execute=True):
        answer = purge(boss, kept, image, confirmed="yes")
    assert "Purged 1 picture for good." in answer.text
    assert list(ImageAsset.objects.all()) == [kept]
    assert storage.read(storage.pictures(), kept.storage_path_full) is not None
    assert storage.read(storage.pictures(), image.storage_path_full) is None
    entry = LogEntry.objects.get(action_flag=DELETION)
    assert (str(entry.user), entry.object_id) == ("boss", str(image.pk))


def test_staff_without_that_rank_restore_but_cannot_purge(helper: Client) -> None:
    image = trashed()
    shown = helper.get(TRASH).text
    assert "restore_chosen" in shown
    assert "purge_chosen" not in shown
    purge(helper, image, confirmed="yes")
    assert ImageAsset.objects.count() == 1


def test_who_may_only_look_cannot_restore() -> None:
    image, viewer = trashed(), Client(SERVER_NAME="localhost")
    user = get_user_model().objects.create_user("viewer", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_imageasset"))
    viewer.force_login(user)
    assert viewer.get(reverse("admin:gallery_trashedimage_change", args=[image.pk])).status_code == 200
    viewer.post(TRASH, {"action": "restore_chosen", "_selected_action": [image.pk]})
    assert ImageAsset.objects.trashed().count() == 1


def test_a_picture_in_the_trash_has_its_page_with_a_preview(boss: Client) -> None:
    image = trashed()
    page = boss.get(reverse("admin:gallery_trashedimage_change", args=[image.pk])).text
    preview = reverse("admin:gallery_trashedimage_picture", args=[image.pk])
    assert preview in page
    assert boss.get(preview)["Content-Type"] == "image/webp"
