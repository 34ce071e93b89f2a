"""Every sample answer of a provider, as the caller of the API sees it."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from gallery.models import GenerationLog, ImageAsset, Job
from gallery.tests.fake_gemini import LEAKED_KEY, Answer, FakeGemini, image, of_case

SAMPLES = Path(__file__).parent / "samples"
CASES = json.loads((SAMPLES / "provider" / "cases.json").read_text())["cases"]
pytestmark = pytest.mark.django_db
WANTED = {
    "text_only": (502, "provider_bad_response"), "finish_image_safety": (422, "content_blocked"),
    "finish_no_image": (422, "content_blocked"), "prompt_blocked": (422, "content_blocked"),
    "shape_candidates_null": (502, "provider_bad_response"), "shape_parts_null": (502, "provider_bad_response"),
    "shape_data_bad_b64": (502, "provider_bad_response"), "not_json": (502, "provider_bad_response"),
    "image_text.png": (502, "provider_bad_response"), "image_truncated.png": (502, "provider_bad_response"),
    "giant_300MB": (502, "provider_bad_response"), "http_400": (502, "provider_bad_response"),
    "http_401": (503, "provider_misconfigured"), "http_404": (503, "provider_misconfigured"),
    "http_429": (429, "quota_exceeded"), "http_500": (502, "provider_bad_response"),
    "http_503": (503, "provider_unavailable"), "hang_forever": (504, "generation_timeout"),
    "slow_drip": (504, "generation_timeout"), "reset_mid_body": (502, "provider_bad_response"),
}  # fmt: skip


def ask(api: Client) -> Any:
    body = {"subject_type": "item", "subject_name": "Dagger", "prompt": "A secret dagger of old"}
    return api.post("/api/v1/images/generate", body, content_type="application/json")


def files_under(*folders: Any) -> list[str]:
    return [path.name for folder in folders for path in Path(folder).rglob("*") if path.is_file()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_each_answer_of_a_provider_has_its_outcome(
    api: Client,
    fake_gemini: FakeGemini,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    case: dict[str, Any],
) -> None:
    caplog.set_level(logging.DEBUG)
    settings.GENERATION_DEADLINE_S = 2 if case.get("behave", {}).keys() & {"hang", "drip_bytes_per_s"} else 30
    fake_gemini.default(of_case(case, SAMPLES / "images"))
    answer = ask(api)
    status, kind = WANTED.get(case["id"], (200, ""))
    assert answer.status_code == status, answer.content
    assert LEAKED_KEY not in answer.content.decode() + caplog.text
    assert settings.GEMINI_API_KEY not in answer.content.decode() + caplog.text
    assert "secret dagger" not in caplog.text
    if status == 200:
        return
    assert answer.json()["detail"]["kind"] == kind
    assert ImageAsset.objects.count() == 0
    assert files_under(settings.MEDIA_ROOT, settings.SPOOL_DIR) == [".dndimages"]
    assert set(GenerationLog.objects.values_list("status", "error_kind")) == {("failed", kind)}
    assert GenerationLog.objects.count() == fake_gemini.calls
    assert "secret dagger" not in str(list(Job.objects.values()))
    if case.get("headers", {}).get("Retry-After") == "17":
        assert answer["Retry-After"] == "17"


@pytest.mark.parametrize(
    "name", sorted(path.name for path in (SAMPLES / "images").iterdir() if path.suffix != ".json")
)
def test_a_providers_hostile_picture_is_judged_like_any_other(
    api: Client, fake_gemini: FakeGemini, settings: Settings, name: str
) -> None:
    manifest = json.loads((SAMPLES / "images" / "manifest.json").read_text())
    outcome = {entry["file"]: entry["outcome"] for entry in manifest["images"]}[name]
    data = (SAMPLES / "images" / name).read_bytes()
    nothing = {
        "candidates": [{"content": {"parts": [{"inlineData": {"mimeType": "image/png", "data": ""}}]}}]
    }
    fake_gemini.default(image(data) if data else Answer(body=nothing))
    answer = ask(api)
    assert answer.status_code in {"accept": [200], "reject": [502], "either": [200, 502]}[outcome]
    if answer.status_code == 200:
        served = api.get("/" + answer.json()["storage_path_full"]).content
        assert served[:4] == b"RIFF"
        assert b"RELSEC_CANARY" not in served
    else:
        assert ImageAsset.objects.count() == 0
        assert files_under(settings.MEDIA_ROOT, settings.SPOOL_DIR) == [".dndimages"]
        assert GenerationLog.objects.get().paid
