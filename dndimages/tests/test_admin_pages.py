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
from gallery.generation import ledger
from gallery.models import (
    CurationAct,
    GenerationLog,
    ImageAsset,
    Job,
    ModelPrice,
    SpendDay,
    Tag,
    TrashedImage,
)
from scenes.models import SceneCache, SceneDay

pytestmark = pytest.mark.django_db
NOW = timezone.now()
OURS = [
    model
    for model in admin.site._registry
    if model.__module__.startswith(("gallery.", "scenes.", "dndimages."))
]
LEDGER: list[Any] = [Job, GenerationLog, SpendDay, SceneCache, SceneDay, CurationAct]
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
        TrashedImage.objects.create(
            subject_name=f"Cellar {n} <b>", subject_type="scene", source="painted", width=16, height=9,
            file_size_bytes=1, phash=0, token=f"{n:032x}-2", deleted_at=NOW,
        )  # fmt: skip
        CurationAct.objects.create(
            verb="rate", changes=[{"id": image.pk, "what": "rating", "before": None, "after": 3}]
        )


def one_of(model: Any) -> Any:
    """A row that the model's page shows: the visible and the trashed pictures share a table."""
    rows = model.objects.trashed() if model is TrashedImage else model.objects.order_by("pk")
    return rows.first()


def test_every_model_of_ours_has_its_page() -> None:
    ours = {m for label in ("gallery", "scenes", "access") for m in apps.get_app_config(label).get_models()}
    assert ours == set(OURS)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_lists_and_details_open_and_show_names_as_text(boss: Client, model: Any) -> None:
    fill()
    create_key(name="Game <b>", scopes=["generate"])
    for path in (address(model, "changelist"), address(model, "changelist") + "?q=tavern"):
        assert boss.get(path).status_code == 200
    detail = boss.get(address(model, "change", one_of(model).pk))
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
        for table in (Tag, Job, GenerationLog, SpendDay, ModelPrice, SceneCache, SceneDay, CurationAct):
            table.objects.all().delete()
        fill(more)
        with CaptureQueriesContext(connection) as queries:
            boss.get(address(model, "changelist"))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


@pytest.mark.parametrize("model", [*LEDGER, ImageAsset, TrashedImage])
def test_nothing_is_deleted_past_its_own_rules(boss: Client, model: Any) -> None:
    fill()
    assert boss.post(address(model, "delete", one_of(model).pk), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in boss.get(address(model, "changelist")).content.decode()
    assert one_of(model) is not None


def test_the_ledger_cannot_be_changed(boss: Client) -> None:
    fill()
    for model in LEDGER:
        assert boss.post(address(model, "change", one_of(model).pk), {}).status_code == 403


def test_keys_tell_todays_paid_calls_against_their_cap(boss: Client) -> None:
    key, _ = create_key(name="Game", scopes=["generate"], daily_cap=50)
    for _ in range(3):
        ledger.reserve(key, now=timezone.now())
    ledger.reserve(key, now=timezone.now() - timedelta(days=1))
    assert '<td class="field-today">3 of 50</td>' in boss.get(address(type(key), "changelist")).text
    assert "3 of 50" in boss.get(address(type(key), "change", key.pk)).text


def test_long_lists_are_counted_to_a_bound_and_say_so(boss: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dndimages.admin.BoundedPaginator.MOST", 3)
    for n in range(4):
        SpendDay.objects.create(day=NOW.date() - timedelta(days=n), scope="all")
    assert "more than 3 in all" in " ".join(boss.get(address(SpendDay, "changelist")).text.split())
    SpendDay.objects.last().delete()  # type: ignore[union-attr]  # there are four
    assert "more than" not in boss.get(address(SpendDay, "changelist")).text


def test_the_log_is_filtered_and_searched(boss: Client) -> None:
    for n, kind in enumerate(("", "busy", "storage_full")):
        GenerationLog.objects.create(
            status="failed", error_kind=kind, caller=f"ip:10.0.0.{n}", adapter="gemini", scene_key=f"cave {n}"
        )
    page = address(GenerationLog, "changelist")
    for query in ({"error_kind": "busy"}, {"caller": "ip:10.0.0.1"}, {"q": "ip:10.0.0.1"}, {"q": "ave 1"}):
        found = boss.get(page, query).context["cl"].result_list
        assert [entry.error_kind for entry in found] == ["busy"]
    assert len(boss.get(page, {"adapter": "gemini", "model": ""}).context["cl"].result_list) == 3


def test_a_job_is_found_by_its_whole_id(boss: Client) -> None:
    fill(2)
    job = Job.objects.order_by("pk")[0]
    found = boss.get(address(Job, "changelist"), {"q": f" {job.pk} "}).context["cl"].result_list
    assert [row.pk for row in found] == [job.pk]


@pytest.mark.parametrize("model", [*OURS, get_user_model()], ids=lambda model: model.__name__)
@pytest.mark.parametrize("year", ["99999", "0", "9999"])
def test_a_year_that_no_row_can_have_is_not_an_error(boss: Client, model: Any, year: str) -> None:
    fill()
    dates = [field.name for field in model._meta.fields if "Date" in field.get_internal_type()]
    for name in dates:
        answer = boss.get(address(model, "changelist"), {f"{name}__year": year}, follow=True)
        assert answer.status_code == 200
