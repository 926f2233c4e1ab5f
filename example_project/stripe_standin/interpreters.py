"""Which Python runs the stand-in: 3.14 or later, or 3.13 with the loader of ``postponed.py``.

A name on PATH proves nothing (pyenv puts shims there that only say "not installed"): each candidate is run before it
is trusted.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable, Iterator
from pathlib import Path

OLDEST = (3, 13)
NAMES = ("python3.14", "python3.15", "python3.13", "python3", "python")
HELP = (
    "The stand-in for Stripe needs Python 3.13 or later, and none was found: not on PATH, not in pyenv, not by uv. "
    "Install one, for instance with `uv python install 3.13`, `pyenv install 3.13` or your system's packages, "
    "and start again. STRIPE_STANDIN_PYTHON may name it."
)


class NoInterpreter(RuntimeError):
    """There is no Python on this machine that can run the stand-in, and none could be downloaded."""


def find_interpreter() -> Path:
    """The path of a Python that fits. Downloads one with uv if there is none and the network allows."""
    for candidate in _candidates():
        if _fits(candidate):
            return candidate
    if downloaded := _download():
        return downloaded
    raise NoInterpreter(HELP)


def _candidates() -> Iterator[Path]:
    if named := os.environ.get("STRIPE_STANDIN_PYTHON"):
        yield Path(named)
    yield Path(sys.executable)
    for name in NAMES:
        if found := shutil.which(name):
            yield Path(found)
    yield from _newest_first(_pyenv_root().glob("versions/*/bin/python3"))
    yield from _newest_first(_uv_folder().glob("*/bin/python3"))


def _pyenv_root() -> Path:
    return Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))


def _uv_folder() -> Path:
    data = Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local/share"))
    return Path(os.environ.get("UV_PYTHON_INSTALL_DIR", data / "uv/python"))


def _newest_first(paths: Iterable[Path]) -> list[Path]:
    def version(path: Path) -> list[int]:
        return [int(part) for part in path.parent.parent.name.replace("-", ".").split(".") if part.isdigit()]

    return sorted(paths, key=version, reverse=True)


def _fits(python: Path) -> bool:
    """Whether it runs, is CPython, is new enough, and can make virtual environments."""
    program = (
        "import ensurepip, sys, venv; "
        f"sys.exit(not (sys.implementation.name == 'cpython' and sys.version_info >= {OLDEST!r}))"
    )
    try:
        return subprocess.run([python, "-I", "-c", program], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _download() -> Path | None:
    """A Python fetched by uv, which itself comes from the package index."""
    with tempfile.TemporaryDirectory() as folder:
        uv = shutil.which("uv") or _installed_uv(Path(folder))
        if uv is None:
            return None
        try:
            subprocess.run([uv, "python", "install", "3.13"], check=True, capture_output=True, timeout=300)
            found = subprocess.run(
                [uv, "python", "find", "--managed-python", "3.13"], check=True, capture_output=True, timeout=60
            )
        except (OSError, subprocess.SubprocessError):
            return None
        python = Path(found.stdout.decode().strip())
        return python if _fits(python) else None


def _installed_uv(folder: Path) -> str | None:
    try:
        venv.create(folder / "uv", with_pip=True)
        command = [str(folder / "uv/bin/python"), "-m", "pip", "install", "--quiet", "uv"]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    except (OSError, subprocess.SubprocessError):
        return None
    return str(folder / "uv/bin/uv")
