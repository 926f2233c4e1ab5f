"""One call to Stripe, from the arguments to an answer or an error of ours."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Mapping
from typing import Any, Final, Literal

import stripe

from .. import conf
from ..exceptions import FinancesError
from . import errors, paths, retries
from .answers import Answer, json_object, make_answer
from .credentials import secret_key
from .retries import Deadline
from .transactions import refuse_inside_transaction
from .transport import NoAnswer, Transport

logger = logging.getLogger(__name__)

#: Sent with every request: an upgrade of the SDK must not change the shapes of what comes back.
#: https://docs.stripe.com/api/versioning
API_VERSION: Final = "2026-08-26.dahlia"

Method = Literal["get", "post", "delete"]


def get(
    path: str,
    params: Mapping[str, Any] | None = None,
    *,
    timeout: float = retries.OPERATION,
    livemode: bool | None = None,
) -> Answer:
    """Ask Stripe for something. Never inside a transaction: see `post` for the rules and the errors."""
    return _call("get", path, params, idempotency_key="", timeout=timeout, livemode=livemode)


def post(
    path: str,
    params: Mapping[str, Any] | None = None,
    *,
    idempotency_key: str = "",
    timeout: float = retries.OPERATION,
    livemode: bool | None = None,
) -> Answer:
    """Make Stripe do something. https://docs.stripe.com/api/idempotent_requests

    *path* as Stripe's reference names it (``/v1/customers``); put ids into it with `path`. *params* are nested dicts
    and lists; None is left out, an empty string empties a field. *idempotency_key* goes with every attempt; without
    one, a random key does, so that our own retries do nothing twice. *timeout* is in seconds, for all attempts
    together. *livemode* states what the caller believes; the call is refused when the active mode is another.

    Raises:
        ConfigurationError: mode, key or host are wrong; nothing was sent.
        InsideTransaction: a database transaction is open; nothing was sent.
        InvalidRequest, NotFound, PermissionDenied, AuthenticationFailed: Stripe refused; nothing was done.
        CardDeclined, PaymentActionRequired: the payment failed, or waits for the customer.
        RateLimited: too many requests, also after waiting.
        StripeUnavailable: no usable answer; whether it was done isn't known. Repeat it with the same key.
    """
    key = idempotency_key or str(uuid.uuid4())
    return _call("post", path, params, idempotency_key=key, timeout=timeout, livemode=livemode)


def delete(
    path: str,
    params: Mapping[str, Any] | None = None,
    *,
    timeout: float = retries.OPERATION,
    livemode: bool | None = None,
) -> Answer:
    """Delete, cancel or detach at Stripe; otherwise as `post`.

    Stripe takes no idempotency key here. After a lost answer the next attempt may raise `NotFound`: it is gone.
    """
    return _call("delete", path, params, idempotency_key="", timeout=timeout, livemode=livemode)


def retrieve(
    object_name: str,
    object_id: str,
    params: Mapping[str, Any] | None = None,
    *,
    timeout: float = retries.OPERATION,
    livemode: bool | None = None,
) -> Answer:
    """The object with this name (``checkout.session``) and id (``cs_…``), as it is now.

    Raises:
        NotRetrievable: Stripe retrieves no such object by its id alone, for example no ``line_item``.
        NotFound: no such object for this key; and whatever `get` raises.
    """
    return get(paths.retrieval_path(object_name, object_id), params, timeout=timeout, livemode=livemode)


def _call(
    method: Method,
    path: str,
    params: Mapping[str, Any] | None,
    *,
    idempotency_key: str,
    timeout: float,
    livemode: bool | None,
) -> Answer:
    refuse_inside_transaction()
    request = f"{method.upper()} {paths.checked(path)}"
    key = secret_key(livemode)
    deadline = Deadline(timeout)
    attempt = 1
    while True:
        # An answer to a POST may be that of an earlier attempt, which Stripe stored; to a GET it is always fresh.
        began = deadline.began if method == "post" else time.monotonic()
        outcome: Answer | FinancesError
        status, repeatable = 0, True
        headers: dict[str, str] = {}
        try:
            body, status, headers = _send(method, path, params, key, idempotency_key, deadline.for_attempt())
        except NoAnswer as none:
            outcome, repeatable = errors.no_answer(request, none.reason, attempt), none.repeatable
        else:
            outcome = _read(request, body, status, headers, idempotency_key, time.monotonic() - began)
        if isinstance(outcome, Answer):
            return outcome
        pause = retries.pause_before(attempt + 1, headers)
        if not (
            repeatable
            and retries.may_be_repeated(status, headers)
            and retries.another_fits(deadline, attempt + 1, pause)
        ):
            raise outcome  # here, outside of any `except`: nothing of the network's errors hangs on it
        logger.info("%s: attempt %d ended with status %d; again in %.1f s.", request, attempt, status, pause)
        time.sleep(pause)
        attempt += 1


def _send(
    method: Method, path: str, params: Mapping[str, Any] | None, key: str, idempotency_key: str, seconds: float
) -> tuple[str, int, dict[str, str]]:
    """One attempt. The SDK writes the request; what comes back is not for it.

    A floor below `StripeClient.raw_request`, for two reasons: that one takes parameters called ``usage``, ``base`` or
    ``headers`` for its own (SetupIntents have a ``usage``), and it logs the message of a refusal, which holds the
    last characters of a wrong secret key.
    """
    client = stripe.StripeClient(
        key,
        stripe_version=API_VERSION,
        base_addresses={"api": conf.api_host()},
        max_network_retries=0,
        http_client=Transport(seconds),
    )
    options: dict[str, Any] = {"idempotency_key": idempotency_key} if idempotency_key else {}
    body, status, headers = client._requestor.request_raw(
        method,
        path,
        params=dict(params or {}),
        options=options,  # type: ignore[arg-type]
        base_address="api",
        api_mode="V2" if path.startswith("/v2/") else "V1",
        usage=["raw_request"],
    )
    return str(body), status, dict(headers)


def _read(
    request: str, body: str, status: int, headers: Mapping[str, str], idempotency_key: str, elapsed: float
) -> Answer | FinancesError:
    found = json_object(body)
    if found is None or not 200 <= status < 300:
        return errors.error_from(request, status, headers, found, elapsed=elapsed)
    return make_answer(found, status, headers, elapsed=elapsed, idempotency_key=idempotency_key)
