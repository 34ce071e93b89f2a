"""The admin pages of every model: they open, tell names as text, ask few queries and let nobody break rules."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dndimages.access.keys import create_key
from gallery.models import GenerationLog, ImageAsset, Job, ModelPrice, SpendDay, Tag
from scenes.models import SceneCache, SceneDay

pytestmark = pytest.mark.django_db
NOW = timezone.now()
OURS = [
    model
    for model in admin.site._registry
    if model.__module__.startswith(("gallery.", "scenes.", "dndimages."))
]
EDITED_BY_HAND = {"ModelPrice", "Tag", "ApiKey"}


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser("boss", password=None))
    return client


def address(model: Any, what: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


def fill(count: int = 1) -> None:
    """So many rows of everything, all with their relations."""
    for n in range(count):
        day = NOW.date() + timedelta(days=n)
        image = ImageAsset.objects.create(
            subject_name=f"Tavern {n} <b>", subject_type="scene", source="painted", width=16, height=9,
            file_size_bytes=1, phash=0, token=f"{n:032x}-1",
        )  # fmt: skip
        image.tags.add(Tag.objects.create(name=f"tag {n}"))
        job = Job.objects.create(
            kind="image", key=str(n), state="done", image=image, request={"prompt": "<i>"}
        )
        GenerationLog.objects.create(status="success", image=image, job=job, cost_usd=Decimal("0.04"))
        SpendDay.objects.create(day=day, scope="all")
        ModelPrice.objects.create(model="m", valid_from=day, prompt_usd=1, text_usd=1, image_usd=1)
        SceneCache.objects.create(key=f"k{n}", location="L", image=image, expires_at=NOW)
        SceneDay.objects.create(day=day)


def test_every_model_of_ours_has_its_page() -> None:
    ours = {m for label in ("gallery", "scenes", "access") for m in apps.get_app_config(label).get_models()}
    assert ours == set(OURS)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_lists_and_details_open_and_show_names_as_text(boss: Client, model: Any) -> None:
    fill()
    create_key(name="Game <b>", scopes=["generate"])
    for path in (address(model, "changelist"), address(model, "changelist") + "?q=tavern"):
        assert boss.get(path).status_code == 200
    detail = boss.get(address(model, "change", model.objects.first().pk))
    assert detail.status_code == 200
    assert "<b>" not in detail.content.decode()
    assert "unsafe" not in detail["Content-Security-Policy"]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_only_what_people_write_can_be_added(boss: Client, model: Any) -> None:
    assert boss.get(address(model, "add")).status_code == (200 if model.__name__ in EDITED_BY_HAND else 403)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_longer_lists_take_no_more_queries(boss: Client, model: Any) -> None:
    counts = []
    for more in (2, 10):
        ImageAsset.objects.all().delete()
        for table in (Tag, Job, GenerationLog, SpendDay, ModelPrice, SceneCache, SceneDay):
            table.objects.all().delete()
        fill(more)
        with CaptureQueriesContext(connection) as queries:
            boss.get(address(model, "changelist"))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


@pytest.mark.parametrize("model", [ImageAsset, Job, GenerationLog, SpendDay, SceneCache, SceneDay])
def test_nothing_is_deleted_past_its_own_rules(boss: Client, model: Any) -> None:
    fill()
    assert boss.post(address(model, "delete", model.objects.first().pk), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in boss.get(address(model, "changelist")).content.decode()
    assert model.objects.count() == 1


def test_the_ledger_cannot_be_changed(boss: Client) -> None:
    fill()
    ledger: tuple[Any, ...] = (Job, GenerationLog, SpendDay, SceneCache, SceneDay)
    for model in ledger:
        assert boss.post(address(model, "change", model.objects.first().pk), {}).status_code == 403
