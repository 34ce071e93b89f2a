"""The links by day above the list of pictures, drawn as Django draws its own."""

from __future__ import annotations

from typing import Any

from django import template

from gallery.admin.days import Choice, days

register = template.Library()


@register.inclusion_tag("admin/date_hierarchy.html")
def links_by_day(changelist: Any) -> dict[str, Any]:
    found = days(changelist.params)
    if found is None:
        return {"show": False}

    def link(choice: Choice) -> dict[str, str]:
        address = changelist.get_query_string(choice.query, ["created_at__"])
        return {"link": address, "title": choice.title}

    return {
        "show": bool(found.up or found.choices),
        "back": link(found.up) if found.up else None,
        "choices": [link(choice) for choice in found.choices],
    }
