"""deploy/nginx/dndimages.conf, in a real nginx before a real service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dndimages.tests.service import Service, eventually
from gallery.pictures import HEADERS
from maintenance.tests.nginx import BINARY, Nginx

pytestmark = [pytest.mark.skipif(BINARY is None, reason="needs nginx"), pytest.mark.pure]
SETTINGS = {
    "MOCK_MODE": "true", "HTTPS": "true", "TRUSTED_PROXIES": "1", "X_ACCEL_REDIRECT_PREFIX": "/protected/",
    "PUBLIC_GENERATION": "true", "LOG_FORMAT": "json",
}  # fmt: skip


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Service(tmp_path_factory.mktemp("behind-nginx"), env=SETTINGS) as running:
        yield running


@pytest.fixture(scope="module")
def nginx(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    with Nginx(tmp_path_factory.mktemp("nginx"), service) as running:
        yield running


@pytest.fixture(scope="module")
def picture(nginx: Nginx) -> str:
    """The path of a picture that was made through nginx."""
    answer = nginx.request("POST", "/api/v1/scenes/generate", json={"location": "Tavern"}).json()
    return f"/{answer['storage_path_full']}"


def key(service: Service, *scopes: str) -> dict[str, str]:
    text = service.manage("create_api_key", "test", "--scopes", ",".join(scopes)).stdout.strip()
    return {"Authorization": f"Bearer {text}"}


def test_a_picture_is_sent_by_nginx_byte_for_byte(nginx: Nginx, service: Service, picture: str) -> None:
    answer = nginx.get(picture)
    assert answer.status_code == 200
    assert answer.content == (service.data_dir / "media" / picture.lstrip("/")).read_bytes()
    assert answer.headers["Content-Type"] == "image/webp"
    # The service itself sent no byte of it: it has only said where it lies.
    direct = service.get(picture, headers={"X-Forwarded-Proto": "https", "Host": "localhost"})
    assert direct.headers["X-Accel-Redirect"] == f"/protected{picture}"
    assert direct.content == b""


def test_the_headers_of_the_service_are_kept(nginx: Nginx, picture: str) -> None:
    answer = nginx.get(picture, headers={"Origin": "http://localhost:8080", "X-Request-ID": "trace-7"})
    for name, value in HEADERS.items():  # that ranges are taken nginx says a second time
        assert set(answer.headers.get_list(name)) == {value}
    assert answer.headers.get_list("X-Request-ID") == ["trace-7"]
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:8080"
    assert "X-Accel-Redirect" not in answer.headers
    assert answer.headers["Strict-Transport-Security"]


def test_a_browser_that_has_it_gets_304_and_a_range_its_part(nginx: Nginx, picture: str) -> None:
    whole = nginx.get(picture)
    etag = whole.headers["ETag"]
    known = nginx.get(picture, headers={"If-None-Match": etag})
    assert (known.status_code, known.content) == (304, b"")
    part = nginx.get(picture, headers={"Range": "bytes=10-19", "If-Range": etag})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole.content)}"
    changed = nginx.get(picture, headers={"Range": "bytes=10-19", "If-Range": '"other"'})
    assert (changed.status_code, changed.content) == (200, whole.content)
    assert nginx.get(picture, headers={"Range": "bytes=99999999-"}).status_code == 416


def test_a_head_request_tells_the_length(nginx: Nginx, picture: str) -> None:
    answer = nginx.request("HEAD", picture)
    assert int(answer.headers["Content-Length"]) == len(nginx.get(picture).content)


def test_a_trashed_picture_is_gone_at_once(nginx: Nginx, service: Service) -> None:
    made = nginx.request("POST", "/api/v1/scenes/generate", json={"location": "Crypt"}).json()
    path = f"/{made['storage_path_full']}"
    etag = nginx.get(path).headers["ETag"]
    headers = key(service, "curate")
    assert nginx.request("DELETE", f"/api/v1/images/{made['id']}", headers=headers).status_code == 200
    assert nginx.get(path).status_code == 404
    assert nginx.get(path, headers={"If-None-Match": etag}).status_code == 404


@pytest.mark.parametrize("suffix", ["", "/../", "%2e%2e/"])
def test_nobody_gets_at_the_files_behind_the_services_back(nginx: Nginx, picture: str, suffix: str) -> None:
    for path in (f"/protected{picture}", f"/protected/{suffix}secret_key", f"/static/{suffix}db.sqlite3"):
        answer = nginx.get(path)
        assert answer.status_code in (400, 404), path
        assert b"RIFF" not in answer.content


def test_static_files_come_from_nginx_packed_and_for_ever(nginx: Nginx) -> None:
    page = nginx.get("/", headers={"Accept": "text/html"}).text
    href = page.split('<link rel="stylesheet" href="')[1].split('"')[0]
    answer = nginx.get(href, headers={"Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, "gzip")
    assert answer.headers["Content-Type"] == "text/css"
    assert "immutable" in answer.headers["Cache-Control"]
    assert nginx.get("/static/css/nothing.css").status_code == 404


def test_plain_http_is_sent_to_tls(nginx: Nginx) -> None:
    answer = nginx.client.get(f"http://localhost:{nginx.plain}/health", follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://localhost/health")


def test_a_forged_address_is_not_believed(nginx: Nginx, service: Service) -> None:
    """Each address may ask for ten pictures a minute; inventing addresses brings no more. The minute may
    turn once meanwhile."""
    item = {"subject_type": "item", "prompt": "A rusty dagger of old", "aspect_ratio": "1:1"}
    answers = [
        nginx.request(
            "POST", "/api/v1/images/generate", json=item | {"subject_name": f"Forged {n}"},
            headers={"X-Forwarded-For": f"10.9.8.{n}"},
        ).status_code
        for n in range(22)
    ]  # fmt: skip
    assert 429 in answers


def test_too_large_a_body_is_told_in_the_one_shape(nginx: Nginx) -> None:
    answer = nginx.request("POST", "/api/v1/images/generate", content=b"x" * (13 * 2**20))
    assert (answer.status_code, answer.json()["detail"]["kind"]) == (413, "too_large")
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"]


def test_an_import_may_be_larger_than_other_bodies(nginx: Nginx, service: Service) -> None:
    body = b'{"other": "' + b"x" * (14 * 2**20) + b'"}'
    headers = {**key(service, "maintain"), "Content-Type": "application/json"}
    answer = nginx.request("POST", "/api/v1/migrate/from-localstorage", content=body, headers=headers)
    assert answer.status_code == 200


def test_while_the_service_restarts_callers_are_told_to_come_back(tmp_path: Path) -> None:
    with Service(tmp_path / "data", env=SETTINGS) as service:
        (tmp_path / "nginx").mkdir()
        with Nginx(tmp_path / "nginx", service) as nginx:
            service.stop()
            answer = nginx.get("/health")
            assert (answer.status_code, answer.json()["detail"]["kind"]) == (503, "busy")
            assert answer.headers["Retry-After"] == "2"
            service.start()
            assert eventually(lambda: nginx.get("/health").status_code == 200, timeout=20)
