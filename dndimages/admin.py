"""What the admin pages of all rooms share."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

admin.site.site_header = admin.site.site_title = "dndimages"
admin.site.index_title = "Administration"


class ReadOnlyAdmin(admin.ModelAdmin):
    """For what the service itself writes: to look at, never to change by hand."""

    show_full_result_count = False  # counting all rows twice is what makes long lists slow

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
