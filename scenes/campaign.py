"""The sample campaign: what stands in it. `scenes.demo` paints it.

The words are chosen so that the built-in painter knows each of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from gallery.generation import service
from gallery.generation.prompts import scene_prompt
from scenes.keys import SceneSpec

CAMPAIGN = "Demo: The Emberpeak Road"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One picture of the campaign. ``spec`` is None for what is no scene."""

    request: service.Request
    tags: tuple[str, ...]
    featured: bool = False
    spec: SceneSpec | None = None

    @property
    def identity(self) -> tuple[str, str, str]:
        return self.request.subject_type, self.request.subject_name, self.request.prompt

    @property
    def kind(self) -> str:
        """The kind of its job: that of any other scene, so that a game that asks for the same one
        at the same moment shares it."""
        return "scene" if self.spec is not None else "demo"

    @property
    def key(self) -> str:
        request = self.request
        return self.spec.key if self.spec else f"{request.subject_type}\n{request.subject_name}"


def _scene(location: str, time: str, weather: str, *tags: str, featured: bool = False) -> Piece:
    request = service.Request(
        subject_type="scene",
        subject_name=location,
        prompt=scene_prompt(location=location, time_of_day=time, weather=weather),
        campaign=CAMPAIGN,
        location=location,
        time_of_day=time,
        weather=weather,
    )
    return Piece(request=request, tags=tags, featured=featured, spec=SceneSpec(location, time, weather))


def _other(
    kind: str, name: str, prompt: str, *tags: str, ratio: str = "1:1", featured: bool = False
) -> Piece:
    request = service.Request(
        subject_type=kind,
        subject_name=name,
        prompt=prompt,
        aspect_ratio=ratio,
        component=f"{kind}-modal",
        campaign=CAMPAIGN,
    )
    return Piece(request=request, tags=tags, featured=featured)


def _item(name: str, prompt: str, *tags: str, featured: bool = False) -> Piece:
    return _other("item", name, prompt, *tags, featured=featured)


def _character(name: str, prompt: str, *tags: str, featured: bool = False) -> Piece:
    return _other("character", name, prompt, *tags, ratio="4:5", featured=featured)


#: In the order in which they are painted: the newest stand first in the gallery.
PIECES = (
    _scene("Ravenmoor Swamp", "night", "fog", "wilds"),
    _scene("Saltwind Harbour", "day", "cloudy", "coast"),
    _scene("Frostfang Peak", "night", "snow", "wilds", "mountains"),
    _scene("Frostfang Peak", "dawn", "clear", "wilds", "mountains", featured=True),
    _item("Lantern of the Lost", "An old brass lantern with a warm golden glow", "light"),
    _item("Grimoire of Ash", "A heavy black spellbook with a glowing red rune", "magic"),
    _scene("Whispering Forest", "night", "clear", "wilds"),
    _scene("Whispering Forest", "day", "clear", "wilds", featured=True),
    _character("Thordak", "A red dragon, ancient and burning", "foe", featured=True),
    _character("Brom Ironfist", "A dwarf blacksmith with a ginger beard", "ally"),
    _item("Healing Potion", "A round flask of glowing crimson potion", "magic", featured=True),
    _item("Crown of the Drowned King", "A golden crown set with sapphire gems", "treasure"),
    _scene("Saltwind Harbour", "dusk", "storm", "coast"),
    _scene("Saltwind Harbour", "dawn", "clear", "coast", featured=True),
    _scene("Emberpeak Castle", "dusk", "clear", "mountains", "stronghold", featured=True),
    _scene("Emberpeak Castle", "night", "storm", "mountains", "stronghold"),
    _character("Mira of the Green Wood", "An elven ranger with auburn hair in a green cloak", "ally", featured=True),
    _character("Aldous Starweaver", "An old human wizard with a white beard and a blue robe", "ally"),
    _item("Moonlit Dagger", "A slender silver dagger, its runes glowing with blue light", "weapon", featured=True),
    _scene("The Golden Hearth Tavern", "night", "rain", "village"),
    _scene("The Golden Hearth Tavern", "dusk", "clear", "village", featured=True),
    _scene("Riverwood Village", "day", "clear", "village", featured=True),
    _scene("Riverwood Village", "night", "snow", "village"),
)  # fmt: skip
