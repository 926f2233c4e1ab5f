"""The key for a call: the active mode's, of the right kind, and only to where it may be sent."""

from __future__ import annotations

from typing import Final

from .. import conf
from ..exceptions import ConfigurationError
from ..keys import Fault, secret_key_fault

_WHAT_IS_WRONG: Final = {
    Fault.MISSING: "is not set",
    Fault.BLANK: "holds nothing but blanks",
    Fault.PUBLISHABLE: "holds a publishable key",
    Fault.SIGNING_SECRET: "holds a webhook's signing secret",
    Fault.PLACEHOLDER: "holds a placeholder",
    Fault.OTHER_MODE: "holds a key of the other mode",
    Fault.PADDED: "has blanks or line ends around the key",
    Fault.UNKNOWN: "holds something that is no secret key",
}


def secret_key(livemode: bool | None = None) -> str:
    """The secret key for a call.

    Raises:
        ConfigurationError: the mode is invalid or isn't *livemode*, the key is missing or can't be right, or
            STRIPE_API_HOST isn't Stripe and the key is a live one.
    """
    active = conf.live_mode()
    if livemode is not None and livemode is not active:
        raise ConfigurationError(
            f"A call in {_mode(livemode)} mode was refused: STRIPE_LIVE_MODE says {_mode(active)} mode.",
            code="wrong_mode",
        )
    name, key = conf.secret_key_name(active), conf.secret_key(active)
    fault = secret_key_fault(key, livemode=active)
    if fault is not None:
        raise ConfigurationError(
            f"{name} {_WHAT_IS_WRONG[fault]}, so Stripe can't be asked. Set it to the secret key of "
            f"{_mode(active)} mode; `manage.py check` says more.",
            code=f"secret_key_{fault.value}",
        )
    if active and not conf.api_host_is_stripe():
        raise ConfigurationError(
            "STRIPE_API_HOST isn't Stripe, and the active key is a live one: it was not sent there. "
            "Remove STRIPE_API_HOST, or set STRIPE_LIVE_MODE to False.",
            code="api_host_refused",
        )
    return key


def _mode(livemode: bool) -> str:
    return "live" if livemode else "test"
