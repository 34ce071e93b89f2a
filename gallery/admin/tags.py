"""Tags: renamed here; what they hang on is decided picture by picture, where it can be taken back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from dndimages.admin import LongListAdmin
from dndimages.errors import Invalid
from gallery.curation import tag_name, tags_like
from gallery.models import ImageAsset, Tag


class TagForm(forms.ModelForm):
    def clean_name(self) -> str:
        if "," in self.cleaned_data["name"]:
            raise ValidationError("A comma stands between tags, wherever several are typed")
        try:
            name = tag_name(self.cleaned_data["name"])
        except Invalid as error:
            raise ValidationError(error.message) from error
        if "name" not in self.changed_data:
            return name
        if other := tags_like([name]).exclude(pk=self.instance.pk).first():
            raise ValidationError(f"There is the tag “{other.name}” already")
        return name


@admin.register(Tag)
class TagAdmin(LongListAdmin):
    form = TagForm
    list_display = ("name", "pictures")
    search_fields = ("name",)
    ordering = ("name", "pk")

    def get_queryset(self, request: HttpRequest) -> Any:
        # Counted for the rows of the page alone: a join would count for all tags first.
        links = ImageAsset.tags.through.objects.filter(tag=OuterRef("pk")).order_by().values("tag")
        number = Subquery(links.values_list(Count("pk")))
        return super().get_queryset(request).annotate(pictures=Coalesce(number, 0))

    @admin.display(description="pictures")  # to sort by it, all tags would have to be counted
    def pictures(self, tag: Any) -> str:
        address = reverse("admin:gallery_imageasset_changelist") + "?" + urlencode({"tag": tag.name})
        return format_html('<a href="{}">{}</a>', address, tag.pictures)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only of a tag that no picture has, in the trash neither: nothing would take it back."""
        is_used = obj is not None and obj.images.exists()
        return not is_used and super().has_delete_permission(request, obj)
