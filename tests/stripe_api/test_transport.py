"""TLS, proxies and addresses: what the loopback server of the other tests doesn't show."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe

from django_finances import stripe_api
from django_finances.exceptions import StripeUnavailable
from django_finances.stripe_api import transport

from .conftest import Loopback

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificate with openssl")


@pytest.fixture
def new_pool() -> Iterator[None]:
    transport._pool.cache_clear()
    yield
    transport._pool.cache_clear()


@pytest.fixture
def tls_server(stripe_server: Loopback, tmp_path: Path, new_pool: None, settings: Any) -> Path:
    """Puts TLS in front of the loopback server; the path of the certificate that proves it."""
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
        + ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    stripe_server.socket = context.wrap_socket(stripe_server.socket, server_side=True)
    settings.STRIPE_API_HOST = stripe_server.address.replace("http:", "https:")
    return certificate


@needs_openssl
def test_a_certificate_that_nobody_vouches_for_is_refused_at_once(tls_server: Path, stripe_server: Loopback) -> None:
    with pytest.raises(StripeUnavailable, match="certificate") as caught:
        stripe_api.get("/v1/customers")
    assert "1 attempt" in str(caught.value)
    assert stripe_server.requests == []


@needs_openssl
def test_answers_come_over_tls_and_dripping_ones_are_given_up_there_too(
    tls_server: Path, stripe_server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe, "ca_bundle_path", str(tls_server))
    stripe_server.will_answer({"id": "cus_1"})
    assert stripe_api.get("/v1/customers/cus_1").object == {"id": "cus_1"}
    stripe_server.will_answer({"id": "x" * 10_000}, drip=0.05)
    with pytest.raises(StripeUnavailable):
        stripe_api.get("/v1/customers", timeout=0.5)


def test_a_proxy_of_the_environment_is_used_unless_the_host_is_excepted(
    stripe_server: Loopback, monkeypatch: pytest.MonkeyPatch, settings: Any, new_pool: None
) -> None:
    monkeypatch.setenv("http_proxy", stripe_server.address)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    settings.STRIPE_API_HOST = "http://stripe.invalid"
    stripe_server.will_answer({"id": "through the proxy"})
    assert stripe_api.get("/v1/customers").object == {"id": "through the proxy"}
    assert stripe_server.requests[0].headers["host"] == "stripe.invalid"

    monkeypatch.setenv("no_proxy", "stripe.invalid")
    with pytest.raises(StripeUnavailable):
        stripe_api.get("/v1/customers", timeout=1)
    assert len(stripe_server.requests) == 1


def test_all_addresses_of_a_host_share_one_time_out(
    stripe_server: Loopback, monkeypatch: pytest.MonkeyPatch, settings: Any, new_pool: None
) -> None:
    """A host of many dead addresses must not cost as many time-outs: the living one comes too late here."""
    tried: list[Any] = []

    class Deaf(socket.socket):
        def connect(self, address: Any) -> None:
            tried.append(address)
            threading.Event().wait(self.gettimeout())
            raise TimeoutError

    dead = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 1))
    monkeypatch.setattr(transport.socket, "getaddrinfo", lambda *args, **kwargs: [dead] * 5)
    monkeypatch.setattr(transport.socket, "socket", Deaf)
    settings.STRIPE_API_HOST = "http://many.invalid"
    with pytest.raises(StripeUnavailable):
        stripe_api.get("/v1/customers", timeout=0.3)
    assert len(tried) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_worker_does_not_share_the_connections_of_its_parent(stripe_server: Loopback) -> None:
    stripe_server.will_answer()
    stripe_api.get("/v1/customers")
    parent = transport._pool("")
    child = os.fork()
    if child == 0:
        os._exit(0 if transport._pool("") is not parent else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert transport._pool("") is parent
