from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from jsonschema_rs import Draft202012Validator

from dndimages import docs
from dndimages.access.openapi import KEY, SESSION
from dndimages.tests.test_roles import PAGES


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    docs.document.cache_clear()
    return docs.document()


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_the_document_is_valid_openapi_3_1_and_nothing_is_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json")
    assert "Warning" not in capsys.readouterr().err


def test_it_is_served_as_json(client: Client, document: dict[str, Any]) -> None:
    for path in ("/openapi.json", "/openapi.json/"):
        answer = client.get(path)
        assert answer["Content-Type"] == "application/json"
        assert answer.json() == document
    assert document["openapi"].startswith("3.1")


def test_every_api_route_is_described(document: dict[str, Any]) -> None:
    routes = {f"/{route}" for route in _routes(get_resolver().url_patterns) if not route.endswith("/")}
    described = {path.replace("{", "<str:").replace("}", ">") for path in document["paths"]}
    beside_the_api = {"/openapi.json", "/docs", "/redoc", "/admin"}
    assert {route for route in routes if route.startswith("/api/")} <= described
    assert {"/", "/health", "/livez", "/readyz"} <= described
    assert {route for route in routes if "^" not in route} - described <= beside_the_api | PAGES.keys()


def _routes(patterns: list[URLPattern | URLResolver], start: str = "") -> list[str]:
    found: list[str] = []
    for pattern in patterns:
        route = start + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += [] if route == "admin/" else _routes(pattern.url_patterns, route)
        else:
            found.append(route)
    return found


def test_each_schema_is_a_sound_json_schema(document: dict[str, Any]) -> None:
    for schema in document["components"]["schemas"].values():
        Draft202012Validator({**schema, "components": document["components"]})


def test_operations_have_names_of_their_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for operation in operations(document).values()]
    assert len(names) == len(set(names))


def test_errors_have_one_shape_everywhere(document: dict[str, Any]) -> None:
    shape = {"$ref": "#/components/schemas/Error"}
    answers = document["components"]["responses"].values()
    assert {str(answer["content"]["application/json"]["schema"]) for answer in answers} == {str(shape)}
    for name, operation in operations(document).items():
        if " /api/" in name:
            assert {"401", "5XX"} <= set(operation["responses"]), name


@pytest.mark.parametrize(
    ("operation", "scope"),
    [("DELETE /api/v1/images/{image_id}", "curate"), ("PUT /api/v1/images/{image_id}/feature", "curate"),
     ("POST /api/v1/images/{image_id}/restore", "curate"), ("DELETE /api/v1/scenes/cache/clear", "maintain"),
     ("POST /api/v1/maintenance/cleanup/orphaned-images", "maintain")],
)  # fmt: skip
def test_what_needs_a_key_names_its_scope(document: dict[str, Any], operation: str, scope: str) -> None:
    described = operations(document)[operation]
    assert described["security"] == [{KEY: [scope]}, {SESSION: []}]
    assert {"401", "403"} <= set(described["responses"])


def test_reading_and_generating_are_open(document: dict[str, Any]) -> None:
    for name in (
        "GET /api/v1/images/search",
        "GET /api/v1/images/{image_id}",
        "POST /api/v1/images/generate",
    ):
        assert {} in operations(document)[name]["security"]


def test_where_generation_is_closed_the_document_says_so(settings: Any) -> None:
    settings.PUBLIC_GENERATION = False
    docs.document.cache_clear()
    closed = operations(docs.document())["POST /api/v1/images/generate"]
    docs.document.cache_clear()
    assert closed["security"] == [{KEY: ["generate"]}, {SESSION: []}]


def test_bounds_are_told(document: dict[str, Any]) -> None:
    fields = document["components"]["schemas"]["ImageRequest"]["properties"]
    assert (fields["prompt"]["minLength"], fields["prompt"]["maxLength"]) == (10, 1000)
    assert fields["custom_prompt"]["type"] == ["string", "null"]
    taken = Draft202012Validator(fields["custom_prompt"])
    assert all(taken.is_valid(text) for text in (None, "", "glowing blue", "script"))
    assert not any(
        taken.is_valid(text) for text in ("x <SCRIPT>", "JavaScript:", "EVAL(1)", "nul \x00", "x" * 201)
    )
