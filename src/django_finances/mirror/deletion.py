"""What is gone at Stripe. Rows are marked, never deleted: dj-stripe's cascades would take the invoices along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils import timezone

from . import marks
from .columns import links_of
from .drafts import PARTS
from .payloads import is_whole, listed, reference
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
    row.save(update_fields=[*set_deleted(row), "djstripe_updated"])


def set_deleted(row: Any) -> list[str]:
    """Mark a row that isn't saved yet. Returns the names of the columns."""
    row.stripe_data = marks.mark({**row.stripe_data, "deleted": True}, deleted=True)
    if not hasattr(row, "date_purged"):
        return ["stripe_data"]
    row.date_purged = timezone.now()
    return ["stripe_data", "date_purged"]


def mark_parts_no_longer_named(before: Any, payload: Payload) -> None:
    """Mark those parts as gone that the object had, and that its complete list no longer names."""
    if before is None:
        return
    for (object_name, key), (part_name, _) in PARTS.items():
        model = model_for(part_name)
        if payload.get("object") != object_name or not is_whole(payload, key) or model is None:
            continue
        named = {part.get("id") for part in listed(payload, key)}
        for row in _parts(model, before, key).exclude(id__in=named).order_by("id"):
            if not row.stripe_data.get("deleted"):
                mark_deleted(row)


def _parts(model: type[models.Model], parent: Any, key: str) -> models.QuerySet[Any]:
    """The parts that the parent's last payload named and, where they have a column for it, all that belong to it."""
    there = models.Q(id__in=[reference(part) for part in listed(parent.stripe_data, key)])
    for link in links_of(model):
        if link.target is type(parent):
            there |= models.Q(**{link.field.name: parent})
    return model._base_manager.filter(there)
