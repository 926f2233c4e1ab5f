"""What is gone at Stripe. Rows are marked, never deleted: dj-stripe's cascades would take the invoices along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils import timezone

from . import marks
from .drafts import PARTS
from .payloads import is_whole, listed
from .registry import model_for

Payload = Mapping[str, Any]


def tells_deletion(payload: Payload, event_type: str = "") -> bool:
    """Whether a payload, perhaps an event's, says that its object is gone for good.

    A subscription that was "deleted" is still there, canceled: that event is an update. A detached payment method
    can never be attached again: https://docs.stripe.com/api/payment_methods/detach
    """
    if payload.get("deleted") is True or event_type == "payment_method.detached":
        return True
    return event_type.endswith(".deleted") and payload.get("object") != "subscription"


def is_bare(payload: Payload) -> bool:
    """Whether a payload is only the note of a deletion, as ``DELETE`` answers, without the object's other fields."""
    return set(payload) <= {"id", "object", "deleted", "livemode"}


def mark_deleted(row: Any) -> None:
    """Mark a row of dj-stripe's as gone, and keep what it says."""
    row.stripe_data = marks.mark({**row.stripe_data, "deleted": True}, deleted=True)
    changed = ["stripe_data", "djstripe_updated"]
    if hasattr(row, "date_purged"):
        row.date_purged = timezone.now()
        changed.append("date_purged")
    row.save(update_fields=changed)


def mark_parts_no_longer_named(before: Any, payload: Payload) -> None:
    """Mark those parts as gone that the object had, and that its complete list no longer names."""
    if before is None:
        return
    for object_name, key in PARTS:
        if payload.get("object") == object_name and is_whole(payload, key):
            named = {part.get("id") for part in listed(payload, key)}
            for row in _parts(listed(before.stripe_data, key), named):
                mark_deleted(row)


def _parts(parts: list[Payload], named: set[Any]) -> list[models.Model]:
    missing = [part for part in parts if part.get("id") not in named]
    model = model_for(str(missing[0].get("object"))) if missing else None
    if model is None:
        return []
    return list(model._base_manager.filter(id__in=[part["id"] for part in missing]).order_by("id"))
