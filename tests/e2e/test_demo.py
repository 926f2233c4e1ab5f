"""Starting and stopping the demo."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from ..standin.process import ROOT
from .conftest import Demo


def processes_with(text: str) -> list[str]:
    listed = subprocess.run(["ps", "-A", "-ww", "-o", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if text in line]


def test_ctrl_c_stops_the_demo_and_leaves_no_process_and_it_starts_again(tmp_path: Path) -> None:
    demo = Demo(tmp_path).start()
    assert processes_with(f"127.0.0.1:{demo.port}")
    assert processes_with(f"--port {demo.standin_port}")
    assert demo.stop() == 0
    assert processes_with(f"127.0.0.1:{demo.port}") == []
    assert processes_with(f"--port {demo.standin_port}") == []
    demo.start()
    assert demo.stop() == 0


def test_the_demo_tells_where_to_go_and_no_secret(demo: Demo) -> None:
    text = "".join(demo.output)
    assert demo.url in text
    assert "whsec_" not in text


def refused(folder: Path, **environment: str) -> str:
    outcome = subprocess.run(
        [sys.executable, str(ROOT / "example_project/demo.py")],
        env={**os.environ, "DEMO_FOLDER": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert outcome.returncode == 2
    return outcome.stderr


def test_the_demo_refuses_live_mode(tmp_path: Path) -> None:
    assert "STRIPE_LIVE_MODE" in refused(tmp_path, STRIPE_LIVE_MODE="True")


def test_a_port_that_is_asked_for_and_taken_is_named(tmp_path: Path, demo: Demo) -> None:
    assert f"PORT={demo.port}" in refused(tmp_path, PORT=str(demo.port))
