"""One picture's page: everything that is known about it, and its file to take away."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Count, Window
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import conditional_page

from dndimages.api import base_url, error_response, reads_only
from gallery import asking, pictures, walls
from gallery.errors import ImageNotFound
from gallery.models import ImageAsset
from gallery.rows import ImageRow, alt_text, run, select, srcset, used_images
from gallery.search import neighbours

#: Other pictures of the same subject that its page shows, and the scenes that show it.
OTHERS, SCENES = 12, 20
_HIGHEST_ID = 2**63 - 1
_HARMLESS = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"})


@reads_only
@conditional_page
def page(request: HttpRequest, image_id: int) -> HttpResponse:
    """Everything about a visible picture; its neighbours in the list that the address tells of."""
    image = _visible(image_id)
    if image is None:
        return _gone(request)
    asked = asking.read(request.GET)
    response = render(request, "gallery/detail.html", _facts(image, asked, base_url(request)))
    response["Cache-Control"] = "private, no-cache"
    return response


@reads_only
def download(request: HttpRequest, image_id: int) -> HttpResponse:
    """The full file, to be kept under a name that people can read."""
    image = _visible(image_id)
    if image is None:
        return _gone(request)
    try:
        return pictures.attachment(request, image.storage_path_full, file_name=file_name(image))
    except ImageNotFound:  # its file is gone, or it was trashed just now
        return _gone(request)


def _visible(image_id: int) -> ImageAsset | None:
    if image_id > _HIGHEST_ID:
        return None
    return ImageAsset.objects.visible().filter(pk=image_id).first()


def _gone(request: HttpRequest) -> HttpResponse:
    """A page for people, the one error shape for programs."""
    if "text/html" in request.META.get("HTTP_ACCEPT", ""):
        response = render(request, "gallery/gone.html", status=404)
    else:
        response = error_response(ImageNotFound(), request)
    patch_vary_headers(response, ["Accept"])
    return response


def file_name(image: ImageAsset) -> str:
    """`Old-Mill-17.webp`: letters and digits of any script and nothing else, so that it is a plain
    name on every system and shows no other ending than it has."""
    spaced = "".join(c if c.isalnum() else " " for c in image.subject_name)
    words = "-".join(spaced.split())[:60].strip("-")
    return f"{words or image.subject_type}-{image.pk}.webp"


def _facts(image: ImageAsset, asked: asking.Asked, base: str) -> dict[str, Any]:
    before, after = neighbours(asked.search, image.pk)
    query = asked.query(page=asked.page)
    full = f"{base}/{image.storage_path_full}"
    return {
        "image": image,
        "alt": alt_text(image.subject_type, image.subject_name),
        "full_url": f"/{image.storage_path_full}",
        "srcset": srcset(image.token, image.widths, image.width, ""),
        "ratio": walls.shape(image.width, image.height)["ratio"],
        "badge": asking.BADGES[image.source],
        "seconds": f"{image.generation_time_ms / 1000:.1f}",
        "uses": image.use_count + used_images.waiting(image.pk),
        "tags": sorted(image.tags.values_list("name", flat=True)),
        "scenes": (scenes := _scenes(image)),
        "scenes_left": scenes[0].all_of_them - len(scenes) if scenes else 0,
        "others": walls.cards(_others(image), asking.read({}), eager=0),
        "back": f"/{query}#at-{image.pk}",
        "before": f"/pictures/{before}{query}" if before else "",
        "after": f"/pictures/{after}{query}" if after else "",
        "absolute_url": f"{base}/pictures/{image.pk}",
        "absolute_image": full,
        "structured": _structured(image, full),
    }


def _scenes(image: ImageAsset) -> list[Any]:
    """Each knows how many there are in all: one query for both."""
    in_order = image.scenes.order_by("location", "time_of_day", "weather", "pk")
    return list(in_order.annotate(all_of_them=Window(Count("pk")))[:SCENES])


def _others(image: ImageAsset) -> list[ImageRow]:
    """Other pictures of the same subject: the featured one, then the newest. The type is wrapped, so
    that SQLite walks along the name's index and not through all of the type."""
    found = run(
        select() + "WHERE i.subject_name = %s AND (i.subject_type || '') = %s AND i.id <> %s"
        " AND i.deleted_at IS NULL ORDER BY i.is_featured DESC, i.created_at DESC, i.id DESC LIMIT %s",
        [image.subject_name, image.subject_type, image.pk, OTHERS],
    )
    return [ImageRow(*row) for row in found]


def _structured(image: ImageAsset, url: str) -> SafeString:
    """schema.org's ImageObject for search engines: data, which no policy on scripts is about."""
    told = {
        "@context": "https://schema.org",
        "@type": "ImageObject",
        "name": image.subject_name,
        "contentUrl": url,
        "encodingFormat": "image/webp",
        "width": image.width,
        "height": image.height,
        "uploadDate": image.created_at.isoformat(),
    }
    if image.source == "generated":  # IPTC's word for pictures that a model made
        told["digitalSourceType"] = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    return mark_safe(json.dumps(told).translate(_HARMLESS))  # noqa: S308 - no tag can begin or end in it
