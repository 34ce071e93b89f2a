"""One total deadline and one limit of bytes over everything that a server may do to us."""

from __future__ import annotations

import datetime
import ipaddress
import json
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gallery.errors import GenerationError
from gallery.generation.providers.base import PictureRequest
from gallery.generation.providers.gemini import GeminiProvider
from gallery.generation.providers.gemini.network import Exchange, bounded_by
from gallery.generation.providers.gemini.transport import bounded_client, trust_for
from gallery.tests.fake_gemini import Answer, CallLog, FakeGemini

REQUEST = PictureRequest(subject_type="item", subject_name="Dagger", prompt="a curved dagger")
SOON_S = 0.6  # a deadline that has to strike
LATE_S = 20.0  # one that must not


def ask(
    base_url: str, *, seconds: float, log: CallLog | None = None, max_bytes: int = 2**25
) -> GenerationError:
    provider = GeminiProvider(
        api_key="k", models=["m"], base_url=base_url, first_wait_s=0.01, max_answer_bytes=max_bytes
    )
    with pytest.raises(GenerationError) as caught:
        provider.generate(REQUEST, deadline=time.monotonic() + seconds, recorder=log or CallLog())
    return caught.value


def ask_fake(answer: Answer, *, seconds: float, log: CallLog | None = None) -> GenerationError:
    with FakeGemini() as gemini:
        gemini.default(answer)
        return ask(gemini.base_url, seconds=seconds, log=log)


@pytest.fixture
def mute_port() -> Iterator[int]:
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("fault", ["hang", "drip", "drip_headers", "endless_interim"])
def test_however_slowly_it_comes_the_deadline_ends_it(fault: str) -> None:
    log = CallLog()
    error = ask_fake(Answer(fault=fault, drip_s=0.01), seconds=SOON_S, log=log)
    assert (error.kind, error.billed, len(log.calls)) == ("generation_timeout", True, 1)


def test_an_answer_that_is_late_as_a_whole_is_not_waited_for() -> None:
    assert ask_fake(Answer(delay_s=60), seconds=SOON_S).kind == "generation_timeout"


def test_no_thread_and_no_connection_is_left_behind_after_the_deadline() -> None:
    with FakeGemini() as gemini:
        gemini.default(Answer(fault="drip", drip_s=0.01))
        before = {thread for thread in threading.enumerate() if not thread.daemon}
        ask(gemini.base_url, seconds=SOON_S)
        assert {thread for thread in threading.enumerate() if not thread.daemon} == before
        assert not _open_connections_to(gemini.port)


def test_no_connection_is_kept_after_a_picture() -> None:
    with FakeGemini() as gemini:
        provider = GeminiProvider(api_key="k", models=["m"], base_url=gemini.base_url)
        assert provider.generate(REQUEST, deadline=time.monotonic() + LATE_S, recorder=CallLog()).data
        assert not _open_connections_to(gemini.port)


def _open_connections_to(port: int) -> list[str]:
    """Our ends of connections to that port, established (01) or left half open (08); Linux only."""
    table = Path("/proc/self/net/tcp")
    rows = [line.split() for line in table.read_text().splitlines()[1:]] if table.exists() else []
    return [row[1] for row in rows if row[3] in ("01", "08") and int(row[2].partition(":")[2], 16) == port]


def test_a_handshake_that_never_ends_is_cut_and_cost_nothing(mute_port: int) -> None:
    error = ask(f"https://127.0.0.1:{mute_port}", seconds=SOON_S)
    assert (error.kind, error.billed) == ("generation_timeout", False)


def test_a_deadline_that_has_passed_asks_nobody() -> None:
    log = CallLog()
    with FakeGemini() as gemini:
        assert ask(gemini.base_url, seconds=-1, log=log).kind == "generation_timeout"
        assert (gemini.calls, len(log.calls)) == (0, 0)


def test_a_refused_connection_is_tried_twice_and_costs_nothing() -> None:
    with FakeGemini() as gemini:
        url = gemini.base_url
    log = CallLog()
    error = ask(url, seconds=LATE_S, log=log)
    assert (error.kind, error.billed, len(log.calls)) == ("provider_unavailable", False, 2)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("reset", "provider_bad_response"),
        ("reset_headers", "provider_bad_response"),
        ("close", "provider_unavailable"),
    ],
)
def test_a_cut_call_may_have_cost_and_is_not_repeated(fault: str, kind: str) -> None:
    log = CallLog()
    error = ask_fake(Answer(fault=fault), seconds=LATE_S, log=log)
    assert (error.kind, error.billed, len(log.calls)) == (kind, True, 1)


@pytest.mark.parametrize("raw", [None, "[" * 1_000_000])
def test_a_packed_answer_is_read_if_it_is_an_answer(raw: str | None) -> None:
    with FakeGemini() as gemini:
        gemini.default(Answer(gzip=True, raw=raw))
        provider = GeminiProvider(api_key="k", models=["m"], base_url=gemini.base_url)
        if raw is None:
            assert provider.generate(
                REQUEST, deadline=time.monotonic() + LATE_S, recorder=CallLog()
            ).data.startswith(b"\x89PNG")
        else:
            assert ask(gemini.base_url, seconds=LATE_S).kind == "provider_bad_response"


@pytest.mark.parametrize("charset", ["zlib", "hex", "utf-16", "rot13", "nonsense"])
def test_the_charset_that_an_answer_claims_is_not_obeyed(charset: str) -> None:
    with FakeGemini() as gemini:
        gemini.default(Answer(headers={"Content-Type": f"application/json; charset={charset}"}))
        provider = GeminiProvider(api_key="k", models=["m"], base_url=gemini.base_url)
        assert provider.generate(REQUEST, deadline=time.monotonic() + LATE_S, recorder=CallLog()).data


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, gzip", "nonsense"])
def test_a_packing_that_we_do_not_know_is_a_bad_answer(encoding: str) -> None:
    error = ask_fake(Answer(headers={"Content-Encoding": encoding}), seconds=LATE_S)
    assert error.kind == "provider_bad_response"


def test_endless_headers_are_cut() -> None:
    headers = {f"X-{number}": "x" * 1000 for number in range(500)}
    assert ask_fake(Answer(headers=headers), seconds=LATE_S).kind == "provider_bad_response"


GIANT = """
import resource, sys, time
from gallery.errors import GenerationError
from gallery.generation.providers.base import PictureRequest
from gallery.generation.providers.gemini import GeminiProvider
from gallery.tests.fake_gemini import CallLog

def ask():
    provider = GeminiProvider(api_key="k", models=["m"], base_url=sys.argv[1])
    request = PictureRequest(subject_type="item", subject_name="Dagger", prompt="a curved dagger")
    try:
        return len(provider.generate(request, deadline=time.monotonic() + 60, recorder=CallLog()).data)
    except GenerationError as error:
        return error.kind

ask()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(ask(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("fault", ["giant", "bomb"])
def test_three_hundred_megabytes_are_cut_at_the_limit_in_bounded_memory(fault: str) -> None:
    with FakeGemini() as gemini:
        gemini.script(Answer(), Answer(fault=fault, stream_bytes=300 * 2**20))
        command = [sys.executable, "-c", GIANT, gemini.base_url]
        told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.split()
    assert told[0] == "provider_bad_response"
    assert int(told[1]) < 100 * 1024  # KiB


def test_calls_that_hang_do_not_hold_up_the_others() -> None:
    with FakeGemini() as gemini:
        gemini.script(*(Answer(fault="hang") for _ in range(12)))
        provider = GeminiProvider(api_key="k", models=["m"], base_url=gemini.base_url)

        def hang() -> str:
            with pytest.raises(GenerationError) as caught:
                provider.generate(REQUEST, deadline=time.monotonic() + 2, recorder=CallLog())
            return caught.value.kind

        with ThreadPoolExecutor(12) as pool:
            hanging = [pool.submit(hang) for _ in range(12)]
            assert gemini.wait_for_calls(12)
            deadline = time.monotonic() + LATE_S
            assert provider.generate(REQUEST, deadline=deadline, recorder=CallLog()).data
            assert not any(each.done() for each in hanging)
            assert {each.result() for each in hanging} == {"generation_timeout"}


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1 that signs itself, and a server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "fake gemini")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return path, context


def test_over_tls_a_picture_comes_and_the_deadline_holds(
    certificate: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, context = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with FakeGemini(tls=context) as gemini:
        provider = GeminiProvider(api_key="k", models=["m"], base_url=gemini.base_url)
        gemini.script(Answer(), Answer(fault="drip", drip_s=0.01))
        assert provider.generate(REQUEST, deadline=time.monotonic() + LATE_S, recorder=CallLog()).data
        assert ask(gemini.base_url, seconds=SOON_S).kind == "generation_timeout"


def test_a_certificate_that_nobody_vouches_for_is_the_operators_business(
    certificate: tuple[Path, ssl.SSLContext],
) -> None:
    log = CallLog()
    with FakeGemini(tls=certificate[1]) as gemini:
        error = ask(gemini.base_url, seconds=LATE_S, log=log)
        assert gemini.calls == 0
    assert (error.kind, error.billed, len(log.calls)) == ("provider_misconfigured", False, 1)


# The client alone


def test_a_name_is_looked_up_and_every_address_of_it_tried() -> None:
    with FakeGemini() as gemini:
        url = gemini.base_url.replace("127.0.0.1", "localhost")
        exchange = Exchange(deadline=time.monotonic() + LATE_S, max_bytes=10_000)
        with bounded_by(exchange):
            answer = bounded_client(url, trust_for(url)).get(f"{url}/v1/models")
        assert json.loads(answer.text)["models"]
        assert exchange.status == 200
