"""How a request proves who it is: `Authorization: Bearer <key>`, or a staff session with CSRF."""

from __future__ import annotations

from typing import Any

from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from dndimages.access.keys import find_key
from dndimages.access.models import ApiKey
from dndimages.errors import Unauthenticated


class BearerKey(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[None, ApiKey] | None:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            return None
        scheme, _, text = header.partition(" ")
        if scheme.lower() != "bearer":
            return None  # some proxy's own, such as Basic: nothing to us
        if not text.strip():
            raise Unauthenticated("Send the API key as: Authorization: Bearer <key>")
        return None, find_key(text.strip())

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="dndimages"'


class StaffSession(SessionAuthentication):
    """A logged-in member of staff. Other sessions are strangers here; CSRF is enforced for both."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        found = super().authenticate(request)
        return found if found is not None and found[0].is_staff else None
