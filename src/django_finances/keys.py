"""What Stripe's keys and signing secrets look like, judged by shape alone.

Stripe promises the prefixes, never the length: https://docs.stripe.com/keys
The same judgement stands behind the system checks and before each call, so that they can't contradict each other.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

SECRET_KEY: Final = re.compile(r"(?:sk|rk)_(?P<mode>live|test)_[!-~]+")
PUBLISHABLE_KEY: Final = re.compile(r"pk_(?P<mode>live|test)_[!-~]+")
SIGNING_SECRET: Final = re.compile(r"whsec_[!-~]+")

_PREFIX: Final = re.compile(r"^(?:(?:sk|rk|pk)_(?:live|test)|whsec)_")
#: Signs and words that documentation, ``.env.example`` files and people put where a real value belongs. A word
#: counts only where it begins: real values are random letters and digits, and hold every short word now and then.
_PLACEHOLDER: Final = re.compile(
    r"\.\.|…|[<>{}$]|^[x.*_-]+$"
    r"|(?:^|[_-])(?:your|my[_-]|change[_-]?me|replace|placeholder|example|insert|goes[_-]?here|todo|xxxx)",
    re.IGNORECASE,
)


class Fault(Enum):
    """Why a value can't be what it should be. The graver fault is named when there are several."""

    MISSING = "missing"
    BLANK = "blank"
    SECRET = "secret"  # noqa: S105 - a secret key where a publishable one or a signing secret belongs
    PUBLISHABLE = "publishable"
    SIGNING_SECRET = "signing_secret"  # noqa: S105
    PLACEHOLDER = "placeholder"
    OTHER_MODE = "other_mode"
    PADDED = "padded"
    UNKNOWN = "unknown"


def is_placeholder(value: str) -> bool:
    """Whether *value* is a text that somebody was meant to replace, such as ``sk_test_...`` or ``whsec_xxx``."""
    return bool(_PLACEHOLDER.search(_PREFIX.sub("", value.strip())))


def is_signing_secret(value: str) -> bool:
    """Whether *value* can be the signing secret of a webhook endpoint.

    An empty or blank one must never reach the verification: an HMAC with a known key proves nothing, and
    anybody could sign events with it.
    """
    return signing_secret_fault(value) is None


def secret_key_fault(value: str, *, livemode: bool) -> Fault | None:
    """Why *value* can't be the secret (``sk_``) or restricted (``rk_``) key of a mode, or None."""
    fault = _absence(value)
    if fault is None and _kind(value) is not Fault.SECRET:
        fault = _kind(value)
    return fault or _fault_of_mode(SECRET_KEY, value, livemode=livemode)


def publishable_key_fault(value: str, *, livemode: bool) -> Fault | None:
    """Why *value* can't be the publishable (``pk_``) key of a mode, or None."""
    fault = _absence(value)
    if fault is None and _kind(value) is not Fault.PUBLISHABLE:
        fault = _kind(value)
    return fault or _fault_of_mode(PUBLISHABLE_KEY, value, livemode=livemode)


def signing_secret_fault(value: str) -> Fault | None:
    """Why *value* can't be the signing secret (``whsec_``) of a webhook endpoint, or None."""
    fault = _absence(value)
    if fault is None and _kind(value) is not Fault.SIGNING_SECRET:
        fault = _kind(value)
    if fault:
        return fault
    if is_placeholder(value):
        return Fault.PLACEHOLDER
    if not SIGNING_SECRET.fullmatch(value.strip()):
        return Fault.UNKNOWN
    return Fault.PADDED if value != value.strip() else None


def _absence(value: str) -> Fault | None:
    if not value:
        return Fault.MISSING
    return None if value.strip() else Fault.BLANK


def _kind(value: str) -> Fault | None:
    """What another kind of value *value* is, by its prefix; None when it has none of Stripe's prefixes."""
    text = value.strip()
    if text.startswith(("sk_", "rk_")):
        return Fault.SECRET
    if text.startswith("pk_"):
        return Fault.PUBLISHABLE
    return Fault.SIGNING_SECRET if text.startswith("whsec_") else None


def _fault_of_mode(shape: re.Pattern[str], value: str, *, livemode: bool) -> Fault | None:
    if is_placeholder(value):
        return Fault.PLACEHOLDER
    match = shape.fullmatch(value.strip())
    if match is None:
        return Fault.UNKNOWN
    if (match["mode"] == "live") is not livemode:
        return Fault.OTHER_MODE
    return Fault.PADDED if value != value.strip() else None
