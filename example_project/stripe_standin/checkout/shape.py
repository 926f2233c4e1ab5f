"""What a Checkout Session looks like (https://docs.stripe.com/api/checkout/sessions/object)."""

from __future__ import annotations

from typing import Any

#: Everything that stays the same in a session that asks for nothing special.
CONSTANT: dict[str, Any] = {
    "adaptive_pricing": None,
    "after_expiration": None,
    "allow_promotion_codes": None,
    "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
    "billing_address_collection": None,
    "client_secret": None,
    "collected_information": None,
    "consent": None,
    "consent_collection": None,
    "currency_conversion": None,
    "custom_fields": [],
    "custom_text": {
        "after_submit": None,
        "shipping_address": None,
        "submit": None,
        "terms_of_service_acceptance": None,
    },
    "discounts": [],
    "excluded_payment_method_types": [],
    "invoice_creation": None,
    "locale": None,
    "name_collection": {},
    "origin_context": None,
    "payment_link": None,
    "payment_method_configuration_details": None,
    "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
    "payment_method_types": ["card"],
    "permissions": None,
    "phone_number_collection": {"enabled": False},
    "recovered_from": None,
    "redirect_on_completion": "always",
    "saved_payment_method_options": None,
    "shipping_address_collection": None,
    "shipping_cost": None,
    "shipping_options": [],
    "submit_type": None,
    "ui_mode": "hosted_page",
    "wallet_options": None,
}


def session(**fields: Any) -> dict[str, Any]:
    """A session's object; *fields* are those that aren't constant."""
    return {"object": "checkout.session"} | CONSTANT | fields


def line_item(id: str, price: dict[str, Any], description: str | None, quantity: int) -> dict[str, Any]:
    """One line of a session. Amounts are in the currency's minor unit."""
    amount = price["unit_amount"] * quantity
    return {
        "id": id,
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": description,
        "metadata": {},
        "price": price,
        "quantity": quantity,
    }
