"""Starting the stand-in: which Python, which environment, and what is said when there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from .process import FOLDER, StandIn


@pytest.fixture
def interpreters(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(FOLDER.parent))
    from stripe_standin import interpreters

    return interpreters


def prepare(home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(FOLDER), "--prepare"],
        env={**os.environ, "STRIPE_STANDIN_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=300,
    )


def script(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_a_python_is_run_before_it_is_trusted(interpreters: ModuleType, tmp_path: Path) -> None:
    shim = script(tmp_path, "python3.14", 'echo "pyenv: python3.14: command not found" >&2; exit 127')
    assert not interpreters._fits(shim)
    assert not interpreters._fits(tmp_path / "missing")


def test_without_any_python_that_fits_it_says_what_to_install(
    interpreters: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interpreters, "_candidates", lambda: iter(()))
    monkeypatch.setattr(interpreters, "_download", lambda: None)
    with pytest.raises(interpreters.NoInterpreter, match=r"Python 3\.13 or later.*uv python install 3\.13"):
        interpreters.find_interpreter()


def test_the_environment_is_made_once_and_an_interrupted_one_is_made_good(tmp_path: Path) -> None:
    first = prepare(tmp_path)
    assert first.returncode == 0, first.stderr
    assert "first start" in first.stderr
    assert prepare(tmp_path).stderr == ""
    (folder,) = (path for path in tmp_path.iterdir() if path.is_dir())
    (folder / "complete").unlink()
    again = prepare(tmp_path)
    assert (again.returncode, "first start" in again.stderr) == (0, True)


def test_a_package_that_isnt_what_the_hashes_say_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(FOLDER.parent))
    from stripe_standin import environment
    from stripe_standin.interpreters import find_interpreter

    forged = environment.REQUIREMENTS.read_text(encoding="utf-8").replace("--hash=sha256:", "--hash=sha256:0000")
    forged = "\n".join(line if "sha256" not in line else line[:-6] + line[-2:] for line in forged.splitlines())
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(forged + "\n", encoding="utf-8")
    monkeypatch.setattr(environment, "REQUIREMENTS", requirements)
    monkeypatch.setenv("STRIPE_STANDIN_HOME", str(tmp_path / "home"))
    with pytest.raises(environment.CannotInstall, match="HASH"):
        environment.ensure_environment(find_interpreter, print)


def test_a_port_that_is_taken_is_named(standin: StandIn) -> None:
    outcome = subprocess.run(
        [sys.executable, str(FOLDER), "--port", str(standin.port)], capture_output=True, text=True, timeout=60
    )
    assert outcome.returncode == 2
    assert f"127.0.0.1:{standin.port}" in outcome.stderr


def test_it_listens_on_this_machine_only(standin: StandIn) -> None:
    listening = Path("/proc/net/tcp").read_text(encoding="ascii") if Path("/proc/net/tcp").exists() else ""
    port = f":{standin.port:04X} "
    local = [line.split()[1] for line in listening.splitlines() if port in line and line.split()[3] == "0A"]
    assert all(address.startswith("0100007F:") for address in local)
