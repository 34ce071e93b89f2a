"""Jobs in the admin: what is being made, what was, and what failed why."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest

from dndimages.admin import ReadOnlyAdmin
from gallery.admin.thumbnails import OF_PICTURE, thumbnail
from gallery.models import Job


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = (
        "id", "small", "kind", "state", "background", "caller", "attempts", "failure", "created_at", "finished_at",
    )  # fmt: skip
    list_filter = ("state", "background", "created_at")
    list_select_related = ("image",)
    list_only = (
        "kind", "state", "background", "caller", "attempts", "error", "created_at", "finished_at", "image_id",
        *OF_PICTURE,
    )  # fmt: skip
    search_fields = ("key__startswith", "caller__startswith")
    search_help_text = "A job's whole id, or the beginning of its key or caller"
    ordering = ("-created_at", "-pk")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        try:
            return queryset.filter(pk=UUID(search_term.strip())), False
        except ValueError:
            return super().get_search_results(request, queryset, search_term)

    @admin.display(description="picture")
    def small(self, job: Job) -> str:
        return thumbnail(job.image)

    @admin.display(description="failure")
    def failure(self, job: Job) -> str:
        return str((job.error or {}).get("kind", "")) or "–"
