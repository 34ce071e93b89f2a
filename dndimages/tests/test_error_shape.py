"""Every error has the one shape, whatever went wrong and wherever."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from dndimages import api as api_module
from dndimages.errors import DndImagesError
from gallery import errors as gallery_errors  # noqa: F401 - so that the tree is whole

pytestmark = pytest.mark.django_db


def check(answer: Any, status: int, kind: str) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    assert answer.status_code == status == body["code"]
    assert list(body)[:4] == ["status", "code", "message", "detail"]
    assert body["status"] == "error"
    assert body["detail"]["message"] == body["message"]
    assert body["detail"]["kind"] == kind
    assert body["request_id"] == answer["X-Request-ID"]
    return body


def test_an_unknown_route(api: Client) -> None:
    body = check(api.get("/api/v1/nope"), 404, "endpoint_not_found")
    assert (body["message"], body["path"]) == ("Endpoint not found", "/api/v1/nope")


def test_an_unknown_image_is_not_an_unknown_route(api: Client) -> None:
    body = check(api.get("/api/v1/images/999"), 404, "image_not_found")
    assert body["message"] == "Image not found"
    assert "path" not in body


def test_a_wrong_method_names_the_right_ones(api: Client) -> None:
    answer = api.patch("/api/v1/images/1")
    check(answer, 405, "method_not_allowed")
    assert {"GET", "DELETE"} <= set(answer["Allow"].split(", "))


def test_plain_views_answer_a_wrong_method_in_the_same_shape(api: Client) -> None:
    answer = api.post("/health")
    check(answer, 405, "method_not_allowed")
    assert "GET" in answer["Allow"]


@pytest.mark.parametrize("origin", ["http://localhost:8080", "http://127.0.0.1:8000", "null"])
@pytest.mark.parametrize(
    "url", ["/api/v1/images/search", "/api/v1/images/abc", "/nope", "/api/v1/images/999"]
)
def test_cors_headers_stand_on_errors_too(api: Client, origin: str, url: str) -> None:
    assert api.get(url, headers={"Origin": origin})["Access-Control-Allow-Origin"] == origin


def test_a_strange_origin_gets_no_cors_and_nobody_gets_credentials(api: Client) -> None:
    strange = api.get("/health", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in strange
    known = api.get("/health", headers={"Origin": "null"})
    assert "Access-Control-Allow-Credentials" not in known


def test_a_preflight_allows_what_the_game_sends(api: Client) -> None:
    answer = api.options(
        "/api/v1/images/generate",
        headers={
            "Origin": "null",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type, idempotency-key",
        },
    )
    assert answer.status_code == 200
    assert "idempotency-key" in answer["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("given", ["abc-1", "A.b:c_9", "x" * 64])
def test_a_sane_request_id_is_kept(api: Client, given: str) -> None:
    assert api.get("/livez", headers={"X-Request-ID": given})["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "ä", "a\tb", '"x"', "-x"])
def test_any_other_request_id_is_replaced(api: Client, given: str) -> None:
    made = api.get("/livez", headers={"X-Request-ID": given})["X-Request-ID"]
    assert made != given
    assert len(made) == 32


def test_a_strange_host_is_refused_in_shape() -> None:
    check(Client(SERVER_NAME="evil.example").get("/api/v1/images/search"), 400, "invalid")


class Unforeseen(Exception):
    pass


def test_an_unforeseen_error_tells_nothing_of_itself(
    api: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def burst(*_: Any, **__: Any) -> None:
        raise Unforeseen("SELECT secret FROM /etc/passwd")

    monkeypatch.setattr("gallery.search.find", burst)
    answer = api.get("/api/v1/images/search")
    body = check(answer, 500, "internal")
    assert body["message"] == "Internal server error"
    assert b"secret" not in answer.content
    assert "Unforeseen" in caplog.text


def test_a_locked_database_is_busy(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: Any, **__: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("gallery.search.find", locked)
    answer = api.get("/api/v1/images/search")
    check(answer, 503, "busy")
    assert int(answer["Retry-After"]) > 0
    assert b"locked" not in answer.content


def test_debug_mode_keeps_the_shape_for_the_api(api: Client, settings: Settings) -> None:
    settings.DEBUG = True
    check(api.get("/api/v1/images/abc"), 422, "invalid")


def tree(cls: type[DndImagesError]) -> list[type[DndImagesError]]:
    """Without those of backups, which are told by commands alone."""
    below = [sub for sub in cls.__subclasses__() if not sub.__module__.startswith("maintenance.backup.")]
    return [cls, *(found for sub in below for found in tree(sub))]


@pytest.mark.parametrize("cls", tree(DndImagesError), ids=lambda cls: cls.__name__)
def test_every_error_of_the_tree_is_known_to_the_contract(cls: type[DndImagesError]) -> None:
    kinds = {
        "endpoint_not_found": {404}, "image_not_found": {404}, "job_not_found": {404}, "invalid": {400, 416, 422},
        "too_large": {413}, "unsupported_type": {415}, "unauthenticated": {401}, "forbidden": {403},
        "method_not_allowed": {405}, "rate_limited": {429}, "budget_exhausted": {429}, "quota_exceeded": {429},
        "content_blocked": {422}, "provider_bad_response": {502}, "provider_unavailable": {503},
        "provider_misconfigured": {503}, "refused": {409}, "generation_timeout": {504}, "storage_full": {507},
        "storage_unavailable": {503}, "busy": {503}, "internal": {500},
    }  # fmt: skip
    assert cls.status in kinds[cls.kind]
    assert cls.message
    assert not cls.message.endswith(".")


def test_a_malformed_number_of_seconds_is_rounded_up() -> None:
    from django.test import RequestFactory

    from gallery.errors import QuotaExceeded

    answer = api_module.error_response(
        QuotaExceeded(retry_after=16.2, scope="minute"), RequestFactory().get("/")
    )
    assert answer["Retry-After"] == "17"


@pytest.mark.parametrize("url", ["/", "/health", "/api/v1/images/search", "/images/full/ab/x.webp"])
def test_a_host_that_is_not_ours_is_told_what_to_do_and_the_log_names_it(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = Client(SERVER_NAME="evil.example").get(url)
    assert "ALLOWED_HOSTS" in check(answer, 400, "invalid")["message"]
    assert "evil.example" not in answer.content.decode()
    assert "evil.example" in caplog.text


def test_a_probe_is_answered_under_any_name() -> None:
    assert Client(SERVER_NAME="10.1.2.3").get("/livez").status_code == 200


@pytest.mark.parametrize(
    "query", ["page=1_0", "page=1.0", "page=%D9%A1", "page=%201", "page_size=%2B5", "page=0"]
)
def test_numbers_are_plain_digits(api: Client, query: str) -> None:
    check(api.get(f"/api/v1/images/search?{query}"), 422, "invalid")


def test_a_wrong_choice_names_the_right_ones(api: Client) -> None:
    body = check(api.get("/api/v1/images/search?subject_type=monster"), 422, "invalid")
    assert body["message"] == "subject_type: must be one of: scene, item, character"


@pytest.mark.django_db
def test_an_error_in_the_admin_is_logged(
    client: Client, admin_user: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from gallery.admin.tags import TagAdmin

    def burst(*_: Any, **__: Any) -> None:
        raise Unforeseen("find me")

    monkeypatch.setattr(TagAdmin, "get_queryset", burst)
    client.force_login(admin_user)
    client.raise_request_exception = False
    assert client.get("/admin/gallery/tag/", SERVER_NAME="localhost").status_code == 500
    assert "find me" in caplog.text


def test_pages_beside_the_plain_routes_keep_their_policy(api: Client) -> None:
    page = api.get("/healthzzz", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "Content-Security-Policy" in page


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "10.1.2.3", "[::1]:8000", "localhost:1"])
def test_who_watches_the_service_asks_it_by_address_past_the_proxy(
    db: None, settings: Settings, host: str
) -> None:
    settings.ALLOWED_HOSTS = ["pictures.example"]
    settings.SECURE_SSL_REDIRECT = True
    settings.METRICS_PUBLIC = True
    settings.LOCAL_PROFILE = False
    client = Client(headers={"host": host})
    assert [client.get(path).status_code for path in ("/health", "/metrics")] == [200, 200]
    assert client.get("/health/detailed").status_code in (401, 403)
    assert client.get("/api/v1/images/search").status_code == 400


@pytest.mark.parametrize(
    ("host", "local"), [("evil.example", False), ("evil.example", True), ("10.1.2.3", True)]
)
def test_a_host_that_is_not_ours_learns_nothing_of_the_service(
    db: None, settings: Settings, host: str, local: bool
) -> None:
    settings.METRICS_PUBLIC = True
    settings.LOCAL_PROFILE = local
    client = Client(headers={"host": host})
    paths = ("/health", "/metrics", "/health/detailed")
    assert [client.get(path).status_code for path in paths] == [400, 400, 400]


# ── Refused to people ────────────────────────────────────────────────────────────────────────────


def test_people_are_refused_by_a_page_and_programs_by_the_shape(
    client: Client, admin_user: Any, django_user_model: Any
) -> None:
    clerk = django_user_model.objects.create_user("<i>clerk", is_staff=True)
    nobody_may = "/admin/gallery/imageasset/add/"
    for user, address in (
        (clerk, "/admin/gallery/imageasset/"),
        (clerk, "/import"),
        (admin_user, nobody_may),
    ):
        client.force_login(user)
        page = client.get(address, headers={"Accept": "text/html", "Host": "localhost"})
        assert (page.status_code, page["Content-Type"]) == (403, "text/html; charset=utf-8")
        assert "You may not do this" in page.text
        assert "<i>" not in page.text
        told = client.get(address, headers={"Accept": "application/json", "Host": "localhost"})
        assert (told.status_code, told.json()["detail"]["kind"]) == (403, "forbidden")


def test_a_form_of_another_login_is_refused_by_a_page_of_ours(db: None) -> None:
    client = Client(enforce_csrf_checks=True, SERVER_NAME="localhost")
    page = client.post("/demo", headers={"Accept": "text/html"})
    assert page.status_code == 403
    assert "Please send it once more" in page.text
    assert "style-src" in page["Content-Security-Policy"]
    told = client.post("/demo", headers={"Accept": "application/json"})
    assert (told.status_code, told.json()["message"][:26]) == (403, "This page is of another lo")


def test_the_admin_is_found_without_its_slash(api: Client) -> None:
    answer = api.get("/admin?next=/")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
