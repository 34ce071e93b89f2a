"""From a request to the bytes of a picture."""

from __future__ import annotations

import io
import math

from PIL import Image

from ..base import PictureRequest
from .canvas import Canvas
from .chance import Chance
from .characters import paint_character
from .finish import finish
from .items import paint_item
from .light import light_for
from .places import INDOORS, PLACES
from .places.unknown import unknown
from .stage import Stage
from .words import Meaning, understand

#: Long side of a picture, and the area below which a very wide one is made longer, in pixels.
LONG_PX = 1024
LEAST_AREA_PX = 1024 * 576


def size_for(aspect_ratio: str) -> tuple[int, int]:
    """Even width and height in pixels; "16:9" gives (1024, 576). An unknown ratio is taken as 16:9."""
    try:
        across, down = (max(1.0, float(part)) for part in aspect_ratio.split(":"))
        ratio = min(8.0, max(0.125, across / down))
    except ValueError:
        ratio = 16 / 9
    stretch = max(ratio, 1 / ratio)
    long = max(LONG_PX, 2 * round(math.sqrt(LEAST_AREA_PX * stretch) / 2))
    short = 2 * round(long / stretch / 2)
    return (long, short) if ratio >= 1 else (short, long)


def paint(request: PictureRequest) -> bytes:
    """The picture of a request: the same request gives the same bytes, in every process."""
    meaning = understand(request)
    picture = _painted(meaning, size_for(request.aspect_ratio))
    out = io.BytesIO()
    # 3 ms to write and 3 ms to read where PNG takes 29 and 14; 47 dB from the picture, which costs the
    # WebP that is kept 0.3 dB.
    picture.save(out, "JPEG", quality=95, subsampling=0)
    return out.getvalue()


def _painted(meaning: Meaning, size: tuple[int, int]) -> Image.Image:
    chance = Chance(meaning.seed)
    light = light_for(meaning.time, meaning.weather, chance)
    stage = Stage(Canvas.blank(*size), light, chance, meaning)
    if meaning.subject == "item":
        paint_item(stage)
    elif meaning.subject == "character":
        paint_character(stage)
    else:
        PLACES.get(meaning.kind, unknown)(stage)
    outdoors = meaning.subject == "scene" and meaning.kind not in INDOORS
    return finish(stage.canvas, light, chance, outdoors=outdoors, mist=meaning.mist)
