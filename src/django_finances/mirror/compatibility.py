"""Keys that dj-stripe 2.11 reads from ``stripe_data`` and the current API no longer sends.

Without them its admin, its ``str()`` and helpers such as ``Subscription.is_valid()`` raise. They are computed from
the payload, never overwrite a key of Stripe's, and are listed under our mark, so that `marks.untouched` can take
them out again. Where the values went: https://docs.stripe.com/changelog/basil
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from . import marks
from .payloads import dig, listed

_Payload = Mapping[str, Any]


def complete(payload: _Payload) -> dict[str, Any]:
    """*payload* with the keys added that dj-stripe still reads."""
    compute = _COMPUTED.get(str(payload.get("object")))
    added = {key: value for key, value in compute(payload).items() if key not in payload} if compute else {}
    return marks.mark({**payload, **added}, added=sorted({*marks.added(payload), *added}))


def _subscription(payload: _Payload) -> dict[str, Any]:
    items = listed(payload, "items")
    only = items[0] if len(items) == 1 else {}
    ends = [item["current_period_end"] for item in items if item.get("current_period_end")]
    starts = [item["current_period_start"] for item in items if item.get("current_period_start")]
    return {
        # Items may renew at different times: what was paid for lasts until the first of them ends.
        "current_period_end": min(ends, default=None),
        "current_period_start": max(starts, default=None),
        "plan": only.get("plan"),
        "quantity": only.get("quantity"),
        "discount": None,
    }


def _invoice(payload: _Payload) -> dict[str, Any]:
    taxes = payload.get("total_taxes") or []
    return {
        "paid": payload.get("status") == "paid",
        "subscription": dig(payload, "parent", "subscription_details", "subscription"),
        "tax": sum(tax.get("amount") or 0 for tax in taxes) if taxes else None,
        "amount_due": 0,
        "attempt_count": 0,
        "billing_reason": None,
        "footer": None,
        "hosted_invoice_url": None,
        "invoice_pdf": None,
    }


def _line_item(payload: _Payload) -> dict[str, Any]:
    of_subscription = dig(payload, "parent", "subscription_item_details")
    details = of_subscription or dig(payload, "parent", "invoice_item_details") or {}
    return {
        "type": "subscription" if of_subscription else "invoiceitem",
        "proration": details.get("proration", False),
        "invoice_item": details.get("invoice_item"),
        "subscription_item": details.get("subscription_item"),
        "period_start": dig(payload, "period", "start"),
        "period_end": dig(payload, "period", "end"),
        "price": dig(payload, "pricing", "price_details", "price"),
        "tax_amounts": [],
        "tax_rates": [],
    }


def _invoice_item(payload: _Payload) -> dict[str, Any]:
    return {
        "unit_amount_decimal": dig(payload, "pricing", "unit_amount_decimal"),
        "period_start": dig(payload, "period", "start"),
        "period_end": dig(payload, "period", "end"),
    }


def _discount(payload: _Payload) -> dict[str, Any]:
    return {"coupon": dig(payload, "source", "coupon")}


def _promotion_code(payload: _Payload) -> dict[str, Any]:
    return {"coupon": dig(payload, "promotion", "coupon"), "times_redeemed": 0}


def _customer(payload: _Payload) -> dict[str, Any]:
    return {"deleted": False}


def _balance_transaction(payload: _Payload) -> dict[str, Any]:
    return {"status": "pending"}


def _file_link(payload: _Payload) -> dict[str, Any]:
    return {"url": ""}


_COMPUTED: Final[dict[str, Callable[[_Payload], dict[str, Any]]]] = {
    "balance_transaction": _balance_transaction,
    "customer": _customer,
    "discount": _discount,
    "file_link": _file_link,
    "invoice": _invoice,
    "invoiceitem": _invoice_item,
    "line_item": _line_item,
    "promotion_code": _promotion_code,
    "subscription": _subscription,
}
