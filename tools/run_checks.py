"""make check: run every check, even after one has failed, and say at the end which did."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent  # not resolved: the environment's own folder


def main() -> int:
    """What takes longest begins first, beside the others; all is told in one order."""
    with tempfile.TemporaryDirectory(prefix="dndimages-check-") as data_dir, ThreadPoolExecutor(2) as pool:
        env = clean_environment(Path(data_dir))
        wanted = checks()
        begun = {
            name: pool.submit(run, command, {**env, **extra}) for name, command, extra in reversed(wanted)
        }
        failed = [name for name, _, _ in wanted if not passed(name, begun[name].result())]
    print(f"\n{'FAILED: ' + ', '.join(failed) if failed else 'All checks passed.'}", flush=True)
    return 1 if failed else 0


def clean_environment(data_dir: Path) -> dict[str, str]:
    """What tools need and nothing that configures the service; a developer's .env does not count."""
    kept = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "TERM", "TMPDIR", "TZ", "CI", "SSL_CERT_FILE")
    env = {name: os.environ[name] for name in kept if name in os.environ}
    return {**env, "PYTHON_DOTENV_DISABLED": "1", "DATA_DIR": str(data_dir)}


def checks() -> list[tuple[str, list[str], dict[str, str]]]:
    """Name, command, and what its environment has besides; fast ones first."""
    manage = [sys.executable, "manage.py"]
    deployed = {"HTTPS": "true", "TRUSTED_PROXIES": "1", "ALLOWED_HOSTS": "pictures.example"}
    found: list[tuple[str, list[str], dict[str, str]]] = [
        ("ruff check", [str(BIN / "ruff"), "check", "."], {}),
        ("ruff format", [str(BIN / "ruff"), "format", "--check", "."], {}),
        ("requirements", [sys.executable, "-m", "pip", "check", "--disable-pip-version-check"], {}),
        ("lint-imports", [str(BIN / "lint-imports")], {}),
        ("migrations", [*manage, "makemigrations", "--check", "--dry-run"], {}),
        ("deployment", [*manage, "check", "--deploy", "--fail-level", "WARNING"], deployed),
        ("mypy", [str(BIN / "mypy"), "."], {}),
    ]
    templates = sorted(str(path.relative_to(ROOT)) for path in template_files())
    if templates:
        found[2:2] = [
            ("djade", [str(BIN / "djade"), "--target-version", "5.2", "--check", *templates], {}),
            (
                "djlint",
                [str(BIN / "djlint"), "--lint", "--profile", "django", "--ignore", "H030,H031", *templates],
                {},
            ),
        ]
    return found


def template_files() -> list[Path]:
    rooms = (
        "templates",
        *(f"{room}/templates" for room in ("dndimages", "gallery", "scenes", "maintenance")),
    )
    return [path for room in rooms for path in (ROOT / room).rglob("*.html")]


def run(command: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, env=env, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def passed(name: str, done: subprocess.CompletedProcess[str]) -> bool:
    print(f"\n── {name}\n{done.stdout.rstrip()}", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
