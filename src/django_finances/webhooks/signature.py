"""Is it Stripe's? The signature over the very bytes that came.

https://docs.stripe.com/webhooks#verify-manually. Ours beside the SDK's because it also refuses timestamps from the
future, never raises anything but `NotVerified`, and tries every configured secret in one pass.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Iterable, Sequence
from typing import Final

#: More than Stripe ever sends: one signature for each secret while one is rolled, and a `v0` in test mode.
_MOST_SIGNATURES: Final = 16
_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


class NotVerified(Exception):
    """The request isn't known to be Stripe's. The message names the reason and holds nothing of the request."""


def verify(body: bytes, header: str, *, secrets: Iterable[str], tolerance: int, now: float | None = None) -> None:
    """Check a ``Stripe-Signature`` header.

    Args:
        secrets: The endpoint's signing secrets; several while one is being rolled. One of them must match.
        tolerance: Seconds that the signature's time may lie in the past or in the future.
        now: Seconds since 1970 (UTC); the system's clock by default.

    Raises:
        NotVerified: No ``v1`` signature matches, or its time is out of tolerance.
    """
    timestamp, candidates = _parse(header)
    signed = f"{timestamp}.".encode() + body
    # Every secret and signature is compared, whichever matches: the time taken tells nothing.
    matches = [hmac.compare_digest(_sign(secret, signed), candidate) for secret in secrets for candidate in candidates]
    if not any(matches):
        raise NotVerified("no v1 signature matches a configured secret")
    age = (time.time() if now is None else now) - int(timestamp)
    if abs(age) > tolerance:
        raise NotVerified(f"the signature's time is out of tolerance ({'past' if age > 0 else 'future'})")


def _sign(secret: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def _parse(header: str) -> tuple[str, Sequence[str]]:
    """The timestamp and the well-formed ``v1`` signatures of a header. Other schemes don't count: no downgrade."""
    if not header:
        raise NotVerified("no Stripe-Signature header")
    pairs = [item.strip().partition("=") for item in header.split(",", 2 * _MOST_SIGNATURES)]
    if len(pairs) > _MOST_SIGNATURES:
        raise NotVerified("too many signatures in the header")
    timestamps = [value for scheme, _, value in pairs if scheme == "t"]
    candidates = [value for scheme, _, value in pairs if scheme == "v1" and _DIGEST.fullmatch(value)]
    if len(timestamps) != 1 or not _TIMESTAMP.fullmatch(timestamps[0]):
        raise NotVerified("the header has no single timestamp")
    if not candidates:
        raise NotVerified("the header has no v1 signature")
    return timestamps[0], candidates
