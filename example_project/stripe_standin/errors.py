"""Answers in the shape of Stripe's errors (https://docs.stripe.com/api/errors)."""

from __future__ import annotations

from typing import Any

from seahaven.http import HttpResponse
from seahaven_stripe_world.stripe_errors import StripeApiError, StripeErrorType, invalid_request


def answer_error(
    status: int,
    message: str,
    *,
    type: StripeErrorType = "invalid_request_error",
    code: str | None = None,
    headers: tuple[tuple[str, str], ...] = (),
) -> HttpResponse:
    """An error as an answer, for what happens outside of an account's API."""
    error: dict[str, Any] = {"message": message, "type": type}
    if code is not None:
        error["code"] = code
    return HttpResponse.json({"error": error}, status=status, headers=headers)


def missing(kind: str, id: str, param: str = "id") -> StripeApiError:
    """404: there is no such object."""
    return invalid_request(f"No such {kind}: '{id}'", code="resource_missing", param=param, status=404)


def not_here(what: str) -> StripeApiError:
    """501: Stripe has it, the stand-in doesn't. Never a made-up success."""
    return invalid_request(
        f"The stand-in for Stripe doesn't have {what} yet (README.md lists what it has).",
        code="standin_not_implemented",
        status=501,
        pre_execution=True,
    )
