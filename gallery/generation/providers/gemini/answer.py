"""The picture, its cost or the refusal out of the JSON of one answer.

The SDK's typed answer is not used: it refuses a whole answer for one odd field, and a picture that
was paid for must not be lost to a usage count of the wrong type. Names come as ``inlineData`` or as
``inline_data``; any field may be missing, null or of another type than documented.
"""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from gallery.errors import ContentBlocked, GenerationError, ProviderBadResponse, ProviderMisconfigured
from gallery.generation.providers.base import Usage

_ABOUT_CONTENT = "The image provider refused this description; please leave out violent or sexual details"
_ABOUT_ORIGINALS = "The picture came too close to an existing work; please describe it in your own words"
_ABOUT_WORDS = "The description holds words that the image provider does not allow; please use others"
_ABOUT_PERSONS = "The description seems to hold personal data; please leave out names and addresses"
_ABOUT_LANGUAGE = "The image provider does not take this language; please describe it in English"
_ABOUT_FORM = "The image provider made no picture of this; please describe more plainly what is to be seen"

#: Finish and block reasons that refuse the content (google-genai 3.4 ``FinishReason`` and
#: ``BlockedReason``), and what a player may change. Other reasons without a picture are bad answers.
REFUSALS = {
    "SAFETY": _ABOUT_CONTENT,
    "IMAGE_SAFETY": _ABOUT_CONTENT,
    "PROHIBITED_CONTENT": _ABOUT_CONTENT,
    "IMAGE_PROHIBITED_CONTENT": _ABOUT_CONTENT,
    "JAILBREAK": _ABOUT_CONTENT,
    "MODEL_ARMOR": _ABOUT_CONTENT,
    "ESCALATION": _ABOUT_CONTENT,
    "RECITATION": _ABOUT_ORIGINALS,
    "IMAGE_RECITATION": _ABOUT_ORIGINALS,
    "BLOCKLIST": _ABOUT_WORDS,
    "SPII": _ABOUT_PERSONS,
    "LANGUAGE": _ABOUT_LANGUAGE,
    "IMAGE_OTHER": _ABOUT_FORM,
    "NO_IMAGE": _ABOUT_FORM,
}
_ACCOUNT_CLOSED = "PUP_LIMITED_DISABLED"  # the account broke the provider's rules of use
_STOPPED = {*REFUSALS, _ACCOUNT_CLOSED}

#: More than any model can count for one picture: such a usage is not believed at all.
_MOST_TOKENS = 10_000_000
_TOKEN = re.compile(r"[A-Za-z0-9._:/@-]{1,128}")


class Answer:
    """One answer with HTTP status 200. Raises ProviderBadResponse if it is no JSON object."""

    def __init__(self, body: str) -> None:
        self._body = _parsed(body)

    def model(self, asked: str) -> str:
        """The model that really answered, else the one that was asked."""
        return _token(_field(self._body, "modelVersion")).removeprefix("models/") or asked

    @property
    def response_id(self) -> str:
        return _token(_field(self._body, "responseId"))

    def usage(self) -> Usage | None:
        """What was counted; None when nothing was, or nothing believable."""
        meta = _dict(_field(self._body, "usageMetadata"))
        details = _dicts(_field(meta, "candidatesTokensDetails"))
        output = max(_count(meta, "candidatesTokenCount"), sum(_count(row, "tokenCount") for row in details))
        of_image = sum(_count(row, "tokenCount") for row in details if _word(row, "modality") == "IMAGE")
        image = of_image if details else output
        counted = Usage(
            prompt_tokens=_count(meta, "promptTokenCount"),
            text_tokens=output - image + _count(meta, "thoughtsTokenCount"),
            image_tokens=image,
        )
        total = counted.prompt_tokens + counted.text_tokens + counted.image_tokens
        return counted if 0 < total <= _MOST_TOKENS else None

    def picture(self) -> bytes:
        """The last picture that is no draft, else the last draft; else raises what says why not.

        ContentBlocked, ProviderMisconfigured (the account is closed) or ProviderBadResponse.
        """
        finished = [(_word(candidate, "finishReason"), candidate) for candidate in self._candidates()]
        good = [candidate for reason, candidate in finished if reason not in _STOPPED]
        data = _last_picture(good)
        if data:
            return data
        raise self._why_none([reason for reason, _ in finished if reason in _STOPPED])

    def _candidates(self) -> list[dict[str, Any]]:
        return _dicts(_field(self._body, "candidates"))

    def _why_none(self, stopped: list[str]) -> GenerationError:
        if _ACCOUNT_CLOSED in stopped:
            return _with_billed(ProviderMisconfigured(), True)
        if stopped:
            return _blocked(stopped[0], billed=True)
        blocked = _word(_dict(_field(self._body, "promptFeedback")), "blockReason")
        if blocked:
            # The prompt was turned away at the door: free, unless something was counted.
            return _blocked(blocked, billed=self.usage() is not None)
        return _with_billed(ProviderBadResponse(), True)


def _last_picture(candidates: list[dict[str, Any]]) -> bytes:
    contents = (_dict(_field(candidate, "content")) for candidate in candidates)
    parts = [part for content in contents for part in _dicts(_field(content, "parts"))]
    for thought in (False, True):  # drafts come as thoughts; some answers hold nothing else
        for part in reversed(parts):
            if bool(_field(part, "thought")) is thought and (data := _inline_bytes(part)):
                return data
    return b""


def _blocked(reason: str, *, billed: bool) -> GenerationError:
    """``detail.reason`` is the provider's word in lower case, or "other": never a text of its own."""
    word = reason.lower() if reason in REFUSALS else "other"
    return _with_billed(ContentBlocked(REFUSALS.get(reason, _ABOUT_FORM), reason=word), billed)


def _with_billed(error: GenerationError, billed: bool) -> GenerationError:
    error.billed = billed
    return error


def _parsed(body: str) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise _with_billed(ProviderBadResponse(), True)
    return value


def _inline_bytes(part: dict[str, Any]) -> bytes:
    text = _field(_dict(_field(part, "inlineData")), "data")
    if not isinstance(text, str):
        return b""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return _loose_base64(text)


def _loose_base64(text: str) -> bytes:
    """The URL-safe letters, line breaks and left-out padding, all of which encoders produce."""
    plain = text.translate(str.maketrans("-_", "+/", "\r\n")).rstrip("=")
    padding = "=" * (-len(plain) % 4)
    try:
        return base64.b64decode(plain + padding, validate=True)
    except ValueError:
        return b""


def _field(value: dict[str, Any], name: str) -> Any:
    """The field under its camelCase or its snake_case name."""
    if value.get(name) is not None:
        return value[name]
    return value.get("".join("_" + letter.lower() if letter.isupper() else letter for letter in name))


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _word(value: dict[str, Any], name: str) -> str:
    word = _field(value, name)
    return word.upper() if isinstance(word, str) and not word.endswith("_UNSPECIFIED") else ""


def _token(value: Any) -> str:
    return value if isinstance(value, str) and _TOKEN.fullmatch(value) else ""


def _count(value: dict[str, Any], name: str) -> int:
    number = _field(value, name)
    if isinstance(number, str) and number.isascii() and number.isdigit():
        number = int(number[:20])  # int64 is a string in protobuf's JSON
    return max(0, number) if isinstance(number, int) and not isinstance(number, bool) else 0
