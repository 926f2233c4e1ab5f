"""An event's object enters the mirror, and with it dj-stripe's own row of the event."""

from __future__ import annotations

from ..models import InboxEvent
from . import djstripe_event
from .apply import Applied, apply, key_of
from .freshness import AsOf
from .settle import Fetched
from .versions import ObjectKey


def key_of_event(event: InboxEvent) -> ObjectKey | None:
    """Which object an event is of, or None where it has no id."""
    return key_of(event.data["object"], livemode=event.livemode, account=event.account)


def apply_event(event: InboxEvent, fetched: Fetched | None = None) -> Applied:
    """Apply an event's payload or, to settle a tie, what was fetched in its stead. Belongs into a transaction.

    The events of connected accounts stay out of dj-stripe's tables, as their objects do.
    """
    if not event.account:
        djstripe_event.record(event)
    if fetched is not None:
        return apply(
            fetched.payload,
            as_of=fetched.as_of,
            livemode=event.livemode,
            account=event.account,
            unless_changed_since=fetched.generation,
        )
    return apply(
        event.data["object"],
        as_of=AsOf.event(event.created),
        livemode=event.livemode,
        account=event.account,
        api_version=event.api_version,
        event_type=event.type,
    )
