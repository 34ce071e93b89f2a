"""The fake itself: what other tests lean on."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image

from gallery.errors import GenerationError
from gallery.generation.providers.base import PictureRequest
from gallery.generation.providers.gemini import GeminiProvider
from gallery.tests.fake_gemini import CallLog, FakeGemini, failed, image

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # whatever the environment says


def generate(base_url: str, *, ratio: str = "16:9", model: str = "m") -> bytes:
    provider = GeminiProvider(api_key="k", models=[model], base_url=base_url, first_wait_s=0.01)
    request = PictureRequest(
        subject_type="item", subject_name="Dagger", prompt="a dagger", aspect_ratio=ratio
    )
    return provider.generate(request, deadline=time.monotonic() + 20, recorder=CallLog()).data


def post(url: str, body: Any) -> Any:
    request = urllib.request.Request(url, json.dumps(body).encode())
    with DIRECT.open(request, timeout=10) as answer:
        return json.load(answer)


def test_every_call_gets_a_picture_of_its_own_in_the_ratio_asked_for() -> None:
    with FakeGemini() as gemini:
        pictures = [
            Image.open(io.BytesIO(generate(gemini.base_url, ratio=ratio))) for ratio in ("16:9", "1:4")
        ]
        assert [picture.size for picture in pictures] == [(320, 180), (80, 320)]
        for picture in pictures:
            picture.load()
        assert len({generate(gemini.base_url) for _ in range(20)}) == 20


def test_script_first_then_the_default() -> None:
    with FakeGemini() as gemini:
        gemini.default(image(b"default"))
        gemini.script(image(b"one"), image(b"two"))
        assert [generate(gemini.base_url) for _ in range(3)] == [b"one", b"two", b"default"]


def test_held_calls_have_arrived_and_wait() -> None:
    with FakeGemini() as gemini, ThreadPoolExecutor(1) as pool:
        gemini.hold()
        coming = pool.submit(generate, gemini.base_url)
        assert gemini.wait_for_calls(1)
        assert not coming.done()
        gemini.release()
        assert coming.result()


def test_stopped_it_refuses_and_started_again_it_answers_at_the_same_place() -> None:
    gemini = FakeGemini().start()
    url = gemini.base_url
    gemini.stop()
    with pytest.raises(GenerationError):
        generate(url)
    with gemini:
        assert gemini.base_url == url
        assert generate(url)


def test_its_port_is_below_those_of_outgoing_connections() -> None:
    with FakeGemini() as gemini:
        assert gemini.port < 32_768


def test_as_a_child_process_it_is_steered_over_http() -> None:
    command = [sys.executable, "-m", "gallery.tests.fake_gemini", "--delay", "0.01"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        url = child.stdout.readline().strip()
        try:
            post(
                f"{url}/__script",
                {"answers": [{"status": 401, "body": failed(401).body}], "missing": ["old"]},
            )
            with pytest.raises(GenerationError):
                generate(url)
            assert generate(url)
            with pytest.raises(GenerationError):
                generate(url, model="old")
            with DIRECT.open(f"{url}/__calls", timeout=10) as answer:
                told = json.load(answer)
            assert told["calls"] == 3
            assert [call["model"] for call in told["requests"]] == ["m", "m", "old"]
            assert post(f"{url}/__script", {"reset": True})["calls"] == 0
        finally:
            child.terminate()
        assert child.wait(10) == 0
