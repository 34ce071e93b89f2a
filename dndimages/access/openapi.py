"""The two ways of proving who one is, as the OpenAPI document tells them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension

from dndimages.access.permissions import MayGenerate, Open

KEY, SESSION = "apiKey", "staffSession"


class BearerKeyDescription(OpenApiAuthenticationExtension):
    target_class = "dndimages.access.authentication.BearerKey"
    name = KEY

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "dnd_<8>_<43>",
            "description": "An API key, made in the admin or by `manage.py create_api_key`. "
            "The list beside it names the scope that the key needs.",
        }

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        # OpenAPI 3.1 lets such a list name roles of the key's own kind.
        return {self.name: needed_scopes(auto_schema.view)}


class StaffSessionDescription(OpenApiAuthenticationExtension):
    target_class = "dndimages.access.authentication.StaffSession"
    name = SESSION

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "A member of staff who logged in at /admin/; writing needs the CSRF token too.",
        }

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        return {self.name: []}


def needed_scopes(view: Any) -> list[str]:
    """The scopes that a key needs for this view; none where everybody may."""
    return [str(permission.scope) for permission in view.permission_classes if hasattr(permission, "scope")]


def is_open(view: Any) -> bool:
    """Whether strangers may call this view."""
    allowed = {Open, MayGenerate} if settings.PUBLIC_GENERATION else {Open}
    return set(view.permission_classes) <= allowed


def with_scope(scope: str) -> Any:
    """For `extend_schema(auth=…)`: a method of an otherwise open view needs this scope, or staff."""
    return [{KEY: [scope]}, {SESSION: []}]
