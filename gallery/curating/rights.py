"""Who may curate: staff with the right to change pictures, by their session."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from dndimages.errors import MethodNotAllowed, Unauthenticated

if TYPE_CHECKING:
    from rest_framework.views import APIView

RIGHT = "gallery.change_imageasset"
View = Callable[[HttpRequest], HttpResponse]


def for_curators(view: View) -> View:
    """A page for them: strangers are sent to the login, staff without the right are told."""

    @functools.wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not (request.user.is_active and request.user.is_staff):
            back = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("curate")
            return redirect_to_login(back, reverse("admin:login"))
        if not request.user.has_perm(RIGHT):
            return render(request, "gallery/curate_forbidden.html", status=403)
        return view(request)

    return never_cache(guarded)


class MayChangePictures(BasePermission):
    """The same for the page's JSON, in the one shape of errors."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method not in view.allowed_methods:
            raise MethodNotAllowed
        if request.user is None:
            raise Unauthenticated("You are signed out; sign in again to go on")
        return bool(request.user.has_perm(RIGHT))
