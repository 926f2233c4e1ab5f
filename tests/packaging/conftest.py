"""The wheel, and hosts that have nothing but it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEYS = {
    "STRIPE_TEST_SECRET_KEY": "sk_test_OfThePackagingTests",
    "STRIPE_LIVE_MODE": "False",
    "DJSTRIPE_WEBHOOK_SECRET": "whsec_OfThePackagingTests",
}


def documented(page: str, caption: str) -> str:
    """The code that a page of the docs tells people to put into a file: all blocks with that caption."""
    blocks = re.findall(r"```\{code-block\} \w+\n:caption: (\S+)\n\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)
    found = [code for name, code in blocks if name == caption]
    assert found, f"{page} has no block for {caption}"
    return "\n".join(found)


def run(*command: str, cwd: Path, **environment: str) -> str:
    """A command's output; it must succeed."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("STRIPE", "DJ", "PYTEST", "PYTHON"))
    }
    outcome = subprocess.run(
        command, cwd=cwd, env={**clean, **environment}, capture_output=True, text=True, timeout=300
    )
    assert outcome.returncode == 0, f"{' '.join(command)}\n{outcome.stdout}\n{outcome.stderr}"
    return outcome.stdout + outcome.stderr


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist; the wheel is built from the sdist, as the package index would."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--installer", "uv", "--outdir", str(folder), str(ROOT), cwd=folder)
    return folder


@pytest.fixture(scope="session")
def wheel(distributions: Path) -> Path:
    (wheel,) = distributions.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def host(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project as `django-admin startproject` makes it, with the documented lines; migrated."""
    folder = tmp_path_factory.mktemp("host")
    run(sys.executable, "-m", "uv", "venv", "--quiet", "--python", sys.executable, str(folder / "venv"), cwd=folder)
    run(
        sys.executable,
        "-m",
        "uv",
        "pip",
        "install",
        "--quiet",
        "--python",
        str(folder / "venv"),
        str(wheel),
        cwd=folder,
    )
    run(str(folder / "venv/bin/django-admin"), "startproject", "shop", str(folder), cwd=folder)
    for name in ("settings.py", "urls.py"):
        with (folder / "shop" / name).open("a") as file:
            file.write("\n" + documented("docs/how-to/install.md", name))
    run(str(folder / "venv/bin/python"), "manage.py", "migrate", "--verbosity", "0", cwd=folder, **KEYS)
    return folder
