"""Fields that take what the contract says and nothing else: no trimming, no coercion."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from dndimages.errors import Invalid

_TRUE, _FALSE = {"true", "1", "yes", "on"}, {"false", "0", "no", "off"}


class Text(serializers.CharField):
    """A string as it came: never trimmed, never made out of a number.

    ``described`` is added to its JSON Schema: what else is checked, in the document's words.
    """

    def __init__(self, *, described: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(trim_whitespace=False, **options)
        self.described = described or {}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return data


class Flag(serializers.BooleanField):
    """JSON's true and false only."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class QueryFlag(serializers.BooleanField):
    """true/false/1/0/yes/no/on/off in a query, any case."""

    words: tuple[str, ...] = ("true", "false", "1", "0", "yes", "no", "on", "off")

    def to_internal_value(self, data: Any) -> bool:
        word = str(data).lower()
        if word in _TRUE:
            return True
        if word in _FALSE:
            return False
        self.fail("invalid", input=data)


class QueryNumber(serializers.IntegerField):
    """Plain digits: no sign, blank, fraction, underscore or digits of other scripts."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, str) or not re.fullmatch(r"[0-9]{1,12}", data):
            self.fail("invalid")
        return super().to_internal_value(data)


class Choice(serializers.ChoiceField):
    """One of some words; the error tells which."""

    def __init__(self, choices: Any, **options: Any) -> None:
        super().__init__(choices, **options)
        self.error_messages["invalid_choice"] = f"must be one of: {', '.join(map(str, self.choices))}"


def validated(serializer: type[serializers.Serializer[Any]], data: Any, *, where: str) -> dict[str, Any]:
    """The values that ``serializer`` finds in ``data``, with its defaults.

    Raises `Invalid`; each error's ``loc`` begins with ``where`` (body, query, path, header).
    """
    if not isinstance(data, Mapping):
        raise Invalid.at(where, msg="must be a JSON object", type="type_error")
    reader = serializer(data=data)
    if reader.is_valid():
        return dict(reader.validated_data)
    found = [
        {
            "loc": [where, *([] if name == "non_field_errors" else [name])],
            "msg": str(problem),
            "type": problem.code,
        }
        for name, problems in reader.errors.items()
        for problem in (problems if isinstance(problems, list) else [problems])
    ]
    first = found[0]
    raise Invalid(f"{first['loc'][-1]}: {first['msg']}", errors=found)


class OneError(serializers.Serializer[Any]):
    loc = serializers.ListField(child=serializers.CharField())
    msg = serializers.CharField()
    type = serializers.CharField()


class ErrorDetail(serializers.Serializer[Any]):
    message = serializers.CharField()
    kind = serializers.CharField()
    retry_after = serializers.IntegerField(required=False)
    errors = OneError(many=True, required=False)  # type: ignore[assignment]  # a name of DRF's own


class Error(serializers.Serializer[Any]):
    """The one shape of every error; `detail` holds further keys by kind."""

    status = serializers.ChoiceField(choices=["error"])
    code = serializers.IntegerField()
    message = serializers.CharField()
    detail = ErrorDetail()
    path = serializers.CharField(required=False, help_text="Only with `endpoint_not_found`")
    request_id = serializers.CharField()
