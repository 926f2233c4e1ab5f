"""What goes out, and what comes back."""

from __future__ import annotations

import uuid

import pytest

from django_finances import stripe_api

from .conftest import Loopback


def test_our_api_version_is_sent_and_not_that_of_the_sdk(stripe_server: Loopback) -> None:
    stripe_server.will_answer()
    stripe_api.get("/v1/customers")
    assert stripe_server.requests[0].headers["stripe-version"] == "2026-08-26.dahlia" == stripe_api.API_VERSION


def test_the_key_of_the_active_mode_is_sent(stripe_server: Loopback) -> None:
    stripe_server.will_answer()
    stripe_api.get("/v1/customers")
    assert stripe_server.requests[0].headers["authorization"] == "Bearer sk_test_loopback"


def test_parameters_of_a_get_go_into_the_query(stripe_server: Loopback) -> None:
    stripe_server.will_answer()
    stripe_api.get("/v1/invoices", {"limit": 3, "expand": ["data.payments"], "created": {"gte": 5}, "status": None})
    request = stripe_server.requests[0]
    assert (request.method, request.path) == ("GET", "/v1/invoices")
    assert request.query == {"limit": "3", "expand[0]": "data.payments", "created[gte]": "5"}


def test_parameters_of_a_post_go_into_the_body_whatever_they_are_called(stripe_server: Loopback) -> None:
    """The SDK's own raw request keeps ``usage``, ``base``, ``headers`` and others for itself."""
    stripe_server.will_answer()
    stripe_api.post("/v1/setup_intents", {"usage": "off_session", "base": "b", "confirm": True, "metadata": {"a": ""}})
    request = stripe_server.requests[0]
    assert (request.method, request.path, request.query) == ("POST", "/v1/setup_intents", {})
    assert request.params == {"usage": "off_session", "base": "b", "confirm": "true", "metadata[a]": ""}


def test_delete_is_sent_without_an_idempotency_key(stripe_server: Loopback) -> None:
    stripe_server.will_answer()
    stripe_api.delete("/v1/subscriptions/sub_1", {"prorate": True})
    request = stripe_server.requests[0]
    assert (request.method, request.query) == ("DELETE", {"prorate": "true"})
    assert "idempotency-key" not in request.headers


def test_an_answer_is_a_plain_dict_whose_numbers_stay_numbers(stripe_server: Loopback) -> None:
    body = {"id": "pi_1", "amount": 2000, "items": {"data": [{"quantity": 3}]}, "get": None, "rate": 0.5}
    stripe_server.will_answer(body)
    answer = stripe_api.get("/v1/payment_intents/pi_1")
    assert answer.object == body
    assert type(answer.object) is dict
    assert type(answer.object["items"]["data"][0]) is dict
    assert type(answer.object["amount"]) is int


def test_an_answer_tells_its_request_and_the_key_that_was_sent(stripe_server: Loopback) -> None:
    stripe_server.will_answer(headers={"Request-Id": "req_7"})
    answer = stripe_api.post("/v1/customers", idempotency_key="signup-7")
    assert (answer.status, answer.request_id, answer.idempotency_key) == (200, "req_7", "signup-7")
    assert stripe_server.requests[0].headers["idempotency-key"] == "signup-7"


def test_a_post_without_a_key_gets_a_random_one(stripe_server: Loopback) -> None:
    stripe_server.will_answer()
    stripe_server.will_answer()
    first, second = stripe_api.post("/v1/customers"), stripe_api.post("/v1/customers")
    assert uuid.UUID(first.idempotency_key) != uuid.UUID(second.idempotency_key)
    assert stripe_server.requests[0].headers["idempotency-key"] == first.idempotency_key


def test_the_object_is_not_in_the_repr_of_an_answer(stripe_server: Loopback) -> None:
    stripe_server.will_answer({"client_secret": "pi_1_secret_abc"})
    assert "secret_abc" not in repr(stripe_api.get("/v1/payment_intents/pi_1"))


def test_the_interval_ends_with_the_date_header_and_begins_where_the_request_began(stripe_server: Loopback) -> None:
    stripe_server.will_answer(headers={"Date": "Tue, 24 Nov 2026 12:00:10 GMT"})
    start, end = stripe_api.get("/v1/customers").interval
    assert end == 1795521610
    assert 1 <= end - start <= 5  # rounded outwards: never an empty interval, however fast the answer came


def test_the_interval_of_a_post_reaches_back_to_its_first_attempt(
    stripe_server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stripe may have done it at the first attempt, and repeats what it answered then."""
    monkeypatch.setattr(stripe_api.retries, "FIRST_PAUSE", 2.2)
    stripe_server.will_refuse(500)
    stripe_server.will_answer(headers={"Date": "Tue, 24 Nov 2026 12:00:10 GMT"})
    start, end = stripe_api.post("/v1/customers").interval
    assert end - start >= 2


def test_a_replayed_answer_may_be_as_old_as_can_be(stripe_server: Loopback) -> None:
    stripe_server.will_answer(headers={"Idempotent-Replayed": "true"})
    answer = stripe_api.post("/v1/customers", idempotency_key="k")
    assert answer.replayed
    assert answer.interval[0] == 0 < answer.interval[1]


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_without_a_readable_date_an_answer_counts_as_older_than_anything(stripe_server: Loopback, date: str) -> None:
    stripe_server.will_answer(headers={"Date": date})
    assert stripe_api.get("/v1/customers").interval == (0, 0)


def test_a_connection_is_used_again(stripe_server: Loopback) -> None:
    for _ in range(3):
        stripe_server.will_answer()
        stripe_api.get("/v1/customers")
    assert stripe_server.connections == 1


def test_redirects_are_not_followed_since_the_key_would_go_along(stripe_server: Loopback) -> None:
    stripe_server.will_answer("", 302, headers={"Location": f"{stripe_server.address}/v1/elsewhere"})
    with pytest.raises(stripe_api.errors.StripeUnavailable):
        stripe_api.get("/v1/customers")
    assert [request.path for request in stripe_server.requests] == ["/v1/customers"]


def test_retrieve_knows_the_path_of_an_object_by_its_name(stripe_server: Loopback) -> None:
    stripe_server.will_answer({"id": "cs_1"})
    assert stripe_api.retrieve("checkout.session", "cs_1", {"expand": ["line_items"]}).object == {"id": "cs_1"}
    assert stripe_server.requests[0].path == "/v1/checkout/sessions/cs_1"
    assert stripe_server.requests[0].query == {"expand[0]": "line_items"}


def test_the_second_generation_of_the_api_gets_json(stripe_server: Loopback) -> None:
    stripe_server.will_answer()
    stripe_api.post("/v2/core/event_destinations", {"name": "a"})
    assert stripe_server.requests[0].headers["content-type"] == "application/json"
