"""STRIPE_LIVE_MODE: whether real money moves."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from .. import conf


@register("django_finances")
def check_mode(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if conf.live_mode_is_invalid():
        return [
            Error(
                "STRIPE_LIVE_MODE is neither True nor False, so it isn't known whether real money may move.",
                hint="Set the environment variable to True or False; in settings.py set the Python value, no string. "
                "Until then each call to Stripe is refused, and the webhook answers 503.",
                id="django_finances.E001",
            )
        ]
    if conf.live_mode() and settings.DEBUG:
        return [
            Error(
                "STRIPE_LIVE_MODE is True while DEBUG is True: real money would move on a site under development, "
                "whose error pages show its insides to everybody.",
                hint="Set DEBUG to False, or STRIPE_LIVE_MODE to False and work with Stripe's test mode.",
                id="django_finances.E002",
            )
        ]
    return []
