"""``expand`` of what the base package doesn't know: ``confirmation_secret`` and ``payments`` of invoices.

See https://docs.stripe.com/api/expanding_objects.
"""

from __future__ import annotations

from typing import Any

import seahaven

from . import base, invoice_payments

OURS = ("confirmation_secret", "payments")


def for_base(paths: tuple[str, ...]) -> list[str]:
    """The paths that the base package is asked for: each up to, and without, what is ours."""
    shortened: dict[str, None] = {}
    for path in paths:
        parts = path.split(".")
        cut = next((place for place, part in enumerate(parts) if part in OURS), len(parts))
        if parts[:cut] and parts[:cut] != ["data"]:
            shortened[".".join(parts[:cut])] = None
    return list(shortened)


def complete(ctx: seahaven.Ctx, body: dict[str, Any], paths: tuple[str, ...]) -> None:
    """Fill in what is ours, in place."""
    for path in paths:
        if any(part in OURS for part in path.split(".")):
            _fill(ctx, body, path.split("."))


def _fill(ctx: seahaven.Ctx, node: Any, parts: list[str]) -> None:
    if isinstance(node, list):
        for each in node:
            _fill(ctx, each, parts)
        return
    if not isinstance(node, dict) or not parts:
        return
    if node.get("object") == "invoice" and parts[0] == "confirmation_secret":
        node["confirmation_secret"] = invoice_payments.confirmation_secret(ctx, node["id"])
    elif node.get("object") == "invoice" and parts[0] == "payments":
        node.setdefault("payments", _payments(ctx, node["id"]))
        if parts[1:] == ["data", "payment", "payment_intent"]:
            for payment in node["payments"]["data"]:
                intent = payment["payment"]["payment_intent"]
                if isinstance(intent, str):
                    payment["payment"]["payment_intent"] = base.get(ctx, f"/v1/payment_intents/{intent}")
    else:
        _fill(ctx, node.get(parts[0]), parts[1:])


def _payments(ctx: seahaven.Ctx, invoice_id: str) -> dict[str, Any]:
    payment = invoice_payments.of_invoice(ctx, invoice_id)
    url = f"{invoice_payments.URL}?invoice={invoice_id}"
    return {"object": "list", "data": [payment] if payment else [], "has_more": False, "url": url}
