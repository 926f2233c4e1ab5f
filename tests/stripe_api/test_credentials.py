"""A wrong configuration is refused before anything is sent, by name and without its value."""

from __future__ import annotations

from typing import Any

import pytest

from django_finances import stripe_api
from django_finances.exceptions import ConfigurationError

from .conftest import Loopback

WRONG = [
    ("the mode is a string", {"STRIPE_LIVE_MODE": "False"}, "live_mode_invalid"),
    ("no key", {"STRIPE_TEST_SECRET_KEY": ""}, "secret_key_missing"),
    ("a blank key", {"STRIPE_TEST_SECRET_KEY": " "}, "secret_key_blank"),
    ("no string at all", {"STRIPE_TEST_SECRET_KEY": None}, "secret_key_missing"),
    ("a publishable key", {"STRIPE_TEST_SECRET_KEY": "pk_test_Zq8w"}, "secret_key_publishable"),
    ("a signing secret", {"STRIPE_TEST_SECRET_KEY": "whsec_Zq8w"}, "secret_key_signing_secret"),
    ("a live key in test mode", {"STRIPE_TEST_SECRET_KEY": "sk_live_Zq8w"}, "secret_key_other_mode"),
    ("a restricted live key in test mode", {"STRIPE_TEST_SECRET_KEY": "rk_live_Zq8w"}, "secret_key_other_mode"),
    ("a placeholder", {"STRIPE_TEST_SECRET_KEY": "sk_test_..."}, "secret_key_placeholder"),
    ("a line end", {"STRIPE_TEST_SECRET_KEY": "sk_test_Zq8w\n"}, "secret_key_padded"),
    ("something else", {"STRIPE_TEST_SECRET_KEY": "Zq8w"}, "secret_key_unknown"),
    ("live mode without a key", {"STRIPE_LIVE_MODE": True}, "secret_key_missing"),
    (
        "a test key in live mode",
        {"STRIPE_LIVE_MODE": True, "STRIPE_LIVE_SECRET_KEY": "sk_test_Zq8w"},
        "secret_key_other_mode",
    ),
    (
        "a live key for another host",
        {"STRIPE_LIVE_MODE": True, "STRIPE_LIVE_SECRET_KEY": "sk_live_Zq8w"},
        "api_host_refused",
    ),
]


@pytest.mark.parametrize(("changes", "code"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_a_wrong_configuration_is_refused(
    stripe_server: Loopback, settings: Any, changes: dict[str, Any], code: str
) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)
    with pytest.raises(ConfigurationError) as caught:
        stripe_api.get("/v1/customers")
    assert caught.value.code == code
    assert "Zq8w" not in str(caught.value)
    assert stripe_server.requests == []


def test_a_restricted_key_is_a_key(stripe_server: Loopback, settings: Any) -> None:
    settings.STRIPE_TEST_SECRET_KEY = "rk_test_Zq8w"
    stripe_server.will_answer()
    assert stripe_api.get("/v1/customers").status == 200


def test_the_mode_never_follows_from_a_key(stripe_server: Loopback, settings: Any) -> None:
    """With a live key beside it, test mode stays test mode."""
    settings.STRIPE_LIVE_SECRET_KEY = "sk_live_Zq8w"
    stripe_server.will_answer()
    stripe_api.get("/v1/customers")
    assert stripe_server.requests[0].headers["authorization"] == "Bearer sk_test_loopback"


def test_a_caller_that_believes_in_another_mode_is_refused(stripe_server: Loopback, settings: Any) -> None:
    settings.STRIPE_LIVE_SECRET_KEY = "sk_live_Zq8w"
    with pytest.raises(ConfigurationError) as caught:
        stripe_api.post("/v1/customers", livemode=True)
    assert caught.value.code == "wrong_mode"
    stripe_server.will_answer()
    assert stripe_api.post("/v1/customers", livemode=False).status == 200
