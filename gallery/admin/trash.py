"""The trash: pictures that are not served any more, until they are restored or purged."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gallery import curation, files, images, pictures, storage
from gallery.admin.acting import back, chosen_ids, counted, curate
from gallery.admin.detail import facts, subtitle
from gallery.admin.images import PictureAdmin, may_see_log, read_number
from gallery.admin.thumbnails import thumbnail_from_trash
from gallery.errors import ImageNotFound
from gallery.models import ImageAsset, TrashedImage
from gallery.querysets import ImageQuerySet
from gallery.rows import alt_text

MOST_LISTED = 100


@admin.register(TrashedImage)
class TrashedImageAdmin(PictureAdmin):
    """Who may see pictures may look, who may change them may restore, and superusers may purge."""

    list_display = ("small", "name", "days_left", "deleted_at", "subject_type", "came_from")
    list_display_links = ("name",)
    list_filter = ("subject_type", "source")
    ordering = ("-deleted_at", "-pk")
    actions = ("restore_chosen", "purge_chosen")
    fields = ("deleted_at", "days_left")
    change_form_template = "admin/gallery/trashedimage/change_form.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        return TrashedImage.objects.trashed()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return any(request.user.has_perm(f"gallery.{may}_imageasset") for may in ("view", "change"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # nothing to edit: pictures are restored or purged

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_restore_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("gallery.change_imageasset")

    def has_purge_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    @admin.display(description="picture")
    def small(self, image: ImageAsset) -> str:
        return thumbnail_from_trash(image)

    @admin.display(description="days left")
    def days_left(self, image: ImageAsset) -> str:
        assert image.deleted_at is not None  # it is in the trash
        left = image.deleted_at + timedelta(days=settings.BACKUP_RETENTION_DAYS) - timezone.now()
        return str(left.days + 1) if left > timedelta(0) else "goes with the next cleanup"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        image = self.get_object(request, object_id)
        if image is None and (number := read_number(object_id)) is not None and _is_visible(number):
            return HttpResponseRedirect(reverse("admin:gallery_imageasset_change", args=[object_id]))
        about = {} if image is None else self._about(request, image)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **about})

    def _about(self, request: HttpRequest, image: ImageAsset) -> dict[str, Any]:
        return {
            "subtitle": subtitle(image),
            "image": image,
            "alt": alt_text(image.subject_type, image.subject_name),
            "preview": reverse("admin:gallery_trashedimage_picture", args=[image.pk]),
            "facts": facts(image),
            "entry": image.log.order_by("-pk").first() if may_see_log(request) else None,
            "may_restore": self.has_restore_permission(request),
            "may_purge": self.has_purge_permission(request),
        }

    # ── Acts ─────────────────────────────────────────────────────────────────────────────────────

    @admin.action(description="Restore", permissions=["restore"])
    def restore_chosen(self, request: HttpRequest, chosen: ImageQuerySet) -> HttpResponse:
        return curate(request, chosen, curation.restore)

    @admin.action(description="Purge: gone for good …", permissions=["purge"])
    def purge_chosen(self, request: HttpRequest, chosen: ImageQuerySet) -> HttpResponse:
        ids = chosen_ids(request, chosen)
        if ids and request.POST.get("confirmed") != "yes":
            return render(request, "admin/gallery/trashedimage/purge.html", self._purge_page(request, ids))
        if ids:
            self._purge(request, ids)
        return back(request, request.get_full_path())

    def _purge_page(self, request: HttpRequest, ids: list[int]) -> dict[str, Any]:
        going = list(TrashedImage.objects.trashed().filter(pk__in=ids).order_by("pk"))
        return {
            **self.admin_site.each_context(request),
            "title": f"Purge {counted(len(going))} for good?",
            "opts": self.opts,
            "going": going,
            "listed": [(image, self.small(image)) for image in going[:MOST_LISTED]],
            "unlisted": max(0, len(going) - MOST_LISTED),
            "bytes": sum(image.file_size_bytes for image in going),
            "next": reverse("admin:gallery_trashedimage_changelist"),
            "checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        }

    def _purge(self, request: HttpRequest, ids: list[int]) -> None:
        """Each by itself; those that were restored or purged meanwhile are left alone. Django's own
        log keeps who did it."""
        gone: list[ImageAsset] = []
        for image in TrashedImage.objects.filter(pk__in=ids).order_by("pk"):
            try:
                images.purge(image.pk)
            except ImageNotFound:
                continue
            gone.append(image)
        if gone:
            self.log_deletions(request, gone)  # type: ignore[arg-type]  # any iterable of rows will do
        messages.success(request, f"Purged {counted(len(gone))} for good.")

    # ── Files, for staff alone ───────────────────────────────────────────────────────────────────

    def get_urls(self) -> list[Any]:
        found = []
        for name, path_of in (("thumbnail", files.thumbnail_path), ("picture", files.full_path)):
            view = self.admin_site.admin_view(require_safe(self._file_view(path_of)))
            found.append(path(f"<int:pk>/{name}/", view, name=f"gallery_trashedimage_{name}"))
        return [*found, *super().get_urls()]

    def _file_view(self, path_of: Any) -> Any:
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            if not self.has_view_permission(request):
                raise PermissionDenied
            token = TrashedImage.objects.trashed().filter(pk=pk).values_list("token", flat=True).first()
            data = storage.read(storage.pictures(), path_of(token)) if token is not None else None
            if data is None:
                raise Http404
            return _for_staff(HttpResponse(data, content_type="image/webp"))

        return view


def _for_staff(response: HttpResponse) -> HttpResponse:
    """The headers of every picture, but no other page shows it; that nobody keeps it is what
    `AdminSite.admin_view` sees to."""
    for name in ("X-Content-Type-Options", "Content-Security-Policy"):
        response[name] = pictures.HEADERS[name]
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _is_visible(image_id: int) -> bool:
    return ImageAsset.objects.visible().filter(pk=image_id).exists()
