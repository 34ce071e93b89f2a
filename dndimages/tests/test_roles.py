"""Who may do what: every role × every route × every method."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from dndimages.access.keys import create_key
from gallery.models import ImageAsset
from gallery.tests.making import make_image
from scenes.models import SceneCache

pytestmark = pytest.mark.django_db
JSON = "application/json"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
PICTURE = {"subject_type": "item", "subject_name": "Dagger", "prompt": "A rusty dagger of old"}

#: route → method → (what it needs, body). What is not listed is 405.
ROUTES: dict[str, dict[str, tuple[str, Any]]] = {
    "/": {"GET": ("", None), "HEAD": ("", None)},
    "/health": {"GET": ("", None), "HEAD": ("", None)},
    "/livez": {"GET": ("", None), "HEAD": ("", None)},
    "/readyz": {"GET": ("", None), "HEAD": ("", None)},
    "/metrics": {"GET": ("", None), "HEAD": ("", None)},
    "/openapi.json": {"GET": ("", None), "HEAD": ("", None)},
    "/docs": {"GET": ("", None), "HEAD": ("", None)},
    "/redoc": {"GET": ("", None), "HEAD": ("", None)},
    "/api/v1/images/generate": {"POST": ("generate", PICTURE)},
    "/api/v1/images/search": {"GET": ("", None), "HEAD": ("", None)},
    "/api/v1/images/{id}": {"GET": ("", None), "HEAD": ("", None), "DELETE": ("curate", None)},
    "/api/v1/images/{id}/feature": {"PUT": ("curate", None)},
    "/api/v1/images/{id}/restore": {"POST": ("curate", None)},
    "/api/v1/jobs/{job}": {"GET": ("", None), "HEAD": ("", None)},
    "/api/v1/scenes/generate": {"POST": ("generate", {"location": "Tavern"})},
    "/api/v1/scenes/cache/stats": {"GET": ("", None), "HEAD": ("", None)},
    "/api/v1/scenes/cache/clear": {"DELETE": ("maintain", None)},
    "/api/v1/maintenance/cleanup/expired-cache": {"POST": ("maintain", None)},
    "/api/v1/maintenance/cleanup/orphaned-images": {"POST": ("maintain", None)},
    "/api/v1/maintenance/stats": {"GET": ("", None), "HEAD": ("", None)},
    "/api/v1/migrate/from-localstorage": {"POST": ("maintain", {})},
    "/{file}": {"GET": ("", None), "HEAD": ("", None)},
}
#: Pages for people: route → what it needs to be looked at. "": nothing; "staff": a member of staff with
#: the right of that page; "POST": it is for forms only. What their forms may do stands in the tests of their rooms.
PAGES = {
    "/places": "",
    "/places/<place:place>": "",
    "/make": "",
    "/make/<uuid:job_id>": "",
    "/make/<uuid:job_id>/cancel": "POST",
    "/demo": "",
    "/robots.txt": "",
    "/pictures/<int:image_id>": "",
    "/pictures/<int:image_id>/download": "",
    "/import": "staff",
    "/curate": "staff",
    "/curate/act": "POST",
    "/curate/acts": "POST",
    "/curate/undo": "POST",
    "/curate/queue": "staff",
    "/curate/tags": "staff",
    "/health/detailed": "any staff",
}
#: role → the scopes it has; None: its credentials are no good at all.
ROLES: dict[str, set[str] | None] = {
    "anonymous": set(),
    "player": set(),
    "staff": {"generate", "curate", "maintain"},
    "superuser": {"generate", "curate", "maintain"},
    "staff without csrf": None,
    "key generate": {"generate"},
    "key curate": {"curate"},
    "key maintain": {"maintain"},
    "revoked key": None,
    "wrong key": None,
    "basic login": set(),
}


def client_of(role: str) -> Client:
    if role in ("player", "staff", "superuser", "staff without csrf"):
        user = User.objects.create_user(role, is_staff=role != "player", is_superuser=role == "superuser")
        client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
        client.force_login(user)
        if role != "staff without csrf":
            client.cookies["csrftoken"] = token = "c" * 32
            client.defaults["HTTP_X_CSRFTOKEN"] = token
        return client
    if role == "anonymous":
        return Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    key, text = create_key(
        name=role, scopes=[role.removeprefix("key ")] if role.startswith("key ") else ["curate"]
    )
    if role == "revoked key":
        type(key).objects.filter(pk=key.pk).revoke()
    given = {"wrong key": text[:-1] + ("a" if text[-1] != "a" else "b"), "basic login": "x"}.get(role, text)
    scheme = "Basic" if role == "basic login" else "Bearer"
    return Client(SERVER_NAME="localhost", headers={"Authorization": f"{scheme} {given}"})


def expected(role: str, need: str, method: str, *, public: bool) -> set[int]:
    scopes = ROLES[role]
    is_key = "key" in role
    if scopes is None:
        if role == "staff without csrf":
            return {403} if method not in ("GET", "HEAD") else {200}
        return {401}
    if not need or need in scopes or (public and need == "generate"):
        return {200}
    return {403} if is_key else {401}


@pytest.fixture
def world() -> dict[str, str]:
    image = make_image()
    from gallery.models import Job

    job = Job.objects.create(kind="image", key="x", state="done", request_hash="", caller="")
    SceneCache.objects.create(
        key="tavern", place="tavern", location="Tavern", image=image, expires_at=timezone.now()
    )
    return {"id": str(image.pk), "job": str(job.pk), "file": image.storage_path_full}


@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("role", ROLES)
def test_every_role_on_every_route_with_every_method(
    world: dict[str, str], settings: Settings, role: str, route: str, public: bool
) -> None:
    settings.PUBLIC_GENERATION = public
    client, url = client_of(role), route.format(**world)
    reads_no_key = not url.startswith("/api/")
    for method in METHODS:
        if method not in ROUTES[route]:
            status = client.generic(method, url, b"{}", content_type=JSON).status_code
            good = reads_no_key or ROLES[role] is not None
            assert status in ({405} if good else {401, 403, 405}), (method, url, status)
            continue
        need, body = ROUTES[route][method]
        before = ImageAsset.objects.count()
        answer = client.generic(method, url, b"" if body is None else _json(body), content_type=JSON)
        allowed = {200} if reads_no_key else expected(role, need, method, public=public)
        assert answer.status_code in allowed, (role, method, url, answer.content[:300])
        if answer.status_code >= 400:
            assert ImageAsset.objects.count() == before
            assert ImageAsset.objects.trashed().count() == 0
        ImageAsset.objects.update(deleted_at=None)


def _json(body: Any) -> bytes:
    import orjson

    return orjson.dumps(body)


def test_the_table_knows_every_route_of_the_api() -> None:
    from django.urls import get_resolver

    def routes(patterns: Any, prefix: str = "/") -> Any:
        for pattern in patterns:
            here = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                yield from routes(pattern.url_patterns, here)
            else:
                yield here

    known = {route.replace("{id}", "<str:image_id>").replace("{job}", "<str:job_id>") for route in ROUTES}
    found = {route for route in routes(get_resolver().url_patterns) if not route.startswith("/admin")}
    canonical = {route for route in found if not route.endswith("/") or route == "/"}
    assert canonical - {"/^(?P<name>images/.+)$"} - PAGES.keys() == known - {"/{file}"}


@pytest.mark.parametrize("route", PAGES)
@pytest.mark.parametrize("role", ["anonymous", "player", "staff without rights", "superuser"])
def test_who_may_look_at_which_page(world: dict[str, str], role: str, route: str) -> None:
    known = {"place:place": "tavern", "uuid:job_id": world["job"], "int:image_id": world["id"]}
    client = client_of("staff" if role.startswith("staff") else role)
    url = re.sub("<([^>]+)>", lambda match: known[match[1]], route)
    status = client.get(url, headers={"Accept": "text/html"}).status_code
    refused = {302, 401, 403}
    wanted = {
        "": {200},
        "POST": {405, *refused},
        "staff": {200} if role == "superuser" else refused,
        "any staff": refused if role in ("anonymous", "player") else {200},
    }
    assert status in wanted[PAGES[route]], url


@pytest.mark.parametrize("route", [route for route, needs in PAGES.items() if needs != ""])
def test_no_form_takes_anything_without_a_csrf_token(world: dict[str, str], route: str) -> None:
    url = re.sub("<[^>]+>", world["job"], route)
    for role in ("anonymous", "staff without csrf"):
        answer = client_of(role).post(url, {"act": "trash", "image": world["id"]})
        assert answer.status_code in {302, 401, 403, 405}
    assert not ImageAsset.objects.trashed().exists()


def test_a_refusal_tells_how_to_prove_oneself(api: Client) -> None:
    answer = api.delete("/api/v1/images/1")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_key_is_stored_as_a_digest_only() -> None:
    key, text = create_key(name="game", scopes=["generate"])
    assert text not in str(vars(key))
    assert len(key.digest) == 64


def test_two_keys_are_never_alike() -> None:
    made: list[Callable[[], str]] = [lambda: create_key(name="x", scopes=["curate"])[1] for _ in range(5)]
    assert len({make() for make in made}) == 5
