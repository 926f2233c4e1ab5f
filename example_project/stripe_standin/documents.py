"""A table for kinds of objects that the base package has none for: each is its JSON, in the account's database."""

from __future__ import annotations

import secrets
import string
from typing import Any

import seahaven
from seahaven_stripe_world import _json
from seahaven_stripe_world.stripe_errors import invalid_request

from .errors import missing

ALPHABET = string.ascii_letters + string.digits
DEFAULT_LIMIT, MAX_LIMIT = 10, 100


def create_table(ctx: seahaven.Ctx) -> None:
    ctx.db.execute(
        "CREATE TABLE standin_documents (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, "
        "kind TEXT NOT NULL, body TEXT NOT NULL) STRICT"
    )


def new_id(prefix: str, length: int = 24) -> str:
    """An id of Stripe's shape."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))


def insert(ctx: seahaven.Ctx, kind: str, body: dict[str, Any]) -> None:
    ctx.db.execute(
        "INSERT INTO standin_documents (id, kind, body) VALUES (?, ?, ?)", body["id"], kind, _json.dumps(body)
    )


def save(ctx: seahaven.Ctx, body: dict[str, Any]) -> None:
    ctx.db.execute("UPDATE standin_documents SET body = ? WHERE id = ?", _json.dumps(body), body["id"])


def delete(ctx: seahaven.Ctx, id: str) -> None:
    ctx.db.execute("DELETE FROM standin_documents WHERE id = ?", id)


def find(ctx: seahaven.Ctx, kind: str, id: str) -> dict[str, Any] | None:
    row = ctx.db.one("SELECT body FROM standin_documents WHERE kind = ? AND id = ?", kind, id)
    body: Any = _json.loads(row["body"]) if row else None
    return body


def get(ctx: seahaven.Ctx, kind: str, id: str) -> dict[str, Any]:
    """The object; raises 404 ``resource_missing``."""
    if (body := find(ctx, kind, id)) is None:
        raise missing(kind, id)
    return body


def all_of(ctx: seahaven.Ctx, kind: str) -> list[dict[str, Any]]:
    """Every object of a kind, newest first."""
    rows = ctx.db.rows("SELECT body FROM standin_documents WHERE kind = ? ORDER BY seq DESC", kind)
    bodies: list[Any] = [_json.loads(row["body"]) for row in rows]
    return bodies


def listing(url: str, objects: list[dict[str, Any]], params: dict[str, Any]) -> dict[str, Any]:
    """One page of *objects*, newest first (https://docs.stripe.com/api/pagination)."""
    limit = _limit(params.get("limit"))
    ids = [body["id"] for body in objects]
    start, stop, backwards = 0, len(objects), False
    if after := params.get("starting_after"):
        start = _position(ids, after, "starting_after") + 1
    if before := params.get("ending_before"):
        stop, backwards = _position(ids, before, "ending_before"), True
    rest = objects[start:stop]
    page = rest[-limit:] if backwards else rest[:limit]
    return {"object": "list", "data": page, "has_more": len(rest) > len(page), "url": url}


def _limit(value: Any) -> int:
    if value is None:
        return DEFAULT_LIMIT
    if not str(value).isdigit():
        raise invalid_request(f"Invalid integer: {value}", code="parameter_invalid_integer", param="limit")
    return max(1, min(MAX_LIMIT, int(value)))


def _position(ids: list[str], id: str, param: str) -> int:
    if id not in ids:
        raise missing("object", id, param)
    return ids.index(id)
