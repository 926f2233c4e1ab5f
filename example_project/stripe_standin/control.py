"""What no Stripe has: ``/_control/…``, JSON in and out, with the account's key."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from seahaven.http import HttpRequest, HttpResponse
from seahaven_stripe_world import _time
from seahaven_stripe_world.resources import _lookup
from seahaven_stripe_world.stripe_errors import StripeApiError

from . import base, engine, time_travel
from .errors import answer_error
from .faults import BadFault
from .webhook_faults import WebhookFaults

if TYPE_CHECKING:
    from .accounts import Account


class BadControl(ValueError):
    """What was asked for makes no sense; the text says why."""


def health() -> HttpResponse:
    """200 as soon as the server answers at all."""
    return HttpResponse.json({"status": "ok"})


def respond(account: Account, request: HttpRequest) -> HttpResponse:
    """Answer one request under ``/_control/`` for the account of the key."""
    handler = ROUTES.get((request.method, request.path.removeprefix("/_control/").rstrip("/")))
    if handler is None:
        known = ", ".join(f"{method} /_control/{name}" for method, name in ROUTES)
        return answer_error(404, f"There is no such control. There are: {known}.", code="standin_unknown_control")
    try:
        return HttpResponse.json(handler(account, _body(request)))
    except StripeApiError as error:
        return HttpResponse.json(error.envelope(), status=error.status)
    except (BadControl, BadFault, time_travel.NeverBackwards) as error:
        return answer_error(400, str(error), code="standin_bad_control")


def _body(request: HttpRequest) -> Any:
    try:
        return json.loads(request.body or b"{}")
    except ValueError:
        raise BadControl("The body isn't JSON.") from None


def _clock(account: Account, body: Any) -> dict[str, Any]:
    with account.transaction() as ctx:
        return {"now": _time.to_unix(ctx.clock.iso())}


def _move_clock(account: Account, body: Any) -> dict[str, Any]:
    """``{"advance": seconds}`` or ``{"to": seconds since 1970}``."""
    now = _clock(account, body)["now"]
    to = body.get("to", now + body["advance"] if isinstance(body.get("advance"), int) else None)
    if not isinstance(to, int) or isinstance(to, bool):
        raise BadControl('Say {"advance": seconds} or {"to": seconds since 1970}, as whole numbers.')
    steps = time_travel.move(account, to)
    return {**_clock(account, body), "happened": steps}


def _authenticate(account: Account, body: Any) -> dict[str, Any]:
    """The customer completes 3-D Secure, or fails it: ``{"payment_intent": "pi_…", "outcome": "succeed"}``."""
    outcome = body.get("outcome", "succeed")
    if outcome not in {"succeed", "fail"}:
        raise BadControl('The outcome is "succeed" or "fail".')
    with account.transaction() as ctx:
        id = str(body.get("payment_intent"))
        row = _lookup.require_row(ctx, "payment_intents", "payment_intent", id, param="payment_intent")
        if row["status"] != "requires_action":
            raise BadControl(f"The PaymentIntent has the status {row['status']}, not requires_action.")
        if outcome == "fail":
            return engine.fail_authentication(ctx, row)
        ctx.db.execute("UPDATE payment_methods SET x_behavior = NULL WHERE id = ?", row["payment_method"])
        return base.post(ctx, f"/v1/payment_intents/{id}/confirm", payment_method=row["payment_method"])


def _faults(account: Account, body: Any) -> dict[str, Any]:
    return {"faults": account.faults.show()}


def _set_faults(account: Account, body: Any) -> dict[str, Any]:
    """``{"faults": [{"kind": "500", "method": "POST", "path": "^/v1/customers$", "times": 2}]}``; replaces all."""
    if not isinstance(body, dict) or not isinstance(body.get("faults"), list):
        raise BadControl('Say {"faults": […]}; an empty list takes all back.')
    account.faults.set(body["faults"])
    return _faults(account, body)


def _webhooks(account: Account, body: Any) -> dict[str, Any]:
    return account.webhook_faults.show()


def _set_webhooks(account: Account, body: Any) -> dict[str, Any]:
    """``{"drop": 3, "double": 2, "delay": 1.5, "shuffle": true, "record_only": false, "types": "^invoice"}``."""
    account.webhook_faults = WebhookFaults.of(body)
    return _webhooks(account, body)


def _send_again(account: Account, body: Any) -> dict[str, Any]:
    """``{"event": "evt_…"}``."""
    return {"endpoints": account.send_again(str(body.get("event")))}


def _calls(account: Account, body: Any) -> dict[str, Any]:
    return account.calls.show()


ROUTES: Final[dict[tuple[str, str], Callable[[Account, Any], dict[str, Any]]]] = {
    ("GET", "clock"): _clock,
    ("POST", "clock"): _move_clock,
    ("POST", "authenticate"): _authenticate,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _set_faults,
    ("GET", "webhooks"): _webhooks,
    ("POST", "webhooks"): _set_webhooks,
    ("POST", "resend"): _send_again,
    ("GET", "calls"): _calls,
}
