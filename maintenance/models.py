"""What the commands that cron runs have done, for people, health and the next run."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from maintenance.exitcodes import ExitCode


class CommandRunQuerySet(models.QuerySet["CommandRun"]):
    def completed(self) -> CommandRunQuerySet:
        """Those that did their work, also when they found a problem; refused and killed ones did not."""
        return self.filter(exit_code__in=[ExitCode.OK, ExitCode.PROBLEM])

    def latest_of_each(self) -> CommandRunQuerySet:
        """The newest run of each command."""
        newest = self.order_by().values("command").annotate(newest=models.Max("pk")).values("newest")
        return self.filter(pk__in=newest)


class CommandRun(models.Model):
    """One run of a command. ``finished_at`` and ``exit_code`` stay empty while it runs, and for ever
    when it was killed."""

    command = models.CharField(max_length=50)
    arguments = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    exit_code = models.SmallIntegerField(null=True, blank=True)
    line = models.CharField(max_length=500, blank=True)  # what it said: its result, or why it failed

    objects = CommandRunQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = []
        indexes: ClassVar = [
            models.Index(fields=["command", "id"], name="runs_of_a_command"),
            models.Index(fields=["started_at"], name="runs_by_start"),
        ]

    def __str__(self) -> str:
        return f"{self.command} {self.started_at:%Y-%m-%d %H:%M}"
