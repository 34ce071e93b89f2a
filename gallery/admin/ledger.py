"""Calls and what they cost: the generation log, each day's paid calls, and the prices."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib import admin

from dndimages.access.admin import spent_today
from dndimages.admin import LongListAdmin, ReadOnlyAdmin, TypedFilter
from dndimages.errors import DndImagesError
from gallery.admin.thumbnails import OF_PICTURE, thumbnail
from gallery.models import GenerationLog, ModelPrice, SpendDay


class AdapterFilter(TypedFilter):
    title = parameter_name = field = "adapter"

    def offered(self) -> list[str]:
        return ["gemini", "painter"]


class ModelFilter(TypedFilter):
    title = parameter_name = field = "model"

    def offered(self) -> list[str]:
        return list(settings.GEMINI_IMAGE_MODELS)


class ErrorFilter(TypedFilter):
    title = "error"
    parameter_name = field = "error_kind"

    def offered(self) -> list[str]:
        return ["interrupted", *sorted({error.kind for error in _failures(DndImagesError)})]


def _failures(cls: type[DndImagesError]) -> set[type[DndImagesError]]:
    """Errors of the gallery: those of requests never come to a call."""
    found = {sub for sub in cls.__subclasses__() if sub.__module__ == "gallery.errors"}
    return found.union(*(_failures(sub) for sub in found))


class CallerFilter(TypedFilter):
    """As the list shows them: key:…, staff:…, ip:…"""

    title = parameter_name = field = "caller"


@admin.register(GenerationLog)
class GenerationLogAdmin(ReadOnlyAdmin):
    list_display = (
        "created_at", "small", "status", "error_kind", "caller", "model", "took", "paid", "cost_usd", "adapter",
        "count",
    )  # fmt: skip
    list_filter = ("status", AdapterFilter, ModelFilter, ErrorFilter, "paid", "created_at", CallerFilter)
    list_select_related = ("image",)
    list_only = (
        "created_at", "status", "count", "caller", "adapter", "model", "latency_ms", "error_kind", "paid",
        "cost_usd", "image_id", *OF_PICTURE,
    )  # fmt: skip
    search_fields = ("caller__startswith", "request_id__startswith", "scene_key__contains")
    search_help_text = "The beginning of the caller or the request's id, or a part of the scene's key"
    ordering = ("-created_at", "-pk")

    @admin.display(description="picture")
    def small(self, entry: GenerationLog) -> str:
        return thumbnail(entry.image)

    @admin.display(description="took", ordering="latency_ms")
    def took(self, entry: GenerationLog) -> str:
        return "–" if entry.latency_ms is None else f"{entry.latency_ms / 1000:.1f} s"


@admin.register(SpendDay)
class SpendDayAdmin(ReadOnlyAdmin):
    list_display = ("day", "scope", "calls")
    search_fields = ("scope",)
    ordering = ("-day", "scope", "pk")


@admin.register(ModelPrice)
class ModelPriceAdmin(LongListAdmin):
    """Calls are priced by what is here on their day; what is in the log already stays."""

    list_display = ("model", "valid_from", "prompt_usd", "text_usd", "image_usd")
    list_filter = ("model",)
    search_fields = ("model",)
    ordering = ("model", "-valid_from", "pk")


def _of_keys(ids: list[int], today: date) -> dict[int, int]:
    scopes = {f"key:{key_id}": key_id for key_id in ids}
    rows = SpendDay.objects.filter(day=today, scope__in=scopes).values_list("scope", "calls")
    return {scopes[scope]: calls for scope, calls in rows}


spent_today["gallery"] = _of_keys
