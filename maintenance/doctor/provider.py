"""The provider: whether the key is good, and whether each model of the chain is still there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings

from gallery.errors import GenerationError, ProviderMisconfigured, QuotaExceeded
from gallery.generation import providers
from maintenance.doctor.finding import Finding, error, info, ok, warning


def key_and_models_are_good(now: datetime) -> Iterator[Finding]:
    """One call to the list of models, which costs nothing and ends after ten seconds at most."""
    if providers.provider_name() != "gemini":
        yield info("provider", "the built-in painter serves", "set GEMINI_API_KEY to ask a model")
        return
    if not settings.GEMINI_API_KEY:
        yield error("provider", "there is no GEMINI_API_KEY", "set it, or GENERATION_PROVIDER=auto")
        return
    gemini: Any = providers.current()
    try:
        listed = set(gemini.list_models())
    except GenerationError as failure:
        yield _refusal(failure)
        return
    yield from _models(listed)


def _refusal(failure: GenerationError) -> Finding:
    if isinstance(failure, ProviderMisconfigured):
        todo = "make a new key and set GEMINI_API_KEY; is GEMINI_BASE_URL right?"
        return error("provider", "it refuses our key, or its address is wrong", todo)
    if isinstance(failure, QuotaExceeded):
        return warning(
            "provider", "its quota is used up", "wait, or raise the plan; cached scenes are served"
        )
    todo = "try again in some minutes; is there a way out to the network, or a proxy in between?"
    return warning("provider", f"it did not answer as it should ({failure.kind})", todo)


def _models(listed: set[str]) -> Iterator[Finding]:
    wanted = list(settings.GEMINI_IMAGE_MODELS)
    gone = [model for model in wanted if model not in listed]
    if len(gone) == len(wanted):
        todo = "set GEMINI_IMAGE_MODELS to models that the key may use"
        yield error("provider", f"no model of the chain is listed any more ({', '.join(gone)})", todo)
    elif gone:
        todo = "take it out of GEMINI_IMAGE_MODELS, or put another into its place"
        yield warning("provider", f"no longer listed: {', '.join(gone)}", todo)
    else:
        yield ok("provider", f"the key is good, {', '.join(wanted)} listed")
