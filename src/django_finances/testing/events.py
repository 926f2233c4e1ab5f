"""Events as Stripe sends them, for tests that post to the webhook."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from itertools import count
from typing import Any, Final

from ..stripe_api import API_VERSION

_numbers: Final = count(1)


def make_event(event_type: str, obj: Mapping[str, Any], **envelope: Any) -> dict[str, Any]:
    """An event around an object of Stripe's, in test mode, made now.

    Args:
        event_type: Such as ``invoice.paid``.
        obj: The object, as Stripe's API would show it.
        envelope: Fields of the event that shall differ: ``id``, ``created`` (seconds), ``livemode``, ``api_version``…
    """
    return {
        "id": f"evt_test_{next(_numbers)}_{time.time_ns()}",
        "object": "event",
        "api_version": API_VERSION,
        "created": int(time.time()),
        "data": {"object": dict(obj)},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": event_type,
        **envelope,
    }


def signature_header(body: bytes, secret: str, *, timestamp: int | None = None) -> str:
    """The ``Stripe-Signature`` header that Stripe would send with a body. https://docs.stripe.com/webhooks#verify-manually

    Args:
        timestamp: Seconds since 1970 (UTC); now by default.
    """
    at = int(time.time()) if timestamp is None else timestamp
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
