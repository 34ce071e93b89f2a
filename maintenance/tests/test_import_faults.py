"""What must not come out of an import, and what may go wrong on the way."""

from __future__ import annotations

import json
import logging
import threading
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from gallery.models import ImageAsset
from maintenance.localstorage import reading, taking
from maintenance.tests.dumps import GAME, SAMPLES, URL, bring
from scenes.models import SceneCache

pytestmark = pytest.mark.django_db
KEY_SECRET, TOKEN_SECRET = "AIzaSECRETinTheDump00000000000000000000", "eyJhbGciOi.secret.TOKEN"


# ── Secrets ──────────────────────────────────────────────────────────────────────────────────────


def test_secrets_of_a_dump_are_found_nowhere_afterwards(
    keyed: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    foreign = json.loads((SAMPLES / "09_foreign_keys_only.json").read_text())
    planted = {
        **foreign,
        "GEMINI_API_KEY": KEY_SECRET,
        "access_token": TOKEN_SECRET,
        **GAME,
        "item_image_X": "{",
    }
    path, out = tmp_path / "dump.json", StringIO()
    path.write_text(json.dumps(planted))
    answers = [keyed("maintain").post(URL + query, path.read_bytes(), content_type="application/json").content.decode()
               for query in ("?dry_run=1", "", "")]  # fmt: skip
    with pytest.raises(CommandError) as problem:
        call_command("import_localstorage", str(path), "--json", stdout=out, stderr=out)
    said = "\n".join(
        [*answers, out.getvalue(), str(problem.value), caplog.text, "\n".join(everything_stored())]
    )
    assert "Dagger" in said
    for secret in (KEY_SECRET, TOKEN_SECRET, "PLACEHOLDER", "GEMINI_API_KEY", "access_token"):
        assert secret not in said


def everything_stored() -> list[str]:
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += [str(row) for row in cursor.fetchall()]
    return rows


# ── Faults ───────────────────────────────────────────────────────────────────────────────────────


def test_without_the_pictures_folder_nothing_is_begun(keyed: Any, media: Path) -> None:
    (media / ".dndimages").unlink()
    answer = keyed("maintain").post(URL, json.dumps(GAME), content_type="application/json")
    assert (answer.status_code, answer.json()["detail"]["kind"]) == (503, "storage_unavailable")
    assert ImageAsset.objects.count() == 0


def test_a_disk_that_fails_for_one_picture_costs_that_one_only(keyed: Any, media: Path) -> None:
    (media / "images").mkdir()
    (media / "images" / "thumbnails").write_text("in the way")
    told = bring(keyed("maintain"), GAME)
    assert (told["status"], len(told["errors"]), ImageAsset.objects.count()) == ("failed", 3, 0)
    assert not list((media / "images").rglob("*.webp"))
    (media / "images" / "thumbnails").unlink()
    assert bring(keyed("maintain"), GAME)["status"] == "success"


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_dump_at_once_store_everything_once() -> None:
    reports: list[Any] = []
    threads = [threading.Thread(target=lambda: reports.append(_imported(GAME))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [report.errors for report in reports] == [[], [], []]
    assert (
        ImageAsset.objects.count(),
        SceneCache.objects.count(),
        ImageAsset.objects.featured().count(),
    ) == (3, 1, 1)


def _imported(given: dict[str, str]) -> Any:
    try:
        return taking.take(reading.find(dict(given), now=timezone.now()), now=timezone.now())
    finally:
        connection.close()
