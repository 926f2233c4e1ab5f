"""One call of the API: idempotency, then our handler or the base package's, then expansion."""

from __future__ import annotations

from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import seahaven
from seahaven.http import HttpRequest, HttpResponse
from seahaven_stripe_world.dispatch.response import ApiResponse
from seahaven_stripe_world.http_api.wire import decode
from seahaven_stripe_world.middleware.idempotency import replay_or_run
from seahaven_stripe_world.middleware.stripe_envelope import mint_request, response_headers
from seahaven_stripe_world.stripe_errors import StripeApiError

from . import base, cards, engine, expansion, routes
from .call import Call, lists

if TYPE_CHECKING:
    from .accounts import Account


def respond(account: Account, request: HttpRequest) -> HttpResponse:
    """Answer one request of an account's."""
    account.calls.called(request.method, request.path)
    with account.transaction() as ctx:
        key = request.header("idempotency-key") or None
        mint_request(ctx, key)
        try:
            response, replayed = _keyed(account, ctx, request, key if request.method == "POST" else None)
        except StripeApiError as error:
            response, replayed = ApiResponse(error.status, error.envelope()), False
        headers = (*response_headers(ctx).items(), ("Date", format_datetime(ctx.clock.now(), usegmt=True)))
        if replayed:
            headers += (("Idempotent-Replayed", "true"),)
        elif request.method != "GET" and response.status < 300:
            account.calls.had_effect(request.method, request.path)
        return HttpResponse.json(response.body, status=response.status, headers=headers)


def _keyed(account: Account, ctx: seahaven.Ctx, request: HttpRequest, key: str | None) -> tuple[ApiResponse, bool]:
    params = decode(request).raw()

    def run() -> ApiResponse:
        # An error that is raised takes back what was written; one that is returned (a declined card) keeps it.
        with ctx.db.transaction():
            return _run(account, ctx, request.method, request.path.rstrip("/"), lists(params))

    if key is None:
        return run(), False
    return replay_or_run(ctx, method=request.method, path=request.path, params=params, key=key, run=run)


def _run(account: Account, ctx: seahaven.Ctx, method: str, path: str, params: dict[str, Any]) -> ApiResponse:
    expand = tuple(str(each) for each in params.pop("expand", None) or ())
    if method == "POST":
        params, path = cards.replace_names(ctx, params), cards.replace_in_path(ctx, path)
    try:
        if (found := routes.find(method, path)) is not None:
            handler, ids = found
            response = ApiResponse.ok(handler(Call(account.origin, account.livemode, ctx, ids, params, expand)))
        else:
            response = _base(ctx, method, path, params, expand)
    except base.Refused as refusal:
        return refusal.response
    expansion.complete(ctx, response.body, expand)
    return response


def _base(ctx: seahaven.Ctx, method: str, path: str, params: dict[str, Any], expand: tuple[str, ...]) -> ApiResponse:
    if paths := expansion.for_base(expand):
        params = params | {"expand": paths}
    starts = method == "POST" and path == "/v1/subscriptions"
    with engine.first_payment_waits(starts and params.get("payment_behavior") == "default_incomplete"):
        return base.answer(ctx, method, path, params)
