"""dj-stripe's ``Event`` row, for hosts that read it and for the receivers of dj-stripe's signals."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.utils import timezone

from ..models import InboxEvent
from .payloads import dig
from .text import storable


def record(event: InboxEvent) -> None:
    """Write dj-stripe's row for an accepted event, once. Its ``data`` is what Stripe sent, with nothing added."""
    model = apps.get_model("djstripe", "Event")
    now = timezone.now()
    row = model(
        id=event.event_id,
        api_version=event.api_version,
        created=datetime.fromtimestamp(event.created, UTC),
        data=storable(event.data),
        idempotency_key=storable(_request(event, "idempotency_key")),
        livemode=event.livemode,
        request_id=storable(_request(event, "id"))[:50],
        stripe_data=storable(event.body),
        type=event.type[:250],
    )
    row.djstripe_created = row.djstripe_updated = now
    model._base_manager.bulk_create([row], ignore_conflicts=True)


def get(event: InboxEvent) -> Any:
    """dj-stripe's row for an event."""
    return apps.get_model("djstripe", "Event")._base_manager.get(id=event.event_id)


def _request(event: InboxEvent, key: str) -> str:
    # Until API version 2017-05-25 `request` was the id itself.
    request = event.body.get("request")
    value = request if key == "id" and isinstance(request, str) else dig(request, key)
    return value if isinstance(value, str) else ""
