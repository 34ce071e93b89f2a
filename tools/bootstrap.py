"""Make the virtual environment when it is needed, then become the given command inside it.

    python tools/bootstrap.py [--dev] COMMAND…      e.g. manage.py serve, or -m pytest

Only the standard library, and only syntax that Python 3.6 reads: a Python that is too old for the
project shall get as far as saying so. VENV names the folder of the environment (default .venv).
"""

import hashlib
import os
import shutil
import subprocess
import sys

NEEDED = (3, 11)
# The file pins everything, so pip looks for nothing more: while it resolves "name[extra]" it may meet a release
# newer than the pinned one, and refuse the whole file for it. `make check` asks whether nothing is missing.
PIP_INSTALL = ("-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input")
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class CannotSetUp(Exception):
    """The environment cannot be made; the message is one sentence."""


def main(arguments: "list[str]") -> None:
    dev = arguments[:1] == ["--dev"]
    command = arguments[1:] if dev else arguments
    try:
        check_python(sys.version_info[:3])
        venv = os.path.abspath(os.environ.get("VENV") or os.path.join(ROOT, ".venv"))
        python = prepare(venv, "requirements-dev.txt" if dev else "requirements.txt")
    except CannotSetUp as reason:
        sys.exit("dndimages cannot start: " + str(reason))
    except KeyboardInterrupt:
        sys.exit(130)
    sys.stdout.flush()
    os.execv(python, [python, *command])


def check_python(version: "tuple[int, ...]") -> None:
    if version < NEEDED:
        raise CannotSetUp(
            f"it needs Python {NEEDED[0]}.{NEEDED[1]} or newer, and {sys.executable} is Python"
            f" {'.'.join(map(str, version))}; name a newer one: make run PYTHON=python3.12"
        )


def prepare(venv: str, requirements_name: str) -> str:
    """The path of the environment's python, with everything in the requirements file installed."""
    requirements = os.path.join(ROOT, requirements_name)
    python = os.path.join(venv, "bin", "python")
    stamp = os.path.join(venv, ".installed-" + requirements_name)
    wanted = fingerprint(requirements)
    if read(stamp) == wanted and os.path.exists(python):
        return python
    check_modules()
    with one_at_a_time(requirements):
        if read(stamp) != wanted or not os.path.exists(python):  # another make may have been faster
            forget(stamp)
            make(venv, python)
            install(python, requirements, venv)
            remember(stamp, wanted)
    return python


def fingerprint(requirements: str) -> str:
    with open(requirements, "rb") as file:
        content = hashlib.sha256(file.read()).hexdigest()
    return f"{content} python{sys.version_info[0]}.{sys.version_info[1]}"


def read(path: str) -> str:
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def forget(stamp: str) -> None:
    if os.path.exists(stamp):
        os.unlink(stamp)


def remember(stamp: str, wanted: str) -> None:
    """Written last and whole: an install that was interrupted leaves no stamp."""
    with open(stamp + ".new", "w") as file:
        file.write(wanted)
    os.replace(stamp + ".new", stamp)


def check_modules() -> None:
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        raise CannotSetUp(
            "this Python has no venv module; on Debian and Ubuntu: apt install python3-venv"
        ) from None


class one_at_a_time:
    """Two makes at once take turns; the lock sits on a file that is there anyway."""

    def __init__(self, path: str) -> None:
        self.file = open(path, "rb")  # noqa: SIM115 - closed, and so unlocked, in __exit__

    def __enter__(self) -> None:
        try:
            import fcntl
        except ImportError:
            return
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *error: object) -> None:
        self.file.close()


def make(venv: str, python: str) -> None:
    """A new environment, or the missing parts of a half-made one."""
    try:
        if os.path.isdir(venv) and os.listdir(venv) and not same_python(venv, python):
            if venv != os.path.join(ROOT, ".venv"):
                raise CannotSetUp(
                    f"the folder {venv} (VENV) holds no environment of this Python; choose another"
                )
            shutil.rmtree(venv)
        os.makedirs(venv, exist_ok=True)
    except OSError as error:
        raise CannotSetUp(f"the folder {venv} (VENV) cannot be written: {error.strerror}") from None
    print(f"Making the virtual environment in {os.path.relpath(venv)}", flush=True)
    run([sys.executable, "-m", "venv", venv], f"the virtual environment in {venv} could not be made")


def same_python(venv: str, python: str) -> bool:
    """Whether the environment was made by this minor version, whose libraries it then holds."""
    config = read(os.path.join(venv, "pyvenv.cfg"))
    lines = [line.replace(" ", "") for line in config.splitlines()]
    ours = f"version={sys.version_info[0]}.{sys.version_info[1]}."
    return os.path.exists(python) and any(line.startswith(ours) for line in lines)


def install(python: str, requirements: str, venv: str) -> None:
    print(f"Installing what {os.path.basename(requirements)} pins; this happens once", flush=True)
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    run(
        [python, *PIP_INSTALL, "--disable-pip-version-check", *quiet, "-r", requirements],
        "the requirements could not be installed; is there a network connection?",
    )


def run(command: "list[str]", sentence: str) -> None:
    if subprocess.call(command) != 0:
        raise CannotSetUp(sentence)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
