"""What the pages show, read from the local tables. Nothing here calls Stripe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from djstripe.models import Charge, PaymentMethod, Price, Product, Subscription

from django_finances import mirror, money

ENDED = ("canceled", "incomplete_expired")


@dataclass(frozen=True)
class Plan:
    """A price that people can subscribe to."""

    price_id: str
    name: str
    description: str
    amount: str
    interval: str


@dataclass(frozen=True)
class Payment:
    """One charge."""

    date: datetime
    amount: str
    status: str


def plans() -> list[Plan]:
    """All active recurring prices, cheapest first."""
    prices = mirror.real(Price.objects.filter(active=True, livemode=settings.STRIPE_LIVE_MODE))
    found = [price.stripe_data for price in prices if price.stripe_data["type"] == "recurring"]
    names = {product.id: product.stripe_data for product in mirror.real(Product.objects.filter(active=True))}
    return [
        Plan(
            price_id=price["id"],
            name=names[price["product"]]["name"],
            description=names[price["product"]].get("description") or "",
            amount=money.display(price["unit_amount"], price["currency"]),
            interval=price["recurring"]["interval"],
        )
        for price in sorted(found, key=lambda price: price["unit_amount"] or 0)
        if price["product"] in names and price["unit_amount"] is not None
    ]


def subscription_of(user: AbstractBaseUser) -> dict[str, Any] | None:
    """The user's newest subscription that hasn't ended, with its plan."""
    subscriptions = mirror.real(
        Subscription.objects.filter(customer__subscriber=user, livemode=settings.STRIPE_LIVE_MODE)
    )
    for subscription in subscriptions.order_by("-created"):
        data = subscription.stripe_data
        if data["status"] not in ENDED:
            item = data["items"]["data"][0]
            return {
                "status": data["status"],
                "ends": bool(data["cancel_at"]),
                "period_end": datetime.fromtimestamp(item["current_period_end"], UTC),
                "plan": next((plan for plan in plans() if plan.price_id == item["price"]["id"]), None),
            }
    return None


def payments_of(user: AbstractBaseUser) -> Iterator[Payment]:
    """The user's charges, newest first."""
    for charge in mirror.real(Charge.objects.filter(customer__subscriber=user)).order_by("-created"):
        data = charge.stripe_data
        yield Payment(
            date=datetime.fromtimestamp(data["created"], UTC),
            amount=money.display(data["amount"], data["currency"]),
            status="refunded" if data["refunded"] else data["status"],
        )


def card_of(user: AbstractBaseUser) -> str:
    """The newest card of the user's, such as ``Visa •••• 4242``; empty where there is none."""
    methods = mirror.real(PaymentMethod.objects.filter(customer__subscriber=user))
    for method in methods.order_by("-created"):
        if card := method.stripe_data.get("card"):
            return f"{card['brand'].title()} •••• {card['last4']}"
    return ""
