"""What no Stripe has: ``/_control/…``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from seahaven.http import HttpRequest, HttpResponse
from seahaven_stripe_world.resources import _lookup
from seahaven_stripe_world.stripe_errors import StripeApiError

from . import base
from .errors import answer_error

if TYPE_CHECKING:
    from .accounts import Account


def health() -> HttpResponse:
    """200 as soon as the server answers at all."""
    return HttpResponse.json({"status": "ok"})


def respond(account: Account, request: HttpRequest) -> HttpResponse:
    """Answer one request under ``/_control/`` for the account of the key."""
    if (request.method, request.path) == ("POST", "/_control/authenticate"):
        return _authenticate(account, request)
    return answer_error(404, f"There is no {request.method} {request.path}.", code="standin_unknown_control")


def _authenticate(account: Account, request: HttpRequest) -> HttpResponse:
    """The customer completes 3-D Secure: ``{"payment_intent": "pi_…"}``."""
    try:
        body: Any = json.loads(request.body or b"{}")
    except ValueError:
        return answer_error(400, "The body isn't JSON.")
    with account.transaction() as ctx:
        try:
            row = _lookup.require_row(
                ctx, "payment_intents", "payment_intent", str(body.get("payment_intent")), param="payment_intent"
            )
            if row["status"] != "requires_action":
                return answer_error(400, f"The PaymentIntent has the status {row['status']}, not requires_action.")
            ctx.db.execute("UPDATE payment_methods SET x_behavior = NULL WHERE id = ?", row["payment_method"])
            path = f"/v1/payment_intents/{row['id']}/confirm"
            return HttpResponse.json(base.post(ctx, path, payment_method=row["payment_method"]))
        except StripeApiError as error:
            return HttpResponse.json(error.envelope(), status=error.status)
