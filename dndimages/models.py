"""What the house itself remembers."""

from __future__ import annotations

from django.db import models


class WorkerBeat(models.Model):
    """A worker that lives, or lived a moment ago: see `dndimages.beats`."""

    name = models.CharField(
        max_length=120, primary_key=True
    )  # host, process, and what tells two of them apart
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
