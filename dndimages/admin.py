"""What the admin pages of all rooms share: lists that stay fast however long they grow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property

admin.site.site_header = admin.site.site_title = "dndimages"
admin.site.index_title = "Administration"


class BoundedPaginator(Paginator):
    """Counts no further than MOST rows: nobody leafs on from there, and counting all of a long table
    takes longer than everything else on the page."""

    MOST = 10_000

    @cached_property
    def _counted(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[: self.MOST + 1].count())

    @cached_property
    def count(self) -> int:
        return min(self._counted, self.MOST)

    @property
    def has_more(self) -> bool:
        """Whether there are rows that it did not count."""
        return self._counted > self.MOST


class SoundRows(ChangeList):
    """A value in the address that no row can have, such as the year 99999, is Django's own "incorrect
    lookup" also where it shows only when the rows are read."""

    def get_results(self, request: HttpRequest) -> None:
        try:
            super().get_results(request)
        except (ValueError, OverflowError) as error:
            raise IncorrectLookupParameters(error) from error


class LeanRows(SoundRows):
    """First the ids of a page, then what its rows show: a long table is sorted by its keys alone, with
    nothing joined to it, and what is long and not shown is not read at all."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        found: Any = self.result_list if self.result_count else []
        # Rows that are not read yet, or ids from the paginator.
        pks = found if isinstance(found, list) else list(found.values_list("pk", flat=True))
        rows = self.apply_select_related(self.root_queryset.filter(pk__in=pks))
        only = getattr(self.model_admin, "list_only", ())
        by_pk = {row.pk: row for row in (rows.only(*only) if only else rows)}
        self.result_list: Any = [by_pk[pk] for pk in pks if pk in by_pk]


class LongListAdmin(admin.ModelAdmin):
    """For tables that grow: nothing on a list page looks at all rows. ``list_only`` names the fields
    that a list reads, where it is not all of them."""

    list_only: tuple[str, ...] = ()
    paginator = BoundedPaginator
    show_full_result_count = False  # counting all rows twice is what makes long lists slow
    show_facets = admin.ShowFacets.NEVER  # one count for each choice of each filter
    list_per_page = 50
    list_max_show_all = 100

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return LeanRows

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if any("\x00" in value for values in request.GET.lists() for value in values[1]):
            return HttpResponseRedirect(request.path)  # PostgreSQL takes no NUL, and nobody types one
        return super().changelist_view(request, extra_context)


class SoundLists:
    """For Django's own lists, which are not ours to make lean."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SoundRows


for _model, _theirs in ((User, UserAdmin), (Group, GroupAdmin)):
    admin.site.unregister(_model)
    admin.site.register(_model, type(_theirs.__name__, (SoundLists, _theirs), {}))


class ReadOnlyAdmin(LongListAdmin):
    """For what the service itself writes: to look at, never to change by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class TypedFilter(admin.SimpleListFilter):
    """A filter by a value that may be typed, beside the few that are offered: a list of all values
    would be as long as the table. ``field`` is what must equal it; see admin/typed_filter.html."""

    template = "admin/typed_filter.html"
    field: str

    def offered(self) -> list[str]:
        return []

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, value) for value in self.offered()]

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: Any) -> Iterator[Any]:
        given = changelist.filter_params.items()
        self.others = [(name, v) for name, values in given if name != self.parameter_name for v in values]
        yield from super().choices(changelist)

    @property
    def typed(self) -> str:
        """What stands in the box: a value that is not among the offered ones."""
        value = self.value() or ""
        return "" if value in dict(self.lookup_choices) else str(value)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{self.field: self.value()}) if self.value() else queryset
