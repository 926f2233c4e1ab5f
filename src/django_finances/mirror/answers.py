"""The answers to our own calls enter the mirror as everything does."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models

from ..stripe_api import Answer
from .apply import Applied, apply
from .freshness import AsOf


def apply_answer(answer: Answer, *, livemode: bool, unless_changed_since: int | None = None) -> Applied:
    """Apply the object that Stripe answered a call with.

    Args:
        unless_changed_since: The object's generation before the call, where it was there before
            (`versions.generation`). Nobody has written since: the answer is news. Somebody has: a tie. It says
            nothing about an answer that Stripe replayed: that one is as old as the call which it answered first.
    """
    return apply(
        answer.object,
        as_of=AsOf.answer(answer.interval),
        livemode=livemode,
        unless_changed_since=None if answer.replayed else unless_changed_since,
    )


def set_subscriber(customer_id: str, owner: models.Model) -> Any:
    """Note in dj-stripe's row who a customer is, and return the row. No payload ever changes it."""
    model = apps.get_model("djstripe", "Customer")
    row = model._base_manager.get(id=customer_id)
    row.subscriber = owner
    row.save(update_fields=["subscriber"])
    return row
