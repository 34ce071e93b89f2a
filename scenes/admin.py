"""The scene cache in the admin: what it holds until when, and what can be done about it by hand."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.timesince import timesince, timeuntil
from django.views.decorators.http import require_POST

from dndimages.admin import ReadOnlyAdmin
from gallery.admin.acting import back, chosen_ids, counted
from gallery.admin.detail import Belonging, belongings
from gallery.admin.picture_actions import queue_anew
from gallery.admin.thumbnails import OF_PICTURE, thumbnail, thumbnail_from_trash
from gallery.models import ImageAsset
from gallery.templatetags.acts import undo_tag
from scenes import cache, undo
from scenes.keys import normalise
from scenes.models import PINNED_UNTIL, SceneCache, SceneDay, SceneQuerySet

_LAST_ACT = "scenes_last_act"


class FreshnessFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("fresh", "Fresh"),
            ("pinned", "Pinned"),
            ("expired", "Expired"),
            ("bare", "Without a picture"),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        now = timezone.now()
        match self.value():
            case "fresh":
                return queryset.with_picture().fresh(now=now).exclude(expires_at=PINNED_UNTIL)
            case "pinned":
                return queryset.with_picture().pinned()
            case "expired":
                return queryset.with_picture().expired(now=now)
            case "bare":
                return queryset.without_picture()
        return queryset


@admin.register(SceneCache)
class SceneCacheAdmin(ReadOnlyAdmin):
    """Nothing is typed here: whoever may change scenes expires, pins and regenerates them."""

    list_display = (
        "picture", "location", "state", "time_of_day", "weather", "use_count", "last_used_at",
    )  # fmt: skip
    list_display_links = ("location",)
    list_filter = (FreshnessFilter, "last_used_at")
    list_select_related = ("image",)
    list_only = (
        "location", "time_of_day", "weather", "use_count", "last_used_at", "expires_at", "image_id",
        *OF_PICTURE,
    )  # fmt: skip
    search_fields = ("location",)  # for the box to show; `get_search_results` searches
    search_help_text = "A part of the place, in any spelling"
    ordering = ("-pk",)
    actions = ("expire_chosen", "pin_chosen", "unpin_chosen", "regenerate_chosen")
    fields = (
        "picture", "location", "time_of_day", "weather", "use_count", "created_at", "last_used_at", "state", "key",
    )  # fmt: skip
    change_form_template = "admin/scenes/scenecache/change_form.html"

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        wanted = normalise(search_term)
        return (queryset.filter(key__contains=wanted) if wanted else queryset), False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_curate_permission(request) or super().has_view_permission(request, obj)

    def has_curate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("scenes.change_scenecache")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        more = {"may_curate": self.has_curate_permission(request)} | (extra_context or {})
        return super().change_view(request, object_id, form_url, more)

    @admin.display(description="picture")
    def picture(self, scene: SceneCache) -> str:
        image = scene.image
        if image is not None and image.deleted_at is not None:
            return thumbnail_from_trash(image)
        return thumbnail(image)

    @admin.display(description="state", ordering="expires_at")
    def state(self, scene: SceneCache) -> str:
        now = timezone.now()
        if scene.image is None or scene.image.deleted_at is not None:
            return f"{'no picture' if scene.image is None else 'picture in the trash'}: the next request makes one"
        if scene.pinned:
            return "pinned"
        if scene.expires_at <= now:
            return f"expired {timesince(scene.expires_at, now, depth=1)} ago"
        return f"fresh for {timeuntil(scene.expires_at, now, depth=1)}"

    @admin.action(description="Expire now", permissions=["curate"])
    def expire_chosen(self, request: HttpRequest, chosen: SceneQuerySet) -> HttpResponse:
        return self._act(
            request,
            chosen,
            partial(cache.expire_now, now=timezone.now()),
            done="Expired {}; the next request makes a new picture.",
            nothing="Nothing to expire: no scene among the chosen is fresh.",
        )

    @admin.action(description="Pin: never expire", permissions=["curate"])
    def pin_chosen(self, request: HttpRequest, chosen: SceneQuerySet) -> HttpResponse:
        nothing = "Nothing to pin: the chosen are pinned already, or have no picture to keep."
        return self._act(request, chosen, cache.pin, done="Pinned {}.", nothing=nothing)

    @admin.action(description="Unpin", permissions=["curate"])
    def unpin_chosen(self, request: HttpRequest, chosen: SceneQuerySet) -> HttpResponse:
        nothing = "Nothing to unpin: no scene among the chosen is pinned."
        change = partial(cache.unpin, now=timezone.now())
        return self._act(request, chosen, change, done="Unpinned {}.", nothing=nothing)

    @admin.action(description="Regenerate: a new picture, which ends a pin", permissions=["curate"])
    def regenerate_chosen(self, request: HttpRequest, chosen: SceneQuerySet) -> HttpResponse:
        scenes = SceneCache.objects.filter(pk__in=chosen_ids(request, chosen, "scene")).order_by("pk")
        queue_anew(request, list(scenes), again=_again)
        return back(request, request.get_full_path())

    def _act(
        self,
        request: HttpRequest,
        chosen: SceneQuerySet,
        change: Callable[[list[int]], object],
        *,
        done: str,
        nothing: str,
    ) -> HttpResponse:
        """Do it and tell what it came to. The session keeps the last act that changed anything, for its undo."""
        ids = chosen_ids(request, chosen, "scene")
        if changes := undo.recorded(lambda: change(ids), ids):
            number = secrets.randbelow(10**15)
            request.session[_LAST_ACT] = {"number": number, "changes": changes}
            tag = undo_tag(number, page="scenes_scenecache_undo")
            messages.success(request, done.format(counted(len(changes), "scene")), extra_tags=tag)
        elif ids:
            messages.info(request, nothing)
        return back(request, request.get_full_path())

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_POST(self.undo_view))
        return [path("<int:number>/undo/", view, name="scenes_scenecache_undo"), *super().get_urls()]

    def undo_view(self, request: HttpRequest, number: int) -> HttpResponse:
        if not self.has_curate_permission(request):
            raise PermissionDenied
        act = request.session.get(_LAST_ACT)
        if act is None or act["number"] != number:
            messages.warning(request, "Only your last act can be undone, and only once.")
        else:
            del request.session[_LAST_ACT]
            _put_back(request, act["changes"])
        return back(request, reverse("admin:scenes_scenecache_changelist"))


def _put_back(request: HttpRequest, changes: undo.Changes) -> None:
    done = undo.put_back(changes)
    text = f"Undone: {counted(done, 'scene')} as before."
    if others := len(changes) - done:
        text += f" {others:,} had been changed since and stayed so."
    messages.success(request, text)


def _again(scene: SceneCache, **how: Any) -> list[Any]:
    return [cache.regenerate(scene, **how)]


@admin.register(SceneDay)
class SceneDayAdmin(ReadOnlyAdmin):
    list_display = ("day", "hits", "joined", "misses", "stale", "hit_rate")
    ordering = ("-day", "-pk")

    @admin.display(description="hit rate")
    def hit_rate(self, day: SceneDay) -> str:
        asked = day.hits + day.joined + day.misses
        return f"{100 * day.hits / asked:.0f} %" if asked else "–"


def _scenes_of(image: ImageAsset) -> list[Belonging]:
    found = []
    for scene in SceneCache.objects.filter(image=image).order_by("pk")[:20]:
        address = reverse("admin:scenes_scenecache_change", args=[scene.pk])
        found.append(Belonging(str(scene), address, "pinned" if scene.pinned else ""))
    return found


belongings["scenes"] = _scenes_of
