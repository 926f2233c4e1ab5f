"""Paying a session: what Stripe does when the customer presses the button."""

from __future__ import annotations

from typing import Any

import seahaven
from seahaven_stripe_world.stripe_errors import StripeApiError

from .. import base, cards, documents
from ..events import emit
from . import sessions


class Declined(Exception):
    """The card wasn't taken; the session stays open. Its text is for the customer."""


def complete(ctx: seahaven.Ctx, session: dict[str, Any], *, number: str, email: str) -> dict[str, Any]:
    """Pay an open session with a card's number. Raises `Declined`, and then nothing has changed."""
    lines = sessions.lines_of(ctx, session["id"])
    try:
        with ctx.db.transaction():
            return _complete(ctx, session, lines, number, email)
    except base.Refused as refusal:
        raise Declined(str(refusal)) from None
    except StripeApiError as error:
        if error.type != "card_error":
            raise
        raise Declined(error.message) from None


def _complete(
    ctx: seahaven.Ctx, session: dict[str, Any], lines: dict[str, Any], number: str, email: str
) -> dict[str, Any]:
    session["customer"] = session["customer"] or _customer(ctx, session, email)
    method = cards.from_number(ctx, number, billing_details={"email": email})
    if session["mode"] == "subscription":
        _subscribe(ctx, session, lines, method)
    elif session["mode"] == "payment":
        _pay(ctx, session, lines, method)
    else:
        _set_up(ctx, session, lines, method)
    session |= {"status": "complete", "url": None, "customer_details": _details(ctx, session, email)}
    documents.save(ctx, session)
    emit(ctx, "checkout.session.completed", session)
    return session


def _customer(ctx: seahaven.Ctx, session: dict[str, Any], email: str) -> str | None:
    if session["customer_creation"] != "always":
        return None
    return str(base.post(ctx, "/v1/customers", email=email)["id"])


def _subscribe(ctx: seahaven.Ctx, session: dict[str, Any], lines: dict[str, Any], method: str) -> None:
    base.post(ctx, f"/v1/payment_methods/{method}/attach", customer=session["customer"])
    subscription = base.post(
        ctx,
        "/v1/subscriptions",
        customer=session["customer"],
        items=[{"price": line["price"]["id"], "quantity": line["quantity"]} for line in lines["data"]],
        default_payment_method=method,
        payment_behavior="error_if_incomplete",
        **lines["subscription"],
    )
    session |= {"subscription": subscription["id"], "invoice": subscription["latest_invoice"], "payment_status": "paid"}


def _pay(ctx: seahaven.Ctx, session: dict[str, Any], lines: dict[str, Any], method: str) -> None:
    if session["customer"]:
        base.post(ctx, f"/v1/payment_methods/{method}/attach", customer=session["customer"])
    optional = {"customer": session["customer"]} if session["customer"] else {}
    intent = base.post(
        ctx,
        "/v1/payment_intents",
        amount=session["amount_total"],
        currency=session["currency"],
        payment_method=method,
        confirm="true",
        **optional,
        **lines["payment_intent"],
    )
    if intent["status"] == "requires_action":
        raise Declined("This card asks for 3-D Secure, which this page doesn't have yet. Use another test card.")
    session |= {"payment_intent": intent["id"], "payment_status": "paid"}


def _set_up(ctx: seahaven.Ctx, session: dict[str, Any], lines: dict[str, Any], method: str) -> None:
    optional = {"customer": session["customer"]} if session["customer"] else {}
    intent = base.post(
        ctx,
        "/v1/setup_intents",
        payment_method=method,
        confirm="true",
        usage="off_session",
        **optional,
        **lines["setup_intent"],
    )
    if intent["status"] == "requires_action":
        raise Declined("This card asks for 3-D Secure, which this page doesn't have yet. Use another test card.")
    session["setup_intent"] = intent["id"]


def _details(ctx: seahaven.Ctx, session: dict[str, Any], email: str) -> dict[str, Any]:
    return {
        "address": None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
