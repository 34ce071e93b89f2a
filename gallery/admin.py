"""Pictures and the ledger in the admin. Pictures come and go through `gallery.images` alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html

from dndimages.admin import ReadOnlyAdmin
from gallery import images
from gallery.errors import ImageNotFound
from gallery.models import GenerationLog, ImageAsset, Job, ModelPrice, SpendDay, Tag
from gallery.querysets import ImageQuerySet
from gallery.rows import alt_text


def thumbnail(image: ImageAsset | None, *, height_px: int = 56) -> str:
    """A small picture that leads to the full one; a dash for one in the trash, which is not served."""
    if image is None or image.deleted_at is not None:
        return "–"
    return format_html(
        '<a href="/{}"><img src="/{}" height="{}" alt="{}" loading="lazy"></a>',
        image.storage_path_full,
        image.storage_path_thumbnail,
        height_px,
        alt_text(image.subject_type, image.subject_name),
    )


class TrashFilter(admin.SimpleListFilter):
    title = "trash"
    parameter_name = "trash"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "Visible"), ("yes", "In the trash")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "no":
            return queryset.visible()
        return queryset.trashed() if self.value() == "yes" else queryset


@admin.register(ImageAsset)
class ImageAssetAdmin(admin.ModelAdmin):
    """To find and sort pictures. New ones are generated; the trash is emptied by superusers alone."""

    list_display = (
        "small", "subject_name", "subject_type", "came_from", "is_featured", "use_count", "created_at",
        "deleted_at",
    )  # fmt: skip
    list_display_links = ("subject_name",)
    list_filter = (TrashFilter, "subject_type", "source", "is_featured")
    search_fields = ("subject_name", "prompt", "campaign")
    search_help_text = "Words of the name, the prompt or the campaign"
    ordering = ("-pk",)
    list_per_page = 50
    show_full_result_count = False
    autocomplete_fields = ("tags",)
    actions = ("feature_chosen", "unfeature_chosen", "trash_chosen", "restore_chosen", "purge_chosen")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        own = [field.name for field in ImageAsset._meta.fields if field.name != "campaign"]
        return ["picture", *own]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        first = ["picture", "subject_name", "subject_type", "campaign", "tags"]
        fields = self.get_readonly_fields(request, obj)
        return first + [name for name in fields if name not in (*first, "placeholder")]

    @admin.display(description="picture")
    def small(self, image: ImageAsset) -> str:
        return thumbnail(image)

    @admin.display(description="picture")
    def picture(self, image: ImageAsset) -> str:
        return thumbnail(image, height_px=200)

    @admin.display(description="source", ordering="source")
    def came_from(self, image: ImageAsset) -> str:
        return image.source  # the word alone: what people read is too long for a column

    def save_model(self, request: HttpRequest, obj: ImageAsset, form: Any, change: bool) -> None:
        # The rest of the row may have changed since the page was opened: uses are counted all the time.
        obj.save(update_fields=["campaign"])

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_purge_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    @admin.action(description="Feature, instead of what is featured now", permissions=["change"])
    def feature_chosen(self, request: HttpRequest, chosen: ImageQuerySet) -> None:
        self._do(request, chosen, lambda pk: images.feature(pk, to=True), "Featured")

    @admin.action(description="Feature no longer", permissions=["change"])
    def unfeature_chosen(self, request: HttpRequest, chosen: ImageQuerySet) -> None:
        self._do(request, chosen, lambda pk: images.feature(pk, to=False), "No longer featured:")

    @admin.action(description="Move to the trash", permissions=["change"])
    def trash_chosen(self, request: HttpRequest, chosen: ImageQuerySet) -> None:
        now = timezone.now()
        self._do(request, chosen, lambda pk: images.trash(pk, now=now), "Moved to the trash:")

    @admin.action(description="Restore from the trash", permissions=["change"])
    def restore_chosen(self, request: HttpRequest, chosen: ImageQuerySet) -> None:
        self._do(request, chosen.trashed(), images.restore, "Restored")

    @admin.action(description="Purge from the trash, for good", permissions=["purge"])
    def purge_chosen(self, request: HttpRequest, chosen: ImageQuerySet) -> None:
        self._do(request, chosen, images.purge, "Purged")

    def _do(
        self, request: HttpRequest, chosen: ImageQuerySet, act: Callable[[int], object], done: str
    ) -> None:
        """Each by itself, in one order; those that the act does not fit are left alone."""
        acted = 0
        for pk in chosen.order_by("pk").values_list("pk", flat=True):
            try:
                act(pk)
            except ImageNotFound:
                continue
            acted += 1
        self.message_user(request, f"{done} {acted} {'picture' if acted == 1 else 'pictures'}.")


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    list_display = ("name", "pictures")
    search_fields = ("name",)
    ordering = ("name", "pk")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(pictures=Count("images"))

    @admin.display(ordering="pictures")
    def pictures(self, tag: Any) -> int:
        return int(tag.pictures)


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = (
        "id",
        "kind",
        "state",
        "background",
        "caller",
        "attempts",
        "image",
        "created_at",
        "finished_at",
    )
    list_filter = ("state", "background")
    list_select_related = ("image",)
    search_fields = ("id", "key", "caller")
    ordering = ("-created_at", "-pk")


@admin.register(GenerationLog)
class GenerationLogAdmin(ReadOnlyAdmin):
    list_display = (
        "created_at", "status", "count", "caller", "adapter", "model", "latency_ms", "error_kind", "image",
        "paid", "cost_usd",
    )  # fmt: skip
    list_filter = ("status", "paid")
    list_select_related = ("image",)
    search_fields = ("caller", "request_id", "scene_key", "error_kind")
    ordering = ("-created_at", "-pk")


@admin.register(SpendDay)
class SpendDayAdmin(ReadOnlyAdmin):
    list_display = ("day", "scope", "calls")
    search_fields = ("scope",)
    ordering = ("-day", "scope", "pk")


@admin.register(ModelPrice)
class ModelPriceAdmin(admin.ModelAdmin):
    """Calls are priced by what is here on their day; what is in the log already stays."""

    list_display = ("model", "valid_from", "prompt_usd", "text_usd", "image_usd")
    list_filter = ("model",)
    search_fields = ("model",)
    ordering = ("model", "-valid_from", "pk")
