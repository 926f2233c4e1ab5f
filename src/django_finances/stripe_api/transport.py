"""One attempt over HTTP, every wait of which ends with its deadline.

Why not the SDK's own HTTP client: its time-out bounds the pause between two bytes, so a server (or a middlebox) that
drips one byte every few seconds holds a worker for ever. A thread that is abandoned after a while would go on
dripping, and a timer that closes the socket may hit the next user of a pooled connection. Here the socket's time-out
is set to what is left before each single read, so nothing has to be watched from outside, and urllib3 keeps doing
what it is good at: pooling, proxies, TLS. (Only the resolver of the operating system knows no deadline.)
"""

from __future__ import annotations

import functools
import http.client
import io
import os
import socket
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import stripe
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError, SSLError

#: Seconds in which a connection must stand, the TLS handshake included.
CONNECT: Final = 5.0


class NoAnswer(Exception):
    """The attempt ended without a whole answer. Whether Stripe has acted isn't known."""

    def __init__(self, reason: str, *, repeatable: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.repeatable = repeatable


class Transport(stripe.HTTPClient):
    """Carries one request of the SDK, in *seconds* at most, and gives back whatever was answered."""

    name = "urllib3"

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, dict[str, str]]:
        """
        Raises:
            NoAnswer: nothing, or not everything, came back in time. Raised without a cause: messages of the network
                may name a proxy with its password.
        """
        failure: NoAnswer | None = None
        try:
            response = _pool(_proxy_for(url)).request(
                method.upper(),
                url,
                body=post_data,
                headers=headers,
                timeout=urllib3.Timeout(connect=min(CONNECT, self._seconds), total=self._seconds),
                retries=False,
                redirect=False,  # the key goes nowhere else
            )
            return response.data.decode("utf-8", "replace"), response.status, _lower(response.headers)
        except SSLError:
            failure = NoAnswer("the certificate of Stripe's API couldn't be verified", repeatable=False)
        except (HTTPError, OSError, http.client.HTTPException) as error:
            failure = NoAnswer(f"no whole answer in time ({type(error).__name__})", repeatable=True)
        raise failure

    def close(self) -> None:
        """Nothing is held: connections belong to the pool."""


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


class _Reader(io.RawIOBase):
    """Reads a socket until a moment, however slowly it comes."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw = raw
        self._sock = sock
        # urllib3 has just set the time-out to what is left of the attempt.
        seconds = sock.gettimeout()
        self._end = None if seconds is None else time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._end is not None:
            left = self._end - time.monotonic()
            if left <= 0:
                raise TimeoutError("The deadline of the answer has passed.")
            self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Reader(self.fp.detach(), sock))


class _BoundedConnection(HTTPConnection):
    """What the plain and the TLS connection have in common."""

    response_class = _Response

    def _new_conn(self) -> socket.socket:
        """One time-out for all addresses of the host; urllib3 gives it to each of them."""
        end = time.monotonic() + float(self.timeout or CONNECT)
        try:
            addresses = socket.getaddrinfo(self._dns_host.strip("[]"), self.port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        failure: OSError | None = None
        for family, kind, protocol, _name, address in addresses:
            left = end - time.monotonic()
            if left <= 0:
                break
            sock = socket.socket(family, kind, protocol)
            try:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.settimeout(left)
                sock.connect(address)
            except OSError as error:
                sock.close()
                failure = error
            else:
                return sock
        if failure is None or isinstance(failure, TimeoutError):
            raise ConnectTimeoutError(self, "No address of the host answered in time.")
        raise NewConnectionError(self, "No address of the host could be reached.") from failure


class _PlainConnection(_BoundedConnection):
    pass


class _TLSConnection(_BoundedConnection, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection


@functools.lru_cache(maxsize=4)
def _pool(proxy: str) -> urllib3.PoolManager:
    # The certificates that the SDK ships and uses itself.
    options: dict[str, Any] = {"ca_certs": stripe.ca_bundle_path, "cert_reqs": "CERT_REQUIRED", "maxsize": 10}
    manager = urllib3.ProxyManager(proxy, **options) if proxy else urllib3.PoolManager(**options)
    manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TLSPool}
    return manager


# A forked worker that went on with its parent's connections would read the answers of its siblings.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)


def _proxy_for(url: str) -> str:
    """The proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY (or the system) name for *url*, or an empty string."""
    address = urlsplit(url)
    if proxy_bypass(address.hostname or ""):
        return ""
    return getproxies().get(address.scheme, "")
