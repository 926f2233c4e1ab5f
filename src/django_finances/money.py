"""Money is an integer in the currency's minor unit, beside its currency. Never a float.

See https://docs.stripe.com/currencies#minor-units
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

ZERO_DECIMAL: Final = frozenset(
    {"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"}
)
THREE_DECIMAL: Final = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})


def decimals(currency: str) -> int:
    """How many decimal places a currency's minor unit stands for at Stripe: 2 for usd, 0 for jpy, 3 for kwd."""
    code = currency.lower()
    if code in ZERO_DECIMAL:
        return 0
    return 3 if code in THREE_DECIMAL else 2


def to_major(amount: int, currency: str) -> Decimal:
    """An amount in minor units as an exact number of major units: 1999 usd is 19.99, 500 jpy is 500."""
    return Decimal(amount).scaleb(-decimals(currency))


def display(amount: int, currency: str) -> str:
    """An amount in minor units as plain text for a page or a log: ``19.99 USD``, ``500 JPY``, ``-1.500 KWD``."""
    return f"{to_major(amount, currency):,.{decimals(currency)}f} {currency.upper()}"
