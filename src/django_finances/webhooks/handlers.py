"""What hosts and upper layers do about events.

    @webhooks.on("invoice.payment_failed")
    def pause_access(event: InboxEvent) -> None: ...

Register in ``AppConf.ready`` (import the module there).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from ..models import InboxEvent

Handler = Callable[[InboxEvent], None]
_AnyHandler = TypeVar("_AnyHandler", bound=Handler)

EVERY_TYPE: Final = "*"


@dataclass(frozen=True, slots=True)
class Registered:
    """A handler, and how it wants to be called."""

    name: str
    function: Handler
    after_commit: bool


_registered: Final[dict[str, list[Registered]]] = defaultdict(list)


def on(*types: str, after_commit: bool = False) -> Callable[[_AnyHandler], _AnyHandler]:
    """Register a handler for events of some types, or of every type (``"*"``).

    A handler runs once for every accepted event, also when its payload was old news: ask the mirror for what is
    true now; ``event.data["object"]`` is what was true when the event happened.

    Args:
        types: Stripe's names, such as ``invoice.paid``: https://docs.stripe.com/api/events/types
        after_commit: False: runs in the transaction that applies the event, so what it writes is written exactly
            once; if it raises, it is tried again later, and the mirror is kept right without it. Call no service.
            True: runs after that, outside any transaction, at least once, with retries of its own. Here
            services may be called.
    """
    if not types:
        raise ValueError("webhooks.on() needs at least one event type, such as 'invoice.paid', or '*' for all.")

    def register(function: _AnyHandler) -> _AnyHandler:
        handler = Registered(f"{function.__module__}.{function.__qualname__}", function, after_commit)
        for event_type in types:
            if handler not in _registered[event_type]:
                _registered[event_type].append(handler)
        return function

    return register


def forget(function: Handler) -> None:
    """Take a handler's registrations back; for tests."""
    for handlers in _registered.values():
        handlers[:] = [handler for handler in handlers if handler.function is not function]


def registered_for(event_type: str, *, after_commit: bool) -> Iterator[Registered]:
    """The handlers of one type of event, in the order in which they registered."""
    for key in (event_type, EVERY_TYPE):
        for handler in _registered.get(key, ()):
            if handler.after_commit is after_commit:
                yield handler


def named(name: str, event_type: str) -> Registered | None:
    """The ``after_commit`` handler of that name, or None when it isn't registered any more."""
    return next((each for each in registered_for(event_type, after_commit=True) if each.name == name), None)


def run(event: InboxEvent) -> None:
    """Run the plain handlers of an event, in the transaction that the caller holds. The first that raises ends it."""
    for handler in registered_for(event.type, after_commit=False):
        handler.function(event)
