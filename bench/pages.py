"""``python -m bench --pages``: how long each page takes that people look at, one request at a time.

"first" is the first look after a picture has changed, so that everything remembered has to be found
anew; "again" is the median, and "most" the slowest, of those after it.
"""

from __future__ import annotations

import http.client
import re
import statistics
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench import records, rows
from dndimages.tests.service import Service

BOSS = {"DJANGO_SUPERUSER_USERNAME": "boss", "DJANGO_SUPERUSER_PASSWORD": "only to measure"}
LIMIT_MS = 300  # of each, at 100,000 rows
AGAIN = 7
_PICTURES = "/admin/gallery/imageasset/"
_LOG = "/admin/gallery/generationlog/"
_SCENES = "/admin/scenes/scenecache/"


@dataclass
class Browser:
    """One kept connection that is logged in as the administrator."""

    url: str
    cookies: SimpleCookie = field(default_factory=SimpleCookie)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        self.ask("GET", "/admin/login/")
        form = {"username": "boss", "password": BOSS["DJANGO_SUPERUSER_PASSWORD"], "next": "/livez"}
        self.ask("POST", "/admin/login/", urlencode(form | self._token()).encode())

    def _token(self) -> dict[str, str]:
        return {"csrfmiddlewaretoken": self.cookies["csrftoken"].value}

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        given = {
            "Accept": "text/html",
            "Cookie": "; ".join(f"{k}={v.value}" for k, v in self.cookies.items()),
        }
        if body is not None:
            given["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, given | headers)
        answer = self._connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self.cookies.load(cookie)
        return answer.status, answer.read()

    def change_a_picture(self) -> None:
        """Whatever is remembered of pictures is out of date after that."""
        token = {"X-CSRFToken": self.cookies["csrftoken"].value, "Content-Type": "application/json"}
        status, said = self.ask("PUT", "/api/v1/images/2/feature", b"{}", **token)
        assert status == 200, said


def run(service: Service, number: int, only: str) -> None:
    """Fill the database of ``service`` with so many rows of each kind, measure, print a table."""
    rows.fill(service, number)
    records.fill(service, number)
    service.restart()
    browser = Browser(service.urls[0])
    print(f"{'page':<58}{'first ms':>10}{'again ms':>10}{'most ms':>10}")
    for path in _pages(browser, number):
        if only in path:
            _tell(browser, path)


def _tell(browser: Browser, path: str) -> None:
    browser.change_a_picture()
    took = [_look(browser, path) for _ in range(1 + AGAIN)]
    statuses = {status for status, _ in took} - {200}
    first, *others = (ms for _, ms in took)
    worst = max(first, *others)
    remark = f"  ({', '.join(map(str, statuses))})" if statuses else f"  over {LIMIT_MS}" * (worst > LIMIT_MS)
    print(
        f"{path:<58}{first:>10.0f}{statistics.median(others):>10.0f}{max(others):>10.0f}{remark}", flush=True
    )


def _look(browser: Browser, path: str) -> tuple[int, float]:
    started = time.perf_counter()
    status, _ = browser.ask("GET", path)
    return status, (time.perf_counter() - started) * 1000


def _pages(browser: Browser, number: int) -> list[str]:
    middle, rare = number // 24 // 2, rows.rare_word(number // 2)
    common = "+".join(rows.WORDS[:2])
    gallery = ["/", f"/?page={middle}", f"/?page={middle}&type=item", "/?type=item", "/?featured=1"]
    gallery += ["/?source=painted", "/?color=red", f"/?tag={rows.TAG.format(3)}", "/?subject=Old+Keep+7"]
    gallery += ["/?since=2020-01-01", f"/?q={rare}", f"/?q={common}", f"/?q={rows.COMMON_WORD}"]
    gallery += [f"/?sort={name}{more}" for name in ("newest", "oldest", "used", "name", "best")
                for more in ("", "&type=item")]  # fmt: skip
    pages = [f"/pictures/{number // 2}", "/places", f"/places/{rows.WORDS[0]}-1", "/make", "/curate"]
    pages += ["/curate?mode=compare", "/import"]
    lists = [_PICTURES + query for query in _queries(browser, _PICTURES)]
    lists += [f"{_PICTURES}?q={word}" for word in (rare, common, rows.COMMON_WORD)]
    lists += [f"{_PICTURES}?p=100", f"{_PICTURES}?created_at__year=2026", f"{_PICTURES}{number // 2}/change/"]
    lists += [f"{_PICTURES}?o={column}" for column in range(2, 10)]
    others = [_LOG, *(_LOG + query for query in _queries(browser, _LOG)), f"{_LOG}?q=bench"]
    others += [_SCENES, *(_SCENES + query for query in _queries(browser, _SCENES)), f"{_SCENES}?q=dragon"]
    rest = ["gallery/trashedimage", "gallery/curationact", "gallery/job", "gallery/tag", "scenes/sceneday"]
    rest += ["access/apikey", "maintenance/commandrun", "gallery/spendday", "auth/user"]
    return [*gallery, *pages, "/admin/", _PICTURES, *lists, *others, *(f"/admin/{name}/" for name in rest)]


def _queries(browser: Browser, path: str) -> list[str]:
    """Each filter's choices, two of each, as the page offers them."""
    _, page = browser.ask("GET", path)
    found = re.findall(r'<a href="(\?[^"]+)"', page.decode())
    by_filter: dict[str, list[Any]] = {}
    for query in found:
        name = query[1:].partition("=")[0]
        if "&" not in query and name not in ("o", "p", "e", "all"):
            by_filter.setdefault(name, []).append(query)
    return [query for queries in by_filter.values() for query in (queries[0], queries[-1])]
