"""Webhook endpoints at Stripe: which lead to us, and what is wrong with them.

See https://docs.stripe.com/api/webhook_endpoints
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from .. import stripe_api
from .findings import Finding

Endpoint = dict[str, Any]
PAGE: Final = 100
SHOWN: Final = ("id", "url", "status", "enabled_events", "api_version")


def url_of(given: str, path: str) -> str:
    """The URL that Stripe is to call: *given* as it is, or with our *path* where it names only the site."""
    parts = urlsplit(given.strip())
    return urlunsplit((parts.scheme, parts.netloc, path if parts.path in {"", "/"} else parts.path, "", ""))


def all_at_stripe() -> list[Endpoint]:
    """Every endpoint of the account and mode."""
    found: list[Endpoint] = []
    while True:
        after = found[-1]["id"] if found else None
        page = stripe_api.get("/v1/webhook_endpoints", {"limit": PAGE, "starting_after": after}).object
        found += page["data"]
        if not page["has_more"] or not page["data"]:
            return found


def leading_to(endpoints: list[Endpoint], *, path: str, url: str = "") -> list[Endpoint]:
    """Those whose URL is *url*, or, where none is given, those whose path is *path*; the last slash doesn't matter."""
    if url:
        return [each for each in endpoints if _same(each["url"], url)]
    return [each for each in endpoints if urlsplit(each["url"]).path.rstrip("/") == path.rstrip("/")]


def shown(endpoint: Endpoint) -> Endpoint:
    """What a report tells of an endpoint."""
    return {name: endpoint.get(name) for name in SHOWN}


def faults(endpoints: list[Endpoint], *, url: str) -> Iterator[Finding]:
    """What is wrong with the endpoints that lead to us. *url* is what was asked for, or an empty string."""
    if not endpoints:
        yield Finding(
            "webhook_missing",
            "error",
            f"Stripe has no webhook endpoint for {url or 'this site'}: no event arrives.",
            "Make one on Stripe's dashboard (Developers, Webhooks), or with "
            "`manage.py finances_doctor --url https://<your domain> --create-webhook`.",
        )
        return
    for place, endpoint in enumerate(endpoints):
        if any(_same(endpoint["url"], other["url"]) for other in endpoints[:place]):
            yield Finding(
                "webhook_twice",
                "error",
                f"{endpoint['id']} has the same URL as another endpoint ({endpoint['url']}): every event comes twice.",
                "Delete one of the two at Stripe. Its signing secret leaves DJSTRIPE_WEBHOOK_SECRET with it.",
            )
    for endpoint in endpoints:
        yield from _faults_of(endpoint)


def _faults_of(endpoint: Endpoint) -> Iterator[Finding]:
    if endpoint["status"] != "enabled":
        yield Finding(
            "webhook_disabled",
            "error",
            f"{endpoint['id']} ({endpoint['url']}) is disabled: no event arrives.",
            "Enable it on Stripe's dashboard. Stripe disables an endpoint that failed for days.",
        )
    if "*" not in endpoint["enabled_events"]:
        yield Finding(
            "webhook_events",
            "warning",
            f"{endpoint['id']} gets only {len(endpoint['enabled_events'])} of Stripe's event types: objects of the "
            "others stay as they were when they were last seen.",
            "Let it get all events ('*').",
        )
    if endpoint.get("api_version") != stripe_api.API_VERSION:
        yield Finding(
            "webhook_api_version",
            "warning",
            f"{endpoint['id']} gets events in the shape of {endpoint.get('api_version') or 'the account'}, "
            f"not of {stripe_api.API_VERSION}: they are understood, and refreshed from Stripe where that matters.",
            "Make a new endpoint with that version, add its signing secret to DJSTRIPE_WEBHOOK_SECRET after a comma, "
            "then delete the old one.",
        )


def _same(one: str, other: str) -> bool:
    def normal(url: str) -> tuple[str, str, str]:
        parts = urlsplit(url)
        return parts.scheme.lower(), parts.netloc.lower(), parts.path.rstrip("/")

    return normal(one) == normal(other)
