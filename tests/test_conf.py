"""Settings, as a host meets them: each in a process of its own, for they are filled while Django starts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from django_finances import conf
from django_finances.exceptions import ConfigurationError

SETTINGS = """
SECRET_KEY = "x"
USE_TZ = True
ROOT_URLCONF = "host_urls"
STATIC_URL = "static/"
STATIC_ROOT = "/nonexistent"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.staticfiles", {apps}]
DATABASES = {{
    "default": {{
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ":memory:",
        "OPTIONS": {{"transaction_mode": "IMMEDIATE", "timeout": 20}},
    }}
}}
{lines}
"""
URLS = """
from django.urls import include, path
urlpatterns = [path("api/finances/", include("django_finances.urls"))]
"""
BOTH_ORDERS = ['"djstripe", "django_finances"', '"django_finances", "djstripe"']
TEST_KEY, LIVE_KEY = "sk_test_OfTheEnvironment", "sk_live_OfEnv"
NAMES = ("STRIPE_TEST_SECRET_KEY", "STRIPE_LIVE_SECRET_KEY", "STRIPE_LIVE_MODE", "DJSTRIPE_WEBHOOK_SECRET")
ASK = """
import django, json
django.setup()
from django.conf import settings
from django_finances import conf
from djstripe.models import Customer
from djstripe.settings import djstripe_settings
import inspect
default = inspect.signature(Customer._attach_objects_post_save_hook).parameters["api_key"].default
print(json.dumps({
    "live": settings.STRIPE_LIVE_MODE,
    "invalid": conf.live_mode_is_invalid(),
    "key": conf.secret_key(False),
    "secrets": conf.webhook_secrets(),
    "host": conf.api_host(),
    "foreign_keys": settings.DJSTRIPE_FOREIGN_KEY_TO_FIELD,
    "djstripe_key": djstripe_settings.STRIPE_SECRET_KEY,
    "djstripe_default": default,
}))
"""

Host = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """Run Python, or a command of Django's, in a host with these settings and this environment alone."""

    def host(*command: str, lines: str = "", apps: str = BOTH_ORDERS[0], **environment: str) -> Any:
        (tmp_path / "host_settings.py").write_text(SETTINGS.format(apps=apps, lines=lines))
        (tmp_path / "host_urls.py").write_text(URLS)
        kept = {name: value for name, value in os.environ.items() if name not in NAMES}
        return subprocess.run(
            [sys.executable, "-W", "ignore", *command],
            env={
                **kept,
                "PYTHONPATH": f"{tmp_path}{os.pathsep}{Path(conf.__file__).parents[1]}",
                "DJANGO_SETTINGS_MODULE": "host_settings",
                **environment,
            },
            capture_output=True,
            text=True,
            timeout=120,
        )

    return host


def ask(host: Host, **options: Any) -> dict[str, Any]:
    outcome = host("-c", ASK, **options)
    assert outcome.returncode == 0, outcome.stderr
    answer: dict[str, Any] = json.loads(outcome.stdout)
    return answer


@pytest.mark.parametrize("apps", BOTH_ORDERS)
def test_the_environment_alone_is_enough_in_either_order_of_the_apps(host: Host, apps: str) -> None:
    said = ask(host, apps=apps, STRIPE_TEST_SECRET_KEY=TEST_KEY, DJSTRIPE_WEBHOOK_SECRET="whsec_One,whsec_Two")
    assert said == {
        "live": False,
        "invalid": False,
        "key": TEST_KEY,
        "secrets": ["whsec_One", "whsec_Two"],
        "host": "https://api.stripe.com",
        "foreign_keys": "id",
        "djstripe_key": TEST_KEY,
        "djstripe_default": TEST_KEY,
    }


@pytest.mark.parametrize("apps", BOTH_ORDERS)
def test_live_mode_takes_the_live_key_everywhere(host: Host, apps: str) -> None:
    said = ask(
        host, apps=apps, STRIPE_LIVE_MODE="True", STRIPE_LIVE_SECRET_KEY=LIVE_KEY, STRIPE_TEST_SECRET_KEY=TEST_KEY
    )
    assert (said["live"], said["djstripe_key"], said["djstripe_default"]) == (True, LIVE_KEY, LIVE_KEY)


@pytest.mark.parametrize(
    ("line", "name", "expected"),
    [
        ('STRIPE_TEST_SECRET_KEY = "sk_test_OfTheHost"', "key", "sk_test_OfTheHost"),
        ('STRIPE_TEST_SECRET_KEY = ""', "key", ""),
        ("STRIPE_LIVE_MODE = False", "live", False),
        ('DJSTRIPE_WEBHOOK_SECRET = ""', "secrets", []),
        ('STRIPE_API_HOST = "http://127.0.0.1:1"', "host", "http://127.0.0.1:1"),
    ],
)
def test_what_the_host_sets_wins_also_when_it_is_empty_or_false(
    host: Host, line: str, name: str, expected: Any
) -> None:
    environment = {
        "STRIPE_TEST_SECRET_KEY": TEST_KEY,
        "STRIPE_LIVE_MODE": "True",
        "DJSTRIPE_WEBHOOK_SECRET": "whsec_OfEnv",
        "STRIPE_API_HOST": "http://127.0.0.1:2",
    }
    assert ask(host, lines=line, **environment)[name] == expected


@pytest.mark.parametrize(
    ("text", "live", "invalid"),
    [
        ("True", True, False),
        ("true", True, False),
        ("1", True, False),
        ("False", False, False),
        ("false", False, False),
        ("0", False, False),
        ("", False, False),
        ("maybe", False, True),
        ("yes", False, True),
        ("live", False, True),
    ],
)
def test_live_mode_in_the_environment_is_parsed_strictly(host: Host, text: str, live: bool, invalid: bool) -> None:
    said = ask(host, STRIPE_LIVE_MODE=text)
    assert (said["live"], said["invalid"]) == (live, invalid)


@pytest.mark.parametrize("value", ['"False"', '"True"', "None", "1"])
def test_live_mode_in_the_settings_must_be_a_boolean(host: Host, value: str) -> None:
    said = ask(host, lines=f"STRIPE_LIVE_MODE = {value}")
    assert (said["live"], said["invalid"]) == (False, True)


def test_the_mode_never_follows_from_a_key(host: Host) -> None:
    said = ask(host, STRIPE_LIVE_SECRET_KEY=LIVE_KEY)
    assert (said["live"], said["djstripe_key"]) == (False, "")


@pytest.mark.parametrize("apps", BOTH_ORDERS)
@pytest.mark.parametrize("command", [["check"], ["collectstatic", "--dry-run", "--noinput"], ["migrate", "--plan"]])
def test_a_build_without_any_variable_works(host: Host, apps: str, command: list[str]) -> None:
    outcome = host("-m", "django", *command, apps=apps)
    assert outcome.returncode == 0, outcome.stderr


def test_a_build_without_any_variable_is_warned(host: Host) -> None:
    outcome = host("-m", "django", "check", "--fail-level", "WARNING")
    assert outcome.returncode == 1
    assert "django_finances.W001" in outcome.stderr
    assert "django_finances.W002" in outcome.stderr


def test_hosts_override_settings_in_their_tests() -> None:
    with override_settings(
        STRIPE_LIVE_MODE=True, STRIPE_LIVE_SECRET_KEY=LIVE_KEY, DJSTRIPE_WEBHOOK_SECRET="whsec_Other"
    ):
        assert conf.live_mode() is True
        assert conf.secret_key() == LIVE_KEY
        assert conf.webhook_secrets() == ["whsec_Other"]
    assert conf.live_mode() is False
    with override_settings(STRIPE_LIVE_MODE="False"), pytest.raises(ConfigurationError, match="STRIPE_LIVE_MODE"):
        conf.live_mode()
