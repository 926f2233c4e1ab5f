"""The demo as `make demo` starts it, and a browser."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from ..standin.process import ROOT, free_port

TIMEOUT = 15_000  # milliseconds


class Demo:
    """A running demo, with its output."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.standin_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.output: list[str] = []

    def start(self) -> Self:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("STRIPE_", "DJ", "REACT_"))},
            **{name: value for name, value in os.environ.items() if name.startswith("STRIPE_STANDIN_")},
            "DEMO_FOLDER": str(self.folder),
            "PORT": str(self.port),
            "STANDIN_PORT": str(self.standin_port),
        }
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "example_project/demo.py")],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output.append(line)
            if "Ctrl-C stops everything" in line:
                return self
        raise RuntimeError("The demo didn't start:\n" + "".join(self.output))

    def stop(self) -> int:
        """Press Ctrl-C; returns the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=20)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    demo = Demo(tmp_path_factory.mktemp("demo")).start()
    yield demo
    demo.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; where there is none, Playwright's own."""
    system = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, demo: Demo) -> Iterator[Page]:
    """A person's browser window. A page that asks for anything from elsewhere, or fails in a script, fails the test."""
    context = browser.new_context(base_url=demo.url)
    context.set_default_timeout(TIMEOUT)
    elsewhere: list[str] = []
    faults: list[str] = []

    def guard(route: Route) -> None:
        if route.request.url.startswith(("http://127.0.0.1:", "data:")):
            route.continue_()
        else:
            elsewhere.append(route.request.url)
            route.abort()

    context.route("**/*", guard)
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert elsewhere == []
    assert faults == []
