"""The admin with the dashboard at its front. It is the site that all rooms register on."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.db.models import Model
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone

from maintenance.dashboard.window import Window


class DashboardSite(AdminSite):
    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from maintenance.dashboard.board import board  # the site comes to be before all models are there

        window = Window.asked_for(request.GET.get("days"), now=timezone.now())
        shown = board(window, may_see=lambda model: may_see(request, model))
        return super().index(request, {"dashboard": shown, **(extra_context or {})})


def may_see(request: HttpRequest, model: type[Model]) -> bool:
    """As the admin decides whose lists one may open."""
    rights = (f"{model._meta.app_label}.{right}_{model._meta.model_name}" for right in ("view", "change"))
    return any(request.user.has_perm(right) for right in rights)
