"""Failures on demand: what Stripe and the network between do on bad days.

A fault has a kind, says which calls it meets (a method, a regular expression for the path), and how often.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from seahaven.http import HttpResponse

from .errors import answer_error

Respond = Callable[[], HttpResponse]


class HangUp(Exception):
    """Close the connection; *sent* bytes of the answer have gone out before."""

    def __init__(self, sent: bytes = b"") -> None:
        super().__init__("the connection is closed by a fault")
        self.sent = sent


class BadFault(ValueError):
    """A fault that was asked for can't be."""


@dataclass
class Fault:
    """One fault. *seconds* is how long it waits, for those kinds that do."""

    kind: str
    method: str = ""
    path: str = ".*"
    times: int = 1
    seconds: float = 30.0
    met: int = field(default=0)

    def meets(self, method: str, path: str) -> bool:
        return self.met < self.times and self.method in {"", method} and re.search(self.path, path) is not None


class Faults:
    """The faults of one account, oldest first; each call meets one at most."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def set(self, wanted: list[dict[str, Any]]) -> None:
        """Replace all faults. Raises `BadFault`."""
        faults = [_fault(each) for each in wanted]
        with self._lock:
            self._faults = faults

    def show(self) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(vars(fault)) for fault in self._faults]

    def take(self, method: str, path: str) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if fault.meets(method, path):
                    fault.met += 1
                    return fault
        return None


def _fault(wanted: dict[str, Any]) -> Fault:
    try:
        fault = Fault(**{name: value for name, value in wanted.items() if name != "met"})
        re.compile(fault.path)
    except (TypeError, re.error) as error:
        raise BadFault(f"Not a fault: {error}") from None
    if fault.kind not in KINDS:
        raise BadFault(f"There is no fault of the kind {fault.kind!r}; there are: {', '.join(KINDS)}.")
    return fault


def suffer(fault: Fault, respond: Respond) -> HttpResponse:
    """The answer to a call that meets *fault*; *respond* has the effect. Raises `HangUp`."""
    return KINDS[fault.kind](fault, respond)


def _hang_up_before(fault: Fault, respond: Respond) -> HttpResponse:
    raise HangUp


def _hang_up_after(fault: Fault, respond: Respond) -> HttpResponse:
    respond()
    raise HangUp


def _half_an_answer(fault: Fault, respond: Respond) -> HttpResponse:
    body = respond().body_bytes
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    raise HangUp(head.encode() + body[: len(body) // 2])


def _silence_before(fault: Fault, respond: Respond) -> HttpResponse:
    time.sleep(fault.seconds)
    raise HangUp


def _silence_after(fault: Fault, respond: Respond) -> HttpResponse:
    respond()
    time.sleep(fault.seconds)
    raise HangUp


def _slow(fault: Fault, respond: Respond) -> HttpResponse:
    time.sleep(fault.seconds)
    return respond()


def _malformed(fault: Fault, respond: Respond) -> HttpResponse:
    respond()
    return HttpResponse(200, (("Content-Type", "text/html"),), "<html>an answer of somebody else's</html>")


def _after(fault: Fault, respond: Respond) -> HttpResponse:
    respond()
    return answer_error(500, "Something went wrong after it was done.", type="api_error")


def _refusing(status: int, message: str, **error: Any) -> Callable[[Fault, Respond], HttpResponse]:
    return lambda fault, respond: answer_error(status, message, **error)


#: https://docs.stripe.com/error-low-level and https://docs.stripe.com/rate-limits
KINDS: Final[dict[str, Callable[[Fault, Respond], HttpResponse]]] = {
    "400": _refusing(400, "A fault was asked for."),
    "402": _refusing(402, "Your card was declined.", type="card_error", code="card_declined"),
    "409": _refusing(409, "Another request is in progress with this key.", type="idempotency_error"),
    "429": _refusing(429, "Too many requests.", code="rate_limit"),
    "429_lock": _refusing(429, "This object cannot be accessed right now.", code="lock_timeout"),
    "500": _refusing(500, "Something went wrong.", type="api_error"),
    "500_after": _after,
    "503": _refusing(503, "Stripe is down.", type="api_error"),
    "hang_up_before": _hang_up_before,
    "hang_up_after": _hang_up_after,
    "half_an_answer": _half_an_answer,
    "malformed": _malformed,
    "silence_before": _silence_before,
    "silence_after": _silence_after,
    "slow": _slow,
}
