"""What can be done with the chosen pictures of the list."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from dndimages import ratelimit
from dndimages.access.caller import Caller, client_address
from dndimages.errors import Busy, DndImagesError, Invalid, RateLimited
from gallery import archive, curation
from gallery.admin.acting import back, chosen_ids, counted, curate, person, tell
from gallery.admin.filters import most_used_tags
from gallery.models import ImageAsset, Tag
from gallery.querysets import ImageQuerySet
from gallery.regeneration import regenerate

_BETWEEN_TAGS = re.compile(r"[,\n]")


class PictureActions:
    """Mixed into the admin of visible pictures. Each says what it did in one line."""

    @admin.action(description="Feature, instead of what is featured now", permissions=["change"])
    def feature_chosen(self, request: HttpRequest, chosen: ImageQuerySet) -> HttpResponse:
        return curate(request, chosen, partial(curation.feature, to=True))

    @admin.action(description="Feature no longer", permissions=["change"])
    def unfeature_chosen(self, request: HttpRequest, chosen: ImageQuerySet) -> HttpResponse:
        return curate(request, chosen, partial(curation.feature, to=False))

    @admin.action(description="Move to the trash", permissions=["change"])
    def trash_chosen(self, request: HttpRequest, chosen: ImageQuerySet) -> HttpResponse:
        return curate(request, chosen, curation.trash)

    @admin.action(description="Tag …", permissions=["change"])
    def tag_chosen(self, request: HttpRequest, chosen: ImageQuerySet) -> HttpResponse:
        ids = chosen_ids(request, chosen)
        if not ids:
            return back(request, request.get_full_path())
        problem = ""
        if "apply" in request.POST:
            try:
                add, remove = _tag_names(request.POST.get("add", "")), request.POST.getlist("remove")
                act = curation.tag(ids, add=add, remove=remove, by=person(request), now=timezone.now())
            except Invalid as error:
                problem = error.message
            else:
                tell(request, act, ids)
                return back(request, request.get_full_path())
        return render(request, "admin/gallery/imageasset/tag.html", self._tag_page(request, ids, problem))

    def _tag_page(self, request: HttpRequest, ids: list[int], problem: str) -> dict[str, Any]:
        admin_site: Any = self.admin_site  # type: ignore[attr-defined]  # the admin this is mixed into
        return {
            **admin_site.each_context(request),
            "title": f"Tag {counted(len(ids))}",
            "opts": ImageAsset._meta,
            "ids": ids,
            "their_tags": Tag.objects.filter(images__in=ids).distinct().order_by("name", "pk")[:100],
            "offered": most_used_tags(),
            "problem": problem,
            "add": request.POST.get("add", ""),
            "next": request.POST.get("next", request.get_full_path()),
            "checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        }

    @admin.action(description="Regenerate: a new picture by the same request", permissions=["change"])
    def regenerate_chosen(self, request: HttpRequest, chosen: ImageQuerySet) -> HttpResponse:
        images = ImageAsset.objects.filter(pk__in=chosen_ids(request, chosen)).order_by("pk")
        queue_anew(request, list(images), again=regenerate)
        return back(request, request.get_full_path())

    @admin.action(description="Download as a zip", permissions=["view"])
    def download_chosen(self, request: HttpRequest, chosen: ImageQuerySet) -> Any:
        ids = chosen_ids(request, chosen)
        if not ids:
            return back(request, request.get_full_path())
        try:
            packed = archive.pack(ids, now=timezone.now())
        except DndImagesError as error:
            messages.error(request, f"{error.message}.")
            return back(request, request.get_full_path())
        name = f"pictures-{timezone.now():%Y%m%d-%H%M%S}.zip"
        return FileResponse(packed, as_attachment=True, filename=name, content_type="application/zip")


def _tag_names(text: str) -> list[str]:
    return [name for name in _BETWEEN_TAGS.split(text) if name.strip()]


def queue_anew(request: HttpRequest, things: list[Any], *, again: Any) -> None:
    """Ask ``again`` (`gallery.regeneration.regenerate` or its like) for each; one line tells what came
    of it. A limit ends it: what comes after would be refused as well."""
    caller = Caller(client_address(request), staff=person(request))
    queued, problems = set(), list[str]()
    for thing in things:
        try:
            jobs = again(
                thing,
                caller=caller,
                admit=lambda group: ratelimit.count_generation(request, caller=caller, group=group),
            )
        except DndImagesError as error:
            problems.append(error.message)
            if isinstance(error, (RateLimited, Busy)):
                break
        else:
            queued |= {job.pk for job in jobs}
    _tell_queued(request, len(queued), len(things), problems)


def _tell_queued(request: HttpRequest, queued: int, wanted: int, problems: list[str]) -> None:
    if not wanted:
        return
    text = f"Queued {counted(queued, 'new picture')}."
    if not problems:
        messages.success(request, f"{text} The worker makes them one after the other.")
        return
    messages.warning(request, f"{text} Not the others: {'; '.join(dict.fromkeys(problems[:3]))}.")
