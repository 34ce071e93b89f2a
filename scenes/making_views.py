"""The pages that ask for a picture, and wait for it."""

from __future__ import annotations

import math
import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from dndimages.access.caller import Caller
from dndimages.api import error_response
from dndimages.errors import DndImagesError, Invalid, MethodNotAllowed
from gallery.generation import jobs
from gallery.models import Job
from scenes import making as asking
from scenes.forms import FORMS, KINDS, SceneForm, kind_in, prefilled
from scenes.keys import SceneSpec
from scenes.outcome import outcome_of
from scenes.refusal import forbidden


def make(request: HttpRequest) -> HttpResponse:
    """The form; sent, it leads to the page of its job, or to the picture where there is one."""
    if request.method == "POST":
        return _asked(request)
    if request.method in ("GET", "HEAD"):
        return _form_page(request, prefilled(request.GET))
    return _wrong_method(request, "GET, HEAD, POST")


def _asked(request: HttpRequest) -> HttpResponse:
    caller = asking.caller_of_page(request)
    form = FORMS[kind_in(request.POST)](request.POST)
    if not asking.may_make(caller):
        return _form_page(request, form, status=403)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    try:
        left = _ask(request, form, caller)
    except DndImagesError as error:
        return _refused(request, form, error)
    return redirect("making", left.pk) if isinstance(left, Job) else redirect("picture-page", left)


def _ask(request: HttpRequest, form: Any, caller: Caller) -> Job | int:
    wanted, ticket = dict(form.wanted), request.POST.get("ticket", "")
    if not isinstance(form, SceneForm):
        return asking.ask_for_image(request, wanted, caller=caller, ticket=ticket)
    force = wanted.pop("force_regenerate")
    now = timezone.now()
    return asking.ask_for_scene(
        request, SceneSpec(**wanted), caller=caller, force=force, ticket=ticket, now=now
    )


def _refused(request: HttpRequest, form: Any, error: DndImagesError) -> HttpResponse:
    if isinstance(error, Invalid):
        form.tell(error)
    else:
        wait = f" Please try again in {_duration(error.retry_after)}." if error.retry_after else ""
        form.add_error(None, f"{error.message.rstrip('.')}.{wait}")
    response = _form_page(request, form, status=error.status)
    if error.retry_after is not None:
        response["Retry-After"] = str(math.ceil(error.retry_after))
    return response


def _duration(seconds: float) -> str:
    count = math.ceil(seconds)
    if count < 120:
        return f"{count} second{'' if count == 1 else 's'}"
    return f"{math.ceil(count / 60)} minutes" if count < 7200 else f"{math.ceil(count / 3600)} hours"


def _form_page(request: HttpRequest, form: Any, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "kinds": [(kind, label, kind == form.kind) for kind, label in KINDS.items()],
        "may_make": asking.may_make(asking.caller_of_page(request)),
        "ticket": asking.new_ticket(now=timezone.now()),
        "login": f"{reverse('admin:login')}?{urlencode({'next': request.get_full_path()})}",
    }
    response = render(request, "scenes/make.html", context, status=status)
    response["Cache-Control"] = "private"
    return response


# ── Waiting for it ───────────────────────────────────────────────────────────────────────────────


def making(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """How a job stands: it is looked at again and again until it ends."""
    job, now = _job(job_id), timezone.now()
    if asking.help_out(job, now=now):
        job.refresh_from_db()
    caller = asking.caller_of_page(request)
    outcome = outcome_of(job, now=now, own=asking.asked_for(job, caller) or caller.staff is not None)
    waited_s = max(0.0, (now - job.created_at).total_seconds())
    context = {
        "job": job,
        "outcome": outcome,
        "may_cancel": outcome.is_open and asking.may_cancel(job, caller),
        "too_late": outcome.is_open and "kept" in request.GET,
        "waited_s": int(waited_s),
        "is_late": outcome.state == "queued" and waited_s > asking.WORKER_LATE_S * 2,
    }
    response = render(request, "scenes/making.html", context)
    response["Cache-Control"] = "private, no-cache"
    return response


def cancel(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Take a job back that nobody has begun with, and nobody else waits for; what is painted all the
    same is kept when it comes."""
    if request.method != "POST":
        return _wrong_method(request, "POST")
    job, caller = _job(job_id), asking.caller_of_page(request)
    address = reverse("making", args=[job.pk])
    if not asking.asked_for(job, caller) and caller.staff is None:
        told = "Only who asked for this picture, or a member of staff, can take it back"
        return forbidden(request, told, back=address)
    cancelled = jobs.cancel(job, from_all=caller.staff is not None)
    return HttpResponseRedirect(address if cancelled else f"{address}?kept")


def _job(job_id: uuid.UUID) -> Job:
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        raise Http404
    return job


def _wrong_method(request: HttpRequest, allowed: str) -> HttpResponse:
    response = error_response(MethodNotAllowed(), request)
    response["Allow"] = allowed
    return response
