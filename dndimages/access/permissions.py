"""Who may call which view. A view without a word of its own is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from dndimages.access.caller import caller_of
from dndimages.access.models import Scope
from dndimages.errors import Forbidden, MethodNotAllowed, Unauthenticated

if TYPE_CHECKING:
    from rest_framework.views import APIView


class Closed(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return False


class Open(BasePermission):
    """Everybody may read."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return True


def require(request: Request, scope: Scope) -> None:
    """Raises `Unauthenticated` for strangers, `Forbidden` for a key without this scope."""
    caller = caller_of(request)
    if caller.may(scope):
        return
    if caller.key is None:
        raise Unauthenticated
    raise Forbidden(f"This API key lacks the scope '{scope}'")


class _Needs(BasePermission):
    scope: Scope

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method not in view.allowed_methods:
            raise MethodNotAllowed  # whoever asks: no right would help
        require(request, self.scope)
        return True


class MayCurate(_Needs):
    scope = Scope.CURATE


class MayMaintain(_Needs):
    scope = Scope.MAINTAIN


class MayGenerate(_Needs):
    """Everybody where PUBLIC_GENERATION is on, else who has the scope."""

    scope = Scope.GENERATE

    def has_permission(self, request: Request, view: APIView) -> bool:
        return super().has_permission(request, view) if not settings.PUBLIC_GENERATION else True
