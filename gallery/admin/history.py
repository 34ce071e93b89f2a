"""What curators did, newest first, each act with its way back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_POST

from dndimages.admin import ReadOnlyAdmin
from gallery import undoing
from gallery.admin.acting import back, counted
from gallery.models import CurationAct

MOST_SHOWN = 200
_WHAT = {"is_featured": "featured", "deleted_at": "in the trash since", "rating": "stars", "tags": "tags"}


@admin.register(CurationAct)
class CurationActAdmin(ReadOnlyAdmin):
    """Whoever may change pictures may look at it and take acts back, also those of others."""

    list_display = ("made_at", "did", "pictures", "undone_at", "curator")
    list_display_links = ("made_at",)
    list_filter = ("verb", "made_at")
    list_select_related = ("curator",)
    ordering = ("-pk",)
    fields = ("made_at", "did", "curator", "undone_at", "what_changed")
    change_form_template = "admin/gallery/curationact/change_form.html"

    def get_list_display(self, request: HttpRequest) -> Any:
        undone = "taken_back" if self.has_undo_permission(request) else "undone_at"
        return [undone if name == "undone_at" else name for name in self.list_display]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        more = {"may_undo": self.has_undo_permission(request)} | (extra_context or {})
        return super().change_view(request, object_id, form_url, more)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_undo_permission(request) or super().has_view_permission(request, obj)

    def has_undo_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("gallery.change_imageasset")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @admin.display(description="act", ordering="verb")
    def did(self, act: CurationAct) -> str:
        return act.get_verb_display()

    @admin.display(description="pictures")
    def pictures(self, act: CurationAct) -> int:
        return len({change["id"] for change in act.changes})

    @admin.display(description="taken back", ordering="undone_at")
    def taken_back(self, act: CurationAct) -> Any:
        return act.undone_at or format_html(
            '<button class="small" type="submit" formaction="{}">Undo</button>', self._address(act)
        )

    @admin.display(description="changes")
    def what_changed(self, act: CurationAct) -> str:
        lines = (
            (reverse("admin:gallery_imageasset_change", args=[change["id"]]), change["id"],
             _WHAT.get(change["what"], change["what"]), _said(change["before"]), _said(change["after"]))
            for change in act.changes[:MOST_SHOWN]
        )  # fmt: skip
        more = len(act.changes) - MOST_SHOWN
        shown = format_html_join("", '<li><a href="{}">#{}</a> {}: {} → {}</li>', lines)
        return format_html("<ul>{}{}</ul>", shown, f"and {more} more" if more > 0 else "")

    def _address(self, act: CurationAct) -> str:
        return reverse("admin:gallery_curationact_undo", args=[act.pk])

    def get_urls(self) -> list[Any]:
        undo = self.admin_site.admin_view(require_POST(self.undo_view))
        return [path("<int:pk>/undo/", undo, name="gallery_curationact_undo"), *super().get_urls()]

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_undo_permission(request):
            raise PermissionDenied
        act = CurationAct.objects.filter(pk=pk).first()
        if act is None:
            raise Http404
        self._take_back(request, act)
        return back(request, reverse("admin:gallery_curationact_changelist"))

    def _take_back(self, request: HttpRequest, act: CurationAct) -> None:
        undone = undoing.undo(act, now=timezone.now())
        if undone is None:
            messages.warning(request, "This was undone before.")
        elif not undone.put_back:
            messages.warning(request, "Nothing was undone: it has changed since and stays as it is.")
        else:
            messages.success(request, _told(undone))


def _told(undone: undoing.Undone) -> str:
    parts = [f"{counted(undone.whole)} as before"] if undone.whole else []
    if undone.partly:
        parts.append(f"{counted(undone.partly)} in part, the rest has changed since")
    text = f"Undone: {'; '.join(parts)}."
    if undone.left:
        has, stays = ("has", "stays as it is") if undone.left == 1 else ("have", "stay as they are")
        text += f" {undone.left:,} {has} changed since and {stays}."
    return text


def _said(value: Any) -> str:
    if value is None or value == []:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
