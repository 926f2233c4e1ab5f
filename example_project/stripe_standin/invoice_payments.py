"""Which PaymentIntent pays which invoice (https://docs.stripe.com/api/invoice-payment)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import seahaven
from seahaven_stripe_world import _json, _time
from seahaven_stripe_world.resources import _lookup

from . import base, documents
from .call import Call
from .errors import missing

URL = "/v1/invoice_payments"


def create_table(ctx: seahaven.Ctx) -> None:
    ctx.db.execute(
        "CREATE TABLE standin_invoice_intents (seq INTEGER PRIMARY KEY AUTOINCREMENT, invoice TEXT NOT NULL UNIQUE, "
        "payment_intent TEXT NOT NULL UNIQUE) STRICT"
    )


def invoice_row(ctx: seahaven.Ctx, id: str) -> dict[str, Any]:
    return _lookup.require_row(ctx, "invoices", "invoice", id, param="invoice")


def ensure_intent(ctx: seahaven.Ctx, invoice: Mapping[str, Any]) -> str:
    """The id of the invoice's PaymentIntent, which is made on first use."""
    if existing := intent_of(ctx, invoice["id"]):
        return existing
    intent = base.post(
        ctx,
        "/v1/payment_intents",
        amount=invoice["amount_due"],
        currency=invoice["currency"],
        customer=invoice["customer"],
        payment_method_types=["card"],
        setup_future_usage="off_session",
        description="Subscription creation"
        if invoice["billing_reason"] == "subscription_create"
        else "Invoice payment",
    )
    ctx.db.execute(
        "INSERT INTO standin_invoice_intents (invoice, payment_intent) VALUES (?, ?)", invoice["id"], intent["id"]
    )
    return str(intent["id"])


def intent_of(ctx: seahaven.Ctx, invoice_id: str) -> str | None:
    row = ctx.db.one("SELECT payment_intent FROM standin_invoice_intents WHERE invoice = ?", invoice_id)
    return row["payment_intent"] if row else None


def invoice_of(ctx: seahaven.Ctx, intent_id: str) -> str | None:
    row = ctx.db.one("SELECT invoice FROM standin_invoice_intents WHERE payment_intent = ?", intent_id)
    return row["invoice"] if row else None


def confirmation_secret(ctx: seahaven.Ctx, invoice_id: str) -> dict[str, Any] | None:
    """What a web app confirms the invoice's payment with, while it is open."""
    intent_id = intent_of(ctx, invoice_id)
    if intent_id is None or invoice_row(ctx, invoice_id)["status"] != "open":
        return None
    row = _lookup.require_row(ctx, "payment_intents", "payment_intent", intent_id, param="intent")
    return {"client_secret": row["client_secret"], "type": "payment_intent"}


def of_invoice(ctx: seahaven.Ctx, invoice_id: str) -> dict[str, Any] | None:
    """The payment of an invoice; nothing where none was tried, or where there was nothing to pay."""
    intent_id = intent_of(ctx, invoice_id)
    if intent_id is None:
        return None
    invoice = invoice_row(ctx, invoice_id)
    transitions: Any = _json.loads(invoice["status_transitions"]) or {}
    status = {"paid": "paid", "void": "canceled"}.get(invoice["status"], "open")
    intent = _lookup.require_row(ctx, "payment_intents", "payment_intent", intent_id, param="intent")
    return {
        "id": "inpay_" + invoice_id.removeprefix("in_"),
        "object": "invoice_payment",
        "amount_paid": invoice["amount_paid"] if status == "paid" else None,
        "amount_requested": invoice["amount_due"],
        "created": _time.to_unix(intent["created"]),
        "currency": invoice["currency"],
        "invoice": invoice_id,
        "is_default": True,
        "livemode": bool(ctx.state["account"]["livemode"]),
        "payment": {"type": "payment_intent", "payment_intent": intent_id},
        "status": status,
        "status_transitions": {
            "canceled_at": transitions.get("voided_at"),
            "paid_at": transitions.get("paid_at") if status == "paid" else None,
        },
    }


def retrieve(call: Call) -> dict[str, Any]:
    payment = of_invoice(call.ctx, "in_" + call.ids[0].removeprefix("inpay_"))
    if payment is None:
        raise missing("invoice_payment", call.ids[0])
    return payment


def list_(call: Call) -> dict[str, Any]:
    rows = call.ctx.db.rows("SELECT invoice FROM standin_invoice_intents ORDER BY seq DESC")
    wanted = [row["invoice"] for row in rows if call.params.get("invoice") in {None, row["invoice"]}]
    found = [payment for invoice in wanted if (payment := of_invoice(call.ctx, invoice)) is not None]
    if status := call.params.get("status"):
        found = [payment for payment in found if payment["status"] == status]
    return documents.listing(URL, found, call.params)
