"""Who asks: a key, a member of staff, or an address."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from dndimages.access.models import ApiKey

if TYPE_CHECKING:
    from rest_framework.request import Request


@dataclass(frozen=True)
class Caller:
    """The one who makes a request. ``name`` goes into logs and the generation log."""

    address: str
    key: ApiKey | None = None
    staff: AbstractBaseUser | None = None

    @property
    def name(self) -> str:
        if self.key is not None:
            return f"key:{self.key.prefix}"
        if self.staff is not None:
            return f"staff:{self.staff.pk}"
        return f"ip:{self.address}"

    def may(self, scope: str) -> bool:
        return self.staff is not None or (self.key is not None and self.key.may(scope))


def client_address(request: HttpRequest) -> str:
    """See `address_of`."""
    return address_of(request.META)


def address_of(meta: Mapping[str, Any]) -> str:
    """The client's address, of a request with this WSGI environment; an IPv6 client counts as its /64.

    ``X-Forwarded-For`` is believed only as far as TRUSTED_PROXIES proxies wrote it: the entry that
    many from the right is what the outermost of them saw. What stands left of it anybody can forge.
    """
    address = str(meta.get("REMOTE_ADDR", ""))
    hops = settings.TRUSTED_PROXIES
    forwarded = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if hops and len(forwarded) >= hops:
        address = forwarded[-hops]
    return _network(address, settings.RATELIMIT_IPV6_MASK)


@lru_cache(1024)
def _network(address: str, mask: int) -> str:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        network = ipaddress.ip_network((ip, mask), strict=False)
        return str(network.network_address)
    return str(ip)


def caller_of(request: Request) -> Caller:
    """The caller of a DRF request, after authentication."""
    key = request.auth if isinstance(request.auth, ApiKey) else None
    staff = request.user if key is None and request.user is not None else None
    return Caller(address=client_address(request._request), key=key, staff=staff)  # type: ignore[arg-type]
