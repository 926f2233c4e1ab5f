"""A correct host, and faults put into it one at a time."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.checks import CheckMessage, run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.urls import clear_url_caches, include, path

#: What is no prefix of Stripe's but somebody's secret: no piece of it may ever be shown.
RANDOM = "Zq8wXv2LmK4pRt6Y"

CORRECT: dict[str, Any] = {
    "DEBUG": False,
    "STRIPE_LIVE_MODE": False,
    "STRIPE_TEST_SECRET_KEY": f"sk_test_{RANDOM}",
    "STRIPE_LIVE_SECRET_KEY": "",
    "DJSTRIPE_WEBHOOK_SECRET": f"whsec_{RANDOM}",
    "REACT_APP_STRIPE_PUBLISHABLE_KEY": f"pk_test_{RANDOM}",
    "STRIPE_API_HOST": "https://api.stripe.com",
    "FINANCES_WEBHOOK_EXECUTION": "inline",
    "FINANCES_WEBHOOK_MAX_BODY": 1048576,
    "FINANCES_WEBHOOK_TOLERANCE": 300,
    "SECURE_SSL_REDIRECT": False,
    "MIDDLEWARE": django_settings.MIDDLEWARE,
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
}

MOUNT = path("api/finances/", include("django_finances.urls"))

Configure = Callable[..., None]


def urlconf(*patterns: Any) -> ModuleType:
    """A URLconf of these patterns."""
    module = ModuleType("a_urlconf_of_a_test")
    module.urlpatterns = list(patterns)  # type: ignore[attr-defined]
    return module


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Configure]:
    """Make the settings those of a correct host, but for what is given. Anything else stays as the tests have it."""

    def configure(**changes: Any) -> None:
        for name, value in {**CORRECT, "ROOT_URLCONF": urlconf(MOUNT), **changes}.items():
            # Without Django's signal: DATABASES is only looked at here, the tests' own connection stays.
            monkeypatch.setattr(django_settings, name, value, raising=False)
        clear_url_caches()

    yield configure
    clear_url_caches()


def ids(messages: list[CheckMessage]) -> list[str]:
    return [str(message.id) for message in messages]


def all_messages() -> list[CheckMessage]:
    """What all checks of all apps say: Django's, dj-stripe's and ours."""
    return [message for message in run_checks() if not message.is_silenced()]


def printed_ids(fail_level: str) -> tuple[bool, list[str]]:
    """Whether ``manage.py check --fail-level …`` passes, and the ids that it prints."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("check", fail_level=fail_level, stdout=out, stderr=err)
        passed, text = True, out.getvalue() + err.getvalue()
    except SystemCheckError as error:
        passed, text = False, str(error)
    return passed, re.findall(r"\((\w+\.\w\d{3})\)", text)
