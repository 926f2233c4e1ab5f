"""What we add to dj-stripe's ``stripe_data``, under one key of our own, so that Stripe's payload can be told apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

KEY: Final = "django_finances"
PLACEHOLDER_LOOKUP: Final = f"stripe_data__{KEY}__placeholder"


def mark(data: Mapping[str, Any], **marks: Any) -> dict[str, Any]:
    """A copy of *data* with our marks beside Stripe's keys; marks that are false or empty are left out."""
    kept = {**data.get(KEY, {}), **marks}
    kept = {name: value for name, value in kept.items() if value}
    unmarked = {name: value for name, value in data.items() if name != KEY}
    return {**unmarked, KEY: kept} if kept else unmarked


def is_placeholder(data: Mapping[str, Any]) -> bool:
    """Whether a row's ``stripe_data`` only holds the object's place."""
    return bool(data.get(KEY, {}).get("placeholder"))


def added(data: Mapping[str, Any]) -> frozenset[str]:
    """The names of the keys that we added beside Stripe's."""
    return frozenset(data.get(KEY, {}).get("added", ()))


def untouched(data: Mapping[str, Any]) -> dict[str, Any]:
    """The payload as Stripe sent it: *data* without what we added."""
    ours = {KEY, *added(data)}
    return {name: value for name, value in data.items() if name not in ours}
