"""API keys in the admin: made with their text shown once, revoked, never deleted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest

from dndimages.access.keys import create_key
from dndimages.access.models import ApiKey, ApiKeyQuerySet, Scope

_WHAT_IT_ALLOWS = {
    Scope.GENERATE: "ask for new pictures where the public may not",
    Scope.CURATE: "feature, trash and restore pictures",
    Scope.MAINTAIN: "clear caches, clean up, import",
}


class NewKeyForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        choices=[(str(scope), f"{scope}: {what}") for scope, what in _WHAT_IT_ALLOWS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text="Fixed once the key is made",
    )

    class Meta:
        model = ApiKey
        fields = ("name", "scopes", "requests_per_minute", "daily_cap")


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):
    """What a key may do is fixed from its making on; how much of it can be changed."""

    list_display = (
        "name", "prefix", "may", "requests_per_minute", "daily_cap", "created_at", "last_used_at", "revoked_at",
    )  # fmt: skip
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    search_fields = ("name", "prefix")
    ordering = ("-created_at", "-pk")
    show_full_result_count = False
    actions = ("revoke",)

    @admin.display(description="scopes")
    def may(self, key: ApiKey) -> str:
        return ", ".join(key.scopes)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **kwargs | ({} if change else {"form": NewKeyForm}))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ["name", "scopes", "requests_per_minute", "daily_cap"]
        return ["name", "requests_per_minute", "daily_cap", *self.get_readonly_fields(request, obj)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if obj is None else ["may", "prefix", "created_at", "last_used_at", "revoked_at"]

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

    @admin.action(description="Revoke for good", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: ApiKeyQuerySet) -> None:
        revoked = queryset.revoke()
        self.message_user(request, f"Revoked {revoked} {'key' if revoked == 1 else 'keys'}.")
