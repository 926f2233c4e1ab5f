"""`manage.py finances_doctor`, against a Stripe on loopback."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from django_finances import stripe_api
from tests.stripe_api.conftest import Loopback, quick_retries, stripe_server  # noqa: F401 - fixtures

ACCOUNT = {"id": "acct_1", "object": "account", "settings": {"dashboard": {"display_name": "Example GmbH"}}}
SECRET = "whsec_ShownThisOnce0123"
PATH = "/api/finances/stripe/webhook/"
Doctor = Callable[..., tuple[int, str]]


def endpoint(**fields: Any) -> dict[str, Any]:
    return {
        "id": "we_1",
        "object": "webhook_endpoint",
        "url": f"https://example.com{PATH}",
        "status": "enabled",
        "enabled_events": ["*"],
        "api_version": stripe_api.API_VERSION,
        **fields,
    }


def page(*endpoints: dict[str, Any], has_more: bool = False) -> dict[str, Any]:
    return {"object": "list", "data": list(endpoints), "has_more": has_more, "url": "/v1/webhook_endpoints"}


@pytest.fixture
def doctor(stripe_server: Loopback) -> Doctor:  # noqa: F811
    """Run the command on a correct host; returns the exit status and what it printed."""

    def run(*arguments: str) -> tuple[int, str]:
        out = StringIO()
        try:
            call_command("finances_doctor", *arguments, stdout=out)
        except SystemExit as stopped:
            return int(str(stopped.code)), out.getvalue()
        return 0, out.getvalue()

    return run


def test_a_healthy_host_is_told_so(doctor: Doctor, stripe_server: Loopback) -> None:  # noqa: F811
    stripe_server.will_answer(ACCOUNT)
    stripe_server.will_answer(page(endpoint()))
    status, said = doctor("--url", "https://example.com")
    assert status == 0
    assert "All is well." in said
    assert "acct_1 Example GmbH" in said
    assert f"https://example.com{PATH}  enabled, all events, {stripe_api.API_VERSION}  (we_1)" in said
    assert "test" in said


def test_json_has_the_documented_keys(doctor: Doctor, stripe_server: Loopback) -> None:  # noqa: F811
    stripe_server.will_answer(ACCOUNT)
    stripe_server.will_answer(page(endpoint(status="disabled")))
    status, said = doctor("--json")
    report = json.loads(said)
    assert status == 1
    assert report["status"] == "ill"
    assert (report["mode"], report["path"]) == ("test", PATH)
    assert report["account"] == {"id": "acct_1", "name": "Example GmbH"}
    assert report["webhook_endpoints"][0]["id"] == "we_1"
    assert [finding["code"] for finding in report["findings"]] == ["webhook_disabled"]
    assert set(report["findings"][0]) == {"code", "level", "message", "hint"}


@pytest.mark.parametrize(
    ("endpoints", "code"),
    [
        ([], "webhook_missing"),
        ([endpoint(url="https://other.example.com" + PATH)], "webhook_missing"),
        ([endpoint(status="disabled")], "webhook_disabled"),
        ([endpoint(enabled_events=["invoice.paid"])], "webhook_events"),
        ([endpoint(api_version="2024-06-20")], "webhook_api_version"),
        ([endpoint(api_version=None)], "webhook_api_version"),
        ([endpoint(), endpoint(id="we_2", url=f"https://example.com{PATH[:-1]}")], "webhook_twice"),
    ],
)
def test_each_fault_at_stripe_is_one_finding(
    doctor: Doctor,
    stripe_server: Loopback,  # noqa: F811
    endpoints: list[dict[str, Any]],
    code: str,
) -> None:
    stripe_server.will_answer(ACCOUNT)
    stripe_server.will_answer(page(*endpoints))
    status, said = doctor("--json", "--url", f"https://example.com{PATH}")
    assert (status, [finding["code"] for finding in json.loads(said)["findings"]]) == (1, [code])


def test_an_endpoint_without_the_last_slash_is_ours_too(doctor: Doctor, stripe_server: Loopback) -> None:  # noqa: F811
    stripe_server.will_answer(ACCOUNT)
    stripe_server.will_answer(page(endpoint(url=f"https://EXAMPLE.com{PATH[:-1]}")))
    assert doctor("--url", "https://example.com/")[0] == 0


def test_every_page_of_endpoints_is_read(doctor: Doctor, stripe_server: Loopback) -> None:  # noqa: F811
    stripe_server.will_answer(ACCOUNT)
    stripe_server.will_answer(page(endpoint(id="we_0", url="https://other.example.com/x/"), has_more=True))
    stripe_server.will_answer(page(endpoint()))
    assert doctor("--url", "https://example.com")[0] == 0
    assert stripe_server.requests[-1].query["starting_after"] == "we_0"


def test_a_key_that_stripe_doesnt_know_is_named_by_its_variable_and_never_shown(
    doctor: Doctor,
    stripe_server: Loopback,  # noqa: F811
    settings: Any,
) -> None:
    stripe_server.will_refuse(401, message=f"Invalid API Key provided: {settings.STRIPE_TEST_SECRET_KEY}")
    status, said = doctor()
    assert status == 1
    assert "key_unknown" in said
    assert "STRIPE_TEST_SECRET_KEY" in said
    assert settings.STRIPE_TEST_SECRET_KEY not in said
    assert settings.STRIPE_TEST_SECRET_KEY[-6:] not in said


def test_what_cant_be_found_out_is_status_2(
    doctor: Doctor,
    stripe_server: Loopback,  # noqa: F811
    quick_retries: None,  # noqa: F811
) -> None:
    for _ in range(10):
        stripe_server.will_answer("", 503)
    status, said = doctor()
    assert status == 2
    assert "UNKNOWN" in said


def test_a_restricted_key_that_may_not_read_endpoints_is_status_2(doctor: Doctor, stripe_server: Loopback) -> None:  # noqa: F811
    stripe_server.will_refuse(403, message="The provided key does not have the required permissions.")
    stripe_server.will_refuse(403, message="The provided key does not have the required permissions.")
    status, said = doctor("--json")
    assert status == 2
    assert [finding["level"] for finding in json.loads(said)["findings"]] == ["warning", "unknown"]


def test_the_checks_are_told_too_and_the_doctor_runs_although_they_fail(
    doctor: Doctor,
    stripe_server: Loopback,  # noqa: F811
    settings: Any,
) -> None:
    settings.STRIPE_TEST_SECRET_KEY = ""
    status, said = doctor("--json")
    codes = [finding["code"] for finding in json.loads(said)["findings"]]
    assert status == 2
    assert codes[0] == "django_finances.W001"
    assert stripe_server.requests == []


def test_a_webhook_is_made_with_all_events_and_its_secret_is_printed_once(
    doctor: Doctor,
    stripe_server: Loopback,  # noqa: F811
) -> None:
    stripe_server.will_answer(page())
    stripe_server.will_answer(endpoint(secret=SECRET))
    status, said = doctor("--create-webhook", "--url", "https://example.com")
    assert status == 0
    assert said.count(SECRET) == 1
    assert f"DJSTRIPE_WEBHOOK_SECRET={SECRET}" in said
    sent = stripe_server.requests[-1].params
    assert sent == {
        "url": f"https://example.com{PATH}",
        "enabled_events[0]": "*",
        "api_version": stripe_api.API_VERSION,
    }


def test_a_webhook_that_is_there_isnt_made_twice(doctor: Doctor, stripe_server: Loopback) -> None:  # noqa: F811
    stripe_server.will_answer(page(endpoint()))
    with pytest.raises(CommandError, match="webhook_exists"):
        doctor("--create-webhook", "--url", "https://example.com")
    assert [request.method for request in stripe_server.requests] == ["GET"]


@pytest.mark.parametrize("url", ["", "example.com", "http://example.com", "ftp://example.com", "https://"])
def test_a_webhook_needs_an_address_that_stripe_can_reach(doctor: Doctor, stripe_server: Loopback, url: str) -> None:  # noqa: F811
    with pytest.raises(CommandError, match="--url https://"):
        doctor("--create-webhook", "--url", url)
    assert stripe_server.requests == []
