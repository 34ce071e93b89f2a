"""The seam between a request for a picture and whoever makes it.

A provider turns a `PictureRequest` into the raw bytes of one picture, under one total deadline.
It asks a `CallRecorder` before each call that may cost money, so that every call is recorded, and
paid for out of the day's budget, before it is made.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

#: Ratios of the v1 contract, width : height.
CONTRACT_RATIOS = ("1:1", "16:9", "4:3", "9:16")
#: Further ratios that current Gemini image models take (docs, autumn 2026).
FURTHER_RATIOS = ("2:3", "3:2", "3:4", "4:5", "5:4", "21:9", "1:4", "4:1", "1:8", "8:1")
ASPECT_RATIOS = CONTRACT_RATIOS + FURTHER_RATIOS


@dataclass(frozen=True, kw_only=True)
class PictureRequest:
    """What the picture shall show.

    ``prompt`` is the full text for a model. ``time_of_day`` and ``weather`` are known for scenes
    only (empty else: a provider may read them out of the prompt).
    """

    subject_type: str  # "scene" | "item" | "character"
    subject_name: str
    prompt: str
    aspect_ratio: str = "16:9"  # one of ASPECT_RATIOS
    time_of_day: str = ""
    weather: str = ""


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Tokens of one call as the provider counted them; 0 where it said nothing."""

    prompt_tokens: int = 0
    text_tokens: int = 0  # output text and thoughts, billed at the text price
    image_tokens: int = 0


@dataclass(frozen=True, kw_only=True)
class RawPicture:
    """The bytes as they arrived, not yet checked, and where they came from."""

    data: bytes
    source: str  # "generated" | "painted"
    model: str  # the model that really answered
    response_id: str = ""
    usage: Usage = field(default_factory=Usage)
    call_id: int | None = None  # the recorded call that brought them


class Call(Protocol):
    """One recorded call: set ``call_id`` on the picture it brings."""

    @property
    def call_id(self) -> int: ...

    def charge(self, *, model: str, usage: Usage) -> None:
        """The provider counted these tokens, whether or not it gave a picture."""


class CallRecorder(Protocol):
    def call(self, model: str) -> AbstractContextManager[Call]:
        """Record a call before it is made; leaving by an exception marks it failed.

        Raises `gallery.errors.BudgetExhausted` instead of letting a call over the day's cap begin.
        A `GenerationError` with ``billed`` false gives its reservation back.
        """


class Provider(Protocol):
    name: str
    paid: bool

    def generate(self, request: PictureRequest, *, deadline: float, recorder: CallRecorder) -> RawPicture:
        """One picture by ``deadline`` (a ``time.monotonic()`` instant), else a GenerationError."""
