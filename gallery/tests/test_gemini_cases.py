"""Every case of ``samples/provider/cases.json``, through the real SDK over real HTTP."""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path
from typing import Any

import pytest

from gallery.errors import GenerationError
from gallery.generation.providers.base import PictureRequest
from gallery.generation.providers.gemini import GeminiProvider
from gallery.tests.fake_gemini import CallLog, FakeGemini, of_case

SAMPLES = Path(__file__).parent / "samples"
CASES: list[dict[str, Any]] = json.loads((SAMPLES / "provider/cases.json").read_text())["cases"]
REQUEST = PictureRequest(subject_type="item", subject_name="Dagger", prompt="a curved dagger")

#: What leaves the provider, as (kind, billed); None is a picture. Whether its bytes are a good
#: picture is asked by the stage after it, the same for uploads.
OUTCOMES: dict[str, tuple[str, bool] | None] = {
    "ok": None,
    "ok_text_then_image": None,
    "ok_thought_image": None,
    "snake_case": None,
    "image_text.png": None,
    "image_truncated.png": None,
    "text_only": ("provider_bad_response", True),
    "finish_image_safety": ("content_blocked", True),
    "finish_no_image": ("content_blocked", True),
    "prompt_blocked": ("content_blocked", False),
    "shape_candidates_null": ("provider_bad_response", True),
    "shape_parts_null": ("provider_bad_response", True),
    "shape_data_bad_b64": ("provider_bad_response", True),
    "not_json": ("provider_bad_response", True),
    "giant_300MB": ("provider_bad_response", True),
    "http_400": ("provider_bad_response", False),
    "http_401": ("provider_misconfigured", False),
    "http_404": ("provider_misconfigured", False),
    "http_429": ("quota_exceeded", False),
    "http_500": ("provider_bad_response", False),
    "http_503": ("provider_unavailable", False),
    "hang_forever": ("generation_timeout", True),
    "slow_drip": ("generation_timeout", True),
    "reset_mid_body": ("provider_bad_response", True),
}
#: Calls of one request; 1 where nothing is said.
CALLS = {"http_500": 2, "http_503": 2}


def outcome_of(case: dict[str, Any], gemini: FakeGemini, log: CallLog) -> GenerationError | bytes:
    gemini.default(of_case(case, SAMPLES / "images"))
    provider = GeminiProvider(
        api_key="k-test", models=["model-a"], base_url=gemini.base_url, first_wait_s=0.01
    )
    seconds = 1.0 if case["id"] in ("hang_forever", "slow_drip") else 30.0
    try:
        return provider.generate(REQUEST, deadline=time.monotonic() + seconds, recorder=log).data
    except GenerationError as error:
        return error


def test_every_case_has_its_outcome_here() -> None:
    assert {case["id"] for case in CASES} == set(OUTCOMES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_each_case_ends_as_the_contract_says(case: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    log = CallLog()
    with FakeGemini() as gemini:
        outcome = outcome_of(case, gemini, log)
        assert len(log.calls) == gemini.calls == CALLS.get(case["id"], 1)
    if isinstance(outcome, GenerationError):
        assert (outcome.kind, outcome.billed) == OUTCOMES[case["id"]]
        assert case["expect"].startswith((str(outcome.status), f"429/{outcome.status}", "429"))
        assert outcome.__cause__ is None
        assert outcome.__context__ is None
        assert "RELSEC" not in f"{outcome!r}{outcome.message}{outcome.detail}"
    else:
        assert OUTCOMES[case["id"]] is None
        assert outcome
    assert "RELSEC" not in caplog.text


@pytest.mark.parametrize("name", ["image_text.png", "image_truncated.png", "ok"])
def test_the_bytes_of_a_picture_arrive_unchanged(name: str) -> None:
    case = next(case for case in CASES if case["id"] == name)
    with FakeGemini() as gemini:
        outcome = outcome_of(case, gemini, CallLog())
    assert outcome == (SAMPLES / "images" / Path(case["image_file"]).name).read_bytes()


@pytest.mark.parametrize(("name", "seconds"), [("http_429", 17), ("http_500", 17), ("http_503", 17)])
def test_the_time_that_the_provider_asks_for_is_passed_on(name: str, seconds: int) -> None:
    case = next(case for case in CASES if case["id"] == name)
    with FakeGemini() as gemini:
        outcome = outcome_of(case, gemini, CallLog())
    assert isinstance(outcome, GenerationError)
    assert outcome.retry_after == seconds
