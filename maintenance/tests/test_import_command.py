"""manage.py import_localstorage: for people at a terminal, for cron, and when it is killed."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from dndimages.tests.service import ROOT, Service, eventually
from gallery.models import ImageAsset
from maintenance.models import CommandRun
from maintenance.tests.dumps import bare, dump, item, scene


def written(folder: Path, given: Any) -> str:
    path = folder / "dump.json"
    path.write_text(json.dumps(given) if not isinstance(given, str) else given)
    return str(path)


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_localstorage", *arguments, stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, out.getvalue(), err.getvalue() + str(error)
    return 0, out.getvalue(), err.getvalue()


@pytest.mark.django_db
def test_one_line_tells_what_was_imported_and_the_run_is_recorded(tmp_path: Path) -> None:
    path = written(
        tmp_path, dump(scenes={"scene_a_b_c": scene(bare(1))}, items={"Torch": item(bare(2), bare(2))})
    )
    assert run(path) == (
        0,
        "Imported 1 scene and 1 item picture (0.0 MB), 1 already here, 0 errors; 0 other keys ignored.\n",
        "",
    )
    assert CommandRun.objects.get().line.startswith("Imported 1 scene")


@pytest.mark.django_db
def test_a_dry_run_stores_nothing(tmp_path: Path) -> None:
    code, out, _ = run(written(tmp_path, dump(items={"Torch": item(bare())})), "--dry-run")
    assert (code, out[:24], ImageAsset.objects.count()) == (0, "Would import 0 scenes an", 0)


@pytest.mark.django_db
def test_a_bad_entry_is_named_on_stderr_and_gives_code_1(tmp_path: Path) -> None:
    code, out, err = run(written(tmp_path, dump(items={"To\x1b[2Jrch\n": item(bare(), "x")})))
    assert (code, "1 error;" in out) == (1, True)
    assert err == "nanoBananaImageLibrary/To\ufffd[2Jrch\ufffd/1: Its text is not base64, or was cut off"


@pytest.mark.django_db
def test_json_has_every_entry(tmp_path: Path) -> None:
    code, out, err = run(written(tmp_path, dump(items={"Torch": item(bare(), "x")})), "--json")
    assert [entry["verdict"] for entry in json.loads(out)["report"]["entries"]] == ["new", "error"]
    assert (code, "Torch/1" in err) == (1, True)


@pytest.mark.django_db
@pytest.mark.parametrize(("given", "code"), [("{", 3), ("[]", 3), ("PK\x03\x04", 3)])
def test_what_is_no_dump_is_refused(given: str, code: int, tmp_path: Path) -> None:
    assert run(written(tmp_path, given))[0] == code


@pytest.mark.django_db
def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert run(str(tmp_path / "none.json"))[0] == 2


@pytest.mark.django_db
def test_a_missing_pictures_folder_is_refused(tmp_path: Path, media: Path) -> None:
    (media / ".dndimages").unlink()
    assert run(written(tmp_path, dump(items={"Torch": item(bare())})))[0] == 3


@pytest.mark.django_db
def test_a_person_who_watches_sees_how_far_it_is(tmp_path: Path) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    path = written(tmp_path, dump(items={"Torch": item(*[bare(seed) for seed in range(100)])}))
    call_command("import_localstorage", path, stdout=io.StringIO(), stderr=terminal)
    assert "100/100" in terminal.getvalue()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with Service(tmp_path_factory.mktemp("import"), env={"GENERATION_PROVIDER": "painter"}) as running:
        yield running


@pytest.mark.pure
def test_standard_input_is_read(service: Service) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "import_localstorage", "-", "--dry-run"]
    text = json.dumps(dump(items={"Lantern": item(bare(999))}))
    done = subprocess.run(command, env=service.env, input=text, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Would import 0 scenes and 1 item picture")


def test_killed_in_the_middle_and_run_again_all_is_there_once(service: Service, tmp_path: Path) -> None:
    pictures = [{"id": f"img_{seed}", "data": bare(seed)} for seed in range(120)]
    path = written(tmp_path, dump(scenes={f"scene_p{seed}_b_c": scene(bare(seed), location=f"Place {seed}") for seed in range(60)},
                                  items={"Torch": item(*pictures, featured="img_119")}))  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "import_localstorage", path], env=service.env
    )
    eventually(lambda: imported(service) > 5, 60)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert 5 < imported(service) < 180
    again = json.loads(service.manage("import_localstorage", path, "--json").stdout)
    assert again["scenes"] + again["items"] + again["skipped"] == 180
    assert (again["errors"], imported(service)) == ([], 180)
    found = service.get("/api/v1/images/search?subject_name=Torch&is_featured=true").json()
    assert found["total"] == 1


def imported(service: Service) -> int:
    total: int = service.get("/api/v1/images/search?source=imported&page_size=1").json()["total"]
    return total


MEASURE = """
import sys
from pathlib import Path
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "import_localstorage", sys.argv[1], "--dry-run"])
# Not ru_maxrss: a child begins with its parent's.
print(next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line))
"""


@pytest.mark.pure  # the memory is that of reading it
def test_a_dump_of_ten_megabytes_and_ten_thousand_entries_takes_little_memory(
    service: Service, tmp_path: Path
) -> None:
    scenes = {
        f"scene_p{n}_b_c": scene(bare(n % 500) + " " * 800, location=f"Place {n} \U0001f409")
        for n in range(10_000)
    }
    path = written(tmp_path, dump(scenes=scenes))
    assert Path(path).stat().st_size > 10_000_000
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, path],
        env=service.env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("Would import 10,000 scenes")
    assert int(done.stdout.split()[-1]) < 300 * 1024
