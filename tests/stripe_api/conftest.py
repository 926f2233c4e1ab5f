"""A Stripe on loopback that answers what a test tells it to, over real HTTP."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from django_finances.stripe_api import retries


@dataclass
class Request:
    """What arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    params: dict[str, str]


@dataclass
class Scripted:
    """One answer. *drip*: seconds between two bytes; *hang_up*: close the connection without any answer."""

    body: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0
    drip_head: bool = False
    hang_up: bool = False


class Loopback(ThreadingHTTPServer):
    """The server; `requests` is what it got, `script` what it will answer."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[Request] = []
        self.script: deque[Scripted] = deque()
        self.connections = 0
        self.closing = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def will_answer(self, body: Any = None, status: int = 200, **options: Any) -> None:
        text = body if isinstance(body, str) else json.dumps({"object": "thing"} if body is None else body)
        self.script.append(Scripted(text, status, **options))

    def will_refuse(self, status: int, *, headers: dict[str, str] | None = None, **error: Any) -> None:
        self.will_answer({"error": {"type": "invalid_request_error", **error}}, status, headers=headers or {})

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gives up is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Loopback

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def handle_any(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        address = urlsplit(self.path)
        self.server.requests.append(
            Request(
                method=self.command,
                path=address.path,
                query=dict(parse_qsl(address.query, keep_blank_values=True)),
                headers={name.lower(): value for name, value in self.headers.items()},
                params=dict(parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True)),
            )
        )
        answer = self.server.script.popleft() if self.server.script else Scripted('{"error": {"message": "?"}}', 500)
        if answer.hang_up:
            self.close_connection = True
            return
        content = answer.body.encode()
        self.send_response(answer.status) if "Date" not in answer.headers else self.send_response_only(answer.status)
        for name, value in {"Content-Length": str(len(content)), **answer.headers}.items():
            self.send_header(name, value)
        if answer.drip_head:
            self.flush_headers()
            for number in range(10_000):
                self._drop(f"X-Drop-{number}: 1\r\n".encode(), answer.drip)
        self.end_headers()
        if not answer.drip:
            self.wfile.write(content)
            return
        for byte in content:
            self._drop(bytes([byte]), answer.drip)

    def _drop(self, data: bytes, seconds: float) -> None:
        for byte in data:
            if self.server.closing.wait(seconds):
                raise ConnectionAbortedError
            self.wfile.write(bytes([byte]))
            self.wfile.flush()

    do_GET = do_POST = do_DELETE = handle_any  # noqa: N815 - the names that http.server calls

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def stripe_server(settings: Any) -> Iterator[Loopback]:
    """A loopback Stripe at which the settings point, with a test key."""
    server = Loopback()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    settings.STRIPE_API_HOST = server.address
    settings.STRIPE_LIVE_MODE = False
    settings.STRIPE_TEST_SECRET_KEY = "sk_test_loopback"
    settings.STRIPE_LIVE_SECRET_KEY = ""
    yield server
    server.closing.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pauses worth waiting for."""
    monkeypatch.setattr(retries, "FIRST_PAUSE", 0.001)
