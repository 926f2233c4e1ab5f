"""What Stripe's keys and signing secrets look like, judged by shape alone.

Stripe promises the prefixes, never the length: https://docs.stripe.com/keys
"""

from __future__ import annotations

import re
from typing import Final

SECRET_KEY: Final = re.compile(r"(?:sk|rk)_(?P<mode>live|test)_\S+")
PUBLISHABLE_KEY: Final = re.compile(r"pk_(?P<mode>live|test)_\S+")
SIGNING_SECRET: Final = re.compile(r"whsec_\S+")

_PREFIX: Final = re.compile(r"^(?:(?:sk|rk|pk)_(?:live|test)|whsec)_")
#: Signs and words that documentation, ``.env.example`` files and people put where a real value belongs. A word
#: counts only where it begins: real values are random letters and digits, and hold every short word now and then.
_PLACEHOLDER: Final = re.compile(
    r"\.\.|…|[<>{}$]|^[x.*_-]+$"
    r"|(?:^|[_-])(?:your|my[_-]|change[_-]?me|replace|placeholder|example|insert|goes[_-]?here|todo|xxx)",
    re.IGNORECASE,
)


def is_placeholder(value: str) -> bool:
    """Whether *value* is a text that somebody was meant to replace, such as ``sk_test_...`` or ``whsec_xxx``."""
    return bool(_PLACEHOLDER.search(_PREFIX.sub("", value.strip())))


def is_signing_secret(value: str) -> bool:
    """Whether *value* can be the signing secret of a webhook endpoint.

    An empty or blank one must never reach the verification: an HMAC with a known key proves nothing, and
    anybody could sign events with it.
    """
    return bool(SIGNING_SECRET.fullmatch(value)) and not is_placeholder(value)
