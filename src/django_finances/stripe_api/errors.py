"""Stripe's refusals turned into our exceptions. https://docs.stripe.com/error-codes"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from ..exceptions import (
    AuthenticationFailed,
    CardDeclined,
    FinancesError,
    InvalidRequest,
    NotFound,
    PaymentActionRequired,
    PermissionDenied,
    RateLimited,
    StripeUnavailable,
)
from .answers import interval_of

#: Codes of a 402 that the customer can answer: confirm the payment in the browser, with the client secret.
ACTION_CODES: Final = frozenset(
    {
        "authentication_required",
        "invoice_payment_intent_requires_action",
        "payment_intent_action_required",
        "subscription_payment_intent_requires_action",
    }
)

#: Keys, signing secrets and client secrets: Stripe's messages quote parts of them ("sk_test_****1234").
_SECRET: Final = re.compile(r"\b(?:sk|rk|pk|ek|whsec)_[^\s'\"]+|\b\w+_secret_\w+")


def without_secrets(text: str) -> str:
    """*text* with each key, signing secret and client secret, whole or masked, replaced by ``[secret]``."""
    return _SECRET.sub("[secret]", text)


def no_answer(request: str, reason: str, attempts: int) -> StripeUnavailable:
    """The error for a call whose attempts all ended without a whole answer."""
    return StripeUnavailable(
        f"Stripe gave no answer to {request} in {attempts} attempt(s): {reason}. Whether it was done isn't known: "
        "try again later, with the same idempotency key.",
        code="no_answer",
    )


def error_from(
    request: str, status: int, headers: Mapping[str, str], body: dict[str, Any] | None, *, elapsed: float
) -> FinancesError:
    """Our exception for an answer that isn't 2xx, or holds no JSON object (*body* is None)."""
    error = body.get("error") if body is not None else None
    known: dict[str, Any] = {
        "request_id": headers.get("request-id", ""),
        "status": status,
        "interval": interval_of(headers.get("date", ""), elapsed),
    }
    if not isinstance(error, dict):
        return StripeUnavailable(
            f"The answer to {request} can't be read (HTTP {status}, no JSON object as Stripe sends it). "
            "Is STRIPE_API_HOST right, and no proxy in between? Try again later with the same idempotency key.",
            code="answer_unusable",
            **known,
        )
    known["code"] = _text(error, "code")
    known["param"] = _text(error, "param")
    known["stripe_error"] = error
    said = without_secrets(_text(error, "message")) or f"HTTP {status}"
    return _error(request, status, error, said, known)


def _error(request: str, status: int, error: dict[str, Any], said: str, known: dict[str, Any]) -> FinancesError:
    if status == 401:
        return AuthenticationFailed(
            "Stripe doesn't accept the secret key: it is wrong, rolled, expired or revoked. "
            "Copy it again from the dashboard, page 'API keys'.",
            **known,
        )
    if status == 402:
        return _payment_error(request, error, said, known)
    if status == 403:
        return PermissionDenied(
            f"The key may not do {request}: {said} Give the restricted key this permission in the dashboard.", **known
        )
    if status == 404:
        return NotFound(f"Stripe has nothing for {request} with this key: {said}", **known)
    if status == 429 or known["code"] == "rate_limit":
        return RateLimited(f"Stripe refused {request} for now: {said} Nothing was done; try again later.", **known)
    if status == 409 or status >= 500 or status < 400:
        return StripeUnavailable(
            f"Stripe couldn't do {request} now (HTTP {status}): {said} Try again later, with the same idempotency key.",
            **known,
        )
    if _text(error, "type") == "idempotency_error":
        known["code"] = "idempotency_key_reused"
        return InvalidRequest(
            f"{request} was sent with an idempotency key that other parameters had used before. "
            "A new intent needs a new key; a repeat needs the same parameters.",
            **known,
        )
    return InvalidRequest(f"Stripe refused {request}: {said} Asking again unchanged will fail again.", **known)


def _payment_error(request: str, error: dict[str, Any], said: str, known: dict[str, Any]) -> FinancesError:
    decline_code = _text(error, "decline_code")
    if known["code"] in ACTION_CODES or decline_code in ACTION_CODES:
        return PaymentActionRequired(
            f"{request} waits for the customer, who must confirm the payment in the browser: {said}",
            client_secret=_client_secret(error),
            **known,
        )
    return CardDeclined(
        f"The payment was declined: {said} Ask the customer for another payment method.",
        decline_code=decline_code,
        **known,
    )


def _client_secret(error: dict[str, Any]) -> str:
    for name in ("payment_intent", "setup_intent"):
        intent = error.get(name)
        if isinstance(intent, dict):
            return _text(intent, "client_secret")
    return ""


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""
