"""What the hour and the weather do to every colour: a few chosen palettes rather than arithmetic alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .chance import Chance
from .colour import Colour, grey, mix, tint


@dataclass(frozen=True)
class Light:
    """The light of one picture.

    ``top``, ``mid`` and ``low`` are the sky; distance fades into ``haze``; ``ambient`` falls on every
    surface; ``sun`` is the sun or moon, ``key`` 0..1 how hard it shines; ``lamps`` 0..1 how much a
    lamp shows; ``side`` -1 or 1 is where the light comes from.
    """

    time: str
    weather: str
    top: Colour
    mid: Colour
    low: Colour
    haze: Colour
    ambient: Colour
    sun: Colour
    key: float
    lamps: float
    thick: float = 0.0
    side: int = -1

    def tone(self, local: Colour, depth: float = 0.0, lit: float = 0.0) -> Colour:
        """The local colour in this light, ``depth`` 0..1 away, ``lit`` 0..1 turned to the sun."""
        shown = tint(local, self.ambient)
        if lit:
            shown = mix(shown, tint(mix(local, self.sun, 0.45), self.sun), lit * self.key)
        return mix(shown, self.haze, min(0.96, depth + self.thick * (0.25 + depth)))

    def shadow(self, local: Colour, depth: float = 0.0, deep: float = 0.45) -> Colour:
        """The side turned away: darker, and a little of the sky's blue."""
        away = mix(tint(local, self.ambient), tint(self.top, (90, 90, 120)), deep)
        return mix(away, self.haze, min(0.96, depth + self.thick * (0.25 + depth)))

    def lamp(self, local: Colour = (255, 196, 104)) -> Colour:
        """A lit window or lantern: bright at night, a dull pane by day."""
        return mix(tint((70, 84, 104), self.ambient), local, self.lamps)

    @property
    def night(self) -> bool:
        return self.time == "night"


def _light(time: str, rows: tuple[Colour, ...], key: float, lamps: float) -> Light:
    top, mid, low, haze, ambient, sun = rows
    return Light(time, "clear", top, mid, low, haze, ambient, sun, key, lamps)


PALETTES: dict[str, tuple[tuple[Colour, ...], ...]] = {
    "dawn": (
        ((74, 92, 150), (232, 160, 160), (255, 222, 170), (238, 186, 172), (228, 190, 196), (255, 236, 190)),
        ((66, 90, 148), (184, 152, 192), (255, 208, 180), (216, 180, 192), (216, 192, 208), (255, 226, 196)),
        ((92, 134, 172), (240, 192, 160), (255, 238, 194), (240, 208, 184), (236, 204, 190), (255, 240, 204)),
    ),
    "day": (
        ((52, 122, 186), (128, 188, 220), (226, 238, 226), (176, 208, 216), (250, 246, 236), (255, 250, 226)),
        ((66, 146, 188), (148, 208, 214), (248, 240, 208), (198, 216, 204), (250, 246, 228), (255, 248, 214)),
        ((44, 102, 174), (108, 170, 216), (214, 230, 238), (160, 194, 218), (244, 246, 244), (255, 252, 236)),
    ),
    "dusk": (
        ((44, 38, 92), (176, 68, 104), (255, 168, 88), (206, 112, 104), (202, 146, 152), (255, 196, 120)),
        ((52, 48, 112), (214, 104, 100), (255, 206, 120), (220, 138, 110), (212, 158, 146), (255, 206, 130)),
        ((36, 44, 88), (132, 76, 130), (250, 146, 110), (170, 98, 126), (184, 136, 160), (255, 180, 130)),
    ),
    "night": (
        ((9, 13, 38), (24, 38, 84), (60, 90, 138), (44, 64, 110), (70, 88, 136), (214, 226, 255)),
        ((7, 17, 36), (15, 48, 76), (48, 104, 120), (34, 74, 98), (62, 98, 124), (220, 240, 240)),
        ((19, 12, 44), (48, 34, 94), (102, 82, 150), (66, 56, 112), (86, 82, 138), (236, 224, 255)),
    ),
}
#: key light and lamps by time of day
STRENGTHS = {"dawn": (0.55, 0.45), "day": (0.7, 0.0), "dusk": (0.6, 0.75), "night": (0.3, 1.0)}


def light_for(time: str, weather: str, chance: Chance) -> Light:
    """The light of a time ("dawn", "day", "dusk", "night") under a weather."""
    rows = chance.child(f"palette {time}").pick(PALETTES[time])
    light = replace(_light(time, rows, *STRENGTHS[time]), side=chance.child("side").sign())
    return _under(light, weather)


def _under(light: Light, weather: str) -> Light:
    if weather == "cloudy":
        return _veiled(light, 0.55, 0.94, weather)
    if weather == "rain":
        return replace(_veiled(light, 0.72, 0.8, weather), thick=0.1, lamps=max(light.lamps, 0.35))
    if weather == "storm":
        return replace(_veiled(light, 0.72, 0.56, weather), thick=0.06, lamps=max(light.lamps, 0.7))
    if weather == "snow":
        return replace(_veiled(light, 0.66, 1.0, weather), thick=0.14, lamps=max(light.lamps, 0.35))
    if weather == "fog":
        return replace(_veiled(light, 0.5, 0.98, weather), thick=0.3, lamps=max(light.lamps, 0.35))
    return replace(light, weather=weather)


def _veiled(light: Light, share: float, bright: float, weather: str) -> Light:
    """The colours under a closed sky: greyed by ``share``, scaled by ``bright``."""

    def dim(colour: Colour) -> Colour:
        cool = tint(grey(colour), (236, 244, 255))
        return tint(mix(colour, cool, share), (round(255 * bright),) * 3)

    sky = mix(light.top, light.mid, 0.6)
    return replace(
        light,
        weather=weather,
        top=dim(sky),
        mid=dim(light.mid),
        low=dim(mix(light.low, light.mid, 0.35)),
        haze=dim(light.haze),
        ambient=tint(
            mix(light.ambient, grey(light.ambient), share * 0.7), (round(255 * (bright * 0.5 + 0.5)),) * 3
        ),
        key=light.key * (1 - share) * 0.8,
    )
