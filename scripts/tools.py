"""What the scripts share: interpreters that really run, and environments that are made once. Standard library only."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)


def fail(message: str) -> NoReturn:
    """Say what is missing and what to do, and end with status 2."""
    print(message, file=sys.stderr)
    sys.exit(2)


def require_python() -> None:
    """End unless this Python is new enough for the project."""
    if sys.version_info < OLDEST:
        fail(
            f"This needs Python {OLDEST[0]}.{OLDEST[1]} or later, and {sys.executable} is {sys.version.split()[0]}. "
            "Name another one: make PYTHON=python3.12 …"
        )


def interpreters() -> dict[str, Path]:
    """Each minor version of Python on this machine from 3.11 on, such as ``{"3.12": …}``: PATH, pyenv, uv."""
    found: dict[str, Path] = {}
    for candidate in _candidates():
        version = _version(candidate)
        if version and tuple(map(int, version.split("."))) >= OLDEST:
            found.setdefault(version, candidate)
    return dict(sorted(found.items(), key=lambda item: int(item[0].split(".")[1])))


def _candidates() -> Iterator[Path]:
    yield Path(sys.executable)
    for name in ("python3", *(f"python3.{minor}" for minor in range(OLDEST[1], 20))):
        if path := shutil.which(name):
            yield Path(path)
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from sorted(pyenv.glob("versions/3.*/bin/python3"), reverse=True)
    uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR", Path.home() / ".local/share/uv/python"))
    yield from sorted(uv.glob("cpython-3.*/bin/python3"), reverse=True)


def _version(python: Path) -> str | None:
    # A name proves nothing: a shim of pyenv's may only say that the version isn't selected.
    program = "import sys; sys.implementation.name == 'cpython' and print('%d.%d' % sys.version_info[:2])"
    try:
        outcome = subprocess.run([python, "-I", "-c", program], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    text = outcome.stdout.strip()
    return text if outcome.returncode == 0 and re.fullmatch(r"3\.\d+", text) else None


def environment(folder: Path, requirements: list[str], *, inputs: list[Path] | None = None, say: str = "") -> Path:
    """A virtual environment with *requirements*, made anew when they or *inputs* change. Returns its Python."""
    python = folder / "bin/python"
    digest = hashlib.sha256(repr((requirements, sys.version, str(ROOT))).encode())
    for path in inputs or []:
        digest.update(path.read_bytes())
    stamp = folder / "stamp"
    if stamp.exists() and stamp.read_text() == digest.hexdigest() and python.exists():
        return python
    if say:
        print(say, flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(folder)], capture_output=True, text=True)
    if made.returncode != 0:
        fail(
            f"{sys.executable} can't make a virtual environment:\n{made.stdout}{made.stderr}\n"
            "On Debian and Ubuntu: apt-get install python3-venv"
        )
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements]
    installed = subprocess.run(pip, cwd=ROOT, capture_output=True, text=True)
    if installed.returncode != 0:
        fail(f"`pip install {' '.join(requirements)}` failed. Is the package index reachable?\n{installed.stderr}")
    stamp.write_text(digest.hexdigest())
    return python
