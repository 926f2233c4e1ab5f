"""Hosts' receivers of dj-stripe's signals (``@djstripe_receiver("invoice.paid")``) keep working.

dj-stripe's own receivers of the same signals would call Stripe, fetch and delete: they are left out. Nothing of
dj-stripe's is disconnected or patched, so its own view, where a host still mounts it, works as before.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import Any, Final

from django.dispatch import Signal
from djstripe.signals import WEBHOOK_SIGNALS

from ..mirror import djstripe_event
from ..models import InboxEvent

_PREFIX: Final = "djstripe signal: "
_BUILTIN: Final = "djstripe.event_handlers"


def names(event_type: str) -> list[str]:
    """The names of hosts' receivers of a type of event, for their deliveries."""
    return list(dict.fromkeys(name for name, _ in _entries(event_type)))


def is_receiver(name: str) -> bool:
    """Whether a delivery goes to a receiver of dj-stripe's signals."""
    return name.startswith(_PREFIX)


def send(event: InboxEvent, name: str) -> bool:
    """Send dj-stripe's signal to the receiver of that name alone. False: it isn't connected any more."""
    copy = Signal()
    copy.receivers = [entry for entry_name, entry in _entries(event.type) if entry_name == name]
    if copy.receivers:
        row = djstripe_event.get(event)
        copy.send(sender=type(row), event=row)
    return bool(copy.receivers)


def _entries(event_type: str) -> Iterator[tuple[str, Any]]:
    """Names and entries of a signal's list of receivers, dj-stripe's own left out.

    The entries are Django's: (key, receiver or weak reference, …). Their form is undocumented; a test holds it for
    each release of Django that we support.
    """
    signal = WEBHOOK_SIGNALS.get(event_type)
    for entry in list(signal.receivers) if signal else ():
        receiver = entry[1]() if isinstance(entry[1], weakref.ReferenceType) else entry[1]
        if receiver is not None and receiver.__module__ != _BUILTIN:
            yield f"{_PREFIX}{receiver.__module__}.{_qualified_name(receiver)}"[:255], entry


def _qualified_name(receiver: Any) -> str:
    return getattr(receiver, "__qualname__", None) or type(receiver).__qualname__
