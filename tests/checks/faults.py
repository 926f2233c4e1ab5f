"""Every misconfiguration that a check knows: what is wrong, with which settings, and the one id that must speak."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpResponse
from django.urls import include, path, re_path

from django_finances.webhooks.endpoint import stripe_webhook

from .conftest import CORRECT, MOUNT, RANDOM, urlconf


def spa(request: Any, rest: str = "") -> HttpResponse:
    return HttpResponse("the web app")


def tolerant(view: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    return wrapped


def careless(view: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    return wrapped


LIVE = {
    "STRIPE_LIVE_MODE": True,
    "STRIPE_LIVE_SECRET_KEY": f"sk_live_{RANDOM}",
    "REACT_APP_STRIPE_PUBLISHABLE_KEY": f"pk_live_{RANDOM}",
}
OURS = include("django_finances.urls")
SQLITE = "django.db.backends.sqlite3"


def _test_key(value: Any) -> dict[str, Any]:
    return {"STRIPE_TEST_SECRET_KEY": value}


def _live_key(value: Any) -> dict[str, Any]:
    return {**LIVE, "STRIPE_LIVE_SECRET_KEY": value}


def _publishable(value: Any) -> dict[str, Any]:
    return {"REACT_APP_STRIPE_PUBLISHABLE_KEY": value}


def _webhook(value: Any) -> dict[str, Any]:
    return {"DJSTRIPE_WEBHOOK_SECRET": value}


def _urls(*patterns: Any) -> dict[str, Any]:
    return {"ROOT_URLCONF": urlconf(*patterns)}


def _database(engine: str, **options: Any) -> dict[str, Any]:
    return {"DATABASES": {"default": {"ENGINE": engine, "OPTIONS": options}}}


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    # The mode
    "STRIPE_LIVE_MODE is a string": ({"STRIPE_LIVE_MODE": "False"}, "E001"),
    "STRIPE_LIVE_MODE is a word": ({"STRIPE_LIVE_MODE": "maybe"}, "E001"),
    "STRIPE_LIVE_MODE is None": ({"STRIPE_LIVE_MODE": None}, "E001"),
    "STRIPE_LIVE_MODE is a number": ({"STRIPE_LIVE_MODE": 1}, "E001"),
    "STRIPE_LIVE_MODE is invalid and only a live key is there": (
        {**LIVE, "STRIPE_LIVE_MODE": "maybe", "STRIPE_TEST_SECRET_KEY": ""},
        "E001",
    ),
    "live mode with DEBUG": ({**LIVE, "DEBUG": True}, "E002"),
    # The secret key of the active mode
    "test mode without a key": (_test_key(""), "W001"),
    "live mode without a key": (_live_key(""), "W001"),
    "a key that is no text": (_test_key(None), "W001"),
    "a publishable key as the secret key": (_test_key(f"pk_test_{RANDOM}"), "E003"),
    "a live publishable key as the secret test key": (_test_key(f"pk_live_{RANDOM}"), "E003"),
    "a signing secret as the secret key": (_test_key(f"whsec_{RANDOM}"), "E003"),
    "something else as the secret key": (_test_key(RANDOM), "E003"),
    "a secret key cut off after its prefix": (_test_key("sk_test_"), "E003"),
    "a secret key with a blank inside": (_test_key(f"sk_test_{RANDOM} {RANDOM}"), "E003"),
    "a live key in the test variable": (_test_key(f"sk_live_{RANDOM}"), "E004"),
    "a restricted live key in the test variable": (_test_key(f"rk_live_{RANDOM}"), "E004"),
    "a live key in the test variable and a stand-in": (
        {**_test_key(f"sk_live_{RANDOM}"), "STRIPE_API_HOST": "http://127.0.0.1:12111"},
        "E004",
    ),
    "a test key in the live variable": (_live_key(f"sk_test_{RANDOM}"), "E004"),
    "a placeholder with dots": (_test_key("sk_test_..."), "E005"),
    "a placeholder with words": (_test_key("sk_test_your_key_here"), "E005"),
    "a placeholder without a prefix": (_test_key("<your secret key>"), "E005"),
    "a placeholder of the other mode": (_test_key("sk_live_xxx"), "E005"),
    "a line end behind the key": (_test_key(f"sk_test_{RANDOM}\n"), "E006"),
    "a blank before the key": (_test_key(f" sk_test_{RANDOM}"), "E006"),
    "a blank key": (_test_key(" "), "E006"),
    "a line end behind the live key": (_live_key(f"sk_live_{RANDOM}\r\n"), "E006"),
    # The secret key of the other mode
    "a test key in the unused live variable": ({"STRIPE_LIVE_SECRET_KEY": f"sk_test_{RANDOM}"}, "W003"),
    "a publishable key in the unused live variable": ({"STRIPE_LIVE_SECRET_KEY": f"pk_live_{RANDOM}"}, "W003"),
    "a placeholder in the unused live variable": ({"STRIPE_LIVE_SECRET_KEY": "sk_live_..."}, "W003"),
    "a live key in the unused test variable": ({**LIVE, **_test_key(f"sk_live_{RANDOM}")}, "W003"),
    "a line end behind the unused live key": ({"STRIPE_LIVE_SECRET_KEY": f"sk_live_{RANDOM}\n"}, "W003"),
    # The publishable key
    "a secret key to be published": (_publishable(f"sk_test_{RANDOM}"), "E007"),
    "a secret live key to be published": (_publishable(f"sk_live_{RANDOM}"), "E007"),
    "a restricted key to be published": (_publishable(f"rk_test_{RANDOM}"), "E007"),
    "a padded secret key to be published": (_publishable(f" sk_test_{RANDOM}\n"), "E007"),
    "a live publishable key in test mode": (_publishable(f"pk_live_{RANDOM}"), "E009"),
    "a test publishable key in live mode": ({**LIVE, **_publishable(f"pk_test_{RANDOM}")}, "E009"),
    "a publishable placeholder": (_publishable("pk_test_..."), "W004"),
    "a line end behind the publishable key": (_publishable(f"pk_test_{RANDOM}\n"), "W004"),
    "a blank publishable key": (_publishable(" "), "W004"),
    "something else as the publishable key": (_publishable(RANDOM), "W004"),
    # The webhook's secret
    "no webhook secret": (_webhook(""), "W002"),
    "a blank webhook secret": (_webhook("  "), "E010"),
    "a webhook secret that is a list": (_webhook([f"whsec_{RANDOM}"]), "E010"),
    "a webhook secret without whsec_": (_webhook(RANDOM), "E010"),
    "an API key as the webhook secret": (_webhook(f"sk_test_{RANDOM}"), "E010"),
    "nothing behind whsec_": (_webhook("whsec_"), "E010"),
    "a webhook secret with a blank inside": (_webhook(f"whsec_{RANDOM} {RANDOM}"), "E010"),
    "a comma behind the webhook secret": (_webhook(f"whsec_{RANDOM},"), "E010"),
    "a second webhook secret without whsec_": (_webhook(f"whsec_{RANDOM}, {RANDOM}"), "E010"),
    "a webhook placeholder": (_webhook("whsec_..."), "E011"),
    "a webhook placeholder of words": (_webhook("whsec_your_secret"), "E011"),
    "a webhook placeholder beside a secret": (_webhook(f"whsec_{RANDOM},whsec_xxx"), "E011"),
    # Stripe's address
    "another host with a live key": ({**LIVE, "STRIPE_API_HOST": "https://stripe.example.com"}, "E008"),
    "a host that only looks like Stripe": ({**LIVE, "STRIPE_API_HOST": "https://api.stripe.com.example.org"}, "E008"),
    "another host behind Stripe's name": ({**LIVE, "STRIPE_API_HOST": "https://api.stripe.com@example.org"}, "E008"),
    "Stripe without encryption": ({**LIVE, "STRIPE_API_HOST": "http://api.stripe.com"}, "E008"),
    "an address without http": ({"STRIPE_API_HOST": "127.0.0.1:12111"}, "E019"),
    "an address that can't be read": ({"STRIPE_API_HOST": "http://[::1"}, "E019"),
    # Our own settings
    "a misspelt execution": ({"FINANCES_WEBHOOK_EXECUTION": "Inline"}, "E014"),
    "an execution that isn't there yet": ({"FINANCES_WEBHOOK_EXECUTION": "celery"}, "E014"),
    "bodies of no size": ({"FINANCES_WEBHOOK_MAX_BODY": 0}, "E015"),
    "bodies too small for events": ({"FINANCES_WEBHOOK_MAX_BODY": 1024}, "E015"),
    "bodies of any size": ({"FINANCES_WEBHOOK_MAX_BODY": 10**12}, "E015"),
    "a size that is a text": ({"FINANCES_WEBHOOK_MAX_BODY": "1048576"}, "E015"),
    "a size that is True": ({"FINANCES_WEBHOOK_MAX_BODY": True}, "E015"),
    "no tolerance": ({"FINANCES_WEBHOOK_TOLERANCE": 0}, "E016"),
    "a negative tolerance": ({"FINANCES_WEBHOOK_TOLERANCE": -1}, "E016"),
    "a tolerance of None": ({"FINANCES_WEBHOOK_TOLERANCE": None}, "E016"),
    "a tolerance of weeks": ({"FINANCES_WEBHOOK_TOLERANCE": 10**6}, "E016"),
    # dj-stripe
    "foreign keys to djstripe_id": ({"DJSTRIPE_FOREIGN_KEY_TO_FIELD": "djstripe_id"}, "E018"),
    # Where the webhook is mounted
    "not mounted": (_urls(), "W005"),
    "no URLconf": ({"ROOT_URLCONF": None}, "W005"),
    "dj-stripe's webhook in place of ours": (_urls(path("stripe/", include("djstripe.urls"))), "W005"),
    "mounted elsewhere": (_urls(path("billing/", OURS)), "W006"),
    "mounted at the root": (_urls(path("", OURS)), "W006"),
    "mounted below another include": (_urls(path("v1/", include([MOUNT]))), "W006"),
    "mounted in a namespace of another name": (
        _urls(path("shop/", include(([path("money/", OURS)], "shop"), namespace="shop"))),
        "W006",
    ),
    "mounted by a regular expression elsewhere": (_urls(re_path(r"^money/", OURS)), "W006"),
    "mounted with something that varies": (_urls(path("<slug:tenant>/", OURS)), "W006"),
    "mounted below a language": (_urls(*i18n_patterns(MOUNT)), "W006"),
    "the view alone mounted elsewhere": (_urls(path("hook/", stripe_webhook)), "W006"),
    "the view mounted in a decorator": (_urls(path("hook/", tolerant(stripe_webhook))), "W006"),
    "the view mounted in a careless decorator": (_urls(path("hook/", careless(tolerant(stripe_webhook)))), "W006"),
    "the view mounted in a partial": (_urls(path("hook/", functools.partial(stripe_webhook))), "W006"),
    "mounted twice": (_urls(MOUNT, path("hook/", stripe_webhook)), "W007"),
    "dj-stripe's webhook besides": (_urls(MOUNT, path("stripe/", include("djstripe.urls"))), "W008"),
    "a web app takes every path before it": (_urls(re_path(r"^(?P<rest>.*)$", spa), MOUNT), "W009"),
    # Where the site runs
    "SQLite as it comes": (_database(SQLITE), "W011"),
    "SQLite with deferred transactions": (_database(SQLITE, transaction_mode="DEFERRED", timeout=20), "W011"),
    "SQLite without a time-out": (_database(SQLITE, transaction_mode="IMMEDIATE"), "W011"),
    "SpatiaLite as it comes": (_database("django.contrib.gis.db.backends.spatialite"), "W011"),
    "MySQL": (_database("django.db.backends.mysql"), "W012"),
    "a redirect to HTTPS behind a proxy": ({"SECURE_SSL_REDIRECT": True}, "W013"),
    "a redirect with an exception for something else": (
        {"SECURE_SSL_REDIRECT": True, "SECURE_REDIRECT_EXEMPT": ["^health$"]},
        "W013",
    ),
}

#: What is right, though it may look strange: no message.
CORRECT_HOSTS: dict[str, dict[str, Any]] = {
    "in test mode": {},
    "in test mode with DEBUG": {"DEBUG": True},
    "in live mode": LIVE,
    "in test mode with a live key beside": {"STRIPE_LIVE_SECRET_KEY": f"sk_live_{RANDOM}"},
    "with restricted keys": {**LIVE, "STRIPE_LIVE_SECRET_KEY": f"rk_live_{RANDOM}", **_test_key(f"rk_test_{RANDOM}")},
    "with a stand-in for Stripe": {"STRIPE_API_HOST": "http://127.0.0.1:12111"},
    "with a stand-in for Stripe and DEBUG": {"STRIPE_API_HOST": "http://127.0.0.1:12111", "DEBUG": True},
    "with a stand-in and an unused live key": {**LIVE, "STRIPE_LIVE_MODE": False, **_publishable("")}
    | {"STRIPE_API_HOST": "http://127.0.0.1:12111"},
    "in live mode with Stripe's address": {**LIVE, "STRIPE_API_HOST": "https://api.stripe.com/"},
    "without a web app": _publishable(""),
    "while a webhook secret is rolled": _webhook(f"whsec_{RANDOM}, whsec_{RANDOM}2"),
    "with a line end behind the webhook secret": _webhook(f"whsec_{RANDOM}\n"),
    "with a worker": {"FINANCES_WEBHOOK_EXECUTION": "worker"},
    "on SQLite as documented": _database(SQLITE, transaction_mode="IMMEDIATE", timeout=20),
    "on PostGIS": _database("django.contrib.gis.db.backends.postgis"),
    "with a redirect to HTTPS and the proxy's header": {
        "SECURE_SSL_REDIRECT": True,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    },
    "with a redirect to HTTPS but for the webhook": {
        "SECURE_SSL_REDIRECT": True,
        "SECURE_REDIRECT_EXEMPT": [r"^api/finances/stripe/webhook"],
    },
    "with a redirect that no middleware makes": {
        "SECURE_SSL_REDIRECT": True,
        "MIDDLEWARE": [name for name in CORRECT["MIDDLEWARE"] if not name.endswith(".SecurityMiddleware")],
    },
    "mounted by a regular expression": _urls(re_path(r"^api/finances/", OURS)),
    "mounted below an include": _urls(path("api/", include([path("finances/", OURS)]))),
    "mounted below an include in a namespace": _urls(
        path("api/", include(([path("finances/", OURS)], "api"), namespace="api"))
    ),
    "the view mounted in a decorator": _urls(path("api/finances/stripe/webhook/", tolerant(stripe_webhook))),
    "a web app takes every path after it": _urls(MOUNT, re_path(r"^(?P<rest>.*)$", spa)),
}
