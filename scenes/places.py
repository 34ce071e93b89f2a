"""Places as visitors see them: a page of all of them, and what one looks like at its hours and in its weathers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from gallery.rows import fetch_many, image_json, run
from scenes.keys import location_key, normalise
from scenes.models import SceneCache

TIMES = ("dawn", "day", "dusk", "night")
WEATHERS = ("clear", "cloudy", "rain", "storm", "snow", "fog")
PAGE_SIZE = 24
MOST_COUNTED = 200  # scenes of a place in the list; more are told as "at least"
MOST_SCENES = 600  # of one place that are looked at for its page, the most used first
MOST_COLUMNS = MOST_ROWS = 12  # of the matrix; scenes outside of it are listed below it
MOST_OTHERS = 48


# ── All places ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Place:
    """A place in the list. ``picture`` is the API's Image with addresses from the root on."""

    key: str
    location: str
    picture: dict[str, Any]
    fresh: int
    expired: int
    has_more: bool  # than were counted


@dataclass(frozen=True)
class PlacePage:
    """``before`` and ``after`` are the keys to go on from, empty at an end."""

    places: list[Place]
    before: str
    after: str


def find_places(*, q: str = "", before: str = "", after: str = "", now: datetime) -> PlacePage:
    """Places that have a picture, in the order of their keys; with ``q`` those whose name holds it.

    Walks the index of keys from where the last page ended and stops when the page is full, so that it
    costs the same however many there are. Nothing is counted.
    """
    backwards = bool(before) and not after
    found = _keys(q, before=before if backwards else "", after=after)
    keys, more = found[:PAGE_SIZE], len(found) > PAGE_SIZE
    if backwards:
        keys.reverse()
    came_from_before, goes_on = (more, True) if backwards else (bool(after), more)
    return PlacePage(
        places=_places(keys, now=now),
        before=keys[0] if keys and came_from_before else "",
        after=keys[-1] if keys and goes_on else "",
    )


def _keys(q: str, *, before: str, after: str) -> list[str]:
    """The next keys, each looked up from the one before it: a place costs the same with one scene and
    with thousands (neither database skips equal values of an index by itself)."""
    named, words = _named(q)
    step = ("<", "DESC") if before else (">", "ASC")
    following = (
        f"(SELECT s.place FROM scenes_scenecache s WHERE s.place {step[0]} {{}} AND {_VISIBLE}{named}"  # noqa: S608
        f" ORDER BY s.place {step[1]} LIMIT 1)"
    )
    sql = (
        f"WITH RECURSIVE k(place) AS (SELECT {following.format('%s')}"  # noqa: S608
        f" UNION ALL SELECT {following.format('k.place')} FROM k WHERE k.place IS NOT NULL)"
        " SELECT place FROM k WHERE place IS NOT NULL LIMIT %s"
    )
    return [row[0] for row in run(sql, [before or after, *words, *words, PAGE_SIZE + 1])]


#: The picture of a scene ``s`` is there and not in the trash.
_VISIBLE = "EXISTS (SELECT 1 FROM gallery_imageasset i WHERE i.id = s.image_id AND i.deleted_at IS NULL)"


def _named(q: str) -> tuple[str, list[str]]:
    """A condition on a scene ``s``: part of its place's name, in any spelling of it. A name too long for
    its key is found as a whole."""
    text = normalise(q.replace("\x00", ""))
    if not text:
        return "", []
    escaped = re.sub(r"([\\%_])", r"\\\1", text)
    return r" AND (s.place LIKE %s ESCAPE '\' OR s.place = %s)", [f"%{escaped}%", location_key(text)]


def _places(keys: Sequence[str], *, now: datetime) -> list[Place]:
    scenes: dict[str, list[_Scene]] = {key: [] for key in keys}
    for scene in _scenes_of_each(keys, now=now):
        scenes[scene.place].append(scene)
    best = {key: max(found, key=_Scene.worth) for key, found in scenes.items() if found}
    pictures = {row.id: row for row in fetch_many([scene.image_id for scene in best.values()])}
    return [
        _place(scenes[key], picture=image_json(pictures[scene.image_id], ""), location=scene.location)
        for key, scene in best.items()
        if scene.image_id in pictures
    ]


def _place(scenes: Sequence[_Scene], *, picture: dict[str, Any], location: str) -> Place:
    fresh = sum(scene.is_fresh for scene in scenes)
    return Place(
        key=scenes[0].place,
        location=location,
        picture=picture,
        fresh=fresh,
        expired=len(scenes) - fresh,
        has_more=len(scenes) == MOST_COUNTED,
    )


class _Scene(NamedTuple):
    """A scene as the list of places needs it."""

    place: str
    location: str
    image_id: int
    is_fresh: bool
    is_featured: bool
    rating: int
    use_count: int
    id: int

    def worth(self) -> tuple[bool, int, bool, int, int]:
        return bool(self.is_featured), self.rating, bool(self.is_fresh), self.use_count, self.id


def _scenes_of_each(keys: Sequence[str], *, now: datetime) -> list[_Scene]:
    """The newest scenes with a picture of each place, MOST_COUNTED at most, in one statement."""
    of_one = (
        "SELECT * FROM (SELECT s.place, s.location, s.image_id, s.expires_at > %s, i.is_featured,"
        " coalesce(i.rating, 0), s.use_count, s.id FROM scenes_scenecache s"
        " JOIN gallery_imageasset i ON i.id = s.image_id"
        " WHERE s.place = %s AND i.deleted_at IS NULL ORDER BY s.id DESC LIMIT %s) AS newest"
    )
    moment = connection.ops.adapt_datetimefield_value(now)
    params = [value for key in keys for value in (moment, key, MOST_COUNTED)]
    return [_Scene(*row) for row in run(" UNION ALL ".join([of_one] * len(keys)), params)] if keys else []


# ── One place ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Cell:
    """One time of day in one weather. ``picture`` is None for what was never made."""

    time_of_day: str
    weather: str
    picture: dict[str, Any] | None = None
    is_fresh: bool = False

    @property
    def state(self) -> str:
        if self.picture is None:
            return "never"
        return "fresh" if self.is_fresh else "expired"


@dataclass(frozen=True)
class Matrix:
    """What a place looks like: a row for each time of day, a cell in it for each weather."""

    location: str
    weathers: list[str]
    rows: list[tuple[str, list[Cell]]]
    others: list[Cell]  # scenes that the matrix has no room for
    hidden: int  # and those that are not even listed; at least so many
    hero: dict[str, Any] | None

    @property
    def cells(self) -> list[Cell]:
        return [cell for _, row in self.rows for cell in row]

    @property
    def counts(self) -> dict[str, int]:
        states = [cell.state for cell in [*self.cells, *self.others]]
        return {state: states.count(state) for state in ("fresh", "expired", "never")}


def matrix_of(place: str, *, now: datetime) -> Matrix | None:
    """The matrix of a place, None where nothing was ever asked for. A scene whose picture is in the
    trash or gone counts as never made."""
    scenes = list(_scenes_of(place))
    if not scenes:
        return None
    rows = fetch_many([scene.image_id for scene in scenes if scene.image_id is not None])
    pictures = {row.id: image_json(row, "") for row in rows}
    made = [_cell(scene, pictures, now) for scene in scenes[:MOST_SCENES] if scene.image_id in pictures]
    return _arranged(scenes[0].location, made, hidden=max(0, len(scenes) - MOST_SCENES))


def _scenes_of(place: str) -> QuerySet[SceneCache]:
    found = SceneCache.objects.filter(place=place).order_by("-use_count", "-pk")
    return found[: MOST_SCENES + 1]


def _cell(scene: SceneCache, pictures: dict[int, dict[str, Any]], now: datetime) -> Cell:
    picture = pictures[scene.image_id or 0]
    return Cell(scene.time_of_day, scene.weather, picture, is_fresh=scene.expires_at > now)


def _arranged(location: str, made: list[Cell], *, hidden: int) -> Matrix:
    times = _axis(TIMES, [cell.time_of_day for cell in made], most=MOST_ROWS)
    weathers = _axis(WEATHERS, [cell.weather for cell in made], most=MOST_COLUMNS)
    at = {(normalise(cell.time_of_day), normalise(cell.weather)): cell for cell in made}
    rows = [
        (time, [at.pop((time_key, key), Cell(time, weather)) for key, weather in weathers.items()])
        for time_key, time in times.items()
    ]
    others = list(at.values())
    return Matrix(
        location=location,
        weathers=list(weathers.values()),
        rows=rows,
        others=others[:MOST_OTHERS],
        hidden=hidden + len(others[MOST_OTHERS:]),
        hero=_hero(made),
    )


def _axis(standard: Sequence[str], seen: Sequence[str], *, most: int) -> dict[str, str]:
    """The words of one side: normalised → as it is shown. Standard ones first, then those seen."""
    axis = {word: word for word in standard}
    for word in seen:
        if len(axis) == most:
            break
        axis.setdefault(normalise(word), word)
    return axis


def _hero(made: Sequence[Cell]) -> dict[str, Any] | None:
    """The picture above the matrix: a featured one, else a fresh one, the most used first."""
    ranked = sorted(made, key=lambda cell: not cell.is_fresh)
    featured = [cell for cell in ranked if cell.picture and cell.picture["is_featured"]]
    return next((cell.picture for cell in [*featured, *ranked]), None)
