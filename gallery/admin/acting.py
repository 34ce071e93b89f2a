"""What the lists of pictures share: acts on the chosen ones, told in one line, with a way back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from dndimages import plural
from gallery.models import CurationAct
from gallery.querysets import ImageQuerySet
from gallery.templatetags.acts import undo_tag

#: One act is one transaction, and one row of history.
MOST_AT_ONCE = 500
_DONE = {
    CurationAct.Verb.FEATURE: "Featured",
    CurationAct.Verb.UNFEATURE: "No longer featured:",
    CurationAct.Verb.TRASH: "Moved to the trash:",
    CurationAct.Verb.RESTORE: "Restored",
    CurationAct.Verb.RATE: "Rated",
    CurationAct.Verb.TAG: "Tagged",
}


def counted(number: int, what: str = "picture") -> str:
    return plural.counted(number, what)


def chosen_ids(request: HttpRequest, chosen: QuerySet[Any], what: str = "picture") -> list[int]:
    """The chosen ones; none, and a message, when they are more than MOST_AT_ONCE."""
    ids = list(chosen.order_by("pk").values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    if len(ids) <= MOST_AT_ONCE:
        return ids
    messages.error(request, f"Choose at most {MOST_AT_ONCE} {what}s at once; nothing was done.")
    return []


def curate(request: HttpRequest, chosen: ImageQuerySet, act: Callable[..., CurationAct]) -> HttpResponse:
    """Do one of `gallery.curation`'s acts to them, tell what it did, and go back."""
    ids = chosen_ids(request, chosen)
    if ids:
        tell(request, act(ids, by=person(request), now=timezone.now()), ids)
    return back(request, request.get_full_path())


def tell(request: HttpRequest, act: CurationAct, ids: Iterable[int]) -> None:
    """What the act came to, in one line. Of the chosen pictures of a subject the last one is featured;
    a picture that steps back without being chosen is not counted."""
    wanted = set(ids)
    last = {change["id"]: change["after"] for change in act.changes if change["id"] in wanted}
    is_feature = act.verb == CurationAct.Verb.FEATURE
    stepped_back = [pk for pk, after in last.items() if is_feature and after is False]
    changed = len(last) - len(stepped_back)
    text = f"{_DONE[CurationAct.Verb(act.verb)]} {counted(changed)}."
    if stepped_back:
        text += f" {len(stepped_back):,} stepped back for another of its subject."
    if changed and (left := len(wanted) - len(last)):
        text += f" {left:,} needed no change."
    messages.success(request, text, extra_tags=undo_tag(act.pk) if act.changes else "")


def back(request: HttpRequest, otherwise: str) -> HttpResponse:
    """To the page that the form was on."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=request.is_secure())
    return HttpResponseRedirect(wanted if safe else otherwise)


def person(request: HttpRequest) -> Any:
    """Whoever is logged in; the admin lets nobody else through."""
    return request.user
