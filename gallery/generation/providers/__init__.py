"""Which provider serves now: by settings alone."""

from __future__ import annotations

import threading

from django.conf import settings

from dndimages import metrics
from gallery.generation.breaker import Breaker
from gallery.generation.providers.base import Provider

_made: dict[tuple[object, ...], Provider] = {}
_making = threading.Lock()


def provider_name() -> str:
    """Gemini or the painter: MOCK_MODE wins, auto means Gemini where there is a key."""
    if settings.MOCK_MODE:
        return "painter"
    if settings.GENERATION_PROVIDER == "auto":
        return "gemini" if settings.GEMINI_API_KEY else "painter"
    return str(settings.GENERATION_PROVIDER)


def current() -> Provider:
    """The provider of these settings, made once a process (its client and breaker are shared)."""
    name = provider_name()
    config: tuple[object, ...] = (name,)
    if name == "gemini":
        config += (
            settings.GEMINI_API_KEY,
            settings.GEMINI_BASE_URL,
            tuple(settings.GEMINI_IMAGE_MODELS),
            settings.GEMINI_IMAGE_SIZE,
        )
    with _making:
        if config not in _made:
            _made[config] = _make(name)
        return _made[config]


def _make(name: str) -> Provider:
    if name == "painter":
        from gallery.generation.providers.painter import PainterProvider

        return PainterProvider()
    from gallery.generation.providers.gemini import GeminiProvider

    return GeminiProvider(
        api_key=settings.GEMINI_API_KEY,
        base_url=settings.GEMINI_BASE_URL,
        models=settings.GEMINI_IMAGE_MODELS,
        image_size=settings.GEMINI_IMAGE_SIZE,
        breaker=Breaker(on_change=lambda open_s: metrics.breaker_opened(adapter=name, seconds=open_s)),
    )
