"""Upper layers are told of every change of the mirror, whatever brought it: an event, our own call, a backfill."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.db import models

Observer = Callable[[Any, Any], None]
_AnyObserver = TypeVar("_AnyObserver", bound=Observer)

_observers: Final[dict[type[models.Model], list[Observer]]] = defaultdict(list)


def observe(model: type[models.Model]) -> Callable[[_AnyObserver], _AnyObserver]:
    """Register a function ``(before, after)`` to be called in the transaction that applies a change.

    *before* and *after* are instances of *model*, one of dj-stripe's or `StripeObject`; *before* is None when the
    mirror didn't have the object yet. What raises here rolls the change back: do nothing that can fail by
    itself, call no service, and leave the rest to ``transaction.on_commit``.

    Register in ``AppConf.ready``. An observer registers once, however often the module is imported.
    """

    def register(observer: _AnyObserver) -> _AnyObserver:
        if observer not in _observers[model]:
            _observers[model].append(observer)
        return observer

    return register


def forget(model: type[models.Model], observer: Observer) -> None:
    """Take a registration back; for tests."""
    _observers[model].remove(observer)


def of(model: type[models.Model]) -> tuple[Observer, ...]:
    """The observers of a model, in the order in which they registered."""
    return tuple(_observers.get(model, ()))
