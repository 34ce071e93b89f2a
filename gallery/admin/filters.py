"""Filters of the lists of pictures. They offer what is used most among the newest: looking at all
pictures for that would take longer than the rest of the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from dndimages.admin import TypedFilter
from gallery.curation import MOST_STARS
from gallery.memory import until_change
from gallery.models import ImageAsset

T = TypeVar("T")
MOST_OFFERED = 12
LOOKED_AT = 5_000


def most_used_tags() -> list[str]:
    """The names of the tags that most of the newest tagged pictures have, at most MOST_OFFERED."""
    return _most_used()[0]


def _most_used() -> tuple[list[str], list[str]]:
    """Tags and campaigns, remembered until a picture changes."""
    return until_change("admin tags and campaigns", lambda: (_tags(), _campaigns()))


def _tags() -> list[str]:
    newest = ImageAsset.tags.through.objects.order_by("-pk").values_list("tag__name", flat=True)
    return _most_common(newest[:LOOKED_AT])


def _campaigns() -> list[str]:
    newest = ImageAsset.objects.order_by("-pk").values_list("campaign", flat=True)
    return _most_common(name for name in newest[:LOOKED_AT] if name)


def _most_common(values: Iterable[T]) -> list[T]:
    return [value for value, _ in Counter(values).most_common(MOST_OFFERED)]


class TagFilter(TypedFilter):
    title = parameter_name = "tag"

    def offered(self) -> list[str]:
        return most_used_tags()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        tagged = ImageAsset.tags.through.objects.filter(tag__name=self.value())
        return queryset.filter(pk__in=tagged.values("imageasset_id"))


class CampaignFilter(TypedFilter):
    title = parameter_name = field = "campaign"

    def offered(self) -> list[str]:
        return _most_used()[1]


class RatingFilter(admin.SimpleListFilter):
    title = parameter_name = "rating"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        stars = [(str(number), "★" * number) for number in range(MOST_STARS, 0, -1)]
        return [*stars, ("none", "Not rated")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value == "none":
            return queryset.filter(rating=None)
        if value not in dict(self.lookup_choices):
            return queryset
        return queryset.filter(rating=int(value or 0))
