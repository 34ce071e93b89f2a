"""Serving the files of pictures: only of visible rows, never cached past a look at the database."""

from __future__ import annotations

import logging
import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.utils.http import content_disposition_header, parse_etags

from dndimages.api import error_response, reads_only
from dndimages.errors import DndImagesError
from gallery import files, placeholders, rows, storage
from gallery.errors import ImageNotFound
from gallery.models import ImageAsset

log = logging.getLogger("gallery.pictures")

#: The file is a picture and nothing else, whatever a browser might see in it; pages of other
#: origins may show it. "no-cache" lets browsers keep it, but ask each time: the trash acts at once.
HEADERS = {
    "Cache-Control": "public, no-cache",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Accept-Ranges": "bytes",
}
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


class RangeOutside(DndImagesError):
    kind = "invalid"
    status = 416
    message = "The picture has no such range of bytes"


@reads_only
def picture(request: HttpRequest, name: str) -> HttpResponse:
    """The file with this name. Raises `ImageNotFound` when no visible picture has it."""
    return _served(request, name, may_redirect=True)


def attachment(request: HttpRequest, name: str, *, file_name: str) -> HttpResponse:
    """The same, to be kept as ``file_name``: from here even when pictures lie in a bucket, which
    knows nothing of that name."""
    response = _served(request, name, may_redirect=False)
    response["Content-Disposition"] = content_disposition_header(True, file_name) or "attachment"
    return response


def _served(request: HttpRequest, name: str, *, may_redirect: bool) -> HttpResponse:
    token = files.token_in(name)
    sha256 = _sha256_of_visible(token) if token is not None else None
    if sha256 is None:
        raise ImageNotFound
    etag = f'"{sha256[:32]}-{name.split("/")[1]}"'
    if _is_known(request, etag):
        return _dressed(HttpResponseNotModified(), etag)
    is_local = storage.is_local(storage.pictures())
    if may_redirect and not is_local:
        return _dressed(HttpResponseRedirect(storage.pictures().url(name)), etag)
    if settings.X_ACCEL_REDIRECT_PREFIX and is_local:
        if not _is_whole_on_disk(name):
            return _stand_in(name, wanted=may_redirect)
        response = HttpResponse(content_type="image/webp")
        response["X-Accel-Redirect"] = settings.X_ACCEL_REDIRECT_PREFIX + name
        return _dressed(response, etag)
    data = storage.read(storage.pictures(), name)
    if data is None or not placeholders.is_whole(data, size=len(data)):
        return _stand_in(name, wanted=may_redirect)
    return _dressed(_whole_or_range(request, data, etag), etag)


def _is_whole_on_disk(name: str) -> bool:
    """By the first bytes: the rest is left to nginx."""
    with storage.told_as_ours():
        try:
            with storage.pictures().open(name, "rb") as file:
                return placeholders.is_whole(file.read(12), size=file.size)
        except FileNotFoundError:
            return False


def _stand_in(name: str, *, wanted: bool) -> HttpResponse:
    """For a picture whose file is gone or cut (`manage.py fsck` tells which): its own tiny preview.

    200, since pages have a place for it and nobody's script expects none; never kept, since the
    picture may come back. Where not ``wanted``, as for a download, `ImageNotFound` is raised.
    """
    row = ImageAsset.objects.visible().filter(token=files.token_in(name)).order_by("pk").first()
    if row is None or name not in row.paths or not wanted:
        raise ImageNotFound
    log.warning("The file of picture %d is gone or damaged; a placeholder is served", row.pk)
    response = HttpResponse(placeholders.preview(row.placeholder), content_type="image/webp")
    for name, value in HEADERS.items():
        response[name] = value
    response["Cache-Control"] = "no-store"
    return response


def _sha256_of_visible(token: str) -> str | None:
    found = rows.run(
        "SELECT sha256 FROM gallery_imageasset WHERE token = %s AND deleted_at IS NULL LIMIT 1", [token]
    )
    return str(found[0][0]) if found else None


def _is_known(request: HttpRequest, etag: str) -> bool:
    known = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
    return "*" in known or etag in (tag.removeprefix("W/") for tag in known)


def _dressed(response: HttpResponse, etag: str) -> HttpResponse:
    for name, value in HEADERS.items():
        response[name] = value
    response["ETag"] = etag
    return response


def _whole_or_range(request: HttpRequest, data: bytes, etag: str) -> HttpResponse:
    """One range is honoured (RFC 9110, 14); several, or a stale If-Range, give the whole."""
    match = _RANGE.fullmatch(request.META.get("HTTP_RANGE", "").replace(" ", ""))
    if match is None or match[0] == "bytes=-" or request.META.get("HTTP_IF_RANGE", etag) != etag:
        return HttpResponse(data, content_type="image/webp")
    first, last = match[1], match[2]
    start = int(first) if first else max(0, len(data) - int(last))
    end = min(int(last), len(data) - 1) if first and last else len(data) - 1
    if start > end or (not first and int(last) == 0):
        if first and last and int(first) > int(last):
            return HttpResponse(data, content_type="image/webp")  # no valid range at all: ignored
        response = error_response(RangeOutside(), request)
        response["Content-Range"] = f"bytes */{len(data)}"
        return response
    response = HttpResponse(data[start : end + 1], status=206, content_type="image/webp")
    response["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
    return response
