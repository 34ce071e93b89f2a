"""What is read out of an answer with status 200, in all the shapes that such answers take."""

from __future__ import annotations

import base64
import contextlib
import json
from typing import Any

import pytest
from google.genai.types import BlockedReason, FinishReason
from hypothesis import given
from hypothesis import strategies as st

from gallery.errors import ContentBlocked, GenerationError, ProviderBadResponse, ProviderMisconfigured
from gallery.generation.providers.base import Usage
from gallery.generation.providers.gemini.answer import REFUSALS, Answer


def part(data: bytes, **more: Any) -> dict[str, Any]:
    return {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(data).decode()}, **more}


def answer(*parts: Any, finish: Any = "STOP", **more: Any) -> Answer:
    candidate = {"content": {"role": "model", "parts": list(parts)}, "finishReason": finish}
    return Answer(json.dumps({"candidates": [candidate], **more}))


def usage_of(meta: Any) -> Usage | None:
    return answer(part(b"x"), usageMetadata=meta).usage()


def error_of(read: Answer) -> GenerationError:
    with pytest.raises(GenerationError) as caught:
        read.picture()
    return caught.value


def test_the_last_of_many_pictures_is_the_final_one() -> None:
    assert answer(part(b"first"), {"text": "and now"}, part(b"last")).picture() == b"last"


def test_a_draft_among_the_thoughts_is_passed_over() -> None:
    read = answer(part(b"draft", thought=True), part(b"real"), part(b"late draft", thought=True))
    assert read.picture() == b"real"


def test_a_draft_is_taken_when_nothing_else_came() -> None:
    assert answer({"text": "hm", "thought": True}, part(b"draft", thought=True)).picture() == b"draft"


def test_a_spoilt_part_does_not_cost_the_good_one() -> None:
    spoilt = {"inlineData": {"data": "@@@"}}
    assert answer(part(b"good"), spoilt, {"inlineData": {}}, {"inlineData": None}, 7).picture() == b"good"


def test_the_second_candidate_counts_when_the_first_is_empty() -> None:
    candidates = [{"content": None}, {"content": {"parts": [part(b"second")]}}]
    assert Answer(json.dumps({"candidates": candidates})).picture() == b"second"


@pytest.mark.parametrize("length", range(1, 8))
def test_base64_is_read_in_every_common_spelling(length: int) -> None:
    data = b"\xfb\xff\xfe" * 40 + b"\xff" * length
    plain, url_safe = base64.b64encode(data).decode(), base64.urlsafe_b64encode(data).decode()
    for text in (plain, url_safe, plain.rstrip("="), url_safe.rstrip("="), base64.encodebytes(data).decode()):
        assert answer({"inlineData": {"data": text}}).picture() == data


@pytest.mark.parametrize("data", ["@@@not base64@@@", "AAAAA", "ÄÖÜ=", "", None, 5, ["AAAA"], {"a": 1}, True])
def test_unreadable_data_is_a_bad_answer_that_may_cost(data: Any) -> None:
    error = error_of(answer({"inlineData": {"mimeType": "image/png", "data": data}}))
    assert isinstance(error, ProviderBadResponse)
    assert error.billed


@pytest.mark.parametrize(
    "finish", ["MAX_TOKENS", "OTHER", "CONTINUATION", "A_REASON_OF_2030", "", None, 3, {}]
)
def test_an_unknown_end_matters_only_without_a_picture(finish: Any) -> None:
    assert answer(part(b"x"), finish=finish).picture() == b"x"
    assert isinstance(error_of(answer({"text": "sorry"}, finish=finish)), ProviderBadResponse)


@pytest.mark.parametrize("reason", sorted(REFUSALS))
def test_a_refusal_says_what_to_change_and_keeps_its_picture_back(reason: str) -> None:
    error = error_of(answer(part(b"x"), finish=reason))
    assert isinstance(error, ContentBlocked)
    assert error.detail == {"reason": reason.lower()}
    assert error.message == REFUSALS[reason]
    assert error.billed


def test_every_refusal_that_the_sdk_knows_is_known_here() -> None:
    harmless = {"STOP", "MAX_TOKENS", "OTHER", "CONTINUATION", "PUP_LIMITED_DISABLED"}
    of_tools = {name for name in FinishReason.__members__ if "TOOL" in name or "FUNCTION" in name}
    of_form = {"FINISH_REASON_UNSPECIFIED", "MALFORMED_RESPONSE", "MISSING_THOUGHT_SIGNATURE"}
    assert set(FinishReason.__members__) - harmless - of_tools - of_form <= set(REFUSALS)
    assert set(BlockedReason.__members__) - {"BLOCKED_REASON_UNSPECIFIED", "OTHER"} <= set(REFUSALS)


@pytest.mark.parametrize("name", ["blockReason", "block_reason"])
@pytest.mark.parametrize("reason", ["SAFETY", "safety", "OTHER", "SOMETHING NEW: key=AIza"])
def test_a_blocked_prompt_is_told_without_upstream_words(name: str, reason: str) -> None:
    feedback = "promptFeedback" if name == "blockReason" else "prompt_feedback"
    error = error_of(Answer(json.dumps({feedback: {name: reason}, "candidates": None})))
    assert isinstance(error, ContentBlocked)
    assert error.detail["reason"] == ("safety" if reason.upper() == "SAFETY" else "other")
    assert not error.billed


def test_a_blocked_prompt_that_was_counted_may_cost() -> None:
    body = {"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 9}}
    assert error_of(Answer(json.dumps(body))).billed


def test_a_block_reason_without_a_reason_is_no_refusal() -> None:
    body = {"promptFeedback": {"blockReason": "BLOCKED_REASON_UNSPECIFIED"}}
    assert isinstance(error_of(Answer(json.dumps(body))), ProviderBadResponse)


def test_a_closed_account_is_the_operators_business() -> None:
    assert isinstance(error_of(answer(finish="PUP_LIMITED_DISABLED")), ProviderMisconfigured)


USAGES: list[tuple[Any, Usage | None]] = [
    (None, None),
    ({}, None),
    ([], None),
    ("many", None),
    ({"promptTokenCount": 9, "candidatesTokenCount": 1290}, Usage(prompt_tokens=9, image_tokens=1290)),
    ({"prompt_token_count": 9, "candidates_token_count": 7}, Usage(prompt_tokens=9, image_tokens=7)),
    ({"candidatesTokenCount": 7, "candidatesTokensDetails": []}, Usage(image_tokens=7)),
    (
        {
            "promptTokenCount": 9,
            "candidatesTokenCount": 1150,
            "candidatesTokensDetails": [
                {"modality": "IMAGE", "tokenCount": 1120},
                {"modality": "TEXT", "tokenCount": 30},
            ],
            "thoughtsTokenCount": 100,
        },
        Usage(prompt_tokens=9, text_tokens=130, image_tokens=1120),
    ),
    ({"candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 5}]}, Usage(image_tokens=5)),
    ({"candidatesTokensDetails": [{"modality": "TEXT", "tokenCount": 5}, None]}, Usage(text_tokens=5)),
    ({"candidatesTokensDetails": [{"modality": "SMELL", "tokenCount": 5}]}, Usage(text_tokens=5)),
    ({"promptTokenCount": "12"}, Usage(prompt_tokens=12)),
    ({"promptTokenCount": -5, "candidatesTokenCount": 3}, Usage(image_tokens=3)),
    ({"promptTokenCount": 1.5, "candidatesTokenCount": True}, None),
    ({"promptTokenCount": 10**40}, None),
    ({"promptTokenCount": float("nan"), "thoughtsTokenCount": 4}, Usage(text_tokens=4)),
]


@pytest.mark.parametrize(("meta", "usage"), USAGES)
def test_usage_is_read_as_far_as_it_can_be_believed(meta: Any, usage: Usage | None) -> None:
    assert usage_of(meta) == usage


def test_odd_usage_never_costs_the_picture() -> None:
    for meta, _ in USAGES:
        assert answer(part(b"x"), usageMetadata=meta).picture() == b"x"


@pytest.mark.parametrize(
    ("told", "model"),
    [
        ("m-001", "m-001"),
        ("models/m", "m"),
        (None, "asked"),
        ("", "asked"),
        (7, "asked"),
        ("a b<script>", "asked"),
    ],
)
def test_the_answering_model_is_named_only_if_it_is_a_name(told: Any, model: str) -> None:
    assert answer(modelVersion=told).model("asked") == model


def test_the_response_id_is_kept_only_if_it_is_one() -> None:
    assert answer(responseId="abc-_1").response_id == "abc-_1"
    assert answer(response_id="abc").response_id == "abc"
    assert answer(responseId="x" * 500).response_id == ""


@pytest.mark.parametrize(
    "body",
    ["", "null", "[]", "[{}]", "5", '"x"', "<html>", "{", "[" * 200_000, "1" * 5000, '{"a":' * 100_000],
)
def test_what_is_no_json_object_is_a_bad_answer(body: str) -> None:
    with pytest.raises(ProviderBadResponse) as caught:
        Answer(body)
    assert caught.value.billed


NAMES = ["candidates", "content", "parts", "inlineData", "inline_data", "data", "thought", "finishReason"]
NAMES += [
    "promptFeedback",
    "blockReason",
    "usageMetadata",
    "candidatesTokensDetails",
    "tokenCount",
    "modality",
]
WORDS = ["", "STOP", "SAFETY", "IMAGE", "AAAA", "A", "9", "é"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=30,
)


@given(body=st.dictionaries(st.sampled_from(["candidates", "promptFeedback", "usageMetadata"]), JSON))
def test_whatever_json_comes_the_end_is_a_picture_or_an_error_of_ours(body: dict[str, Any]) -> None:
    read = Answer(json.dumps(body))
    read.usage()
    read.model("asked")
    with contextlib.suppress(ContentBlocked, ProviderBadResponse, ProviderMisconfigured):
        assert read.picture()
