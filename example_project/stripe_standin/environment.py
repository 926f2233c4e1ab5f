"""The virtual environment that the server runs in: apart from the host's, pinned by hashes, made once.

It lives in ``$STRIPE_STANDIN_HOME``, or in the user's cache folder, under a name that follows from the requirements:
another pin makes another environment. A file says when it is whole, so that an interrupted start is made good by the
next one; a lock keeps two starts at once apart.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent / "requirements.txt"


class CannotInstall(RuntimeError):
    """The environment of the stand-in couldn't be made."""


def ensure_environment(find_interpreter: Callable[[], Path], say: Callable[[str], None]) -> Path:
    """The path of the Python in the environment, which is made first where it isn't there."""
    folder = _home() / f"env-{hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]}"
    python = folder / "bin/python"
    if (folder / "complete").exists() and _runs(python):
        return python
    interpreter = find_interpreter()
    say(f"first start: making an environment with {interpreter} in {folder} (about ten seconds)")
    _make(interpreter, folder)
    return python


def _home() -> Path:
    if named := os.environ.get("STRIPE_STANDIN_HOME"):
        return Path(named)
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    if os.access(cache if cache.exists() else cache.parent, os.W_OK):
        return cache / "stripe-standin"
    return Path(tempfile.gettempdir()) / f"stripe-standin-{os.getuid()}"


def _runs(python: Path) -> bool:
    # The interpreter below it may have been uninstalled since.
    try:
        return subprocess.run([python, "-c", "import apsw"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _make(interpreter: Path, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = folder.with_suffix(".lock").open("w")
    _lock(lock.fileno())
    if (folder / "complete").exists() and _runs(folder / "bin/python"):
        return  # another start made it while this one waited
    shutil.rmtree(folder, ignore_errors=True)
    # Scripts in an environment name its path, so it is made in place; "complete" comes last.
    _run([str(interpreter), "-m", "venv", str(folder)])
    _run(
        [
            str(folder / "bin/python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--require-hashes",
            # The packages ask for 3.14; postponed.py makes them run on 3.13.
            "--ignore-requires-python",
            "--only-binary=:all:",
            "-r",
            str(REQUIREMENTS),
        ]
    )
    (folder / "complete").touch()


def _lock(descriptor: int) -> None:
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_EX)


def _run(command: list[str]) -> None:
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    outcome = subprocess.run(command, capture_output=True, text=True, env=surroundings)
    if outcome.returncode != 0:
        lines = [line for line in (outcome.stderr or outcome.stdout).splitlines() if line.strip()]
        raise CannotInstall(f"`{' '.join(command)}` failed:\n  " + "\n  ".join(lines[-8:]))
