"""From the inbox to the mirror and the handlers: one event at a time, whoever calls.

The row's claim is a short statement of its own; the work is one transaction, which locks the row again and stops
if somebody else has finished it. Calls to Stripe stand between transactions, never inside one.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import Final

from django.db import transaction
from django.utils import timezone

from .. import mirror
from ..models import InboxEvent
from ..models.work import Status
from . import contention, deliveries, handlers

logger = logging.getLogger(__name__)

#: How often one tie is asked for anew when the object changes under each answer.
_MOST_FETCHES: Final = 3
#: Events left over from before that an inline request also takes.
_LEFTOVERS: Final = 5


class _HandlerFailed(Exception):
    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


def process_now(event: InboxEvent) -> None:
    """Process an event in the request that brought it, and a few that were left over. Never raises."""
    try:
        _process(event.pk)
        process_due(limit=_LEFTOVERS)
    except Exception:  # the event is safe in the inbox, and Stripe must get its 200
        logger.exception("Processing event %s in its request failed; it will be tried again", event.event_id)


def process_due(*, limit: int = 100) -> int:
    """Process events and deliveries that are due, oldest first.

    Returns:
        How many were finished. Safe to call from anywhere, at any time, by several at once.
    """
    due = list(InboxEvent.objects.due().values_list("pk", flat=True)[:limit])
    return sum(_process(pk) for pk in due) + deliveries.run_due(limit=limit)


def _process(pk: int) -> bool:
    if not InboxEvent.objects.claim(pk):
        return False
    event = InboxEvent.objects.get(pk=pk)
    done = _attempt(event)
    deliveries.run_due(event)
    return done


def _attempt(event: InboxEvent) -> bool:
    try:
        _settle(event, run_handlers=True)
    except mirror.Unsettled as waiting:
        event.wait(waiting)
    except _HandlerFailed as failed:
        logger.exception("A handler failed on event %s (%s)", event.event_id, event.type, exc_info=failed.cause)
        _attempt_mirror_alone(event)
        event.fail(failed.cause)
    except Exception as error:  # whatever one event holds, it is parked in the end and keeps no other waiting
        logger.exception("Event %s (%s) failed", event.event_id, event.type)
        event.fail(error)
    return event.status == Status.DONE


def _attempt_mirror_alone(event: InboxEvent) -> None:
    """A host's bug never keeps the mirror wrong: commit all but its handlers, which the next attempt will run."""
    try:
        _settle(event, run_handlers=False)
    except Exception:  # the next attempt does both
        logger.exception("Event %s (%s) couldn't be mirrored after its handler had failed", event.event_id, event.type)


def _settle(event: InboxEvent, *, run_handlers: bool) -> None:
    """Apply the event; where only Stripe can tell, ask it and apply the answer."""
    step = partial(_apply_and_handle, event, run_handlers=run_handlers)
    if contention.retried(step):
        return
    key = mirror.key_of_event(event)
    assert key is not None  # what has no id is never tied
    for _ in range(_MOST_FETCHES):
        if contention.retried(partial(step, fetched=mirror.fetch(key))):
            return
    raise mirror.Unsettled(f"{key.object} {key.object_id} changed under each of {_MOST_FETCHES} answers of Stripe's.")


def _apply_and_handle(event: InboxEvent, *, run_handlers: bool, fetched: mirror.Fetched | None = None) -> bool:
    """One transaction: mirror, dj-stripe's row, deliveries, handlers, done. False: a tie, and nothing was written."""
    with transaction.atomic():
        if not _still_open(event):
            return True
        if not _mirror(event, fetched):
            transaction.set_rollback(True)
            return False
        if run_handlers:
            try:
                handlers.run(event)
            except Exception as error:
                raise _HandlerFailed(error) from error
            event.finish()
    return True


def _mirror(event: InboxEvent, fetched: mirror.Fetched | None) -> bool:
    """Let the event's object into the mirror, once for all attempts. False: a tie."""
    if event.mirrored_at is not None:
        return True
    if not mirror.apply_event(event, fetched).settled:
        return False
    deliveries.write(event)
    event.mirrored_at = timezone.now()
    event.save(update_fields=["mirrored_at"])
    return True


def _still_open(event: InboxEvent) -> bool:
    """Lock the row and look again: whoever had it before may have finished it after all."""
    locked = InboxEvent.objects.select_for_update().get(pk=event.pk)
    event.mirrored_at = locked.mirrored_at
    return locked.status == Status.PENDING
