"""Reading Stripe's JSON: nested keys, references that may be expanded, and lists that may be pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def dig(payload: Any, *path: str) -> Any:
    """The value at a path of keys, or None where the path ends early."""
    for key in path:
        if not isinstance(payload, Mapping):
            return None
        payload = payload.get(key)
    return payload


def reference(value: Any) -> str | None:
    """The id in a field that refers to an object: an id, or the object itself where it was expanded."""
    if isinstance(value, Mapping):
        value = value.get("id")
    return value if isinstance(value, str) and value else None


def expanded(value: Any) -> Mapping[str, Any] | None:
    """The object in a field that refers to one, where it stands in full."""
    full = isinstance(value, Mapping) and value.get("object") and value.get("id") and len(value) > 3
    return value if full else None


def listed(payload: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The objects of a list field: Stripe's list object, or the plain array that some fields are."""
    value = payload.get(key)
    data = value.get("data") if isinstance(value, Mapping) else value
    return [item for item in data if isinstance(item, Mapping)] if isinstance(data, list) else []


def is_whole(payload: Mapping[str, Any], key: str) -> bool:
    """Whether a list field is there with all its members, not just its first page."""
    value = payload.get(key)
    return isinstance(value, Mapping) and isinstance(value.get("data"), list) and value.get("has_more") is False
