"""Stripe's test cards by name, each use a card of its own (https://docs.stripe.com/testing#cards)."""

from __future__ import annotations

from typing import Any, Final

import seahaven
from seahaven_stripe_world.billing.magic_cards import number_for_token

from . import base
from .errors import missing

PREFIX: Final = "pm_card_"
#: Names that the base package doesn't know, as the numbers that it does.
NUMBERS: Final = {
    "pm_card_us": "4242424242424242",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "pm_card_chargeDeclined": "4000000000000002",
    "pm_card_threeDSecureRequired": "4000000000003063",
    "pm_card_authenticationRequiredOnSetup": "4000002500003155",
}


def make(ctx: seahaven.Ctx, name: str) -> str:
    """A new PaymentMethod from a test card's name; returns its id. Raises 404 for a name that Stripe doesn't know."""
    number = NUMBERS.get(name) or number_for_token(name)
    if number is None:
        raise missing("PaymentMethod", name, "payment_method")
    return from_number(ctx, number)


def from_number(ctx: seahaven.Ctx, number: str, **details: Any) -> str:
    """A new PaymentMethod from a card's number; returns its id."""
    card = {"number": number, "exp_month": 12, "exp_year": 2034, "cvc": "123"}
    return str(base.post(ctx, "/v1/payment_methods", type="card", card=card, **details)["id"])


def replace_names(ctx: seahaven.Ctx, value: Any) -> Any:
    """*value* with each test card's name replaced by the id of a new PaymentMethod."""
    if isinstance(value, str) and value.startswith(PREFIX):
        return make(ctx, value)
    if isinstance(value, dict):
        return {
            # In metadata and descriptions a name is just a text.
            name: each if name in {"metadata", "description"} else replace_names(ctx, each)
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [replace_names(ctx, each) for each in value]
    return value


def replace_in_path(ctx: seahaven.Ctx, path: str) -> str:
    """The path of a request with a test card's name in it, such as ``/v1/payment_methods/pm_card_visa/attach``."""
    return "/".join(make(ctx, part) if part.startswith(PREFIX) else part for part in path.split("/"))
