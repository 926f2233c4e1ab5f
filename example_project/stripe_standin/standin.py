"""Where a request goes: control, hosted pages, or the API of the account behind the key."""

from __future__ import annotations

import base64
import re
import sys
import traceback

from seahaven.http import HttpRequest, HttpResponse

from . import api, control, engine
from .accounts import Account, Accounts
from .checkout import page
from .deliveries import Deliveries
from .errors import answer_error
from .faults import HangUp, suffer

KEY = re.compile(r"(?:sk|rk)_(?:test|live)_\w+")


class StandIn:
    """All accounts of one process, and what leaves it by itself."""

    def __init__(self, origin: str) -> None:
        engine.install()
        self.deliveries = Deliveries()
        self.accounts = Accounts(origin, self.deliveries)

    def close(self) -> None:
        """Stop delivering, and drop all accounts."""
        self.deliveries.close()
        self.accounts.close()

    def respond(self, request: HttpRequest) -> HttpResponse:
        """The answer to one request; a fault of the stand-in's own is a 500 of Stripe's shape."""
        try:
            return self._route(request)
        except HangUp:
            raise
        except Exception:
            print(f"stripe_standin: {request.method} {request.path} failed", file=sys.stderr)
            traceback.print_exc()
            return answer_error(500, "The stand-in failed; its own output says why.", type="api_error")

    def _route(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/_control/health":
            return control.health()
        if request.path.startswith(page.PREFIX):
            return page.respond(self.accounts, request)
        key = _key(request)
        if key is None:
            return _unauthorized("You did not provide an API key: send `Authorization: Bearer sk_test_…`.")
        if not KEY.fullmatch(key):
            return _unauthorized("Invalid API Key provided: a secret key begins with sk_test_, sk_live_ or rk_.")
        account: Account = self.accounts.get(key)
        if request.path.startswith("/_control/"):
            return control.respond(account, request)
        fault = account.faults.take(request.method, request.path)
        if fault is not None:
            return suffer(fault, lambda: api.respond(account, request))
        return api.respond(account, request)


def _key(request: HttpRequest) -> str | None:
    scheme, _, value = (request.header("authorization") or "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip() or None
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value).decode().partition(":")[0] or None
        except ValueError:
            return None
    return None


def _unauthorized(message: str) -> HttpResponse:
    return answer_error(401, message, headers=(("WWW-Authenticate", 'Bearer realm="Stripe"'),))
