"""Webhook endpoints, and events on their way to them."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from .listener import Listener
from .process import StandIn
from .specification import of_object


def types(listener: Listener, count: int) -> list[str]:
    return [json.loads(body)["type"] for _, body in listener.wait_for(count)]


def test_an_endpoint_shows_its_secret_once(standin: StandIn, listener: Listener) -> None:
    made = standin.post(
        "/v1/webhook_endpoints", url=listener.url, enabled_events=["*"], api_version="2026-08-26.dahlia"
    )
    assert made["secret"].startswith("whsec_")
    assert of_object(made) == []
    assert "secret" not in standin.get(f"/v1/webhook_endpoints/{made['id']}")
    assert [each["id"] for each in standin.get("/v1/webhook_endpoints")["data"]] == [made["id"]]


def test_an_event_comes_signed_with_the_request_that_caused_it(standin: StandIn, listener: Listener) -> None:
    secret = standin.post("/v1/webhook_endpoints", url=listener.url, enabled_events=["customer.created"])["secret"]
    status, headers, customer = standin.request(
        "POST", "/v1/customers", {"email": "a@example.com"}, headers={"Idempotency-Key": "mine"}
    )
    assert status == 200
    ((received, body),) = listener.wait_for(1)
    parts = dict(part.split("=") for part in received["Stripe-Signature"].split(","))
    signed = hmac.new(secret.encode(), f"{parts['t']}.".encode() + body, hashlib.sha256).hexdigest()
    assert parts["v1"] == signed
    event = json.loads(body)
    assert event["data"]["object"]["id"] == customer["id"]
    assert event["request"] == {"id": headers["request-id"], "idempotency_key": "mine"}
    assert event["pending_webhooks"] == 1
    assert of_object(event) == []


def test_only_the_events_that_are_asked_for_come(standin: StandIn, listener: Listener) -> None:
    standin.post("/v1/webhook_endpoints", url=listener.url, enabled_events=["product.created"])
    standin.post("/v1/customers", email="a@example.com")
    standin.post("/v1/products", name="Pro")
    assert types(listener, 1) == ["product.created"]


def test_what_happened_before_the_endpoint_was_made_doesnt_come(standin: StandIn, listener: Listener) -> None:
    standin.post("/v1/products", name="Before")
    standin.post("/v1/webhook_endpoints", url=listener.url, enabled_events=["*"])
    standin.post("/v1/products", name="After")
    ((_, body),) = listener.wait_for(1)
    assert json.loads(body)["data"]["object"]["name"] == "After"


@pytest.mark.parametrize("answer", [500, 404, 302])
def test_a_delivery_that_isnt_taken_comes_again_and_holds_back_no_other(
    standin: StandIn, listener: Listener, answer: int
) -> None:
    listener.answers = [answer]
    standin.post("/v1/webhook_endpoints", url=listener.url, enabled_events=["*"])
    standin.post("/v1/products", name="A product")
    standin.post("/v1/customers", email="a@example.com")
    came = types(listener, 3)
    assert came == ["product.created", "customer.created", "product.created"]


def test_a_disabled_endpoint_gets_nothing_until_it_is_enabled(standin: StandIn, listener: Listener) -> None:
    made = standin.post("/v1/webhook_endpoints", url=listener.url, enabled_events=["*"])
    standin.post(f"/v1/webhook_endpoints/{made['id']}", disabled=True)
    standin.post("/v1/products", name="A product")
    standin.post(f"/v1/webhook_endpoints/{made['id']}", disabled=False)
    standin.post("/v1/customers", email="a@example.com")
    assert types(listener, 1) == ["customer.created"]


def test_a_request_that_fails_sends_nothing(standin: StandIn, listener: Listener) -> None:
    standin.post("/v1/webhook_endpoints", url=listener.url, enabled_events=["*"])
    assert (
        standin.request("POST", "/v1/subscriptions", {"customer": "cus_nobody", "items": [{"price": "price_nobody"}]})[
            0
        ]
        >= 400
    )
    standin.post("/v1/products", name="A product")
    assert types(listener, 1) == ["product.created"]


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"enabled_events": ["*"]}, "url"),
        ({"url": "http://127.0.0.1/"}, "enabled_events"),
        ({"url": "ftp://127.0.0.1/", "enabled_events": ["*"]}, "url"),
        ({"url": "http://127.0.0.1/", "enabled_events": ["no.such.event"]}, "enabled_events"),
    ],
)
def test_an_endpoint_that_cant_work_is_refused(standin: StandIn, params: dict[str, object], param: str) -> None:
    status, _, body = standin.request("POST", "/v1/webhook_endpoints", params)
    assert (status, body["error"]["param"]) == (400, param)
