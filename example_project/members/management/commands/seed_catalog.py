"""Two plans at Stripe, as somebody would click them together on Stripe's dashboard. Webhooks bring them here."""

from __future__ import annotations

from typing import Any

import stripe
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from django_finances import conf

PLANS = (
    ("starter_monthly", "Starter", "For one person who is curious.", 900),
    ("team_monthly", "Team", "For up to ten people, with reports.", 2900),
    ("company_yearly", "Company", "For everybody, billed once a year.", 79000),
)


class Command(BaseCommand):
    help = "Create the example's plans at Stripe, where they aren't there yet. Test mode only."

    def handle(self, *args: Any, **options: Any) -> None:
        if conf.live_mode():
            raise CommandError("The example's plans belong into test mode. Set STRIPE_LIVE_MODE=False.")
        client = stripe.StripeClient(
            settings.STRIPE_TEST_SECRET_KEY, base_addresses={"api": conf.api_host()}, max_network_retries=2
        )
        known = client.v1.prices.list({"lookup_keys": [key for key, *_ in PLANS], "limit": 100}).data
        for lookup_key, name, description, amount in PLANS:
            if any(price.lookup_key == lookup_key for price in known):
                continue
            product = client.v1.products.create({"name": name, "description": description})
            interval = "year" if lookup_key.endswith("yearly") else "month"
            client.v1.prices.create(
                {
                    "product": product.id,
                    "unit_amount": amount,
                    "currency": "eur",
                    "recurring": {"interval": interval},
                    "lookup_key": lookup_key,
                }
            )
            self.stdout.write(f"created {name}")
