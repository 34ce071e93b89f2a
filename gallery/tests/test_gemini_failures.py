"""Error answers: by status and structured details to one kind each, and what they say about waiting."""

from __future__ import annotations

import datetime
import email.utils
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.errors import GenerationError
from gallery.generation.providers.base import PictureRequest
from gallery.generation.providers.gemini import GeminiProvider
from gallery.generation.providers.gemini.quota import quota_scope, told_wait_s
from gallery.tests.fake_gemini import Answer, CallLog, FakeGemini, failed, quota

REQUEST = PictureRequest(subject_type="item", subject_name="Dagger", prompt="a curved dagger")
PER_DAY = "GenerateRequestsPerDayPerProjectPerModel-FreeTier"
PER_MINUTE = "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"


def error_for(answer: Answer, log: CallLog | None = None) -> GenerationError:
    with FakeGemini() as gemini:
        gemini.default(answer)
        provider = GeminiProvider(api_key="k", models=["m"], base_url=gemini.base_url, first_wait_s=0.01)
        with pytest.raises(GenerationError) as caught:
            provider.generate(REQUEST, deadline=time.monotonic() + 20, recorder=log or CallLog())
    return caught.value


def info(reason: str) -> list[Any]:
    return [
        {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com"}
    ]


STATUSES: list[tuple[Answer, str, int]] = [
    (failed(400), "provider_bad_response", 1),
    (failed(400, reason="INVALID_ARGUMENT", details=info("API_KEY_INVALID")), "provider_misconfigured", 1),
    (failed(400, reason="INVALID_ARGUMENT", details=info("API_KEY_EXPIRED")), "provider_misconfigured", 1),
    (failed(400, reason="INVALID_ARGUMENT", details=info("SOMETHING_ELSE")), "provider_bad_response", 1),
    (failed(400, reason="FAILED_PRECONDITION"), "provider_misconfigured", 1),
    (failed(401), "provider_misconfigured", 1),
    (failed(402), "provider_misconfigured", 1),
    (failed(403, reason="PERMISSION_DENIED"), "provider_misconfigured", 1),
    (failed(404), "provider_misconfigured", 1),
    (failed(407), "provider_misconfigured", 1),
    (failed(409), "provider_bad_response", 1),
    (failed(413), "provider_bad_response", 1),
    (failed(422), "provider_bad_response", 1),
    (failed(451), "provider_bad_response", 1),
    (failed(500), "provider_bad_response", 3),
    (failed(501), "provider_unavailable", 3),
    (failed(502), "provider_unavailable", 3),
    (failed(503, reason="UNAVAILABLE"), "provider_unavailable", 3),
    (failed(504, reason="DEADLINE_EXCEEDED"), "provider_unavailable", 3),
    (failed(599), "provider_unavailable", 3),
]


@pytest.mark.parametrize(
    ("answer", "kind", "calls"), STATUSES, ids=lambda value: str(getattr(value, "status", value))
)
def test_the_status_decides_the_kind_and_a_refusal_is_free(answer: Answer, kind: str, calls: int) -> None:
    log = CallLog()
    error = error_for(answer, log)
    assert (error.kind, error.billed, len(log.calls)) == (kind, False, calls)
    assert all(call.error is not None and not call.charges for call in log.calls)


BODIES = [
    "",
    "null",
    "[]",
    "5",
    "<html>API_KEY_INVALID PerDay 404</html>",
    '{"error":"API_KEY_INVALID"}',
    '{"error":{"details":"x","code":401}}',
    '{"error":{"details":[null,5,{"@type":5},{"@type":"google.rpc.RetryInfo"}]}}',
    '[{"error":{"code":401}},{"error":{}}]',
    "[" * 100_000,
    "1" * 5000,
]


@pytest.mark.parametrize(
    ("status", "kind"), [(400, "provider_bad_response"), (401, "provider_misconfigured")]
)
def test_the_words_and_shape_of_an_error_body_change_nothing(status: int, kind: str) -> None:
    with FakeGemini() as gemini:
        provider = GeminiProvider(api_key="k", models=["m"], base_url=gemini.base_url)
        for body in BODIES:
            gemini.default(Answer(status=status, raw=body))
            with pytest.raises(GenerationError) as caught:
                provider.generate(REQUEST, deadline=time.monotonic() + 20, recorder=CallLog())
            assert caught.value.kind == kind, body[:50]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_a_quota_is_one_whatever_its_body_says(body: str) -> None:
    error = error_for(Answer(status=429, raw=body))
    assert (error.kind, error.detail, error.retry_after) == ("quota_exceeded", {"scope": "minute"}, 60)


@pytest.mark.parametrize("status", [201, 202, 204, 206])
def test_a_strange_success_is_a_bad_answer_that_may_cost(status: int) -> None:
    error = error_for(Answer(status=status, raw="" if status == 204 else "{}"))
    assert (error.kind, error.billed) == ("provider_bad_response", True)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with FakeGemini() as elsewhere:
        error = error_for(
            Answer(status=status, raw="", headers={"Location": elsewhere.base_url + "/v1/models/m"})
        )
        assert not elsewhere.requests
        assert elsewhere.listings == 0
    assert (error.kind, error.billed) == ("provider_bad_response", False)


def test_a_redirect_loop_ends_after_one_step() -> None:
    log = CallLog()
    assert error_for(Answer(fault="redirect_loop"), log).kind == "provider_bad_response"
    assert len(log.calls) == 1


QUOTAS: list[tuple[Answer, str, float]] = [
    (quota(quota_id=PER_MINUTE, value="10", delay="34.07s"), "minute", 35),
    (quota(quota_id=PER_DAY, value="250", delay="22s"), "day", 22),
    (quota(quota_id=PER_DAY, value="250"), "day", 3600),
    (quota(quota_id=PER_MINUTE, value="0", delay="34s"), "none", 34),
    (quota(quota_id=PER_DAY, value="0"), "none", 3600),
    (quota(quota_id=PER_MINUTE), "minute", 60),
    (quota(delay="7s"), "minute", 7),
    (quota(headers={"Retry-After": "90"}), "minute", 90),
    (quota(delay="7s", headers={"Retry-After": "90"}), "minute", 7),
    (quota(delay="soon", headers={"Retry-After": "90"}), "minute", 90),
    (quota(), "minute", 60),
    (quota(delay="99999999999s"), "minute", 604_800),
]


@pytest.mark.parametrize(("answer", "scope", "retry_after"), QUOTAS)
def test_a_quota_error_tells_its_scope_and_when_to_come_back(
    answer: Answer, scope: str, retry_after: float
) -> None:
    log = CallLog()
    error = error_for(answer, log)
    assert (error.kind, error.status, error.message) == ("quota_exceeded", 429, "API quota exceeded")
    assert (error.detail, error.retry_after, len(log.calls)) == ({"scope": scope}, retry_after, 1)


def violations(*rows: tuple[str, str | None]) -> dict[str, Any]:
    listed = [{"quotaId": name} | ({} if value is None else {"quotaValue": value}) for name, value in rows]
    return {
        "error": {"details": [{"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": listed}]}
    }


def test_the_widest_of_several_quotas_counts() -> None:
    assert quota_scope(violations((PER_MINUTE, "10"), (PER_DAY, "250"))) == "day"
    assert quota_scope(violations((PER_MINUTE, "10"), (PER_DAY, "0"))) == "none"


def test_a_key_without_any_quota_is_known_by_its_missing_numbers() -> None:
    assert quota_scope(violations((PER_DAY, None), (PER_MINUTE, None))) == "none"


def test_a_retry_date_counts_from_now() -> None:
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=100)
    told = told_wait_s({}, email.utils.format_datetime(moment, usegmt=True))
    assert told is not None
    assert 90 <= told <= 101


@pytest.mark.parametrize("value", ["", "-5", "1e9", "١٢", "soon", "9" * 50, "Thu, 99 Foo 2030 99:99:99 GMT"])
def test_a_strange_retry_after_is_as_none(value: str) -> None:
    assert told_wait_s(None, value) is None


def test_a_retry_date_in_the_past_means_now() -> None:
    assert told_wait_s(None, "Thu, 01 Jan 1970 00:00:00 GMT") == 0
    assert told_wait_s(None, "Mon, 01 Jan 0001 00:00:00 -0000") in (0, None)


@given(delay=st.none() | st.booleans() | st.floats() | st.text(alphabet="0123456789.se+- ", max_size=20))
def test_whatever_delay_is_told_ours_is_whole_and_bounded(delay: Any) -> None:
    entry = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}
    told = told_wait_s(json.loads(json.dumps({"error": {"details": [entry]}})), "")
    assert told is None or (0 <= told <= 604_800 and told == int(told))
