"""Settings: from the environment to validated values.

Two steps. While ``apps.py`` is imported, `fill_from_environment` gives the host's settings what it hasn't set
itself; this must stand before any model is imported, since dj-stripe reads some settings as default arguments.
Afterwards every value is read through a function here, afresh each time, so that ``override_settings`` works.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from appconf import AppConf
from django.conf import settings

from .exceptions import ConfigurationError
from .keys import is_signing_secret

STRIPE_API_HOST: Final = "https://api.stripe.com"

#: Taken from the environment as they are. STRIPE_LIVE_MODE is not among them: it is parsed.
FROM_ENVIRONMENT: Final = (
    "STRIPE_LIVE_SECRET_KEY",
    "STRIPE_TEST_SECRET_KEY",
    "DJSTRIPE_WEBHOOK_SECRET",
    "STRIPE_API_HOST",
    "REACT_APP_STRIPE_PUBLISHABLE_KEY",
)

#: dj-stripe's checks that misfire for a host whose webhook is ours: two warn of WebhookEndpoint rows without a
#: secret (ours stands in the environment), one of STRIPE_API_HOST (ours, E008, speaks when a live key is at stake).
SILENCED_DJSTRIPE_CHECKS: Final = ("djstripe.I006", "djstripe.W002", "djstripe.W005")

_TRUE: Final = frozenset({"true", "1"})
_FALSE: Final = frozenset({"false", "0", ""})


class FinancesConf(AppConf):
    """Our own settings, each named ``FINANCES_…`` in the host's ``settings.py``."""

    #: "inline": an event is processed in its own request, after it is stored. "worker": by
    #: ``manage.py finances_process_webhooks --watch``.
    WEBHOOK_EXECUTION = "inline"
    #: Bytes that an event's body may have; a larger one is refused with 413. Exactly this many still pass.
    WEBHOOK_MAX_BODY = 1024 * 1024
    #: Seconds that a signature's timestamp may lie in the past or in the future.
    WEBHOOK_TOLERANCE = 300

    class Meta:
        prefix = "finances"


class _InvalidLiveMode:
    """Remembers that STRIPE_LIVE_MODE was invalid when the settings were filled, and was replaced by False."""

    seen = False


def fill_from_environment() -> None:
    """Give the host's settings what the environment says, where the host has set nothing (``hasattr``)."""
    for name in FROM_ENVIRONMENT:
        if not hasattr(settings, name) and os.environ.get(name):
            setattr(settings, name, os.environ[name])
    _fill_live_mode()
    if not hasattr(settings, "DJSTRIPE_FOREIGN_KEY_TO_FIELD"):
        settings.DJSTRIPE_FOREIGN_KEY_TO_FIELD = "id"
    _silence(SILENCED_DJSTRIPE_CHECKS)


def _fill_live_mode() -> None:
    value = settings.STRIPE_LIVE_MODE if hasattr(settings, "STRIPE_LIVE_MODE") else _parse_live_mode()
    _InvalidLiveMode.seen = not isinstance(value, bool)
    settings.STRIPE_LIVE_MODE = value if isinstance(value, bool) else False


def _parse_live_mode() -> bool | None:
    text = os.environ.get("STRIPE_LIVE_MODE", "").strip().lower()
    if text in _TRUE:
        return True
    return False if text in _FALSE else None


def _silence(check_ids: Iterable[str]) -> None:
    silenced = list(settings.SILENCED_SYSTEM_CHECKS)
    settings.SILENCED_SYSTEM_CHECKS = silenced + [name for name in check_ids if name not in silenced]


def live_mode_is_invalid() -> bool:
    """Whether STRIPE_LIVE_MODE is, or was when Django started, anything but True or False.

    A string is invalid, whatever it says: ``"False"`` is true in Python, and dj-stripe would take live money.
    """
    value = getattr(settings, "STRIPE_LIVE_MODE", False)
    return not isinstance(value, bool) or (_InvalidLiveMode.seen and not value)


def live_mode() -> bool:
    """Whether real money moves. It never follows from a key.

    Raises:
        ConfigurationError: STRIPE_LIVE_MODE is neither True nor False.
    """
    if live_mode_is_invalid():
        raise ConfigurationError(
            "STRIPE_LIVE_MODE is neither True nor False, so it isn't known whether real money may move. "
            "Set the environment variable to True or False (in settings.py: the Python values, not strings).",
            code="live_mode_invalid",
        )
    return bool(getattr(settings, "STRIPE_LIVE_MODE", False))


def _text(name: str) -> str:
    value = getattr(settings, name, "")
    return value if isinstance(value, str) else ""


def secret_key_name(livemode: bool | None = None) -> str:
    """The name of the setting that holds the secret key of a mode (default: the active one)."""
    return "STRIPE_LIVE_SECRET_KEY" if (live_mode() if livemode is None else livemode) else "STRIPE_TEST_SECRET_KEY"


def secret_key(livemode: bool | None = None) -> str:
    """The secret key of a mode (default: the active one) as it was set, or an empty string."""
    return _text(secret_key_name(livemode))


def publishable_key() -> str:
    """The key that the web app is built with (``REACT_APP_STRIPE_PUBLISHABLE_KEY``), or an empty string."""
    return _text("REACT_APP_STRIPE_PUBLISHABLE_KEY")


def webhook_secret_members() -> list[str]:
    """All members of DJSTRIPE_WEBHOOK_SECRET, which may hold several while one is rolled: comma-separated."""
    value = _text("DJSTRIPE_WEBHOOK_SECRET")
    return [member.strip() for member in value.split(",")] if value.strip() else []


def webhook_secrets() -> list[str]:
    """The members of DJSTRIPE_WEBHOOK_SECRET that can be a signing secret; the others verify nothing."""
    return [member for member in webhook_secret_members() if is_signing_secret(member)]


def api_host() -> str:
    """Where Stripe's API is called, without a slash at the end."""
    return (_text("STRIPE_API_HOST").strip() or STRIPE_API_HOST).rstrip("/")


def api_host_is_stripe() -> bool:
    """Whether `api_host` is Stripe itself, over TLS."""
    scheme, host = _api_address()
    return scheme == "https" and (host == "stripe.com" or host.endswith(".stripe.com"))


def api_host_is_url() -> bool:
    """Whether `api_host` can be called at all: ``localhost:12111`` without ``http://`` can't."""
    scheme, host = _api_address()
    return scheme in {"http", "https"} and bool(host)


def _api_address() -> tuple[str, str]:
    try:
        address = urlsplit(api_host())
        return address.scheme, address.hostname or ""
    except ValueError:
        return "", ""
