"""Customers: https://docs.stripe.com/api/customers"""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import models, transaction
from djstripe.models import Customer
from djstripe.settings import djstripe_settings

from .. import conf, mirror, stripe_api


def get_or_create(owner: models.Model) -> Customer:
    """The Stripe customer of an owner, made at Stripe on first use.

    The link is kept in dj-stripe's ``Customer.subscriber``, so *owner* is an instance of the model that
    ``DJSTRIPE_SUBSCRIBER_MODEL`` names (a user by default). Its ``email`` goes to Stripe where it has one.

    Called again, it returns the same customer and calls nothing. Two first calls at once, and a second one after a
    crash, make one customer: Stripe is told the same idempotency key.

    Raises:
        ConfigurationError: Keys or mode are missing or wrong.
        InsideTransaction: Called inside ``transaction.atomic()``.
        StripeUnavailable: No answer came; call again.
    """
    linked = mirror.real(Customer.objects.filter(subscriber=owner, livemode=conf.live_mode()))
    if (customer := linked.filter(date_purged=None).order_by("djstripe_id").first()) is not None:
        return customer
    email = getattr(owner, "email", "") or ""
    answer = stripe_api.post(
        "/v1/customers",
        {"email": email or None, "metadata": _owner_metadata(owner)},
        idempotency_key=_key(owner, email, deleted_before=linked.count()),
    )
    with transaction.atomic():
        mirror.apply_answer(answer, livemode=conf.live_mode())
        return mirror.set_subscriber(answer.object["id"], owner)


def _key(owner: models.Model, email: str, *, deleted_before: int) -> str:
    """The same for all calls that mean the same first customer: an owner has one, until it is deleted.

    Stripe refuses a key that comes back with other parameters, hence the address.
    """
    digest = hashlib.sha256(email.encode()).hexdigest()[:16]
    return f"customers.get_or_create:{owner._meta.label_lower}:{owner.pk}:{deleted_before}:{digest}"


def _owner_metadata(owner: models.Model) -> dict[str, Any]:
    # dj-stripe's own name for this key: what else reads the account finds the owner by it.
    return {djstripe_settings.SUBSCRIBER_CUSTOMER_KEY or "djstripe_subscriber": owner.pk}
