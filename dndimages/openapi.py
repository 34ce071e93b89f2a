"""What the OpenAPI document says beyond what drf-spectacular reads from the views by itself."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from dndimages.access.openapi import is_open
from dndimages.plain_routes import PLAIN_ROUTES, REQUEST_ID
from dndimages.serializers import Error, Text

RETRY_AFTER = {"schema": {"type": "integer", "minimum": 0}, "description": "Seconds to wait"}

#: Status → name in the document, and what it means.
_ERRORS = {
    "400": ("NotJson", "The body is not JSON"),
    "401": ("Unauthenticated", "No, or an unknown, API key"),
    "403": ("Forbidden", "The key lacks the scope, or the session's CSRF token is missing"),
    "404": ("NotFound", "There is no such thing, or it is in the trash"),
    "409": ("Refused", "So much would go, or the clock is so odd, that a person should look first"),
    "413": ("TooLarge", "The body is too large"),
    "415": ("UnsupportedType", "The body is of another type than JSON"),
    "422": ("Invalid", "Path, query, header or body break a rule; or the provider refused the content"),
    "429": ("TooMany", "A rate limit, the spend cap, or the provider's quota; `detail.kind` tells which"),
    "5XX": ("Failed", "Ours or the provider's fault; `detail.kind` tells which"),
}
_RETRY_LATER = ("429", "5XX")


class Description(AutoSchema):
    """Adds to every operation who may call it and which errors it may answer with."""

    def get_auth(self) -> list[dict[str, Any]]:
        required: list[dict[str, Any]] = super().get_auth()
        return [*required, {}] if is_open(self.view) else required

    def get_summary(self) -> str:
        return str(self.get_description()).partition("\n")[0].removesuffix(".")

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is not None:
            if operation["description"] == operation["summary"] + ".":
                del operation["description"]
            _say_flags_in_words(operation)
            _let_the_query_stand_for_the_body(operation)
            if isinstance(self.get_request_serializer(), dict):  # a schema written by hand
                operation["requestBody"]["required"] = True
            for answer in operation["responses"].values():
                answer["headers"] = REQUEST_ID | answer.get("headers", {})
            operation["responses"] |= {status: self._error(status) for status in _error_statuses(operation)}
        return operation

    def _error(self, status: str) -> dict[str, Any]:
        name, why = _ERRORS[status]
        schema = self.resolve_serializer(Error, "response").ref
        answer = {
            "description": why,
            "headers": REQUEST_ID | ({"Retry-After": RETRY_AFTER} if status in _RETRY_LATER else {}),
            "content": {"application/json": {"schema": schema}},
        }
        component = ResolvedComponent(name, ResolvedComponent.RESPONSE, schema=answer, object=name)
        self.registry.register_on_missing(component)
        reference: dict[str, Any] = component.ref
        return reference

    def _insert_field_validators(self, field: Any, schema: dict[str, Any]) -> None:
        super()._insert_field_validators(field, schema)  # type: ignore[no-untyped-call]
        if isinstance(field, Text):
            # No text of ours holds NUL: PostgreSQL could not keep it.
            schema.update({"pattern": r"^[^\u0000]*$", **field.described})


def _error_statuses(operation: dict[str, Any]) -> list[str]:
    parameters, makes_pictures = operation.get("parameters", []), "202" in operation["responses"]
    has_body, is_for_all = "requestBody" in operation, {} in operation["security"]
    reasons = {
        "400": has_body,
        "401": True,  # also where everybody may: a key that is sent must be right
        "403": has_body or not is_for_all,
        "404": makes_pictures or any(parameter["in"] == "path" for parameter in parameters),
        "409": "409" in operation["responses"],  # as the view says
        "413": has_body,
        "415": has_body,
        "422": has_body or bool(parameters),
        "429": makes_pictures,
        "5XX": True,
    }
    return [status for status, holds in reasons.items() if holds]


def _say_flags_in_words(operation: dict[str, Any]) -> None:
    """A flag in a query is one of a few words, so its default is a word too."""
    for parameter in operation.get("parameters", []):
        schema = parameter["schema"]
        if isinstance(schema.get("default"), bool) and schema["type"] == "string":
            schema["default"] = "true" if schema["default"] else "false"


def _let_the_query_stand_for_the_body(operation: dict[str, Any]) -> None:
    """A form that may come in the query as a whole leaves the body optional; a switch beside it does not."""
    in_query = {
        parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "query"
    }
    if in_query - {"dry_run"}:
        operation.get("requestBody", {}).pop("required", None)


class QueryFlagDescription(OpenApiSerializerFieldExtension):
    target_class = "dndimages.serializers.QueryFlag"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.target.words)}


def canonical_paths_only(
    endpoints: list[tuple[str, str, str, Any]], **_: Any
) -> list[tuple[str, str, str, Any]]:
    """The form with a slash works too, but is not described twice."""
    return [endpoint for endpoint in endpoints if not endpoint[0].endswith("/")]


def plain_routes(result: dict[str, Any], generator: Any, **_: Any) -> dict[str, Any]:
    """The routes that are no API views stand last, described by hand."""
    result["paths"] |= PLAIN_ROUTES
    return result
