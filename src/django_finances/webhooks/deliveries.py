"""An event's way to those who run after the commit: ``after_commit`` handlers and dj-stripe's receivers.

Each has a row of its own, written in the transaction that applies the event, so that none is forgotten; each is
run outside any transaction, tried again and parked by itself, so that none holds back another.
"""

from __future__ import annotations

import logging

from ..models import EventDelivery, InboxEvent
from . import djstripe_receivers, handlers

logger = logging.getLogger(__name__)


class HandlerGone(Exception):
    """No handler of that name is registered any more: it was renamed, or its app left the project."""


def write(event: InboxEvent) -> None:
    """Write the rows of an event, once. Belongs into the transaction that applies it."""
    names = [handler.name for handler in handlers.registered_for(event.type, after_commit=True)]
    if not event.account:  # no row of dj-stripe's stands for an event of a connected account
        names += djstripe_receivers.names(event.type)
    rows = [EventDelivery(event=event, handler=name) for name in names]
    EventDelivery.objects.bulk_create(rows, ignore_conflicts=True)


def run_due(event: InboxEvent | None = None, *, limit: int = 100) -> int:
    """Run deliveries that are due, of one event or of all. Returns how many succeeded."""
    due = EventDelivery.objects.due()
    if event is not None:
        due = due.filter(event=event)
    return sum(_run(pk) for pk in list(due.values_list("pk", flat=True)[:limit]))


def _run(pk: int) -> bool:
    if not EventDelivery.objects.claim(pk):
        return False
    delivery = EventDelivery.objects.select_related("event").get(pk=pk)
    try:
        _call(delivery)
    except Exception as error:  # a host's code: whatever it raises, the delivery is tried again and then parked
        logger.exception(
            "Handler %s failed on event %s (%s)", delivery.handler, delivery.event.event_id, delivery.event.type
        )
        delivery.fail(error)
        return False
    delivery.finish()
    return True


def _call(delivery: EventDelivery) -> None:
    event, name = delivery.event, delivery.handler
    if djstripe_receivers.is_receiver(name):
        found = djstripe_receivers.send(event, name)
    else:
        handler = handlers.named(name, event.type)
        found = handler is not None
        if handler is not None:
            handler.function(event)
    if not found:
        raise HandlerGone(f"{name} isn't registered any more. Register it again, or discard this delivery.")
