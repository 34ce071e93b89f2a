"""Making API keys and finding the one that a request carries."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from dndimages.access.models import ApiKey, Scope
from dndimages.counters import Deferred
from dndimages.errors import Unauthenticated

MARK = "dnd"
#: A key's last use is written at most this often: no write in the way of most requests.
LAST_USE_EVERY = timedelta(minutes=5)


def digest_of(text: str) -> str:
    # The secret has 256 random bits: a plain fast hash is enough, there is nothing to guess.
    return hashlib.sha256(text.encode()).hexdigest()


def create_key(
    *,
    name: str,
    scopes: Sequence[str],
    daily_cap: int | None = None,
    requests_per_minute: int | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its text ``dnd_<8>_<43>``, which nobody can show again.

    Raises ValueError for an unknown scope or an empty name.
    """
    unknown = set(scopes) - set(Scope)
    if unknown or not scopes:
        raise ValueError(f"scopes must be some of {', '.join(Scope)}")
    if not name.strip():
        raise ValueError("a key needs a name")
    prefix = secrets.token_hex(4)
    text = f"{MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        name=name,
        prefix=prefix,
        digest=digest_of(text),
        scopes=sorted(set(scopes)),
        daily_cap=daily_cap,
        requests_per_minute=requests_per_minute,
    )
    return key, text


def find_key(text: str, *, now: datetime | None = None) -> ApiKey:
    """The active key with this text. Raises `Unauthenticated` for every other text."""
    mark, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    key = None
    if mark == MARK and secret and "\x00" not in prefix and len(prefix) == 8 and prefix.isascii():
        key = ApiKey.objects.active().filter(prefix=prefix).first()
    if key is None or not secrets.compare_digest(key.digest, digest_of(text)):
        raise Unauthenticated("This API key is unknown or revoked")
    now = now or timezone.now()
    if key.last_used_at is None or key.last_used_at < now - LAST_USE_EVERY:
        _uses.add(key.pk)  # written a moment later: reading must not wait for a writer
    return key


def _write_uses(counts: Counter[int]) -> None:
    ApiKey.objects.filter(pk__in=list(counts)).update(last_used_at=timezone.now())


_uses: Deferred[int] = Deferred(_write_uses)
