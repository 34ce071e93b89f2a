"""The page /import: pictures of a browser, brought by a member of staff who may add pictures."""

from __future__ import annotations

import io
from typing import IO, Any

from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from dndimages.errors import DndImagesError, Invalid
from maintenance import carrying
from maintenance.localstorage.report import Outcome, Report, Verdict

MOST_ROWS = 300  # in the page's table; the counts are of all
_WORDS = {
    Verdict.NEW: ("will be imported", "imported"),
    Verdict.RESTORED: ("will come back from the trash", "came back from the trash"),
    Verdict.HERE: ("here already", "here already"),
    Verdict.ERROR: ("cannot be taken", "could not be taken"),
}


@never_cache
@staff_member_required
@permission_required("gallery.add_imageasset", raise_exception=True)
def import_page(request: HttpRequest) -> HttpResponse:
    """The form; with a file or a text the report, or what would be in it. The page's script goes on from
    here piece by piece, through the API."""
    if request.method != "POST":
        return _page(request)
    try:
        with _brought(request) as file:
            report = carrying.take(file, now=timezone.now(), dry_run="look" in request.POST)
    except DndImagesError as error:
        return _page(request, problem=error.message, status=error.status)
    return _page(request, report=report, rows=_rows(report), more=max(0, report.found - MOST_ROWS))


def _brought(request: HttpRequest) -> IO[bytes]:
    upload = request.FILES.get("file")
    if upload is not None and upload.file is not None:
        return upload.file
    text = request.POST.get("text", "")
    if not text.strip():
        raise Invalid("Choose a file, or paste its text")
    return io.BytesIO(text.encode("utf-8", "surrogatepass"))


def _rows(report: Report) -> list[dict[str, Any]]:
    """Errors first: they are what somebody has to look at."""
    ordered = sorted(report.outcomes, key=lambda one: one.verdict != Verdict.ERROR)
    return [_row(one, report) for one in ordered[:MOST_ROWS]]


def _row(one: Outcome, report: Report) -> dict[str, Any]:
    would, did = _WORDS[one.verdict]
    return one.as_json() | {"words": would if report.dry_run else did}


def _page(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, "maintenance/import.html", context, status=status)
