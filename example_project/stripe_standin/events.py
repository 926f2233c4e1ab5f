"""Emitting events, and what one looks like when it is sent."""

from __future__ import annotations

from typing import Any

import seahaven
from seahaven_stripe_world.resources import _lookup, events


def emit(ctx: seahaven.Ctx, type: str, body: dict[str, Any]) -> None:
    """Record an event; it is delivered when the request's transaction has been committed."""
    events.emit_event(ctx, type=type, obj=body)


def after(ctx: seahaven.Ctx, sequence: int) -> list[tuple[int, dict[str, Any]]]:
    """The events after a place in the account's sequence, oldest first, each with its place."""
    rows = ctx.db.rows("SELECT * FROM events WHERE x_seq > ? ORDER BY x_seq", sequence)
    return [(row["x_seq"], events.serialize(ctx, row)) for row in rows]


def get(ctx: seahaven.Ctx, id: str) -> dict[str, Any]:
    """One event; raises 404 ``resource_missing``."""
    return events.serialize(ctx, _lookup.require_row(ctx, "events", "event", id, param="id"))
