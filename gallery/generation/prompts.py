"""The words a model gets, and their hashes for the log."""

from __future__ import annotations

import hashlib
import json
from typing import Any

FORBIDDEN_IN_CUSTOM_PROMPT = ("<script", "javascript:", "onerror", "eval(", "<?php", "<iframe")


def full_prompt(prompt: str, custom_prompt: str | None) -> str:
    return f"{prompt}. {custom_prompt}" if custom_prompt else prompt


def scene_prompt(*, location: str, time_of_day: str, weather: str) -> str:
    return (
        f"A {weather} {time_of_day} at {location}. "
        "Fantasy RPG setting, detailed environment, atmospheric lighting."
    )


def forbidden_word(custom_prompt: str) -> str | None:
    """The first forbidden piece in it (any case), or None."""
    lowered = custom_prompt.lower()
    return next((word for word in FORBIDDEN_IN_CUSTOM_PROMPT if word in lowered), None)


def hash_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def hash_request(request: dict[str, Any]) -> str:
    """sha256 over the request's canonical JSON: equal for equal requests, whatever their order."""
    return hash_text(json.dumps(request, sort_keys=True, ensure_ascii=False))
