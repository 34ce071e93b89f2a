"""The security headers of pages behind TLS, scored as the HTTP Observatory scores a site.

Rules and numbers: https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring
"""

from __future__ import annotations

from http.cookies import Morsel
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from gallery.tests.making import make_image

pytestmark = pytest.mark.django_db
GOOD = 115
HALF_A_YEAR_S = 15_768_000
PAGES = [
    "/",
    "/pictures/{id}",
    "/places",
    "/make",
    "/demo",
    "/docs",
    "/redoc",
    "/admin/login/",
    "/nothing-here",
]


def directives(policy: str) -> dict[str, list[str]]:
    parts = (part.split() for part in policy.split(";") if part.strip())
    return {name: values for name, *values in parts}


def csp(headers: dict[str, str]) -> int:
    policy = directives(headers.get("Content-Security-Policy", ""))
    if not policy:
        return -25
    code = policy.get("script-src", policy.get("default-src", ["*"])) + policy.get("object-src", [])
    if {"*", "https:", "http:", "data:", "'unsafe-inline'"} & set(code):
        return -20
    if "'unsafe-eval'" in code:
        return -10
    styles = policy.get("style-src", policy.get("default-src", ["*"]))
    if {"*", "https:", "data:", "'unsafe-inline'"} & set(styles):
        return 0
    return 10 if policy.get("default-src") == ["'none'"] else 5


def cookies(found: list[Morsel[Any]]) -> int:
    if not found:
        return 0
    if not all(cookie["secure"] for cookie in found):
        return -20
    sessions = [cookie for cookie in found if "session" in cookie.key]
    if not all(cookie["httponly"] for cookie in sessions):
        return -30
    return 5 if all(cookie["samesite"] in ("Lax", "Strict") for cookie in found) else -20


def score(headers: dict[str, str], found: list[Morsel[Any]]) -> int:
    policy = directives(headers.get("Content-Security-Policy", ""))
    age_s = int(headers.get("Strict-Transport-Security", "max-age=0").split(";")[0].partition("=")[2])
    marks = [
        csp(headers),
        cookies(found),
        -50 if headers.get("Access-Control-Allow-Origin") == "*" else 0,
        0 if age_s >= HALF_A_YEAR_S else -20,
        5 if headers.get("Referrer-Policy") in ("no-referrer", "same-origin", "strict-origin") else 0,
        0 if headers.get("X-Content-Type-Options") == "nosniff" else -5,
        5 if "'none'" in policy.get("frame-ancestors", []) else -20,
        10 if headers.get("Cross-Origin-Resource-Policy") == "same-origin" else 0,
    ]
    before_bonuses = 100 + sum(mark for mark in marks if mark < 0)
    return before_bonuses + (sum(mark for mark in marks if mark > 0) if before_bonuses >= 90 else 0)


@pytest.fixture
def over_tls(settings: Settings) -> Client:
    """What HTTPS=true sets."""
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    return Client(SERVER_NAME="localhost", headers={"Accept": "text/html"})


@pytest.mark.parametrize("page", PAGES)
def test_every_page_scores_well_behind_tls(over_tls: Client, page: str) -> None:
    answer = over_tls.get(page.format(id=make_image().pk), secure=True)
    assert answer.status_code == (404 if page == "/nothing-here" else 200)
    assert score(dict(answer.headers), list(answer.cookies.values())) >= GOOD


def test_plain_http_is_sent_to_tls(over_tls: Client) -> None:
    answer = over_tls.get("/")
    assert answer.status_code == 301
    assert answer["Location"].startswith("https://")


def test_without_a_policy_the_score_is_bad() -> None:
    assert score({"X-Content-Type-Options": "nosniff"}, []) < 60
