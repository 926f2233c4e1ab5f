"""Which answers are asked for again, and until when."""

from __future__ import annotations

import pytest

from django_finances import stripe_api
from django_finances.exceptions import FinancesError, InvalidRequest, RateLimited, StripeUnavailable
from django_finances.stripe_api import retries

from .conftest import Loopback

pytestmark = pytest.mark.usefixtures("quick_retries")


@pytest.mark.parametrize("status", [409, 429, 500, 502, 503])
def test_an_answer_that_may_be_better_next_time_is_asked_for_again(stripe_server: Loopback, status: int) -> None:
    stripe_server.will_refuse(status)
    stripe_server.will_answer({"id": "cus_1"})
    assert stripe_api.post("/v1/customers").object == {"id": "cus_1"}
    assert len(stripe_server.requests) == 2


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404])
def test_a_refusal_is_not_asked_for_again(stripe_server: Loopback, status: int) -> None:
    stripe_server.will_refuse(status)
    with pytest.raises(FinancesError):
        stripe_api.post("/v1/customers")
    assert len(stripe_server.requests) == 1


def test_stripe_can_forbid_another_attempt(stripe_server: Loopback) -> None:
    stripe_server.will_refuse(500, headers={"Stripe-Should-Retry": "false"})
    with pytest.raises(StripeUnavailable):
        stripe_api.post("/v1/customers")
    assert len(stripe_server.requests) == 1


def test_stripe_can_ask_for_another_attempt(stripe_server: Loopback) -> None:
    stripe_server.will_refuse(400, headers={"Stripe-Should-Retry": "true"})
    stripe_server.will_answer()
    stripe_api.post("/v1/customers")
    assert len(stripe_server.requests) == 2


def test_a_connection_that_breaks_off_is_tried_again(stripe_server: Loopback) -> None:
    stripe_server.will_answer(hang_up=True)
    stripe_server.will_answer({"id": "cus_1"})
    assert stripe_api.get("/v1/customers/cus_1").object == {"id": "cus_1"}


def test_an_answer_that_breaks_off_in_the_middle_is_tried_again(stripe_server: Loopback) -> None:
    stripe_server.will_answer('{"id": "cu', headers={"Content-Length": "17", "Connection": "close"})
    stripe_server.will_answer({"id": "cus_1"})
    assert stripe_api.get("/v1/customers/cus_1").object == {"id": "cus_1"}


def test_all_attempts_of_a_post_carry_one_idempotency_key(stripe_server: Loopback) -> None:
    stripe_server.will_refuse(500)
    stripe_server.will_answer(hang_up=True)
    stripe_server.will_answer()
    answer = stripe_api.post("/v1/customers")
    assert [request.headers["idempotency-key"] for request in stripe_server.requests] == [answer.idempotency_key] * 3


def test_after_three_attempts_the_last_answer_is_the_error(stripe_server: Loopback) -> None:
    for status in (500, 503, 429, 500):
        stripe_server.will_refuse(status)
    with pytest.raises(RateLimited):
        stripe_api.get("/v1/customers")
    assert len(stripe_server.requests) == 3


def test_no_further_attempt_is_begun_that_would_not_fit(
    stripe_server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retries, "FIRST_PAUSE", 60.0)
    stripe_server.will_refuse(500)
    with pytest.raises(StripeUnavailable):
        stripe_api.get("/v1/customers", timeout=3)
    assert len(stripe_server.requests) == 1


def test_a_longer_pause_that_stripe_asks_for_is_kept(stripe_server: Loopback) -> None:
    stripe_server.will_refuse(429, headers={"Retry-After": "60"})
    with pytest.raises(RateLimited):
        stripe_api.get("/v1/customers", timeout=5)
    assert len(stripe_server.requests) == 1  # a minute doesn't fit


def test_pauses_grow_and_are_spread() -> None:
    second = {retries.pause_before(2, {}) for _ in range(50)}
    fourth = {retries.pause_before(4, {}) for _ in range(50)}
    assert max(second) < min(fourth)
    assert len(second) > 1
    assert max(retries.pause_before(30, {}) for _ in range(50)) <= retries.LONGEST_PAUSE


def test_a_server_that_drips_its_answer_is_given_up(stripe_server: Loopback) -> None:
    """Each byte comes in time; a time-out between two bytes would wait for all of them."""
    stripe_server.will_answer({"id": "x" * 10_000}, drip=0.05)
    with pytest.raises(StripeUnavailable) as caught:
        stripe_api.get("/v1/customers", timeout=0.5)
    assert caught.value.code == "no_answer"


def test_a_server_that_drips_its_headers_is_given_up(stripe_server: Loopback) -> None:
    stripe_server.will_answer(drip=0.05, drip_head=True)
    with pytest.raises(StripeUnavailable):
        stripe_api.get("/v1/customers", timeout=0.5)


def test_a_connection_that_was_given_up_is_not_used_again(stripe_server: Loopback) -> None:
    """Its next bytes would be the late answer to the question before."""
    stripe_server.will_answer({"id": "late" * 1000}, drip=0.05)
    with pytest.raises(StripeUnavailable):
        stripe_api.get("/v1/customers", timeout=0.4)
    stripe_server.will_answer({"id": "right"})
    assert stripe_api.get("/v1/customers").object == {"id": "right"}


def test_nobody_listening_is_an_error_of_ours(stripe_server: Loopback, settings: object) -> None:
    settings.STRIPE_API_HOST = "http://127.0.0.1:1"  # type: ignore[attr-defined]
    with pytest.raises(StripeUnavailable) as caught:
        stripe_api.post("/v1/customers", timeout=2)
    assert "same idempotency key" in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_an_answer_that_is_no_json_is_an_error_of_ours(stripe_server: Loopback) -> None:
    stripe_server.will_answer("<html>Welcome to the hotel's network</html>")
    with pytest.raises(StripeUnavailable) as caught:
        stripe_api.get("/v1/customers")
    assert caught.value.code == "answer_unusable"


def test_invalid_requests_are_no_subject_for_retries_even_at_the_deadline(stripe_server: Loopback) -> None:
    stripe_server.will_refuse(400, message="No.", param="email", code="email_invalid")
    with pytest.raises(InvalidRequest) as caught:
        stripe_api.post("/v1/customers", {"email": "a"}, timeout=1)
    assert (caught.value.param, caught.value.code) == ("email", "email_invalid")
