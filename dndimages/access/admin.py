"""API keys in the admin: made with their text shown once, revoked, never deleted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from dndimages.access.keys import create_key
from dndimages.access.models import ApiKey, ApiKeyQuerySet, Scope
from dndimages.admin import LeanRows, LongListAdmin
from dndimages.plural import counted

_WHAT_IT_ALLOWS = {
    Scope.GENERATE: "ask for new pictures where the public may not",
    Scope.CURATE: "feature, trash and restore pictures",
    Scope.MAINTAIN: "clear caches, clean up, import",
}
#: Paid calls of keys on a UTC day, told by the rooms that make them: (ids of keys, day) → calls by id.
spent_today: dict[str, Callable[[list[int], date], dict[int, int]]] = {}


def calls_of(ids: list[int], *, on: date) -> Counter[int]:
    """Paid calls that these keys caused on that UTC day."""
    calls = Counter[int]()
    for told in spent_today.values():
        calls.update(told(ids, on))
    return calls


class NewKeyForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        choices=[(str(scope), f"{scope}: {what}") for scope, what in _WHAT_IT_ALLOWS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text="Fixed once the key is made",
    )

    class Meta:
        model = ApiKey
        fields = ("name", "scopes", "requests_per_minute", "daily_cap")


class StateFilter(admin.SimpleListFilter):
    title = parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("active", "Active"), ("revoked", "Revoked")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() not in ("active", "revoked"):
            return queryset
        return queryset.filter(revoked_at__isnull=self.value() == "active")


class KeysOfToday(LeanRows):
    """Each key of the page with its paid calls of today, by one query for all."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        calls = calls_of([key.pk for key in self.result_list], on=timezone.now().astimezone(UTC).date())
        for key in self.result_list:
            key.calls_today = calls[key.pk]


@admin.register(ApiKey)
class ApiKeyAdmin(LongListAdmin):
    """What a key may do is fixed from its making on; how much of it can be changed."""

    list_display = (
        "name", "state", "today", "may", "starts_with", "per_minute", "last_used_at", "created_at",
    )  # fmt: skip
    list_filter = (StateFilter,)
    search_fields = ("name", "prefix")
    ordering = ("-created_at", "-pk")
    actions = ("revoke",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return KeysOfToday

    @admin.display(description="scopes")
    def may(self, key: ApiKey) -> str:
        return ", ".join(key.scopes)

    @admin.display(description="starts with", ordering="prefix")
    def starts_with(self, key: ApiKey) -> str:
        return f"dnd_{key.prefix}_…"

    @admin.display(description="state", ordering="revoked_at")
    def state(self, key: ApiKey) -> str:
        return "active" if key.is_active else f"revoked {key.revoked_at:%Y-%m-%d}"

    @admin.display(description="paid calls today")
    def today(self, key: Any) -> str:
        calls = getattr(key, "calls_today", None)
        if calls is None:
            calls = calls_of([key.pk], on=timezone.now().astimezone(UTC).date())[key.pk]
        return str(calls) if key.daily_cap is None else f"{calls} of {key.daily_cap}"

    @admin.display(description="a minute", ordering="requests_per_minute")
    def per_minute(self, key: ApiKey) -> str:
        return "as everybody" if key.requests_per_minute is None else str(key.requests_per_minute)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **kwargs | ({} if change else {"form": NewKeyForm}))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ["name", "scopes", "requests_per_minute", "daily_cap"]
        return ["name", "requests_per_minute", "daily_cap", *self.get_readonly_fields(request, obj)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return []
        return ["may", "starts_with", "today", "created_at", "last_used_at", "revoked_at"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # the log tells who did what: keys stay, revoked

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=["name", "requests_per_minute", "daily_cap"])  # may be revoked by now
            return
        made, text = create_key(**form.cleaned_data)
        for field in ApiKey._meta.concrete_fields:
            setattr(obj, field.attname, getattr(made, field.attname))
        self.message_user(request, f"The key, shown this once only: {text}", messages.WARNING)

    @admin.action(description="Revoke for good …", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: ApiKeyQuerySet) -> HttpResponse | None:
        if request.POST.get("confirmed") != "yes":
            return render(request, "admin/access/apikey/revoke.html", self._revoke_page(request, queryset))
        revoked = queryset.revoke()
        self.message_user(request, f"Revoked {counted(revoked, 'key')}.")
        return None

    def _revoke_page(self, request: HttpRequest, chosen: ApiKeyQuerySet) -> dict[str, Any]:
        going = [key for key in chosen.order_by("name", "pk") if key.is_active]
        return {
            **self.admin_site.each_context(request),
            "title": f"Revoke {counted(len(going), 'key')} for good?",
            "opts": self.opts,
            "going": going,
            "checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        }
