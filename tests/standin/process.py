"""The stand-in for Stripe as tests and demos meet it: a process of its own, spoken to over HTTP."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "example_project/stripe_standin"
FIRST_START = 300  # seconds: it may have to download an interpreter and its packages


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class StandIn:
    """A running stand-in. ``with StandIn() as standin: standin.post("/v1/customers", email="…")``."""

    def __init__(self, port: int | None = None) -> None:
        self.port = port or free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.key = f"sk_test_{os.urandom(8).hex()}"

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, str(FOLDER), "--port", str(self.port)], stderr=subprocess.PIPE, text=True
        )
        assert self.process.stderr is not None
        self.log: list[str] = []
        for line in self.process.stderr:
            self.log.append(line)
            if "ready on" in line:
                break
        else:
            raise RuntimeError("The stand-in didn't start:\n" + "".join(self.log))
        # From here on somebody must read, or the process blocks on a full pipe.
        import threading

        threading.Thread(target=lambda: self.log.extend(self.process.stderr or ()), daemon=True).start()
        self.wait_until_healthy()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=10)

    def wait_until_healthy(self) -> None:
        for _ in range(200):
            try:
                with urllib.request.urlopen(f"{self.origin}/_control/health", timeout=5):
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("The stand-in doesn't answer.")

    def request(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None = None,
        *,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, dict[str, str], Any]:
        """Status, headers (names in lower case) and the answer's JSON."""
        encoded = urlencode(list(flatten(params or {})))
        url = self.origin + path + (f"?{encoded}" if method == "GET" and encoded else "")
        request = urllib.request.Request(
            url,
            data=encoded.encode() if method == "POST" else None,
            method=method,
            headers={"Authorization": f"Bearer {key or self.key}", **(headers or {})},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, lower(response.headers), json.loads(response.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, lower(error.headers), json.loads(error.read())

    def get(self, path: str, **params: Any) -> Any:
        return self._ok("GET", path, params)

    def post(self, path: str, **params: Any) -> Any:
        return self._ok("POST", path, params)

    def control(self, name: str, **body: Any) -> Any:
        """POST to ``/_control/…``; must succeed."""
        status, answer = self.try_control(name, **body)
        assert status == 200, answer
        return answer

    def try_control(self, name: str, **body: Any) -> tuple[int, Any]:
        request = urllib.request.Request(
            f"{self.origin}/_control/{name}",
            json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, json.loads(response.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    def _ok(self, method: str, path: str, params: Mapping[str, Any]) -> Any:
        status, _, body = self.request(method, path, params)
        assert status == 200, (method, path, status, body)
        return body


def lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def flatten(value: Any, prefix: str = "") -> list[tuple[str, str]]:
    """Stripe's form encoding."""
    pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
    found: list[tuple[str, str]] = []
    for name, each in pairs:
        key = f"{prefix}[{name}]" if prefix else str(name)
        if isinstance(each, Mapping | list | tuple):
            found += flatten(each, key)
        else:
            found.append((key, {True: "true", False: "false"}.get(each, each) if isinstance(each, bool) else str(each)))
    return found
