from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from django_finances.testing import signature_header
from django_finances.webhooks import handlers

URL = "/api/finances/stripe/webhook/"
SECRET = "whsec_of_the_tests"

Deliver = Callable[..., HttpResponse]


@pytest.fixture(autouse=True)
def _configured(settings: Any) -> None:
    settings.DJSTRIPE_WEBHOOK_SECRET = SECRET
    settings.STRIPE_LIVE_MODE = False


@pytest.fixture
def post() -> Deliver:
    """Post raw bytes with a raw header, as anybody on the internet may."""

    def post(body: bytes, header: str | None = None, *, url: str = URL, **headers: str) -> HttpResponse:
        if header is not None:
            headers["HTTP_STRIPE_SIGNATURE"] = header
        # As a server would have it: what the view raises becomes a 500, not the test's exception.
        client = Client(raise_request_exception=False, enforce_csrf_checks=True)
        return client.generic("POST", url, body, content_type="application/json", **headers)

    return post


@pytest.fixture
def deliver(post: Deliver) -> Deliver:
    """Post an event, or any JSON or bytes, signed as Stripe would."""

    def deliver(event: Mapping[str, Any] | bytes | str, *, secret: str = SECRET, **options: Any) -> HttpResponse:
        body = event if isinstance(event, bytes) else (event if isinstance(event, str) else json.dumps(event)).encode()
        return post(body, signature_header(body, secret, timestamp=options.pop("timestamp", None)), **options)

    return deliver


@pytest.fixture
def product() -> dict[str, Any]:
    return {
        "id": "prod_1",
        "object": "product",
        "active": True,
        "created": 1767225600,
        "livemode": False,
        "metadata": {},
        "name": "Pro",
    }


@pytest.fixture(autouse=True)
def _no_handlers_left() -> Iterator[None]:
    before = {key: list(value) for key, value in handlers._registered.items()}
    yield
    handlers._registered.clear()
    handlers._registered.update(before)
