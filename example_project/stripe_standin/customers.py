"""Customers: the parameters that the base package lacks, and no second deletion."""

from __future__ import annotations

from typing import Any

from seahaven_stripe_world.stripe_errors import invalid_request

from . import base
from .call import Call
from .errors import missing


def create(call: Call) -> dict[str, Any]:
    params = {name: value for name, value in call.params.items() if value != ""}
    card = params.pop("payment_method", None)
    settings = params.pop("invoice_settings", None)
    customer = base.post(
        call.ctx, "/v1/customers", **params, **({"invoice_settings": settings} if settings and not card else {})
    )
    if card is not None:
        base.post(call.ctx, f"/v1/payment_methods/{card}/attach", customer=customer["id"])
        if settings:
            base.post(call.ctx, f"/v1/customers/{customer['id']}", invoice_settings=settings)
        customer = base.get(call.ctx, f"/v1/customers/{customer['id']}")
    return customer


def delete(call: Call) -> dict[str, Any]:
    path = f"/v1/customers/{call.ids[0]}"
    if base.get(call.ctx, path).get("deleted"):
        raise missing("customer", call.ids[0])
    if call.params:
        raise invalid_request(f"Received unknown parameter: {next(iter(call.params))}", code="parameter_unknown")
    return base.call(call.ctx, "DELETE", path)
