"""Sending requests over kept connections: by wrk where it is installed, else by Python itself."""

from __future__ import annotations

import http.client
import itertools
import json
import multiprocessing
import re
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from bench.work import Work

PROCESSES = 2  # of the Python generator


@dataclass(frozen=True)
class Figures:
    per_second: float
    p50_ms: float
    p99_ms: float
    failed: int = 0


def generator() -> str:
    """Who makes the load; figures of the two must not be compared."""
    return "wrk" if shutil.which("wrk") else "Python (slower than wrk: it takes time from the service)"


def probe(url: str, work: Work) -> str:
    """Ask for some of its paths; what is wrong, in a word, or nothing."""
    for path in work.paths[:: max(1, len(work.paths) // 5)]:
        request = Request(url + path, method=work.method, headers=work.headers)
        try:
            with urlopen(request, timeout=60) as answer:
                answer.read()
        except HTTPError as error:
            return f"({error.code})"
    return ""


def run(url: str, work: Work, *, seconds: float, connections: int) -> Figures:
    if shutil.which("wrk"):
        return _by_wrk(url, work, seconds, connections)
    return _by_python(url, work, seconds, connections)


# ── wrk ──────────────────────────────────────────────────────────────────────────────────────────

_SCRIPT = """
local paths, n = {%(paths)s}, 0
wrk.method = "%(method)s"
%(headers)s
request = function()
  n = n %% #paths + 1
  return wrk.format(nil, paths[n])
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('{"requests":%%d,"us":%%d,"p50":%%d,"p99":%%d,"failed":%%d}\\n', summary.requests,
    summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


def _by_wrk(url: str, work: Work, seconds: float, connections: int) -> Figures:
    script = _SCRIPT % {
        "paths": ", ".join(json.dumps(path) for path in work.paths),
        "method": work.method,
        "headers": "\n".join(
            f"wrk.headers[{json.dumps(k)}] = {json.dumps(v)}" for k, v in work.headers.items()
        ),
    }
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "-s", file.name, url]
        said = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=seconds + 60
        ).stdout
    match = re.search(r"^\{.*\}$", said, re.MULTILINE)
    assert match is not None, f"wrk said: {said}"
    told = json.loads(match[0])
    return Figures(
        told["requests"] * 1e6 / told["us"], told["p50"] / 1000, told["p99"] / 1000, told["failed"]
    )


# ── Python ───────────────────────────────────────────────────────────────────────────────────────


def _by_python(url: str, work: Work, seconds: float, connections: int) -> Figures:
    shares = [len(range(n, connections, PROCESSES)) for n in range(PROCESSES)]
    with multiprocessing.Pool(PROCESSES) as pool:
        parts = pool.starmap(_share, [(url, work, seconds, share) for share in shares if share])
    took_ms = sorted(itertools.chain.from_iterable(part[0] for part in parts))
    cuts = statistics.quantiles(took_ms, n=100)
    return Figures(len(took_ms) / seconds, cuts[49], cuts[98], sum(part[1] for part in parts))


def _share(url: str, work: Work, seconds: float, connections: int) -> tuple[list[float], int]:
    took_ms: list[float] = []
    failed: list[int] = []
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_one, args=(url, work, until, took_ms, failed)) for _ in range(connections)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took_ms, len(failed)


def _one(url: str, work: Work, until: float, took_ms: list[float], failed: list[int]) -> None:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    for path in itertools.cycle(work.paths):
        started = time.monotonic()
        if started > until:
            return connection.close()
        connection.request(work.method, path, headers=work.headers)
        answer = connection.getresponse()
        answer.read()
        took_ms.append((time.monotonic() - started) * 1000)
        if answer.status >= 400:
            failed.append(answer.status)
