"""The webhook as Stripe, and as anybody else, meets it."""

from __future__ import annotations

import io
import json
import logging
import time
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import DatabaseError, connection, connections
from django.test import Client, RequestFactory
from django.urls import reverse
from djstripe.models import APIKey, Event, Product

from django_finances.models import InboxEvent, ObjectVersion, StripeObject
from django_finances.models.work import Status
from django_finances.testing import make_event, signature_header
from django_finances.webhooks import endpoint

from .conftest import SECRET, URL, Deliver

pytestmark = pytest.mark.django_db(transaction=True)


def nothing_is_stored() -> bool:
    return not any(model.objects.exists() for model in (InboxEvent, ObjectVersion, StripeObject, Event))


def test_a_signed_event_is_stored_applied_and_acknowledged(deliver: Deliver, product: dict[str, Any]) -> None:
    event = make_event("product.created", product)
    assert deliver(event).status_code == 200
    row = InboxEvent.objects.get()
    assert (row.event_id, row.type, row.object_id, row.status) == (event["id"], "product.created", "prod_1", "done")
    assert Product.objects.get(id="prod_1").name == "Pro"
    assert Event.objects.get(id=event["id"]).data == event["data"]
    assert not APIKey.objects.exists()  # dj-stripe would have written the secret key here, in clear


def test_the_address_is_the_one_in_the_contract_and_works_without_the_last_slash(
    deliver: Deliver, product: dict[str, Any]
) -> None:
    assert reverse("django_finances:stripe-webhook") == URL
    assert deliver(make_event("product.created", product), url=URL.rstrip("/")).status_code == 200
    assert InboxEvent.objects.count() == 1


def test_a_second_delivery_is_acknowledged_and_not_processed_again(deliver: Deliver, product: dict[str, Any]) -> None:
    event = make_event("product.created", product)
    assert [deliver(event).status_code for _ in range(3)] == [200, 200, 200]
    assert InboxEvent.objects.get().attempts == 1


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "head", "options"])
def test_only_post_is_allowed(method: str) -> None:
    answer = getattr(Client(), method)(URL)
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"


@pytest.mark.parametrize(
    "header",
    [None, "", "t=1,v1=0", "v0=1", f"t=1767225600,v1=é{'0' * 63}", "t=1767225600," + f"v1={'0' * 64}," * 1000],
    ids=["no header", "empty", "garbage", "v0 only", "not ASCII", "a thousand signatures"],
)
def test_what_isnt_verified_is_refused_and_leaves_nothing_but_one_line_in_the_log(
    post: Deliver, header: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    body = json.dumps(make_event("product.created", {"id": "prod_1", "object": "product"})).encode()
    with caplog.at_level(logging.INFO, logger="django_finances"):
        answer = post(body, header, HTTP_COOKIE="session=cookie-of-a-person", HTTP_AUTHORIZATION="Bearer of-a-person")
    assert answer.status_code == 400
    assert nothing_is_stored()
    assert len([record for record in caplog.records if record.name.startswith("django_finances")]) == 1
    assert "of-a-person" not in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize("shift", [-301, 301], ids=["expired", "from the future"])
def test_a_signature_out_of_its_time_is_refused(deliver: Deliver, product: dict[str, Any], shift: int) -> None:
    at = int(time.time()) + shift + (5 if shift > 0 else 0)  # the request comes a moment later
    assert deliver(make_event("product.created", product), timestamp=at).status_code == 400
    assert nothing_is_stored()


def test_a_secret_that_was_rolled_out_no_longer_verifies(
    deliver: Deliver, product: dict[str, Any], settings: Any
) -> None:
    settings.DJSTRIPE_WEBHOOK_SECRET = "whsec_new, whsec_old"
    assert deliver(make_event("product.created", product), secret="whsec_old").status_code == 200
    settings.DJSTRIPE_WEBHOOK_SECRET = "whsec_new"
    assert deliver(make_event("product.updated", product), secret="whsec_old").status_code == 400
    assert InboxEvent.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"not json", id="not JSON"),
        pytest.param(b"\xff\xfe\x00", id="not UTF-8"),
        pytest.param(b"null", id="null"),
        pytest.param(b"5", id="a number"),
        pytest.param(b"true", id="true"),
        pytest.param(b'"event"', id="a text"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"{}", id="an empty object"),
        pytest.param(b'{"object": "customer", "id": "cus_1"}', id="an object that is no event"),
        pytest.param(b"[" * 100_000, id="deep and unclosed"),
        pytest.param(b"[" * 50_000 + b"]" * 50_000, id="deep"),
        pytest.param(b'{"a":' * 900 + b"1" + b"}" * 900, id="deep enough for a database"),
        pytest.param(b'{"id": "evt_1\x00"}', id="a raw NUL"),
    ],
)
def test_a_signed_body_that_is_no_event_is_refused(deliver: Deliver, body: bytes) -> None:
    assert deliver(body).status_code == 400
    assert nothing_is_stored()


@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"id": ""},
        {"id": 5},
        {"id": "evt_" + "1" * 300},
        {"id": "evt_\x00"},
        {"id": "evt_\ud800"},
        {"type": None},
        {"type": ["invoice.paid"]},
        {"created": None},
        {"created": "1767225600"},
        {"created": True},
        {"created": -1},
        {"created": 10**30},
        {"created": 1.5},
        {"livemode": None},
        {"livemode": "false"},
        {"data": None},
        {"data": {}},
        {"data": {"object": None}},
        {"data": {"object": [1]}},
        {"account": 5},
        {"api_version": {"a": 1}},
        {"object": "events"},
    ],
    ids=str,
)
def test_a_signed_event_with_a_field_that_cant_be_is_refused(deliver: Deliver, change: dict[str, Any]) -> None:
    event = make_event("product.created", {"id": "prod_1", "object": "product"}) | change
    assert deliver(event).status_code == 400
    assert nothing_is_stored()


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_json_doesnt_have_are_refused(deliver: Deliver, number: str) -> None:
    text = json.dumps(make_event("product.created", {"id": "prod_1", "object": "product", "weight": "HERE"}))
    assert deliver(text.replace('"HERE"', number)).status_code == 400
    assert nothing_is_stored()


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "\x00"], ids=["NUL", "lone surrogate", "only NUL"])
def test_texts_that_a_database_cant_hold_are_kept_as_sent_and_applied_with_a_replacement(
    deliver: Deliver, product: dict[str, Any], text: str
) -> None:
    event = make_event("product.created", product | {"description": text, "metadata": {text: text}})
    assert deliver(event).status_code == 200
    row = InboxEvent.objects.get()
    assert (row.status, row.data["object"]["description"]) == (Status.DONE, text)
    assert "\ufffd" in Product.objects.get(id="prod_1").stripe_data["description"]


def test_an_event_of_the_other_mode_is_kept_as_ignored_and_touches_no_mirror(
    deliver: Deliver, product: dict[str, Any]
) -> None:
    assert deliver(make_event("product.created", product, livemode=True)).status_code == 200
    assert InboxEvent.objects.get().status == Status.IGNORED
    assert not Product.objects.exists()
    assert not ObjectVersion.objects.exists()
    assert not Event.objects.exists()


def test_a_thin_event_is_kept_as_ignored(deliver: Deliver) -> None:
    thin = {
        "id": "evt_test_65UGCZbFDxNLFpUpVSGRDc",
        "object": "v2.core.event",
        "type": "v1.billing.meter.error_report_triggered",
        "livemode": False,
        "created": "2026-01-01T00:00:00.000Z",
        "related_object": {"id": "mtr_1", "type": "billing.meter", "url": "/v1/billing/meters/mtr_1"},
    }
    assert [deliver(thin).status_code for _ in range(2)] == [200, 200]
    assert InboxEvent.objects.get().status == Status.IGNORED


def test_an_event_of_a_type_that_nobody_knows_is_stored_and_done(deliver: Deliver) -> None:
    event = make_event("starship.launched", {"id": "ship_1", "object": "starship", "livemode": False})
    assert deliver(event).status_code == 200
    assert InboxEvent.objects.get().status == Status.DONE
    assert StripeObject.objects.get().object_id == "ship_1"


def test_an_event_whose_object_has_no_id_is_stored_and_done_without_a_mirror(deliver: Deliver) -> None:
    event = make_event("balance.available", {"object": "balance", "available": [], "livemode": False})
    assert deliver(event).status_code == 200
    assert InboxEvent.objects.get().status == Status.DONE
    assert Event.objects.get().type == "balance.available"
    assert not ObjectVersion.objects.exists()


def test_the_largest_body_passes_and_one_byte_more_is_refused(deliver: Deliver, product: dict[str, Any]) -> None:
    event = make_event("product.created", product | {"description": ""})
    room = 1024 * 1024 - len(json.dumps(event))
    event["data"]["object"]["description"] = "x" * room
    assert deliver(event).status_code == 200
    event["data"]["object"]["description"] += "x"
    assert deliver(event).status_code == 413
    assert InboxEvent.objects.count() == 1


class Untouchable(io.BytesIO):
    """A request's body that must not be read."""

    def read(self, *args: Any) -> bytes:
        raise AssertionError("the body was read")

    readline = read


def test_a_body_that_announces_its_size_is_refused_without_being_read() -> None:
    environ = RequestFactory().post(URL).environ | {"CONTENT_LENGTH": str(1024 * 1024 + 1), "wsgi.input": Untouchable()}
    assert endpoint.stripe_webhook(WSGIRequest(environ)).status_code == 413


@pytest.mark.parametrize("secret", ["", " ", ",", "sk_test_1", "whsec_", "whsec_...", " , "])
def test_without_a_usable_secret_nothing_is_read_and_the_log_names_the_setting(
    secret: str, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DJSTRIPE_WEBHOOK_SECRET = secret
    header = signature_header(b"{}", secret)
    environ = RequestFactory().post(URL, headers={"stripe-signature": header}).environ | {"wsgi.input": Untouchable()}
    assert endpoint.stripe_webhook(WSGIRequest(environ)).status_code == 503
    assert "DJSTRIPE_WEBHOOK_SECRET" in caplog.text


def test_with_an_invalid_mode_the_webhook_answers_503(
    deliver: Deliver, product: dict[str, Any], settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.STRIPE_LIVE_MODE = "False"
    assert deliver(make_event("product.created", product)).status_code == 503
    assert "STRIPE_LIVE_MODE" in caplog.text
    assert nothing_is_stored()


def test_when_the_database_is_down_stripe_is_told_to_send_it_again(
    deliver: Deliver, product: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    def down(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        raise DatabaseError("server closed the connection unexpectedly")

    with connection.execute_wrapper(down):
        assert deliver(make_event("product.created", product)).status_code == 503
    assert nothing_is_stored()
    assert "prod_1" not in caplog.text


def test_a_browser_without_csrf_token_isnt_asked_for_one(deliver: Deliver, product: dict[str, Any]) -> None:
    # `deliver` posts through a client that enforces CSRF checks.
    assert deliver(make_event("product.created", product)).status_code == 200


def test_atomic_requests_of_any_database_stay_off_the_view() -> None:
    assert set(connections) <= endpoint.stripe_webhook._non_atomic_requests  # type: ignore[attr-defined]
