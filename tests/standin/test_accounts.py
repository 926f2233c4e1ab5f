"""Keys, accounts, and who may ask."""

from __future__ import annotations

import http.client

import pytest

from .process import StandIn
from .specification import of_object


def test_each_key_is_an_account_of_its_own_made_on_first_use(standin: StandIn) -> None:
    mine = standin.post("/v1/customers", email="a@example.com")
    status, _, body = standin.request("GET", f"/v1/customers/{mine['id']}", key="sk_test_another")
    assert (status, body["error"]["code"]) == (404, "resource_missing")
    assert standin.get(f"/v1/customers/{mine['id']}")["email"] == "a@example.com"


def test_the_account_has_stripes_shape_and_keeps_its_id(standin: StandIn) -> None:
    account = standin.get("/v1/account")
    assert account["id"].startswith("acct_")
    assert standin.get(f"/v1/accounts/{account['id']}")["id"] == account["id"]
    assert [each for each in of_object(account) if not each.endswith(": unknown")] == []


@pytest.mark.parametrize(("key", "livemode"), [("sk_live_of_a_test", True), ("rk_test_of_a_test", False)])
def test_the_mode_follows_from_the_key(standin: StandIn, key: str, livemode: bool) -> None:
    _, _, body = standin.request("POST", "/v1/customers", {"email": "a@example.com"}, key=key)
    assert body["livemode"] is livemode


@pytest.mark.parametrize("key", ["pk_test_of_a_test", "whatever"])
def test_what_is_no_secret_key_is_refused(standin: StandIn, key: str) -> None:
    status, _, body = standin.request("GET", "/v1/account", key=key)
    assert status == 401
    assert key not in body["error"]["message"]


def test_a_request_for_another_host_is_refused(standin: StandIn) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", standin.port, timeout=10)
    connection.request("GET", "/_control/health", headers={"Host": "evil.example"})
    assert connection.getresponse().status == 421
    connection.close()


def test_a_body_that_is_too_large_is_refused_unread(standin: StandIn) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", standin.port, timeout=10)
    connection.putrequest("POST", "/v1/customers")
    connection.putheader("Content-Length", str(2 * 1024 * 1024))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_what_stripe_has_and_the_standin_hasnt_is_answered_with_501(standin: StandIn) -> None:
    status, _, body = standin.request("POST", "/v1/billing/meters", {"display_name": "calls"})
    assert (status, body["error"]["code"]) == (501, "standin_not_implemented")
    status, _, body = standin.request(
        "POST", "/v1/payment_intents", {"amount": 500, "currency": "eur", "radar_options": {"session": "x"}}
    )
    assert (status, body["error"]["code"]) == (501, "standin_not_implemented")


def test_what_stripe_doesnt_have_either_is_answered_as_stripe_does(standin: StandIn) -> None:
    status, _, body = standin.request("GET", "/v1/nothing")
    assert (status, body["error"]["type"]) == (404, "invalid_request_error")
    status, _, body = standin.request("POST", "/v1/customers", {"colour": "red"})
    assert (status, body["error"]["code"]) == (400, "parameter_unknown")


def test_no_key_is_in_the_log(standin: StandIn) -> None:
    standin.post("/v1/customers", email="somebody@example.com")
    text = "".join(standin.log)
    assert "/v1/customers 200" in text
    assert standin.key not in text
    assert "somebody" not in text
