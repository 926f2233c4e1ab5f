"""The base package's own routes, called from inside: no HTTP, no idempotency key, strings or typed values alike."""

from __future__ import annotations

from typing import Any

import seahaven
from seahaven_stripe_world.dispatch import dispatch
from seahaven_stripe_world.dispatch import router as router_module
from seahaven_stripe_world.dispatch.response import ApiResponse
from seahaven_stripe_world.http_api.wire import coerce
from seahaven_stripe_world.stripe_errors import StripeApiError

from . import specification
from .errors import not_here


class Refused(Exception):
    """The base package answered with an error that keeps what was written, such as a declined card."""

    def __init__(self, response: ApiResponse) -> None:
        super().__init__(response.body["error"].get("message", ""))
        self.response = response


def answer(ctx: seahaven.Ctx, method: str, path: str, params: dict[str, Any]) -> ApiResponse:
    """What the base package answers. Raises its `StripeApiError`, or 501 for what Stripe has and it hasn't."""
    try:
        route = router_module.ROUTER.match(method, path).route
        if route.params is None:
            raise not_here(f"{method} {path}")
        return dispatch(ctx, method, path, coerce(route, params), idempotency_key=None)
    except StripeApiError as error:
        if error.message.startswith("Unrecognized request URL") and specification.has_path(method, path):
            raise not_here(f"{method} {path}") from None
        if error.code == "parameter_unknown" and specification.has_parameter(method, path, error.param or ""):
            raise not_here(f"the parameter {error.param} of {method} {path}") from None
        raise


def call(ctx: seahaven.Ctx, method: str, path: str, **params: Any) -> dict[str, Any]:
    """The object that the base package answers with. Raises `StripeApiError` or `Refused`."""
    response = answer(ctx, method, path, params)
    if response.status >= 400:
        raise Refused(response)
    return response.body


def get(ctx: seahaven.Ctx, path: str) -> dict[str, Any]:
    return call(ctx, "GET", path)


def post(ctx: seahaven.Ctx, path: str, **params: Any) -> dict[str, Any]:
    return call(ctx, "POST", path, **params)
