"""Each refusal of Stripe is one exception of ours, with what a caller needs and without secrets."""

from __future__ import annotations

import logging
import traceback
from typing import Any

import pytest

from django_finances import exceptions, stripe_api
from django_finances.stripe_api.errors import without_secrets

from .conftest import Loopback

pytestmark = pytest.mark.usefixtures("quick_retries")

REFUSALS: list[tuple[str, int, dict[str, Any], type[exceptions.FinancesError], str]] = [
    ("bad parameter", 400, {"code": "parameter_missing", "param": "x"}, exceptions.InvalidRequest, "parameter_missing"),
    ("bad parameter without a code", 400, {}, exceptions.InvalidRequest, "invalid_request"),
    ("key reused", 400, {"type": "idempotency_error"}, exceptions.InvalidRequest, "idempotency_key_reused"),
    ("wrong key", 401, {"message": "Invalid API Key"}, exceptions.AuthenticationFailed, "authentication_failed"),
    ("expired key", 401, {"code": "api_key_expired"}, exceptions.AuthenticationFailed, "api_key_expired"),
    ("declined", 402, {"type": "card_error", "code": "card_declined"}, exceptions.CardDeclined, "card_declined"),
    ("3-D Secure", 402, {"code": "authentication_required"}, exceptions.PaymentActionRequired, ""),
    ("restricted key", 403, {}, exceptions.PermissionDenied, "permission_denied"),
    ("unknown object", 404, {"code": "resource_missing"}, exceptions.NotFound, "resource_missing"),
    ("conflict", 409, {"code": "idempotency_key_in_use"}, exceptions.StripeUnavailable, "idempotency_key_in_use"),
    ("too many", 429, {"code": "rate_limit"}, exceptions.RateLimited, "rate_limit"),
    ("too many, the old way", 400, {"code": "rate_limit"}, exceptions.RateLimited, "rate_limit"),
    ("Stripe is down", 500, {"type": "api_error"}, exceptions.StripeUnavailable, "stripe_unavailable"),
    ("an unknown 4xx", 418, {}, exceptions.InvalidRequest, "invalid_request"),
]


@pytest.mark.parametrize(
    ("status", "error", "expected", "code"), [case[1:] for case in REFUSALS], ids=[case[0] for case in REFUSALS]
)
def test_a_refusal_becomes_our_exception(
    stripe_server: Loopback, status: int, error: dict[str, Any], expected: type[exceptions.FinancesError], code: str
) -> None:
    for _ in range(3):
        stripe_server.will_refuse(status, headers={"Request-Id": "req_9"}, **error)
    with pytest.raises(exceptions.FinancesError) as caught:
        stripe_api.post("/v1/customers")
    assert type(caught.value) is expected
    assert caught.value.code == (code or error["code"])
    assert (caught.value.status, caught.value.request_id) == (status, "req_9")
    assert caught.value.interval[0] <= caught.value.interval[1] != 0
    assert caught.value.stripe_error["type"] == error.get("type", "invalid_request_error")


def test_a_declined_card_tells_why(stripe_server: Loopback) -> None:
    stripe_server.will_refuse(402, code="card_declined", decline_code="insufficient_funds", message="Too poor.")
    with pytest.raises(exceptions.CardDeclined) as caught:
        stripe_api.post("/v1/payment_intents")
    assert caught.value.decline_code == "insufficient_funds"
    assert "Too poor." in str(caught.value)


@pytest.mark.parametrize(
    "code",
    [
        "authentication_required",
        "invoice_payment_intent_requires_action",
        "payment_intent_action_required",
        "subscription_payment_intent_requires_action",
    ],
)
def test_a_payment_that_waits_for_the_customer_brings_the_client_secret_but_does_not_show_it(
    stripe_server: Loopback, code: str
) -> None:
    intent = {"object": "payment_intent", "id": "pi_1", "client_secret": "pi_1_secret_hush"}
    stripe_server.will_refuse(402, code=code, payment_intent=intent, message="Confirm pi_1_secret_hush.")
    with pytest.raises(exceptions.PaymentActionRequired) as caught:
        stripe_api.post("/v1/payment_intents")
    assert caught.value.client_secret == "pi_1_secret_hush"
    assert caught.value.stripe_error["payment_intent"] == intent
    assert "hush" not in str(caught.value) + repr(caught.value)


def test_a_wrong_key_appears_in_no_message_traceback_or_log_of_ours_or_of_the_sdk(
    stripe_server: Loopback, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    settings.STRIPE_TEST_SECRET_KEY = "sk_test_abcdefgh1234"
    stripe_server.will_refuse(401, message="Invalid API Key provided: sk_test_********1234")
    with caplog.at_level(logging.INFO), pytest.raises(exceptions.AuthenticationFailed) as caught:
        stripe_api.get("/v1/account")
    shown = "".join(traceback.format_exception(caught.value)) + caplog.text + repr(caught.value)
    assert "1234" not in shown
    assert "abcdefgh" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "The key 'rk_test_***xyz' may not",
        "whsec_abc rolled",
        "secret pi_1_secret_abc used",
        "seti_1_secret_abc",
        "Invalid API Key provided: sk_live_abc",
        "pk_test_abc is a publishable key",
    ],
)
def test_stripes_sentences_are_shown_without_secrets(text: str) -> None:
    assert "abc" not in without_secrets(text)
    assert "xyz" not in without_secrets(text)
    assert "[secret]" in without_secrets(text)


def test_ordinary_ids_stay_readable() -> None:
    assert without_secrets("No such customer: 'cus_123'; a client_secret is needed") == (
        "No such customer: 'cus_123'; a client_secret is needed"
    )
