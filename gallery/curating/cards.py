"""What the page knows of a picture: shown by its template, and drawn anew by its script."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from gallery.asking import BADGES
from gallery.models import ImageAsset
from gallery.rows import alt_text, srcset

Card = dict[str, Any]


def cards(ids: Iterable[int]) -> dict[int, Card]:
    """The visible ones of these pictures, by number; two queries.

    ``featured_id`` is the picture that is featured for the same subject, maybe the same one.
    """
    same = (
        ImageAsset.objects.visible()
        .featured()
        .filter(subject_name=OuterRef("subject_name"), subject_type=OuterRef("subject_type"))
    )
    found = ImageAsset.objects.visible().filter(pk__in=set(ids)).prefetch_related("tags")
    return {image.pk: card(image) for image in found.annotate(featured_id=Subquery(same.values("pk")[:1]))}


def card(image: Any) -> Card:
    return {
        "id": image.pk,
        "subject_name": image.subject_name,
        "subject_type": image.subject_type,
        "campaign": image.campaign,
        "prompt": image.prompt,
        "source": image.source,
        "badge": BADGES[image.source],
        "featured_id": image.featured_id,
        "is_featured": image.is_featured,
        "rating": image.rating,
        "tags": sorted(tag.name for tag in image.tags.all()),
        "made_on": image.created_at.date().isoformat(),
        "image_url": f"/{image.storage_path_full}",
        "thumbnail_url": f"/{image.storage_path_thumbnail}",
        "srcset": srcset(image.token, image.widths, image.width, ""),
        "width": image.width,
        "height": image.height,
        "placeholder": image.placeholder,
        "alt": alt_text(image.subject_type, image.subject_name),
        "detail_url": reverse("picture-page", args=[image.pk]),
    }
