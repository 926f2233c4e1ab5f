"""Checkout Sessions: https://docs.stripe.com/api/checkout/sessions"""

from __future__ import annotations

from typing import Any, Literal
from uuid import uuid4

from djstripe.models import Customer, Price, Session

from .. import conf, mirror, stripe_api
from ..exceptions import InvalidRequest

Mode = Literal["payment", "subscription"]


def create(
    customer: Customer,
    *,
    mode: Mode,
    price: Price | str,
    success_url: str,
    cancel_url: str,
    quantity: int = 1,
    idempotency_key: str = "",
) -> Session:
    """Open a page of Stripe's on which a customer pays; send them to ``session.stripe_data["url"]``.

    Grant nothing because somebody came back to *success_url*: anybody can open it. The webhook tells what was paid.

    Args:
        mode: ``"subscription"`` for a recurring price, ``"payment"`` for one that is paid once.
        price: A price, or its id.
        success_url: Absolute; Stripe replaces ``{CHECKOUT_SESSION_ID}`` in it.
        cancel_url: Absolute; where "back" leads.
        quantity: One or more.
        idempotency_key: Names one intent, such as a form's token. Repeated within a day it returns the same
            session; without it every call opens a new one.

    Raises:
        InvalidRequest: ``quantity_invalid``, or what Stripe says.
        ConfigurationError, InsideTransaction, StripeUnavailable: see `customers.get_or_create`.
    """
    _require_quantity(quantity)
    answer = stripe_api.post(
        "/v1/checkout/sessions",
        {
            "customer": customer.id,
            "mode": mode,
            "line_items": [{"price": price if isinstance(price, str) else price.id, "quantity": quantity}],
            "success_url": success_url,
            "cancel_url": cancel_url,
        },
        idempotency_key=f"checkout.create:{customer.id}:{idempotency_key or uuid4()}",
    )
    mirror.apply_answer(answer, livemode=conf.live_mode())
    session: Session = mirror.get(Session, answer.object["id"])
    return session


def _require_quantity(quantity: Any) -> None:
    if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 1:
        raise InvalidRequest("quantity must be a whole number of at least 1.", code="quantity_invalid")
