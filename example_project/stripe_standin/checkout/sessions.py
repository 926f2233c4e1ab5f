"""The API of Checkout Sessions (https://docs.stripe.com/api/checkout/sessions)."""

from __future__ import annotations

from typing import Any

import seahaven
from seahaven_stripe_world.stripe_errors import invalid_request, missing_parameter

from .. import base, documents
from ..call import Call
from ..errors import not_here
from ..events import emit
from . import shape

KIND = "checkout.session"
LINES = "checkout.session lines"
URL = "/v1/checkout/sessions"
DAY = 24 * 60 * 60
MODES = ("payment", "setup", "subscription")
TAKEN = frozenset(
    {
        "cancel_url",
        "client_reference_id",
        "currency",
        "customer",
        "customer_email",
        "expires_at",
        "line_items",
        "metadata",
        "mode",
        "payment_intent_data",
        "payment_method_types",
        "setup_intent_data",
        "subscription_data",
        "success_url",
        "ui_mode",
    }
)


def create(call: Call) -> dict[str, Any]:
    params = call.params
    for name in sorted(set(params) - TAKEN):
        raise not_here(f"the parameter {name} of Checkout Sessions")
    mode = params.get("mode")
    if mode not in MODES:
        raise invalid_request(f"Invalid mode: must be one of {', '.join(MODES)}", param="mode")
    if not params.get("success_url"):
        raise missing_parameter("success_url")
    if params.get("ui_mode") not in {None, "hosted", "hosted_page"}:
        raise not_here("a ui_mode other than hosted_page")
    if params.get("customer"):
        base.get(call.ctx, f"/v1/customers/{params['customer']}")
    lines = _lines(call, mode)
    total = sum(line["amount_total"] for line in lines) if lines else None
    id = documents.new_id("cs_live_" if call.livemode else "cs_test_", 58)
    body = shape.session(
        id=id,
        amount_subtotal=total,
        amount_total=total,
        cancel_url=params.get("cancel_url"),
        client_reference_id=params.get("client_reference_id"),
        created=call.now,
        currency=lines[0]["currency"] if lines else params.get("currency"),
        customer=params.get("customer"),
        customer_account=None,
        customer_creation=None if params.get("customer") or mode == "setup" else _creation(mode),
        customer_details=None,
        customer_email=params.get("customer_email"),
        expires_at=int(params.get("expires_at") or call.now + DAY),
        invoice=None,
        livemode=call.livemode,
        metadata=params.get("metadata") or {},
        mode=mode,
        payment_intent=None,
        payment_method_collection="always" if mode == "subscription" else "if_required",
        payment_status="no_payment_required" if mode == "setup" else "unpaid",
        setup_intent=None,
        status="open",
        subscription=None,
        success_url=params["success_url"],
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0} if lines else None,
        url=f"{call.origin}/c/pay/{id}",
    )
    documents.insert(call.ctx, KIND, body)
    data = {name: params.get(f"{name}_data") or {} for name in ("payment_intent", "setup_intent", "subscription")}
    documents.insert(call.ctx, LINES, {"id": f"{id} lines", "data": lines, **data})
    return body


def _creation(mode: str) -> str:
    return "always" if mode == "subscription" else "if_required"


def _lines(call: Call, mode: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = call.params.get("line_items") or []
    if mode == "setup":
        return []
    if not items:
        raise missing_parameter("line_items")
    lines = []
    for index, item in enumerate(items):
        if not item.get("price"):
            raise not_here("line_items without a price")
        price = base.get(call.ctx, f"/v1/prices/{item['price']}")
        if (price["type"] == "recurring") != (mode == "subscription"):
            raise invalid_request(
                "You must provide at least one recurring price in `subscription` mode when using prices."
                if mode == "subscription"
                else "You specified `payment` mode but passed a recurring price.",
                param=f"line_items[{index}][price]",
            )
        if price["unit_amount"] is None:
            raise not_here("tiered prices in Checkout")
        product = base.get(call.ctx, f"/v1/products/{price['product']}")
        quantity = str(item.get("quantity", ""))
        if not quantity.isdigit() or int(quantity) < 1:
            raise invalid_request("Quantity is required.", param=f"line_items[{index}][quantity]")
        lines.append(shape.line_item(documents.new_id("li_"), price, product["name"], int(quantity)))
    return lines


def retrieve(call: Call) -> dict[str, Any]:
    body = documents.get(call.ctx, KIND, call.ids[0])
    for path in call.expand:
        if path == "line_items":
            body["line_items"] = documents.listing(
                f"{URL}/{body['id']}/line_items", lines_of(call.ctx, body["id"])["data"], {"limit": 100}
            )
        elif isinstance(body.get(path), str):
            body[path] = base.get(call.ctx, f"/v1/{path}s/{body[path]}")
    return body


def list_(call: Call) -> dict[str, Any]:
    found = documents.all_of(call.ctx, KIND)
    for name in ("customer", "payment_intent", "subscription", "status"):
        if wanted := call.params.get(name):
            found = [body for body in found if body[name] == wanted]
    return documents.listing(URL, found, call.params)


def list_line_items(call: Call) -> dict[str, Any]:
    body = documents.get(call.ctx, KIND, call.ids[0])
    return documents.listing(f"{URL}/{body['id']}/line_items", lines_of(call.ctx, body["id"])["data"], call.params)


def expire(call: Call) -> dict[str, Any]:
    body = documents.get(call.ctx, KIND, call.ids[0])
    if body["status"] != "open":
        raise invalid_request(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of {body['status']}."
        )
    return expire_session(call.ctx, body)


def expire_session(ctx: seahaven.Ctx, body: dict[str, Any]) -> dict[str, Any]:
    """Close an open session for good."""
    body |= {"status": "expired", "url": None}
    documents.save(ctx, body)
    emit(ctx, "checkout.session.expired", body)
    return body


def lines_of(ctx: Any, session_id: str) -> dict[str, Any]:
    """The lines of a session, and what else its creator asked for."""
    return documents.get(ctx, LINES, f"{session_id} lines")
