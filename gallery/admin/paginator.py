"""Totals of pictures, remembered until one of them changes, and pages walked to from the nearer end."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Page, Paginator
from django.utils.functional import cached_property

from gallery.memory import until_change


class PicturePaginator(Paginator):
    has_more = False

    @cached_property
    def count(self) -> int:
        pictures: Any = self.object_list
        everything = pictures.order_by()
        try:
            sql, params = everything.query.sql_with_params()
        except EmptyResultSet:
            return 0
        return int(until_change(("admin total", sql, params), everything.count))

    def page(self, number: Any) -> Page[Any]:
        """Of ids, see `dndimages.admin.LeanRows`. OFFSET costs what it skips: a page in the second half
        is read backwards from the end."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        stop = min(start + self.per_page, self.count)
        pictures: Any = self.object_list
        ids: Any = pictures.values_list("pk", flat=True)
        if start <= self.count - stop:
            return Page(list(ids[start:stop]), number, self)
        found = list(ids.reverse()[self.count - stop : self.count - start])
        return Page(found[::-1], number, self)
