"""tools/bootstrap.py, run as `make` runs it, in a small project of its own."""

from __future__ import annotations

import ast
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from dndimages.tests.service import ROOT

BOOTSTRAP = ROOT / "tools" / "bootstrap.py"
TELL = ["-c", "import sys; print(sys.prefix)"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with nothing to install whose environment has been made once (it takes seconds)."""
    project = tmp_path_factory.mktemp("project")
    (project / "tools").mkdir()
    shutil.copy(BOOTSTRAP, project / "tools")
    (project / "requirements.txt").write_text("# nothing\n")
    done = bootstrap(project, *TELL)
    assert done.returncode == 0, done.stderr
    return project


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    """A copy of it; the environment's links point to the same Python, so that it works as well."""
    copy = tmp_path / "project"
    shutil.copytree(made, copy, symlinks=True)
    return copy


def bootstrap(project: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name not in ("VENV", "PYTHONPATH")}
    return subprocess.run(
        [sys.executable, "tools/bootstrap.py", *arguments],
        cwd=project,
        env={**clean, **env},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def stamp(project: Path) -> Path:
    return project / ".venv" / ".installed-requirements.txt"


def test_an_old_python_can_read_the_file_as_far_as_the_sentence() -> None:
    ast.parse(BOOTSTRAP.read_text(), feature_version=(3, 6))


def test_an_old_python_is_told_in_one_sentence(made: Path) -> None:
    pretend = (
        "import sys, runpy; sys.version_info = (3, 8, 18); runpy.run_path(sys.argv[1], run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", pretend, str(BOOTSTRAP)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "Python 3.8.18" in done.stderr


def test_the_command_runs_inside_the_environment(made: Path) -> None:
    done = bootstrap(made, *TELL)
    assert done.stdout == f"{made / '.venv'}\n"


def test_a_second_start_makes_and_installs_nothing(made: Path) -> None:
    before = stamp(made).stat().st_mtime_ns
    assert "Making" not in bootstrap(made, *TELL).stdout
    assert stamp(made).stat().st_mtime_ns == before


def test_changed_requirements_are_installed_again(project: Path) -> None:
    (project / "requirements.txt").write_text("# nothing, again\n")
    assert "Installing what requirements.txt pins" in bootstrap(project, *TELL).stdout
    assert "Installing" not in bootstrap(project, *TELL).stdout


def test_an_install_that_fails_leaves_no_valid_stamp(project: Path) -> None:
    (project / "requirements.txt").write_text("./no-such-package --hash=sha256:00\n")
    for _ in range(2):
        done = bootstrap(project, *TELL)
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1].startswith("dndimages cannot start: the requirements could not")
        assert "Traceback" not in done.stderr
        assert not stamp(project).exists()


def test_an_environment_that_was_left_half_made_is_repaired(project: Path) -> None:
    stamp(project).unlink()
    (project / ".venv" / "bin" / "python").unlink()
    (project / ".venv" / "pyvenv.cfg").unlink()
    assert bootstrap(project, *TELL).stdout.endswith(f"{project / '.venv'}\n")


def test_the_environment_of_another_python_is_made_anew(project: Path) -> None:
    config = project / ".venv" / "pyvenv.cfg"
    config.write_text(config.read_text().replace(f"version = {sys.version_info[0]}.", "version = 2."))
    stamp(project).write_text("requirements of another python")
    assert bootstrap(project, *TELL).returncode == 0
    assert "version = 2." not in config.read_text()


def test_a_folder_of_something_else_is_left_alone(project: Path, tmp_path: Path) -> None:
    precious = tmp_path / "home" / "letter.txt"
    precious.parent.mkdir()
    precious.write_text("dear")
    done = bootstrap(project, *TELL, VENV=str(precious.parent))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "choose another" in done.stderr
    assert precious.read_text() == "dear"


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(project: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = bootstrap(project, *TELL, VENV=str(tmp_path / "file" / "venv"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "(VENV) cannot be written: Not a directory" in done.stderr


def test_a_python_without_the_venv_module_is_told_what_to_install(project: Path) -> None:
    stamp(project).unlink()
    (project / "tools" / "ensurepip.py").write_text("raise ImportError")
    done = bootstrap(project, *TELL)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "apt install python3-venv" in done.stderr


def wheel(folder: Path, name: str, version: str, *needs: str) -> str:
    """A package with nothing in it; gives its sha256."""
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nProvides-Extra: more\n"
    info = f"{name}-{version}.dist-info"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{info}/METADATA", metadata + "".join(f"Requires-Dist: {need}\n" for need in needs))
        file.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{info}/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_release_that_is_newer_than_its_pin_stops_no_install(project: Path, tmp_path: Path) -> None:
    app = wheel(tmp_path, "app", "1.0", "lamp[more]>=1.0")
    lamp = wheel(tmp_path, "lamp", "1.0")
    wheel(tmp_path, "lamp", "1.1")
    pinned = f"app==1.0 --hash=sha256:{app}\nlamp==1.0 --hash=sha256:{lamp}\n"
    (project / "requirements.txt").write_text(pinned)
    ask = ["-c", "from importlib.metadata import version; print(version('app'), version('lamp'))"]
    done = bootstrap(project, *ask, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "1.0 1.0"
