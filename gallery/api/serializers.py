"""What the gallery's API takes and gives; the same classes check requests and describe them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from dndimages.serializers import Choice, ErrorDetail, Flag, QueryFlag, QueryNumber, Text
from gallery.generation.prompts import FORBIDDEN_IN_CUSTOM_PROMPT, forbidden_word
from gallery.generation.providers.base import ASPECT_RATIOS
from gallery.imaging.palette import COLOR_ALIASES, COLOR_NAMES, color_bit
from gallery.models import JobState, Source, SubjectType
from gallery.search import ORDERINGS

_COLOR_WORDS = (*COLOR_NAMES, *COLOR_ALIASES)


def _any_case(words: Iterable[str]) -> str:
    """A pattern that any of the words matches, in the dialect of JSON Schema, which has no flags."""
    letters = (
        ("".join(f"[{c}{c.upper()}]" if c.isalpha() else re.escape(c) for c in word)) for word in words
    )
    return "|".join(letters)


class FlagOrNot(QueryFlag):
    """A flag in a query that may be left empty: None."""

    words = ("", *QueryFlag.words)

    def to_internal_value(self, data: Any) -> bool | None:  # type: ignore[override]
        return None if data == "" else super().to_internal_value(data)


class ImageRequest(serializers.Serializer[Any]):
    subject_type = Choice(choices=SubjectType.values)
    subject_name = Text(min_length=1, max_length=200)
    prompt = Text(min_length=10, max_length=1000)
    custom_prompt = Text(
        max_length=200,
        allow_null=True,
        allow_blank=True,
        default=None,
        described={"not": {"type": "string", "pattern": _any_case(FORBIDDEN_IN_CUSTOM_PROMPT)}},
    )
    aspect_ratio = Choice(choices=ASPECT_RATIOS, default="16:9")
    component = Text(max_length=50, allow_blank=True, default="scene-viewer")
    campaign = Text(max_length=100, allow_blank=True, default="")

    def validate_custom_prompt(self, value: str | None) -> str | None:
        if value and (word := forbidden_word(value)) is not None:
            raise serializers.ValidationError(f"must not contain {word!r}", code="forbidden_text")
        return value


class SearchQuery(serializers.Serializer[Any]):
    subject_name = Text(max_length=200, allow_blank=True, default="")
    subject_type = Choice(choices=SubjectType.values, allow_blank=True, default="")
    is_featured = FlagOrNot(default=None)
    q = Text(max_length=200, allow_blank=True, default="", help_text="Full text: every word must occur")
    tag = Text(max_length=50, allow_blank=True, default="")
    color = Text(
        max_length=20,
        allow_blank=True,
        default="",
        help_text="A colour's name, #rgb or #rrggbb",
        described={"pattern": rf"^({'|'.join(_COLOR_WORDS)}|#[0-9a-fA-F]{{3}}|#?[0-9a-fA-F]{{6}})?$"},
    )
    campaign = Text(max_length=100, allow_blank=True, default="")
    source = Choice(choices=Source.values, allow_blank=True, default="")  # type: ignore[assignment]  # a name of DRF's own
    ordering = Choice(choices=[name for name in ORDERINGS if name], allow_blank=True, default="")
    page = QueryNumber(min_value=1, max_value=2**31, default=1)
    page_size = QueryNumber(min_value=1, max_value=100, default=12)

    def validate_color(self, value: str) -> str:
        if value and color_bit(value) is None:
            raise serializers.ValidationError("is neither a colour's name nor #rrggbb", code="invalid_color")
        return value


class ImageQuery(serializers.Serializer[Any]):
    include_data = QueryFlag(default=True)


class FeatureRequest(serializers.Serializer[Any]):
    is_featured = Flag(required=False)


# ── Answers: for the OpenAPI document; the answers themselves are built in `gallery.rows` ────────


class Image(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    subject_name = serializers.CharField()
    subject_type = serializers.ChoiceField(choices=SubjectType.values)
    component = serializers.CharField()
    storage_path_full = serializers.CharField()
    storage_path_thumbnail = serializers.CharField()
    file_size_bytes = serializers.IntegerField()
    generation_time_ms = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    is_featured = serializers.BooleanField()
    use_count = serializers.IntegerField()
    image_url = serializers.CharField()
    thumbnail_url = serializers.CharField()
    srcset = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    placeholder = serializers.CharField()
    alt = serializers.CharField()
    aspect_ratio = serializers.CharField()
    model = serializers.CharField()
    source = serializers.ChoiceField(choices=Source.values)  # type: ignore[assignment]  # a name of DRF's own
    tags = serializers.ListField(child=serializers.CharField())


class ImageWithData(Image):
    base64_data = serializers.CharField(
        required=False, allow_null=True, help_text="The full WebP; null when its file is gone"
    )


class ImagePage(serializers.Serializer[Any]):
    items = Image(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()
    total_pages = serializers.IntegerField()


class Featured(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    is_featured = serializers.BooleanField()
    subject_name = serializers.CharField()


class Acted(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    status = serializers.CharField()
    message = serializers.CharField()


class JobAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    status = serializers.ChoiceField(choices=JobState.values)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    image = Image(allow_null=True)
    error = ErrorDetail(allow_null=True)
