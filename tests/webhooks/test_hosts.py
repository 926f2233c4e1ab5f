"""The webhook under the kinds of server that hosts use."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.core.asgi import get_asgi_application
from django.db import connections
from djstripe.models import Product

from django_finances.models import InboxEvent
from django_finances.testing import make_event, signature_header

from .conftest import SECRET, URL, Deliver

pytestmark = pytest.mark.django_db(transaction=True)


async def post_over_asgi(body: bytes, header: str, *, chunk: int = 1000) -> int:
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": URL,
        "query_string": b"",
        "headers": [
            (b"host", b"testserver"),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"stripe-signature", header.encode()),
        ],
    }
    server = ApplicationCommunicator(get_asgi_application(), scope)
    parts = [body[start : start + chunk] for start in range(0, len(body), chunk)]
    for number, part in enumerate(parts, 1):
        await server.send_input({"type": "http.request", "body": part, "more_body": number < len(parts)})
    start = await server.receive_output(timeout=20)
    await server.receive_output(timeout=20)
    return int(start["status"])


@pytest.mark.parametrize(("forged", "status"), [(False, 200), (True, 400)])
def test_an_asgi_host_takes_events_that_come_in_pieces_and_refuses_forged_ones(
    product: dict[str, Any], forged: bool, status: int
) -> None:
    from asgiref.sync import async_to_sync

    body = json.dumps(make_event("product.created", product | {"description": "x" * 5000})).encode()
    header = signature_header(body, "whsec_of_a_forger" if forged else SECRET)
    assert async_to_sync(post_over_asgi)(body, header) == status
    assert Product.objects.filter(name="Pro").exists() is not forged


def test_a_host_with_atomic_requests_keeps_the_event_when_processing_fails(
    deliver: Deliver, product: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connections["default"].settings_dict, "ATOMIC_REQUESTS", True)
    from django_finances import mirror

    def broken(*args: Any, **options: Any) -> Any:
        raise ValueError("no column for this")

    monkeypatch.setattr(mirror, "apply_event", broken)
    assert deliver(make_event("product.created", product)).status_code == 200
    assert InboxEvent.objects.get().last_error == "ValueError: no column for this"
