"""The server process: sockets in, answers out. Started by `launcher` with the environment's Python."""

from __future__ import annotations

import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from . import postponed

postponed.install()  # before the first import of the base packages

from seahaven.http import HttpRequest, HttpResponse  # noqa: E402

from .faults import HangUp  # noqa: E402
from .launcher import arguments  # noqa: E402
from .standin import StandIn  # noqa: E402

ADDRESS = "127.0.0.1"
MAX_BODY = 1024 * 1024
TRUSTED_HOSTS = frozenset({"127.0.0.1", "localhost"})


class Handler(BaseHTTPRequestHandler):
    """One request of a client's."""

    protocol_version = "HTTP/1.1"
    server_version = "stripe-standin"
    sys_version = ""
    wbufsize = -1  # head and body leave in one packet: two would wait for each other's acknowledgement
    timeout = 60
    standin: StandIn
    quiet = False

    def answer(self) -> None:
        try:
            response = self._response()
        except HangUp as fault:
            self.close_connection = True
            self.wfile.write(fault.sent)
            self.log_request("closed by a fault")
            return
        body = response.body_bytes
        self.log_request(response.status)
        self.send_response_only(response.status)
        if not any(name == "Date" for name, _ in response.headers):
            self.send_header("Date", self.date_time_string())
        for name, value in response.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_DELETE = do_HEAD = answer

    def _response(self) -> HttpResponse:
        host = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        if host not in TRUSTED_HOSTS:  # a page on the internet whose name was pointed at this machine
            return HttpResponse.json({"error": {"message": "The stand-in answers on 127.0.0.1 only."}}, status=421)
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or "chunked" in self.headers.get("Transfer-Encoding", ""):
            self.close_connection = True
            return HttpResponse.json({"error": {"message": "A body needs a Content-Length."}}, status=411)
        if int(length) > MAX_BODY:
            self.close_connection = True
            return HttpResponse.json({"error": {"message": "The body is larger than 1 MiB."}}, status=413)
        parts = urlsplit(self.path)
        headers = tuple((name, value) for name, value in self.headers.items())
        body = self.rfile.read(int(length))
        return self.standin.respond(HttpRequest(self.command, unquote(parts.path), parts.query, headers, body))

    def log_message(self, format: str, *args: Any) -> None:
        """Method, path and status: never a header, where the key is, and never a query, where e-mail addresses are."""
        if not self.quiet:
            status = args[1] if len(args) > 1 else ""
            print(f"{getattr(self, 'command', '-')} {urlsplit(self.path).path} {status}", file=sys.stderr, flush=True)


class Server(ThreadingHTTPServer):
    """A thread for each connection."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no event worth a traceback."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


def main() -> int:
    options = arguments()
    try:
        server = Server((ADDRESS, options.port), Handler)
    except OSError as error:
        print(f"stripe_standin: can't listen on {ADDRESS}:{options.port}: {error.strerror}", file=sys.stderr)
        return 2
    port = server.server_address[1]
    standin = StandIn(origin=f"http://{ADDRESS}:{port}")
    Handler.standin, Handler.quiet = standin, options.quiet
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"stripe_standin: ready on http://{ADDRESS}:{port}", file=sys.stderr, flush=True)
    try:
        server.serve_forever(poll_interval=0.1)
    finally:
        server.server_close()
        standin.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
