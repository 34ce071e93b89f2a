"""What goes out to Gemini, which model is asked, what is repeated, and what never leaves us."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest
from httpx2 import URL

from gallery.errors import BudgetExhausted, GenerationError, ProviderMisconfigured, ProviderUnavailable
from gallery.generation.breaker import Breaker
from gallery.generation.providers.base import ASPECT_RATIOS, PictureRequest, Provider, RawPicture, Usage
from gallery.generation.providers.gemini import GeminiProvider
from gallery.generation.providers.gemini.chain import FORGET_ALL_S, FORGET_S, ModelChain
from gallery.generation.providers.gemini.patience import ROOM_S
from gallery.generation.providers.gemini.transport import proxy_for
from gallery.tests.fake_gemini import Answer, CallLog, FakeGemini, blocked, failed, quota, refused_picture

KEY = "AIzaSyD-a-key-that-must-not-be-seen-000"
PROMPT = "a curved dagger on red velvet"


@pytest.fixture
def gemini() -> Iterator[FakeGemini]:
    with FakeGemini() as fake:
        yield fake


def provider_for(gemini: FakeGemini, *models: str, **more: Any) -> GeminiProvider:
    wanted: dict[str, Any] = {"base_url": gemini.base_url, "first_wait_s": 0.01} | more
    return GeminiProvider(api_key=KEY, models=models or ("model-a",), **wanted)


def generate(
    provider: Provider, log: CallLog | None = None, *, ratio: str = "16:9", seconds: float = 20
) -> RawPicture:
    request = PictureRequest(subject_type="item", subject_name="Dagger", prompt=PROMPT, aspect_ratio=ratio)
    return provider.generate(request, deadline=time.monotonic() + seconds, recorder=log or CallLog())


def error_of(provider: Provider, log: CallLog | None = None, *, seconds: float = 20) -> GenerationError:
    with pytest.raises(GenerationError) as caught:
        generate(provider, log, seconds=seconds)
    return caught.value


# The request and the picture


def test_a_picture_comes_with_its_model_its_cost_and_its_call(gemini: FakeGemini) -> None:
    log = CallLog()
    picture = generate(provider_for(gemini), log)
    used = Usage(prompt_tokens=12, text_tokens=30, image_tokens=1120)
    assert (picture.source, picture.model, picture.response_id) == ("generated", "model-a", "fake-1")
    assert (picture.usage, picture.call_id) == (used, 1)
    assert log.calls[0].charges == [("model-a", used)]
    assert log.calls[0].error is None


def test_ratio_size_and_prompt_are_really_sent(gemini: FakeGemini) -> None:
    provider = provider_for(gemini, image_size="2K")
    for ratio in ASPECT_RATIOS:
        generate(provider, ratio=ratio)
    for received, ratio in zip(gemini.requests, ASPECT_RATIOS, strict=True):
        assert received.json["contents"] == [{"role": "user", "parts": [{"text": PROMPT}]}]
        assert received.json["generationConfig"] == {
            "responseModalities": ["IMAGE"],
            "imageConfig": {"aspectRatio": ratio, "imageSize": "2K"},
        }


def test_the_key_travels_in_its_header_alone(gemini: FakeGemini) -> None:
    generate(provider_for(gemini))
    received = gemini.requests[0]
    assert received.headers["x-goog-api-key"] == KEY
    others = {name: value for name, value in received.headers.items() if name != "x-goog-api-key"}
    assert KEY not in f"{others}{received.path}{received.json}"


def test_no_server_deadline_is_sent_because_the_api_refuses_short_ones(gemini: FakeGemini) -> None:
    generate(provider_for(gemini), seconds=4)
    assert "x-server-timeout" not in gemini.requests[0].headers


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_base_url_may_have_a_path(gemini: FakeGemini, slash: str) -> None:
    generate(provider_for(gemini, base_url=f"{gemini.base_url}/proxy/gemini{slash}"))
    assert gemini.requests[0].path == "/proxy/gemini/v1/models/model-a:generateContent"


ENVIRONMENT = {
    "GOOGLE_API_KEY": "another-key",
    "GEMINI_API_KEY": "a-third-key",
    "GOOGLE_GEMINI_BASE_URL": "http://127.0.0.1:9",
    "GOOGLE_GENAI_USE_VERTEXAI": "true",
    "GOOGLE_GENAI_USE_ENTERPRISE": "true",
    "GOOGLE_GENAI_API_VERSION": "v7",
    "GOOGLE_GENAI_CLIENT_MODE": "replay",
    "GOOGLE_GENAI_REPLAYS_DIRECTORY": "/nowhere",
    "GOOGLE_CLOUD_PROJECT": "other",
    "GOOGLE_CLOUD_LOCATION": "moon",
}


def test_the_environment_overrides_nothing_that_we_set(
    gemini: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    generate(provider_for(gemini))
    assert gemini.requests[0].headers["x-goog-api-key"] == KEY
    assert gemini.requests[0].path == "/v1/models/model-a:generateContent"


def test_a_proxy_of_the_environment_is_used(gemini: FakeGemini, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", gemini.base_url)
    monkeypatch.setenv("no_proxy", "")
    generate(provider_for(gemini, base_url="http://gemini.invalid/far"))
    assert gemini.requests[0].headers["host"] == "gemini.invalid"
    assert gemini.requests[0].path == "/far/v1/models/model-a:generateContent"


def test_a_proxy_is_left_out_where_the_environment_says_so_and_for_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("https_proxy", "http://user:word@127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "near.invalid")
    assert proxy_for(URL("https://near.invalid/")) is None
    assert proxy_for(URL("https://127.0.0.1/")) is proxy_for(URL("https://localhost/")) is None
    far = proxy_for(URL("https://far.invalid/"))
    assert far is not None
    assert (str(far.url), far.auth) == ("http://127.0.0.1:9", ("user", "word"))


def test_a_half_answer_is_not_continued_at_our_cost(gemini: FakeGemini) -> None:
    half = {
        "content": {"parts": [{"text": "wait"}]},
        "finishReason": "CONTINUATION",
        "continuationToken": "YQ==",
    }
    gemini.default(Answer(body={"candidates": [half]}))
    assert error_of(provider_for(gemini)).kind == "provider_bad_response"
    assert gemini.calls == 1


def test_what_was_counted_is_charged_though_no_picture_came(gemini: FakeGemini) -> None:
    used = {"promptTokenCount": 9, "thoughtsTokenCount": 50}
    gemini.default(Answer(body={"candidates": [{"finishReason": "IMAGE_SAFETY"}], "usageMetadata": used}))
    log = CallLog()
    assert error_of(provider_for(gemini), log).billed
    assert log.calls[0].charges == [("model-a", Usage(prompt_tokens=9, text_tokens=50))]


def test_eight_threads_share_one_client_and_get_eight_pictures(gemini: FakeGemini) -> None:
    provider, log = provider_for(gemini), CallLog()
    gemini.hold()
    with ThreadPoolExecutor(8) as pool:
        coming = [pool.submit(generate, provider, log) for _ in range(8)]
        assert gemini.wait_for_calls(8)
        gemini.release()
        assert len({each.result().data for each in coming}) == 8


# Setup


@pytest.mark.parametrize("key", ["", "  ", "schlüssel", "two\nlines", "nul\0"])
def test_an_unusable_key_is_the_operators_business_and_no_call(gemini: FakeGemini, key: str) -> None:
    provider, log = GeminiProvider(api_key=key, models=["m"], base_url=gemini.base_url), CallLog()
    assert isinstance(error_of(provider, log), ProviderMisconfigured)
    assert (gemini.calls, len(log.calls)) == (0, 0)


@pytest.mark.parametrize("url", ["no-scheme", "ftp://host", "http://", "http://[::", "//x", " / "])
def test_an_unusable_address_is_the_operators_business_and_no_call(url: str) -> None:
    provider, log = GeminiProvider(api_key=KEY, models=["m"], base_url=url), CallLog()
    assert isinstance(error_of(provider, log), ProviderMisconfigured)
    assert not log.calls


def test_nothing_is_opened_before_the_first_call(gemini: FakeGemini) -> None:
    provider_for(gemini)
    assert gemini.calls == gemini.listings == 0


def test_the_models_of_the_key_are_listed(gemini: FakeGemini) -> None:
    gemini.models = ["gemini-x", "gemini-y"]
    assert provider_for(gemini).list_models() == ["gemini-x", "gemini-y"]


def test_a_listing_that_fails_is_one_of_our_errors(gemini: FakeGemini) -> None:
    gemini.listing = failed(403)
    with pytest.raises(ProviderMisconfigured) as caught:
        provider_for(gemini).list_models()
    assert caught.value.__context__ is None


# The chain of models


def test_the_next_model_is_asked_when_one_is_gone_and_then_at_once(gemini: FakeGemini) -> None:
    gemini.missing = {"old", "older"}
    provider, log = provider_for(gemini, "old", "older", "new"), CallLog()
    assert generate(provider, log).model == "new"
    assert generate(provider, log).model == "new"
    assert [call.asked_model for call in log.calls] == ["old", "older", "new", "new"]
    assert [bool(call.error) for call in log.calls] == [True, True, False, False]


def test_when_all_models_are_gone_the_operator_is_wanted_and_nobody_asks_on(gemini: FakeGemini) -> None:
    gemini.missing = {"a", "b"}
    provider = provider_for(gemini, "a", "b")
    assert isinstance(error_of(provider), ProviderMisconfigured)
    assert isinstance(error_of(provider), ProviderMisconfigured)
    assert gemini.calls == 2


def test_without_any_model_there_is_nothing_to_ask(gemini: FakeGemini) -> None:
    assert isinstance(error_of(provider_for(gemini, " ", "")), ProviderMisconfigured)


def test_a_failure_other_than_gone_does_not_touch_the_next_model(gemini: FakeGemini) -> None:
    gemini.default(failed(403))
    error_of(provider_for(gemini, "a", "b"))
    assert [received.model for received in gemini.requests] == ["a"]


def test_a_gone_model_is_tried_again_after_a_while() -> None:
    now = [0.0]
    chain = ModelChain(["a", "b", "a", " "], clock=lambda: now[0])
    chain.gone("a")
    assert chain.usable() == ["b"]
    now[0] += FORGET_S
    assert chain.usable() == ["a", "b"]


def test_a_chain_that_is_all_gone_comes_back_sooner() -> None:
    now = [0.0]
    chain = ModelChain(["a", "b"], clock=lambda: now[0])
    chain.gone("a")
    chain.gone("b")
    assert chain.usable() == []
    now[0] += FORGET_ALL_S
    assert chain.usable() == ["a", "b"]


# Trying again


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_passing_failure_of_the_server_is_tried_again_as_a_call_of_its_own(
    gemini: FakeGemini, status: int
) -> None:
    gemini.script(failed(status), failed(status))
    log = CallLog()
    assert generate(provider_for(gemini), log).call_id == 3
    assert [bool(call.error) for call in log.calls] == [True, True, False]


def test_the_last_error_is_the_one_that_is_told(gemini: FakeGemini) -> None:
    gemini.script(failed(503), failed(401))
    assert error_of(provider_for(gemini)).kind == "provider_misconfigured"


def test_a_spent_budget_stops_the_trying_and_is_no_failed_call(
    gemini: FakeGemini, caplog: pytest.LogCaptureFixture
) -> None:
    gemini.default(failed(503))
    assert isinstance(error_of(provider_for(gemini), CallLog(cap=1)), BudgetExhausted)
    assert gemini.calls == 1
    assert [record.getMessage() for record in caplog.records if "budget" in record.getMessage()] == []


def test_nothing_is_tried_again_when_too_little_time_is_left(gemini: FakeGemini) -> None:
    gemini.default(failed(503))
    assert isinstance(error_of(provider_for(gemini), seconds=ROOM_S / 2), ProviderUnavailable)
    assert gemini.calls == 1


def test_a_server_that_asks_for_long_patience_is_tried_once_more_only(gemini: FakeGemini) -> None:
    gemini.default(failed(503, headers={"Retry-After": "300"}))
    assert error_of(provider_for(gemini)).retry_after == 300
    assert gemini.calls == 2


class ArrivalTimes(logging.Handler):
    """When each failed call was logged: just before the wait."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[float] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(time.monotonic())


def test_a_minutes_quota_is_waited_for_once_and_never_too_short(gemini: FakeGemini) -> None:
    soon = quota(quota_id="GenerateRequestsPerMinutePerProject", value="5", delay="1s")
    gemini.default(soon)
    failures = ArrivalTimes()
    logging.getLogger("gallery.gemini").addHandler(failures)
    assert error_of(provider_for(gemini)).kind == "quota_exceeded"
    logging.getLogger("gallery.gemini").removeHandler(failures)
    assert gemini.calls == 2
    assert all(later - earlier >= 1 for earlier, later in pairwise(failures.seen))


@pytest.mark.parametrize(
    "answer",
    [
        quota(quota_id="PerMinute", value="5", delay="6s"),
        quota(quota_id="PerDay", value="250", delay="1s"),
        quota(quota_id="PerMinute", value="0", delay="1s"),
        quota(quota_id="PerMinute", value="5"),
    ],
)
def test_no_other_quota_is_waited_for(gemini: FakeGemini, answer: Answer) -> None:
    gemini.default(answer)
    error_of(provider_for(gemini))
    assert gemini.calls == 1


@pytest.mark.parametrize(
    "answer", [blocked(), refused_picture(), Answer(raw="<html>"), failed(400), failed(401)]
)
def test_an_answer_that_would_be_the_same_again_is_not_asked_for_again(
    gemini: FakeGemini, answer: Answer
) -> None:
    gemini.default(answer)
    error_of(provider_for(gemini))
    assert gemini.calls == 1


# The breaker


@pytest.mark.parametrize("answer", [failed(500), failed(503), Answer(fault="close")])
def test_after_failures_in_a_row_nobody_is_asked(gemini: FakeGemini, answer: Answer) -> None:
    gemini.default(answer)
    provider, log = provider_for(gemini, breaker=Breaker(failures=2)), CallLog()
    error_of(provider, log)
    error_of(provider, log)
    asked = gemini.calls
    error = error_of(provider, log)
    assert isinstance(error, ProviderUnavailable)
    assert error.retry_after is not None
    assert provider.breaker.state == "open"
    assert gemini.calls == len(log.calls) == asked


def test_after_a_quota_error_nobody_is_asked(gemini: FakeGemini) -> None:
    gemini.script(quota(quota_id="PerDay", value="250", delay="100s"))
    provider, log = provider_for(gemini), CallLog()
    first, second = error_of(provider, log), error_of(provider, log)
    assert (first.kind, first.detail) == (second.kind, second.detail)
    assert (gemini.calls, len(log.calls)) == (1, 1)


def test_a_late_start_is_not_held_against_the_provider(gemini: FakeGemini) -> None:
    provider = provider_for(gemini, breaker=Breaker(failures=1))
    assert error_of(provider, seconds=-1).kind == "generation_timeout"
    assert provider.breaker.state == "closed"


# Secrets

LEAKS = [
    Answer(),
    failed(400),
    failed(401),
    failed(503),
    quota(delay="17s"),
    blocked(f"KEY {KEY}"),
    refused_picture(KEY),
    Answer(raw=f"<html>{KEY}", headers={"X-Echo": KEY, "Retry-After": KEY}),
    Answer(status=302, raw="", headers={"Location": f"http://127.0.0.1:9/?key={KEY}"}),
    Answer(status=500, raw=KEY),
    Answer(fault="reset"),
    Answer(
        body={"modelVersion": f"m {KEY}", "responseId": f"r {KEY}", "candidates": [{"finishReason": KEY}]}
    ),
]


def told_by(provider: GeminiProvider) -> str:
    """All that an error could show anywhere; empty when a picture came."""
    try:
        generate(provider)
    except GenerationError as error:
        chain = f"{error.__context__!r}{error.__cause__!r}"
        return (
            "".join(traceback.format_exception(error)) + f"{chain}{error.message}{error.detail}{error.args}"
        )
    return ""


@pytest.mark.parametrize("answer", LEAKS, ids=range(len(LEAKS)))
def test_neither_key_nor_prompt_nor_upstream_words_get_into_log_or_error(
    gemini: FakeGemini, answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx2", "httpcore2", "google_genai"):
        caplog.set_level(logging.DEBUG, logger=name)
    gemini.default(answer)
    told = told_by(provider_for(gemini))
    for secret in (KEY, "AIzaRELSEC", PROMPT):
        assert secret not in told
        assert all(secret not in f"{record.getMessage()}{record.args}" for record in caplog.records)


def test_each_failed_call_is_one_line_in_the_log(
    gemini: FakeGemini, caplog: pytest.LogCaptureFixture
) -> None:
    gemini.script(failed(503), failed(401))
    error_of(provider_for(gemini))
    lines = [record.getMessage() for record in caplog.records if record.name == "gallery.gemini"]
    assert lines == [
        "Gemini call failed: model=model-a kind=provider_unavailable http=503",
        "Gemini call failed: model=model-a kind=provider_misconfigured http=401",
    ]
