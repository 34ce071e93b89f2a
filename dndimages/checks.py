"""System checks for settings that work but are unsafe; each has an id and says what to do."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


def _found(*findings: tuple[bool, type[Error] | type[Warning], str, str, str]) -> list[CheckMessage]:
    return [kind(msg, hint=hint, id=f"dndimages.{id}") for wrong, kind, id, msg, hint in findings if wrong]


@register(Tags.security)
def exposure(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What the world may do once we are reached from outside this machine."""
    exposed = not settings.LOCAL_PROFILE
    return _found(
        (
            exposed
            and settings.PUBLIC_GENERATION
            and settings.DAILY_GENERATION_CAP is None
            and _costs_money(),
            Warning,
            "W001",
            "Everybody who reaches this service may spend your money without a limit.",
            "Set DAILY_GENERATION_CAP, or PUBLIC_GENERATION=false and give the game an API key.",
        ),
        (
            exposed and not {"null", "file://"}.isdisjoint(settings.CORS_ALLOWED_ORIGINS),
            Warning,
            "W002",
            "CORS_ALLOWED_ORIGINS holds null or file://: any page opened from a disk may use this service.",
            "Leave both out when the service is reached from other machines.",
        ),
        (
            exposed and "*" in settings.ALLOWED_HOSTS,
            Warning,
            "W003",
            "ALLOWED_HOSTS holds *: forged Host headers end up in picture URLs.",
            "Name your hosts, or set PUBLIC_BASE_URL as well.",
        ),
        (
            exposed and settings.DEBUG,
            Error,
            "E001",
            "DEBUG is on although other machines reach this service: error pages show settings and code.",
            "Unset DEBUG.",
        ),
        (
            settings.HTTPS and not settings.TRUSTED_PROXIES and exposed,
            Warning,
            "W004",
            "HTTPS is on, but no proxy is trusted: the service cannot know that TLS ends before it.",
            "Set TRUSTED_PROXIES to the number of proxies in front, usually 1.",
        ),
    )


@register(Tags.security)
def providers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What the choice of a provider needs."""
    return _found(
        (
            settings.GENERATION_PROVIDER == "gemini"
            and not settings.GEMINI_API_KEY
            and not settings.MOCK_MODE,
            Error,
            "E002",
            "GENERATION_PROVIDER is gemini, but there is no GEMINI_API_KEY.",
            "Set the key, or GENERATION_PROVIDER=auto to let the painter serve without one.",
        ),
        (
            not settings.GEMINI_IMAGE_MODELS,
            Error,
            "E003",
            "GEMINI_IMAGE_MODELS names no model.",
            "Unset it to use the defaults.",
        ),
        (
            settings.GEMINI_BASE_URL.startswith("http://")
            and not settings.GEMINI_BASE_URL.startswith(
                ("http://127.0.0.1", "http://localhost", "http://[::1]")
            ),
            Warning,
            "W005",
            "GEMINI_BASE_URL is plain HTTP to another machine: the API key can be read on the way.",
            "Use https://.",
        ),
        (
            settings.JOB_LEASE_S >= settings.GENERATION_DEADLINE_S,
            Warning,
            "W006",
            "JOB_LEASE_S is not shorter than GENERATION_DEADLINE_S: nobody can take over from a killed process in time.",
            "Leave JOB_LEASE_S at its default of 15.",
        ),
    )


def _costs_money() -> bool:
    return (
        bool(settings.GEMINI_API_KEY) and not settings.MOCK_MODE and settings.GENERATION_PROVIDER != "painter"
    )
