"""Webhook endpoints (https://docs.stripe.com/api/webhook_endpoints)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import seahaven
from seahaven_stripe_world.spec import EVENT_TYPES
from seahaven_stripe_world.stripe_errors import invalid_request, missing_parameter

from . import documents
from .call import Call

KIND = "webhook_endpoint"
URL = "/v1/webhook_endpoints"


def create(call: Call) -> dict[str, Any]:
    for name in ("enabled_events", "url"):
        if not call.params.get(name):
            raise missing_parameter(name)
    body = {
        "id": documents.new_id("we_"),
        "object": "webhook_endpoint",
        "api_version": call.params.get("api_version"),
        "application": None,
        "created": call.now,
        "description": call.params.get("description"),
        "enabled_events": _events(call.params["enabled_events"]),
        "livemode": call.livemode,
        "metadata": call.params.get("metadata") or {},
        "status": "enabled",
        "url": _url(call.params["url"]),
        "secret": documents.new_id("whsec_", 32),
    }
    documents.insert(call.ctx, KIND, body)
    return body


def retrieve(call: Call) -> dict[str, Any]:
    return _public(documents.get(call.ctx, KIND, call.ids[0]))


def update(call: Call) -> dict[str, Any]:
    body = documents.get(call.ctx, KIND, call.ids[0])
    if "url" in call.params:
        body["url"] = _url(call.params["url"])
    if "enabled_events" in call.params:
        body["enabled_events"] = _events(call.params["enabled_events"])
    if "disabled" in call.params:
        body["status"] = "disabled" if call.params["disabled"] == "true" else "enabled"
    if "description" in call.params:
        body["description"] = call.params["description"]
    if call.params.get("metadata"):
        merged = body["metadata"] | call.params["metadata"]
        body["metadata"] = {name: value for name, value in merged.items() if value != ""}
    documents.save(call.ctx, body)
    return _public(body)


def list_(call: Call) -> dict[str, Any]:
    return documents.listing(URL, [_public(body) for body in documents.all_of(call.ctx, KIND)], call.params)


def delete(call: Call) -> dict[str, Any]:
    body = documents.get(call.ctx, KIND, call.ids[0])
    documents.delete(call.ctx, body["id"])
    return {"id": body["id"], "object": "webhook_endpoint", "deleted": True}


def enabled(ctx: seahaven.Ctx) -> list[dict[str, Any]]:
    """The endpoints that get events, with their secrets, oldest first."""
    return [body for body in reversed(documents.all_of(ctx, KIND)) if body["status"] == "enabled"]


def wants(endpoint: dict[str, Any], type: str) -> bool:
    return "*" in endpoint["enabled_events"] or type in endpoint["enabled_events"]


def _public(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "secret"}


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise invalid_request("Invalid URL: it must begin with http:// or https://.", code="url_invalid", param="url")
    return value


def _events(values: list[str]) -> list[str]:
    for value in values:
        if value != "*" and value not in EVENT_TYPES:
            raise invalid_request(f"Invalid enabled_events: there is no event type {value}", param="enabled_events")
    return list(values)
