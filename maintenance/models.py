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

    def latest_of_each_kind(self) -> CommandRunQuerySet:
        """Of each command: the newest run that ended, the first one after it, and the newest one."""
        ended = self.exclude(exit_code=None).latest_of_each().values("pk")
        later = self.filter(command=models.OuterRef("command"), exit_code__isnull=False)
        is_open = models.Q(exit_code=None) & ~models.Exists(later.filter(pk__gt=models.OuterRef("pk")))
        first = self.filter(is_open).order_by().values("command").annotate(first=models.Min("pk"))
        newest = self.latest_of_each().values("pk")
        wanted = models.Q(pk__in=ended) | models.Q(pk__in=first.values("first")) | models.Q(pk__in=newest)
        return self.filter(wanted)


class CommandRun(models.Model):
    """One run of a command. ``finished_at`` and ``exit_code`` stay empty while it runs, and for ever
    when it was killed."""

    command = models.CharField(max_length=50)
    arguments = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    exit_code = models.SmallIntegerField(null=True, blank=True)
    line = models.CharField(max_length=500, blank=True)  # what it said: its result, or why it failed
    #: Of a forced cleanup: rows of the future up to here are known, and no reason to doubt the clock.
    knows_until = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CommandRunQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = []
        indexes: ClassVar = [
            models.Index(fields=["command", "id"], name="runs_of_a_command"),
            models.Index(fields=["started_at"], name="runs_by_start"),
        ]

    def __str__(self) -> str:
        return f"{self.command} {self.started_at:%Y-%m-%d %H:%M}"
