"""A scene and its picture by one prepared statement: the hottest read of all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from gallery import rows
from gallery.rows import ImageRow

_PICTURE_COLUMNS = len(ImageRow._fields)


def find(key: str, *, fresh_at: datetime | None = None) -> tuple[ImageRow, dict[str, Any]] | None:
    """The scene's visible picture and the contract's ``scene`` object; with ``fresh_at`` only when
    it has not expired by then."""
    sql = _statement()
    params: list[Any] = [key]
    if fresh_at is not None:
        sql += " AND s.expires_at > %s"
        params.append(connection.ops.adapt_datetimefield_value(fresh_at))
    found = rows.run(sql, params)
    if not found:
        return None
    picture, scene = found[0][:_PICTURE_COLUMNS], found[0][_PICTURE_COLUMNS:]
    location, time_of_day, weather, expires_at, use_count = scene
    return ImageRow(*picture), {
        "location": location,
        "time_of_day": time_of_day,
        "weather": weather,
        "expires_at": rows.time_text(expires_at),
        "use_count": use_count,
    }


_statements: dict[str, str] = {}


def _statement() -> str:
    if connection.vendor not in _statements:
        columns = "s.location, s.time_of_day, s.weather, s.expires_at, s.use_count"
        _statements[connection.vendor] = (
            rows.select().replace(" FROM gallery_imageasset i ", f", {columns} FROM gallery_imageasset i ", 1)
            + "JOIN scenes_scenecache s ON s.image_id = i.id WHERE s.key = %s AND i.deleted_at IS NULL"
        )
    return _statements[connection.vendor]
