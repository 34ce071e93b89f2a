"""Small pictures for lists, in a box of fixed size so that nothing moves while they arrive."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html

from gallery.models import ImageAsset
from gallery.rows import alt_text

#: What a list must read of the pictures that its rows refer to by ``image``.
OF_PICTURE = ("image__subject_name", "image__subject_type", "image__token", "image__deleted_at")
_BOX = '<a class="thumb" href="{}"><img src="{}" width="64" height="64" alt="{}" loading="lazy"></a>'


def thumbnail(image: ImageAsset | None, *, to: str | None = None) -> str:
    """The picture's thumbnail, which leads to ``to``, else to its page in the admin; a dash for none,
    and for one in the trash, which is not served to everybody."""
    if image is None or image.deleted_at is not None:
        return "–"
    address = to or reverse("admin:gallery_imageasset_change", args=[image.pk])
    return format_html(_BOX, address, f"/{image.storage_path_thumbnail}", _alt(image))


def thumbnail_from_trash(image: ImageAsset) -> str:
    """The same of a picture in the trash, through a view for staff alone."""
    page, small = (
        reverse(f"admin:gallery_trashedimage_{what}", args=[image.pk]) for what in ("change", "thumbnail")
    )
    return format_html(_BOX, page, small, _alt(image))


def _alt(image: ImageAsset) -> str:
    return alt_text(image.subject_type, image.subject_name)
