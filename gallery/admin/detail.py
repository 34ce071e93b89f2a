"""What the page of one picture tells beside its form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from gallery import files
from gallery.models import ImageAsset
from gallery.rows import alt_text, srcset

OTHERS_SHOWN = 12


@dataclass(frozen=True)
class Belonging:
    """Something in another room that shows this picture."""

    text: str
    address: str
    note: str = ""


#: Where pictures are used, told by rooms above.
belongings: dict[str, Callable[[ImageAsset], list[Belonging]]] = {}


def facts_of(image: ImageAsset, *, may_see_log: bool) -> dict[str, Any]:
    """The template context of admin/gallery/_picture.html for a picture that may be seen by all."""
    others = _others(image)
    return {
        "image": image,
        "alt": alt_text(image.subject_type, image.subject_name),
        "full": f"/{image.storage_path_full}",
        "preview": f"/{_preview_path(image)}",
        "srcset": srcset(image.token, image.widths, image.width, ""),
        "facts": facts(image),
        "entry": image.log.order_by("-pk").first() if may_see_log else None,
        "belongings": [one for told in belongings.values() for one in told(image)],
        "others": others[:OTHERS_SHOWN],
        "all_others": _address_of_all(image) if len(others) > OTHERS_SHOWN else "",
    }


def subtitle(image: ImageAsset) -> str:
    """Its name and id; a name that turns the direction of writing turns nothing but itself."""
    return f"\N{FIRST STRONG ISOLATE}{image.subject_name}\N{POP DIRECTIONAL ISOLATE} (#{image.pk})"


def facts(image: ImageAsset) -> list[tuple[str, Any]]:
    """Name and value of what is known of a picture, in the order of interest."""
    found: list[tuple[str, Any]] = [
        ("Type", image.get_subject_type_display()),
        ("Source", image.get_source_display()),
        ("Model", image.model),
        ("Tags", ", ".join(sorted(tag.name for tag in image.tags.all()))),
        ("Rating", "★" * (image.rating or 0)),
        ("Prompt", image.prompt),
        ("Own words", image.custom_prompt),
        ("Component", image.component),
        ("Size", f"{image.width} × {image.height} px, {image.file_size_bytes / 1024:,.0f} KB"),
        ("Aspect ratio", image.aspect_ratio),
        ("Made", image.created_at),
        ("Made in", f"{image.generation_time_ms / 1000:.1f} s" if image.generation_time_ms else ""),
        ("Uses", image.use_count),
        ("Last used", image.last_used_at),
        ("File", image.storage_path_full),
        ("SHA-256", image.sha256),
    ]
    return [(name, value) for name, value in found if value not in (None, "")]


def _preview_path(image: ImageAsset) -> str:
    """The file nearest to what the page shows: never the full one when there is a smaller."""
    fitting = [width for width in image.widths if width >= 640]
    return files.width_path(image.token, min(fitting)) if fitting else image.storage_path_full


def _others(image: ImageAsset) -> list[ImageAsset]:
    same = ImageAsset.objects.visible().of_subject(image.subject_name, image.subject_type)
    newest = same.exclude(pk=image.pk).order_by("-is_featured", "-created_at", "-pk")
    listed = newest.only("subject_name", "subject_type", "token", "deleted_at", "is_featured")
    return list(listed[: OTHERS_SHOWN + 1])


def _address_of_all(image: ImageAsset) -> str:
    same = {"subject_name": image.subject_name, "subject_type__exact": image.subject_type}
    return reverse("admin:gallery_imageasset_changelist") + "?" + urlencode(same)
