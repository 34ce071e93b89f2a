from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from gallery.models import GenerationLog, ImageAsset, Job, SpendDay
from gallery.tests.fake_gemini import FakeGemini, blocked, failed

pytestmark = pytest.mark.django_db
URL = "/api/v1/images/generate"
DAGGER = {"subject_type": "item", "subject_name": "Dagger", "prompt": "A rusty dagger of old"}


def ask(api: Client, headers: dict[str, str] | None = None, **more: Any) -> Any:
    return api.post(URL, DAGGER | more, content_type="application/json", headers=headers or {})


def test_a_picture_is_made_kept_and_served(api: Client, fake_gemini: FakeGemini) -> None:
    made = ask(api).json()
    assert made["source"] == "generated"
    assert made["use_count"] == 1
    for path in (made["storage_path_full"], made["storage_path_thumbnail"]):
        served = api.get(f"/{path}")
        assert served.status_code == 200
        assert served["Content-Type"] == "image/webp"
        assert served.content[:4] + served.content[8:12] == b"RIFFWEBP"
    assert made["file_size_bytes"] == len(api.get(f"/{made['storage_path_full']}").content)


def test_without_a_key_the_painter_does_the_whole_job(api: Client) -> None:
    made = ask(api).json()
    assert (made["source"], made["model"]) == ("painted", "painter")
    assert SpendDay.objects.count() == 0


def test_each_call_makes_a_new_picture(api: Client, fake_gemini: FakeGemini) -> None:
    assert ask(api).json()["id"] != ask(api).json()["id"]
    assert fake_gemini.calls == 2


def test_strings_are_kept_to_the_letter(api: Client) -> None:
    name = "Torch, A wooden stick wrapped in oil-soaked rags. "
    made = ask(api, subject_name=name, custom_prompt=" é ").json()
    assert made["subject_name"] == name
    row = ImageAsset.objects.get()
    assert (row.subject_name, row.custom_prompt) == (name, " é ")
    found = api.get("/api/v1/images/search", {"subject_name": name}).json()
    assert found["total"] == 1
    assert api.get("/api/v1/images/search", {"subject_name": name.strip()}).json()["total"] == 0


def test_the_custom_prompt_is_added_and_the_ratio_is_sent(api: Client, fake_gemini: FakeGemini) -> None:
    ask(api, custom_prompt="glowing blue", aspect_ratio="9:16")
    sent = fake_gemini.requests[0].json
    assert sent["contents"][0]["parts"][0]["text"] == "A rusty dagger of old. glowing blue"
    assert sent["generationConfig"]["imageConfig"]["aspectRatio"] == "9:16"


@pytest.mark.parametrize(
    "bad",
    [{"subject_type": "monster"}, {"subject_type": None}, {"subject_name": ""}, {"subject_name": 5},
     {"subject_name": "x" * 201}, {"prompt": "too short"}, {"prompt": "x" * 1001}, {"prompt": ["x" * 20]},
     {"custom_prompt": "x" * 201}, {"custom_prompt": 7}, {"aspect_ratio": "2:1"}, {"component": "x" * 51},
     {"custom_prompt": "a <SCRIPT src"}, {"custom_prompt": "JavaScript:alert"}, {"custom_prompt": "x OnError=1"},
     {"custom_prompt": "eval(1)"}, {"custom_prompt": "<?PHP"}, {"custom_prompt": "<iframe>"}, {"prompt": "nul\x00 in the middle"}],
)  # fmt: skip
def test_bad_fields_are_refused_by_name_and_cost_nothing(
    api: Client, fake_gemini: FakeGemini, bad: dict[str, Any]
) -> None:
    answer = ask(api, **bad)
    assert answer.status_code == 422
    assert answer.json()["detail"]["errors"][0]["loc"] == ["body", *bad]
    assert fake_gemini.calls == 0
    assert Job.objects.count() == 0


@pytest.mark.parametrize("ok", [{"prompt": "x" * 10}, {"prompt": "x" * 1000}, {"subject_name": "x" * 200}, {"custom_prompt": None},
                                {"custom_prompt": ""}, {"component": ""}, {"unknown": 1}, {"aspect_ratio": "21:9"}])  # fmt: skip
def test_bounds_are_inclusive_and_unknown_fields_ignored(api: Client, ok: dict[str, Any]) -> None:
    assert ask(api, **ok).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"\xff\xfe", 400), (b'{"a": NaN}', 400), (b'"\\ud800"', 400), (b"[" * 5000, 400), (b"[]", 422), (b"null", 422), (b"5", 422)],
)  # fmt: skip
def test_bodies_that_are_no_json_object(api: Client, body: bytes, status: int) -> None:
    answer = api.generic("POST", URL, body, content_type="application/json")
    assert answer.status_code == status
    assert answer.json()["detail"]["kind"] == "invalid"


def test_other_content_types_are_refused(api: Client) -> None:
    answer = api.generic("POST", URL, b"a=b", content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json()["detail"]["kind"]) == (415, "unsupported_type")


def test_a_body_over_the_limit_is_told_so(api: Client, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = ask(api, unknown="x" * 2000)
    assert (answer.status_code, answer.json()["detail"]["kind"]) == (413, "too_large")


def test_an_idempotency_key_is_paid_once(api: Client, fake_gemini: FakeGemini) -> None:
    first = ask(api, {"Idempotency-Key": "abc"})
    again = ask(api, {"Idempotency-Key": "abc"})
    assert first.json() == again.json()
    assert fake_gemini.calls == 1
    other_body = ask(api, {"Idempotency-Key": "abc"}, prompt="Another dagger altogether")
    assert other_body.status_code == 422
    assert other_body.json()["detail"]["errors"][0]["loc"] == ["header", "Idempotency-Key"]
    assert ask(api, {"Idempotency-Key": "other"}).json()["id"] != first.json()["id"]


def test_a_key_whose_first_try_failed_may_be_used_again(api: Client, fake_gemini: FakeGemini) -> None:
    fake_gemini.script(blocked())
    assert ask(api, {"Idempotency-Key": "abc"}).status_code == 422
    assert ask(api, {"Idempotency-Key": "abc"}).status_code == 200


def test_two_callers_may_use_the_same_key(api: Client, keyed: Any) -> None:
    mine = ask(api, {"Idempotency-Key": "abc"}).json()
    theirs = ask(keyed("generate"), {"Idempotency-Key": "abc"}, prompt="Another dagger altogether").json()
    assert mine["id"] != theirs["id"]


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_odd_idempotency_keys_are_refused(api: Client, key: str) -> None:
    assert ask(api, {"Idempotency-Key": key}).status_code == 422


def test_at_the_limit_of_pictures_of_an_item_no_new_one_is_made(api: Client, settings: Settings) -> None:
    settings.MAX_IMAGES_PER_ITEM = 2
    statuses = [ask(api).status_code for _ in range(3)]
    assert statuses == [200, 200, 422]
    assert ask(api, subject_name="Sword").status_code == 200
    assert ImageAsset.objects.visible().count() == 3


def test_every_attempt_leaves_a_row_in_the_log(api: Client, fake_gemini: FakeGemini) -> None:
    fake_gemini.script(failed(400))
    ask(api, {"X-Request-ID": "trace-1"})
    ask(api)
    bad, good = GenerationLog.objects.order_by("pk")
    assert (bad.status, bad.error_kind, bad.request_id) == ("failed", "provider_bad_response", "trace-1")
    assert (good.status, good.image_id) == ("success", ImageAsset.objects.get().pk)
    assert good.adapter == "gemini"
    assert good.paid
    assert good.caller == "ip:127.0.0.1"
    assert good.image_tokens > 0
    assert good.cost_usd is not None
    assert good.cost_usd > 0
    assert good.latency_ms is not None


def test_asynchronous_generation_is_accepted_and_done_by_a_worker(
    api: Client, fake_gemini: FakeGemini
) -> None:
    from django.core.management import call_command

    accepted = ask(api, {"Prefer": "respond-async"})
    assert accepted.status_code == 202
    where = accepted["Location"]
    assert where == f"/api/v1/jobs/{accepted.json()['id']}"
    assert api.get(where).json()["status"] == "queued"
    call_command("worker", once=True)
    done = api.get(where).json()
    assert done["status"] == "done"
    assert done["image"]["subject_name"] == "Dagger"
    assert fake_gemini.calls == 1


def test_a_failed_job_tells_its_error(api: Client, fake_gemini: FakeGemini) -> None:
    from django.core.management import call_command

    fake_gemini.default(blocked())
    where = ask(api, {"Prefer": "respond-async"})["Location"]
    call_command("worker", once=True)
    done = api.get(where).json()
    assert (done["status"], done["error"]["kind"], done["image"]) == ("failed", "content_blocked", None)


def test_an_unknown_job_is_not_found(api: Client) -> None:
    assert api.get("/api/v1/jobs/00000000-0000-0000-0000-000000000000").status_code == 404
    assert api.get("/api/v1/jobs/abc").status_code == 422


def test_the_daily_cap_stops_paid_calls_before_they_are_made(
    api: Client, fake_gemini: FakeGemini, settings: Settings
) -> None:
    settings.DAILY_GENERATION_CAP = 2
    answers = [ask(api) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["detail"]["kind"] == "budget_exhausted"
    assert 0 < int(answers[2]["Retry-After"]) <= 86_400
    assert fake_gemini.calls == 2


def test_a_key_has_a_cap_of_its_own(api: Client, keyed: Any, fake_gemini: FakeGemini) -> None:
    game = keyed("generate", daily_cap=1)
    assert [ask(game).status_code for _ in range(2)] == [200, 429]
    assert ask(api).status_code == 200
    assert {day.scope.split(":")[0]: day.calls for day in SpendDay.objects.all()} == {"all": 2, "key": 1}


def test_a_refused_call_gives_its_place_in_the_budget_back(
    api: Client, fake_gemini: FakeGemini, settings: Settings
) -> None:
    settings.DAILY_GENERATION_CAP = 1
    fake_gemini.script(failed(400))
    assert [ask(api).status_code for _ in range(3)] == [502, 200, 429]


def test_a_key_may_have_its_own_rate(keyed: Any, settings: Settings) -> None:
    settings.MAX_REQUESTS_PER_MINUTE = 1
    game = keyed("generate", requests_per_minute=3)
    assert [ask(game).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_closed_generation_needs_a_key(api: Client, keyed: Any, settings: Settings) -> None:
    settings.PUBLIC_GENERATION = False
    assert ask(api).status_code == 401
    assert ask(keyed("curate")).status_code == 403
    assert ask(keyed("generate")).status_code == 200


def test_an_idempotency_key_in_use_takes_no_other_body(api: Client, fake_gemini: FakeGemini) -> None:
    headers = {"Idempotency-Key": "abc", "Prefer": "respond-async"}
    first = ask(api, headers)
    again = ask(api, headers)
    assert first.json()["id"] == again.json()["id"]
    assert ask(api, headers, prompt="Another dagger altogether").status_code == 422
    assert ask(api, {"Idempotency-Key": "abc"}, prompt="Another dagger altogether").status_code == 422
    Job.objects.update(state="running", lease_until=None)  # its process is dead
    assert ask(api, {"Idempotency-Key": "abc"}, prompt="Another dagger altogether").status_code == 422
    Job.objects.update(lease_until=None)
    assert ask(api, {"Idempotency-Key": "abc"}).status_code == 200
    assert fake_gemini.calls == 1
