"""Choices that are the same in every process, on every Python: all from SHA-2/SHA-3 and ``random()``.

``random.Random.random`` is the one method whose sequence Python promises to keep for a seed; choices,
shuffles and samples are built on it here.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import TypeVar

from PIL import Image

T = TypeVar("T")


class Chance:
    """A stream of choices that follows from some words and nothing else."""

    def __init__(self, *words: str) -> None:
        self._words = "\x1f".join(words)
        digest = hashlib.sha256(self._words.encode("utf-8", "replace")).digest()
        self._random = random.Random(int.from_bytes(digest, "big"))  # noqa: S311 (luck, no secret)

    def child(self, name: str) -> Chance:
        """A stream of its own, so that one more tree does not move every star."""
        return Chance(self._words, name)

    def random(self) -> float:
        return self._random.random()

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self._random.random()

    def whole(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self._random.random() * (high - low + 1))

    def maybe(self, likelihood: float = 0.5) -> bool:
        return self._random.random() < likelihood

    def sign(self) -> int:
        return 1 if self.maybe() else -1

    def about(self, middle: float, spread: float) -> float:
        """Near the middle more often than far from it."""
        return middle + spread * (self._random.random() - self._random.random())

    def pick(self, things: Sequence[T]) -> T:
        return things[int(self._random.random() * len(things))]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        return [thing for _, _, thing in sorted((self.random(), n, thing) for n, thing in enumerate(things))]

    def speckle(self, name: str, width: int, height: int) -> Image.Image:
        """White noise, mode L."""
        seed = f"{self._words}\x1f{name}".encode("utf-8", "replace")
        return Image.frombytes("L", (width, height), hashlib.shake_256(seed).digest(width * height))

    def clouds(self, name: str, width: int, height: int, *, cells: tuple[int, int]) -> Image.Image:
        """Smooth noise of three octaves, mode L, ``cells`` bumps across and down in the coarsest."""
        across, down = cells
        field = self.speckle(f"{name}0", across, down).resize((width, height), Image.Resampling.BICUBIC)
        for octave, share in ((1, 0.36), (2, 0.22)):
            size = (across << octave, down << octave)
            finer = self.speckle(f"{name}{octave}", *size).resize((width, height), Image.Resampling.BICUBIC)
            field = Image.blend(field, finer, share)
        return field
