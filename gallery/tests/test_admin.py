from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models.signals import pre_save
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from gallery import storage
from gallery.models import ImageAsset, Tag

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_gemini")]


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser("boss", password=None))
    return client


@pytest.fixture
def helper(client: Client) -> Client:
    """Staff with every right that Django knows, but no superuser."""
    user = get_user_model().objects.create_user("helper", is_staff=True)
    user.user_permissions.set(Permission.objects.all())
    client.force_login(user)
    return client


def address(model: Any, what: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


def made(api: Client, name: str = "Dagger") -> ImageAsset:
    wanted = {"subject_type": "item", "subject_name": name, "prompt": "A rusty dagger", "aspect_ratio": "1:1"}
    answer = api.post("/api/v1/images/generate", wanted, content_type="application/json")
    return ImageAsset.objects.get(pk=answer.json()["id"])


def act(browser: Client, action: str, *chosen: ImageAsset) -> str:
    answer = browser.post(
        address(ImageAsset, "changelist"),
        {"action": action, "_selected_action": [i.pk for i in chosen]},
        follow=True,
    )
    assert answer.status_code == 200
    return " ".join(str(message) for message in answer.context["messages"])


def test_thumbnails_come_from_where_everybody_gets_them(boss: Client, api: Client) -> None:
    image = made(api)
    shown = boss.get(address(ImageAsset, "changelist")).content.decode()
    found = re.search(r'<img src="(/images/thumbnails/[^"]+)"', shown)
    assert found is not None
    assert boss.get(found[1])["Content-Type"] == "image/webp"
    act(boss, "trash_chosen", image)
    assert "/images/thumbnails/" not in boss.get(address(ImageAsset, "changelist")).content.decode()


def test_featuring_replaces_what_was_featured(boss: Client, api: Client) -> None:
    first, second = made(api), made(api)
    assert act(boss, "feature_chosen", first) == "Featured 1 picture."
    act(boss, "feature_chosen", second)
    assert list(ImageAsset.objects.featured()) == [second]
    act(boss, "unfeature_chosen", second)
    assert not ImageAsset.objects.featured().exists()


def test_the_trash_hides_at_once_and_gives_back(boss: Client, api: Client) -> None:
    image = made(api)
    path = f"/{image.storage_path_full}"
    assert act(boss, "trash_chosen", image) == "Moved to the trash: 1 picture."
    assert api.get(path).status_code == 404
    assert act(boss, "trash_chosen", image) == "Moved to the trash: 0 pictures."
    assert act(boss, "restore_chosen", image) == "Restored 1 picture."
    assert api.get(path).status_code == 200


def test_a_superuser_purges_out_of_the_trash_only(
    boss: Client, api: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    kept, image = made(api, "Sword"), made(api)
    act(boss, "trash_chosen", image)
    with django_capture_on_commit_callbacks(execute=True):
        assert act(boss, "purge_chosen", kept, image) == "Purged 1 picture."
    assert list(ImageAsset.objects.all()) == [kept]
    assert storage.read(storage.pictures(), kept.storage_path_full) is not None
    assert storage.read(storage.pictures(), image.storage_path_full) is None


def test_staff_without_that_rank_cannot_purge(helper: Client, api: Client) -> None:
    image = made(api)
    act(helper, "trash_chosen", image)
    assert "purge_chosen" not in helper.get(address(ImageAsset, "changelist")).content.decode()
    act(helper, "purge_chosen", image)
    assert ImageAsset.objects.count() == 1


def test_saving_a_picture_keeps_what_was_counted_meanwhile(boss: Client, api: Client) -> None:
    image, tag = made(api), Tag.objects.create(name="cosy")

    def counted(**kwargs: Any) -> None:
        ImageAsset.objects.update(use_count=99)

    pre_save.connect(counted, sender=ImageAsset)  # the row is loaded, not yet written
    try:
        wanted = {"campaign": "Winter", "tags": [tag.pk], "subject_name": "x", "token": "x"}
        boss.post(address(ImageAsset, "change", image.pk), wanted)
    finally:
        pre_save.disconnect(counted, sender=ImageAsset)
    image.refresh_from_db()
    assert (image.campaign, image.use_count, image.subject_name) == ("Winter", 99, "Dagger")
    assert list(image.tags.all()) == [tag]


def test_the_trash_filter(boss: Client, api: Client) -> None:
    made(api, "Sword")
    act(boss, "trash_chosen", made(api))
    listed = {choice: boss.get(address(ImageAsset, "changelist"), {"trash": choice}).context["cl"].result_count
              for choice in ("yes", "no")}  # fmt: skip
    assert listed == {"yes": 1, "no": 1}


def test_the_admin_is_for_staff(api: Client, client: Client) -> None:
    client.force_login(get_user_model().objects.create_user("stranger"))
    for visitor in (api, client):
        answer = visitor.get("/admin/gallery/imageasset/")
        assert answer.status_code == 302
        assert "/admin/login/" in answer["Location"]
