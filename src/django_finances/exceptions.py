"""The errors that this package raises: one tree, a stable ``code`` each, and a message that says what to do next.

No message holds a secret. `docs/reference/errors.md` lists the codes; they don't change between releases.
"""

from __future__ import annotations

from typing import Any, ClassVar


class FinancesError(Exception):
    """The root: whoever wants to catch all of ours catches this.

    Attributes:
        code: A stable word for programs to compare; more exact than the class where Stripe's own code is known.
        request_id: Stripe's id of the request that failed (``req_…``), or an empty string.
        status: The HTTP status that Stripe answered with, or 0 when it didn't come to that.
        param: The parameter that Stripe complains of, or an empty string.
        stripe_error: Stripe's error object as a plain dict, empty when there is none. It may hold client secrets:
            never log it or show it.
        interval: When Stripe said so, in seconds of its clock, as in `stripe_api.Answer`; (0, 0) when it didn't.
    """

    default_code: ClassVar[str] = "finances_error"

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        request_id: str = "",
        status: int = 0,
        param: str = "",
        stripe_error: dict[str, Any] | None = None,
        interval: tuple[int, int] = (0, 0),
    ) -> None:
        super().__init__(message)
        self.code = code or self.default_code
        self.request_id = request_id
        self.status = status
        self.param = param
        self.stripe_error = stripe_error or {}
        self.interval = interval


class ConfigurationError(FinancesError):
    """A setting is missing or wrong. Nothing was sent to Stripe. ``manage.py check`` names the setting."""

    default_code = "configuration_error"


class InvalidRequest(FinancesError):
    """Stripe, or we before asking it, refused what was asked for. Asking again unchanged will fail again."""

    default_code = "invalid_request"


class NotFound(InvalidRequest):
    """No such object at Stripe, for this key and mode."""

    default_code = "not_found"


class AuthenticationFailed(FinancesError):
    """Stripe doesn't know the secret key."""

    default_code = "authentication_failed"


class PermissionDenied(FinancesError):
    """The (restricted) key may not do this."""

    default_code = "permission_denied"


class CardDeclined(FinancesError):
    """The card was declined (HTTP 402). Ask the customer for another payment method.

    Attributes:
        decline_code: Stripe's reason, such as ``insufficient_funds``, or an empty string.
            See https://docs.stripe.com/declines/codes
    """

    default_code = "card_declined"

    def __init__(self, message: str, *, decline_code: str = "", **known: Any) -> None:
        super().__init__(message, **known)
        self.decline_code = decline_code


class PaymentActionRequired(FinancesError):
    """The payment waits for the customer (HTTP 402), for example for 3-D Secure.

    Confirm it in the browser with Stripe.js: https://docs.stripe.com/payments/3d-secure

    Attributes:
        client_secret: What Stripe.js needs. For that customer's browser only: never log it.
    """

    default_code = "payment_action_required"

    def __init__(self, message: str, *, client_secret: str = "", **known: Any) -> None:
        super().__init__(message, **known)
        self.client_secret = client_secret


class RateLimited(FinancesError):
    """Stripe asks us to slow down (HTTP 429). Nothing was done; try again later."""

    default_code = "rate_limited"


class StripeUnavailable(FinancesError):
    """No usable answer came: the network failed, time ran out, or Stripe answered 5xx.

    Whether Stripe did what was asked isn't known. Repeating the call with the same idempotency key is safe.
    """

    default_code = "stripe_unavailable"


class InsideTransaction(FinancesError):
    """A call to Stripe was about to be made inside a database transaction.

    A rollback would forget what Stripe has done. Call the service outside ``transaction.atomic()``: mark the view
    ``@transaction.non_atomic_requests``, or defer the call with ``transaction.on_commit()``.
    """

    default_code = "inside_transaction"
