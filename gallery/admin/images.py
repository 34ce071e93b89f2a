"""The visible pictures: to find, look at and curate them. They come and go through other modules."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from dndimages.admin import LongListAdmin
from gallery.admin.days import is_day
from gallery.admin.detail import facts_of, subtitle
from gallery.admin.filters import CampaignFilter, RatingFilter, TagFilter
from gallery.admin.paginator import PicturePaginator
from gallery.admin.picture_actions import PictureActions
from gallery.admin.thumbnails import thumbnail
from gallery.models import ImageAsset
from gallery.querysets import ImageQuerySet


class PictureAdmin(LongListAdmin):
    """What the visible pictures and the trash have in common."""

    paginator = PicturePaginator  # type: ignore[assignment]  # another kind of counting
    list_only = (
        "subject_name", "subject_type", "source", "is_featured", "rating", "use_count", "campaign",
        "created_at", "deleted_at", "token",
    )  # fmt: skip
    search_fields = ("subject_name",)  # for the box to show; `get_search_results` searches
    search_help_text = "Words of the name, the prompt, the campaign or a tag"

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[ImageQuerySet, bool]:
        return (queryset.matching_text(search_term) if search_term.strip() else queryset), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="name", ordering="subject_name")
    def name(self, image: ImageAsset) -> str:
        return image.subject_name.strip() or f"#{image.pk}"

    @admin.display(description="source", ordering="source")
    def came_from(self, image: ImageAsset) -> str:
        return image.source  # the word alone: what people read is too long for a column


@admin.register(ImageAsset)
class ImageAssetAdmin(PictureActions, PictureAdmin):
    """New ones are generated; those that nobody wants go to the trash, which has its own page."""

    list_display = (
        "small", "name", "subject_type", "came_from", "is_featured", "stars", "campaign", "use_count",
        "created_at",
    )  # fmt: skip
    list_display_links = ("name",)
    list_filter = (
        "subject_type", "is_featured", "source", RatingFilter, "created_at", TagFilter, CampaignFilter,
    )  # fmt: skip
    date_hierarchy = "created_at"  # its links are ours, see gallery/templatetags/days.py
    ordering = ("-pk",)
    fields = ("campaign",)
    actions = (
        "feature_chosen", "unfeature_chosen", "tag_chosen", "trash_chosen", "regenerate_chosen",
        "download_chosen",
    )  # fmt: skip
    change_form_template = "admin/gallery/imageasset/change_form.html"
    change_list_template = "admin/gallery/imageasset/change_list.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        return ImageAsset.objects.visible()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not is_day(request.GET):
            return HttpResponseRedirect(request.path)
        return super().changelist_view(request, extra_context)

    @admin.display(description="picture")
    def small(self, image: ImageAsset) -> str:
        return thumbnail(image)

    @admin.display(description="rating", ordering="rating")
    def stars(self, image: ImageAsset) -> str:
        return "★" * image.rating if image.rating else "–"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        image = self.get_object(request, object_id)
        if image is None and (number := read_number(object_id)) is not None and _is_in_trash(number):
            return HttpResponseRedirect(reverse("admin:gallery_trashedimage_change", args=[object_id]))
        about = (
            {"subtitle": subtitle(image), **facts_of(image, may_see_log=may_see_log(request))}
            if image is not None
            else {}
        )
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **about})

    def save_model(self, request: HttpRequest, obj: ImageAsset, form: Any, change: bool) -> None:
        # The rest of the row may have changed since the page was opened: uses are counted all the time.
        obj.save(update_fields=["campaign"])


def read_number(text: str) -> int | None:
    """The number of a picture in an address; None for what cannot be one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None


def may_see_log(request: HttpRequest) -> bool:
    """Who called and what it cost is not for everybody who may see pictures."""
    return request.user.has_perm("gallery.view_generationlog")


def _is_in_trash(image_id: int) -> bool:
    return ImageAsset.objects.trashed().filter(pk=image_id).exists()
