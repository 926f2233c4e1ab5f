"""What Stripe's billing does that the base package doesn't: a PaymentIntent for each invoice, `default_incomplete`.

The base package has no seams for it, so some of its functions are replaced, once, before the first account is made.
They are private to it, which is why its version is pinned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import seahaven
from seahaven_stripe_world import _json
from seahaven_stripe_world.billing import invoicing
from seahaven_stripe_world.billing import subscription_lifecycle as lifecycle
from seahaven_stripe_world.resources import charges, payment_intents

from . import invoice_payments
from .events import emit

_first_payment_waits: ContextVar[bool] = ContextVar("first_payment_waits", default=False)
_paying_with: ContextVar[str | None] = ContextVar("paying_with", default=None)

_charge_first_invoice = lifecycle._charge_first_invoice
_refuse_no_payment_method = lifecycle._refuse_no_payment_method
_pay_invoice = invoicing.pay_invoice
_mark_paid = invoicing._mark_paid
_insert_charge = charges.insert_charge
_confirm = payment_intents._confirm


def install() -> None:
    """Put the replacements in place."""
    lifecycle._charge_first_invoice = charge_first_invoice
    lifecycle._refuse_no_payment_method = refuse_no_payment_method
    invoicing.pay_invoice = pay_invoice
    invoicing._mark_paid = mark_paid
    charges.insert_charge = insert_charge
    payment_intents._confirm = confirm


def create_tables(ctx: seahaven.Ctx) -> None:
    invoice_payments.create_table(ctx)


@contextmanager
def first_payment_waits(waits: bool) -> Iterator[None]:
    """Within, a subscription may begin without a card: ``payment_behavior=default_incomplete``."""
    token = _first_payment_waits.set(waits)
    try:
        yield
    finally:
        _first_payment_waits.reset(token)


def refuse_no_payment_method() -> None:
    if not _first_payment_waits.get():
        _refuse_no_payment_method()


def charge_first_invoice(ctx: seahaven.Ctx, subscription: Mapping[str, Any], **options: Any) -> None:
    if options["payment_behavior"] != "default_incomplete":
        _charge_first_invoice(ctx, subscription, **options)
        return
    invoice = lifecycle._cycle_invoice(
        ctx,
        subscription,
        billing_reason="subscription_create",
        auto_advance=False,
        finalize=True,
        discount_specs=options["discount_specs"],
        tax_specs=options["tax_specs"],
    )
    lifecycle._set_latest_invoice(ctx, subscription["id"], invoice["id"])
    if invoice["amount_due"] < invoicing.MINIMUM_CHARGEABLE:
        invoicing.pay_invoice(ctx, invoice["id"], sub_row=subscription)
        return
    lifecycle._set_status(ctx, subscription["id"], "incomplete")
    invoice_payments.ensure_intent(ctx, invoice)


def pay_invoice(ctx: seahaven.Ctx, invoice_id: str, **options: Any) -> dict[str, Any]:
    """One attempt to collect; its charge and its outcome belong to the invoice's PaymentIntent, as at Stripe."""
    row = invoice_payments.invoice_row(ctx, invoice_id)
    if row["amount_due"] < invoicing.MINIMUM_CHARGEABLE:
        return _pay_invoice(ctx, invoice_id, **options)
    method = options.get("pm_row") or invoicing._resolve_pm(ctx, row, options.get("sub_row"))
    intent = invoice_payments.ensure_intent(ctx, row)
    token = _paying_with.set(intent)
    try:
        outcome = _pay_invoice(ctx, invoice_id, **options)
    finally:
        _paying_with.reset(token)
    if outcome["outcome"] == "failed":
        error = outcome["error"]["error"]
        _update_intent(
            ctx, intent, "requires_payment_method", latest_charge=error.get("charge"), last_payment_error=error
        )
        emit(ctx, "payment_intent.payment_failed", payment_intents.serialize(ctx, _intent_row(ctx, intent)))
    elif outcome["outcome"] == "requires_action":
        action = {"type": "use_stripe_sdk", "use_stripe_sdk": {}}
        _update_intent(
            ctx, intent, "requires_action", payment_method=method["id"] if method else None, next_action=action
        )
        emit(ctx, "payment_intent.requires_action", payment_intents.serialize(ctx, _intent_row(ctx, intent)))
    return outcome


def mark_paid(ctx: seahaven.Ctx, row: Mapping[str, Any], **options: Any) -> dict[str, Any]:
    charge_id = options.get("charge_id")
    intent = _paying_with.get()
    if charge_id and intent:
        charge = ctx.db.one("SELECT payment_method FROM charges WHERE id = ?", charge_id)
        _update_intent(
            ctx,
            intent,
            "succeeded",
            latest_charge=charge_id,
            payment_method=charge["payment_method"] if charge else None,
        )
        ctx.db.execute("UPDATE payment_intents SET amount_received = amount WHERE id = ?", intent)
        emit(ctx, "payment_intent.succeeded", payment_intents.serialize(ctx, _intent_row(ctx, intent)))
    outcome = _mark_paid(ctx, row, **options)
    if charge_id and (payment := invoice_payments.of_invoice(ctx, row["id"])):
        emit(ctx, "invoice_payment.paid", payment)
    return outcome


def insert_charge(ctx: seahaven.Ctx, **options: Any) -> dict[str, Any]:
    if options.get("payment_intent") is None:
        options["payment_intent"] = _paying_with.get()
    return _insert_charge(ctx, **options)


def confirm(ctx: seahaven.Ctx, row: Mapping[str, Any], params: Mapping[str, Any]) -> Any:
    """Confirming an invoice's PaymentIntent pays the invoice."""
    answer = _confirm(ctx, row, params)
    intent = _intent_row(ctx, row["id"])
    invoice_id = invoice_payments.invoice_of(ctx, intent["id"])
    if intent["status"] != "succeeded" or invoice_id is None:
        return answer
    invoice = invoice_payments.invoice_row(ctx, invoice_id)
    if invoice["status"] == "open":
        _keep_method(ctx, intent, invoice)
        mark_paid(ctx, invoice, charge_id=intent["latest_charge"], counted=True)
    return answer


def _keep_method(ctx: seahaven.Ctx, intent: Mapping[str, Any], invoice: Mapping[str, Any]) -> None:
    """A subscription's payment keeps its card for the renewals (``setup_future_usage=off_session``)."""
    ctx.db.execute(
        "UPDATE payment_methods SET customer = ? WHERE id = ? AND customer IS NULL",
        intent["customer"],
        intent["payment_method"],
    )
    subscription = ctx.db.one("SELECT * FROM subscriptions WHERE id = ?", invoice["parent_subscription"])
    settings: Any = _json.loads(subscription["payment_settings"]) if subscription else None
    if subscription and (settings or {}).get("save_default_payment_method") == "on_subscription":
        ctx.db.execute(
            "UPDATE subscriptions SET default_payment_method = ? WHERE id = ?",
            intent["payment_method"],
            subscription["id"],
        )


def _intent_row(ctx: seahaven.Ctx, id: str) -> dict[str, Any]:
    return payment_intents._re_read(ctx, id)


def _update_intent(ctx: seahaven.Ctx, id: str, status: str, **columns: Any) -> None:
    values = {name: _json.dumps(value) if isinstance(value, dict) else value for name, value in columns.items()}
    values |= {"status": status, "next_action": values.get("next_action")}
    assignments = ", ".join(f"{name} = ?" for name in values)
    ctx.db.execute(f"UPDATE payment_intents SET {assignments} WHERE id = ?", *values.values(), id)


def fail_authentication(ctx: seahaven.Ctx, intent: Mapping[str, Any]) -> dict[str, Any]:
    """The customer failed 3-D Secure: the intent wants another payment method."""
    error = {
        "type": "invalid_request_error",
        "code": "payment_intent_authentication_failure",
        "message": "The provided PaymentMethod has failed authentication.",
    }
    _update_intent(ctx, intent["id"], "requires_payment_method", payment_method=None, last_payment_error=error)
    body = payment_intents.serialize(ctx, _intent_row(ctx, intent["id"]))
    emit(ctx, "payment_intent.payment_failed", body)
    return body
