"""Webhooks: each event to each endpoint that wants it, signed, in order, and again until it is taken.

As at Stripe, a delivery is taken when the answer is 2xx; a redirect isn't followed. One that failed is tried again by
itself, later: it doesn't hold back those after it.
"""

from __future__ import annotations

import hashlib
import heapq
import hmac
import http.client
import ipaddress
import itertools
import json
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import seahaven

from . import events, webhook_endpoints
from .webhook_faults import WebhookFaults

TIMEOUT = 20.0  # seconds
FIRST_PAUSE, LONGEST_PAUSE, MAX_ATTEMPTS = 0.5, 60.0, 12
USER_AGENT = "Stripe/1.0 (+https://stripe.com/docs/webhooks)"


@dataclass
class Delivery:
    """One event on its way to one endpoint."""

    url: str
    secret: str
    event: dict[str, Any]
    attempts: int = 0


class Deliveries:
    """One thread that sends, for all accounts of the process."""

    def __init__(self) -> None:
        self._wake = threading.Condition()
        self._heap: list[tuple[float, int, Delivery]] = []
        self._order = itertools.count()
        self._sent: dict[int, int] = {}
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
        self._thread.start()

    def enqueue(self, instance: Any, faults: WebhookFaults) -> None:
        """Take up what an account's last transaction emitted. Called under the account's lock."""
        with instance.bulk() as ctx:
            fresh = events.after(ctx, self._sent.get(id(instance), 0))
            endpoints = webhook_endpoints.enabled(ctx) if fresh else []
        if not fresh:
            return
        self._sent[id(instance)] = fresh[-1][0]
        for event in faults.order([event for _, event in fresh]):
            for _ in range(faults.copies(event)):
                self._send(endpoints, event, time.monotonic() + faults.delay_of(event))

    def send_again(self, ctx: seahaven.Ctx, event_id: str) -> int:
        """Send an event once more, whatever became of it; returns to how many endpoints."""
        return self._send(webhook_endpoints.enabled(ctx), events.get(ctx, event_id), time.monotonic())

    def _send(self, endpoints: list[dict[str, Any]], event: dict[str, Any], due: float) -> int:
        wanted = [each for each in endpoints if webhook_endpoints.wants(each, event["type"])]
        with self._wake:
            for endpoint in wanted:
                body = event | {"pending_webhooks": len(wanted)}
                self._push(due, Delivery(endpoint["url"], endpoint["secret"], body))
            self._wake.notify()
        return len(wanted)

    def close(self) -> None:
        with self._wake:
            self._closed = True
            self._wake.notify()
        self._thread.join(timeout=1)

    def _push(self, due: float, delivery: Delivery) -> None:
        heapq.heappush(self._heap, (due, next(self._order), delivery))

    def _run(self) -> None:
        while (delivery := self._next()) is not None:
            delivery.attempts += 1
            problem = send(delivery)
            if problem is None:
                continue
            print(f"webhook {delivery.event['type']} not taken: {problem}", file=sys.stderr, flush=True)
            if delivery.attempts < MAX_ATTEMPTS:
                pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (delivery.attempts - 1))
                with self._wake:
                    self._push(time.monotonic() + pause, delivery)

    def _next(self) -> Delivery | None:
        with self._wake:
            while not self._closed:
                if self._heap and self._heap[0][0] <= time.monotonic():
                    return heapq.heappop(self._heap)[2]
                self._wake.wait(self._heap[0][0] - time.monotonic() if self._heap else None)
        return None


def send(delivery: Delivery) -> str | None:
    """Try once. Returns why it wasn't taken, or nothing."""
    parts = urlsplit(delivery.url)
    if not is_loopback(parts.hostname or ""):
        return "the stand-in sends to this machine only"
    body = json.dumps(delivery.event, indent=2).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signature(body, delivery.secret, int(time.time())),
        "User-Agent": USER_AGENT,
    }
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    try:
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()
    return None if 200 <= response.status < 300 else f"HTTP {response.status}"


def signature(body: bytes, secret: str, timestamp: int) -> str:
    """The header ``Stripe-Signature`` (https://docs.stripe.com/webhooks/signature)."""
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
