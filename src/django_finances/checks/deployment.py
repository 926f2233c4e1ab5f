"""Where the site runs: Stripe's address, the database, HTTPS."""

from __future__ import annotations

import re
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import router

from .. import conf
from ..keys import secret_key_fault
from .mounts import CANONICAL, find_mounts

#: Seconds. Shorter, and two webhooks at once end in "database is locked".
SHORTEST_SQLITE_TIMEOUT: Final = 10


@register("django_finances")
def check_api_host(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not conf.api_host_is_url():
        return [
            Error(
                "STRIPE_API_HOST is not an address: it has to begin with https:// (or http:// for a stand-in).",
                hint="Remove it to talk to Stripe, or set it like http://127.0.0.1:12111.",
                id="django_finances.E019",
            )
        ]
    if conf.api_host_is_stripe() or conf.live_mode_is_invalid() or not conf.live_mode():
        return []
    if secret_key_fault(conf.secret_key(), livemode=True):
        return []  # no live key that could go anywhere; the check of keys speaks
    return [
        Error(
            "STRIPE_API_HOST is not Stripe (https://api.stripe.com), and the active key is a live one: "
            "it would be sent to somebody else.",
            hint="Remove STRIPE_API_HOST, or set STRIPE_LIVE_MODE to False. Until then each call is refused.",
            id="django_finances.E008",
        )
    ]


@register("django_finances")
def check_database(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The database in which events are stored."""
    alias = router.db_for_write(apps.get_model("django_finances", "InboxEvent"))
    database = settings.DATABASES.get(alias, {})
    engine = str(database.get("ENGINE", ""))
    if "mysql" in engine:
        return [
            Warning(
                f"The database {alias!r} is MySQL or MariaDB, on which django-finances isn't tested: it checks foreign "
                "keys at once and returns no rows from an UPDATE.",
                hint="Use PostgreSQL in production; SQLite serves for development.",
                id="django_finances.W012",
            )
        ]
    if "sqlite" not in engine and "spatialite" not in engine:
        return []
    options = database.get("OPTIONS") or {}
    immediate = str(options.get("transaction_mode") or "").upper() in {"IMMEDIATE", "EXCLUSIVE"}
    timeout = options.get("timeout", 0)
    if immediate and isinstance(timeout, (int, float)) and timeout >= SHORTEST_SQLITE_TIMEOUT:
        return []
    missing = "no time-out long enough to wait for each other" if immediate else "no immediate transactions"
    return [
        Warning(
            f"The SQLite database {alias!r} has {missing}: two webhooks at once would end in 'database is locked'.",
            hint='Add "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20} to it in DATABASES.',
            id="django_finances.W011",
        )
    ]


@register("django_finances")
def check_https_redirect(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.SECURE_SSL_REDIRECT or settings.SECURE_PROXY_SSL_HEADER:
        return []
    if not any(name.endswith("SecurityMiddleware") for name in settings.MIDDLEWARE):
        return []
    paths = [mount.path for mount in find_mounts().ours] or [CANONICAL]
    exempt = [re.compile(pattern) for pattern in settings.SECURE_REDIRECT_EXEMPT]
    if all(any(pattern.search(path.lstrip("/")) for pattern in exempt) for path in paths):
        return []
    return [
        Warning(
            "SECURE_SSL_REDIRECT is on without SECURE_PROXY_SSL_HEADER: behind a proxy that ends HTTPS, Django takes "
            "each request for plain HTTP and answers with a redirect, which Stripe takes for a failure.",
            hint="Set SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https') if your proxy sets (and strips) "
            "that header; or except the webhook: SECURE_REDIRECT_EXEMPT = [r'^api/finances/stripe/webhook'].",
            id="django_finances.W013",
        )
    ]
