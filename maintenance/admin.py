"""What the commands of cron have done, in the admin, to look at."""

from __future__ import annotations

from django.contrib import admin

from dndimages.admin import ReadOnlyAdmin
from maintenance.models import CommandRun


@admin.register(CommandRun)
class CommandRunAdmin(ReadOnlyAdmin):
    list_display = ("command", "arguments", "started_at", "took", "exit_code", "line")
    list_filter = ("command", "exit_code", "started_at")
    search_fields = ("command", "line")
    ordering = ("-pk",)

    @admin.display(description="took")
    def took(self, run: CommandRun) -> str:
        if run.finished_at is None:
            return "–"
        return f"{(run.finished_at - run.started_at).total_seconds():.1f} s"
