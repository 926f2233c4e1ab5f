"""What is installed beside us: stripe, dj-stripe and its schema."""

from __future__ import annotations

import re
from typing import Any, Final

import stripe
from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from ..djstripe_schema import OURS, is_ours, uncovered

OLDEST_STRIPE: Final = (15, 6)


@register("django_finances")
def check_stripe(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if tuple(int(number) for number in re.findall(r"\d+", stripe.VERSION)[:2]) >= OLDEST_STRIPE:
        return []
    return [
        Error(
            f"The package stripe is too old ({stripe.VERSION}): versions before 15.6 accept an empty webhook secret.",
            hint="Install `stripe>=15.6,<16`.",
            id="django_finances.E012",
        )
    ]


@register("django_finances")
def check_djstripe(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not apps.is_installed("djstripe"):
        return [
            Error(
                "djstripe is not in INSTALLED_APPS: there are no tables for customers, subscriptions and payments.",
                hint="Add 'djstripe' to INSTALLED_APPS, before or after 'django_finances', then run `migrate`.",
                id="django_finances.E013",
            )
        ]
    return [*_schema(), *_foreign_keys()]


def _schema() -> list[CheckMessage]:
    names = uncovered() if is_ours() else []
    if not names:
        return []
    return [
        Error(
            f"The installed dj-stripe has migrations that {OURS} doesn't know: {', '.join(names)}. "
            "While MIGRATION_MODULES points there, they are never applied.",
            hint="Upgrade django-finances to the release for this dj-stripe; or remove 'djstripe' from "
            "MIGRATION_MODULES, which is safe at any time, and run `migrate`.",
            id="django_finances.E017",
        )
    ]


def _foreign_keys() -> list[CheckMessage]:
    # Any other wrong value is dj-stripe's own E003.
    if getattr(settings, "DJSTRIPE_FOREIGN_KEY_TO_FIELD", "id") != "djstripe_id":
        return []
    return [
        Error(
            "DJSTRIPE_FOREIGN_KEY_TO_FIELD is 'djstripe_id': references between Stripe's objects can't be written "
            "before both ends are known, which webhooks don't wait for.",
            hint="Set it to 'id' on a new database (it is the default here). The setting decides the types of columns: "
            "on a database that was migrated with 'djstripe_id', dj-stripe's tables must be made anew.",
            id="django_finances.E018",
        )
    ]
