"""The scene cache in the admin, to look at."""

from __future__ import annotations

from django.contrib import admin

from dndimages.admin import ReadOnlyAdmin
from gallery.admin import thumbnail
from scenes.models import SceneCache, SceneDay


@admin.register(SceneCache)
class SceneCacheAdmin(ReadOnlyAdmin):
    list_display = (
        "picture",
        "location",
        "time_of_day",
        "weather",
        "use_count",
        "last_used_at",
        "expires_at",
    )
    list_display_links = ("location",)
    list_filter = ("expires_at",)
    list_select_related = ("image",)
    search_fields = ("location", "key")
    ordering = ("-pk",)

    @admin.display(description="picture")
    def picture(self, scene: SceneCache) -> str:
        return thumbnail(scene.image)


@admin.register(SceneDay)
class SceneDayAdmin(ReadOnlyAdmin):
    list_display = ("day", "hits", "joined", "misses", "stale")
    ordering = ("-day", "-pk")
