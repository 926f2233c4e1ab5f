"""Cards, subscriptions and the payments of their invoices."""

from __future__ import annotations

from typing import Any

import pytest

from .process import StandIn
from .specification import of_object


def customer(standin: StandIn, card: str | None = "pm_card_visa") -> dict[str, Any]:
    paying = {"payment_method": card, "invoice_settings": {"default_payment_method": card}} if card else {}
    body: dict[str, Any] = standin.post("/v1/customers", email="a@example.com")
    if paying:
        method = standin.post(f"/v1/payment_methods/{card}/attach", customer=body["id"])
        body = standin.post(f"/v1/customers/{body['id']}", invoice_settings={"default_payment_method": method["id"]})
    return body


def price(standin: StandIn, **fields: Any) -> dict[str, Any]:
    product = standin.post("/v1/products", name="Pro")
    monthly = {"unit_amount": 1200, "currency": "eur", "recurring": {"interval": "month"}, "product": product["id"]}
    body: dict[str, Any] = standin.post("/v1/prices", **(monthly | fields))
    return body


def subscribe(standin: StandIn, **fields: Any) -> dict[str, Any]:
    body: dict[str, Any] = standin.post("/v1/subscriptions", items=[{"price": price(standin)["id"]}], **fields)
    return body


def test_a_customer_may_begin_with_a_card(standin: StandIn) -> None:
    body = standin.post("/v1/customers", email="a@example.com", payment_method="pm_card_visa")
    methods = standin.get("/v1/payment_methods", customer=body["id"])["data"]
    assert [method["card"]["last4"] for method in methods] == ["4242"]


def test_each_use_of_a_test_cards_name_is_a_card_of_its_own(standin: StandIn) -> None:
    owner = customer(standin, None)["id"]
    first = standin.post("/v1/payment_methods/pm_card_visa/attach", customer=owner)
    second = standin.post("/v1/payment_methods/pm_card_visa/attach", customer=owner)
    assert first["id"] != second["id"]


def test_a_test_card_that_nobody_knows_is_missing(standin: StandIn) -> None:
    status, _, body = standin.request(
        "POST", "/v1/payment_methods/pm_card_nobody/attach", {"customer": customer(standin, None)["id"]}
    )
    assert (status, body["error"]["code"]) == (404, "resource_missing")


@pytest.mark.parametrize(
    ("card", "decline_code"),
    [
        ("pm_card_chargeCustomerFail", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds"),
    ],
)
def test_a_declined_payment_is_402_with_the_decline_code_and_the_intent(
    standin: StandIn, card: str, decline_code: str
) -> None:
    status, _, body = standin.request(
        "POST", "/v1/payment_intents", {"amount": 500, "currency": "eur", "payment_method": card, "confirm": True}
    )
    assert status == 402
    assert body["error"]["decline_code"] == decline_code
    assert body["error"]["payment_intent"]["status"] == "requires_payment_method"


def test_a_subscription_is_paid_with_an_intent_of_the_invoices_own(standin: StandIn) -> None:
    subscription = subscribe(
        standin, customer=customer(standin)["id"], expand=["latest_invoice.payments.data.payment.payment_intent"]
    )
    assert subscription["status"] == "active"
    (payment,) = subscription["latest_invoice"]["payments"]["data"]
    assert payment["status"] == "paid"
    intent = payment["payment"]["payment_intent"]
    assert (intent["status"], intent["amount_received"]) == ("succeeded", 1200)
    charge = standin.get(f"/v1/charges/{intent['latest_charge']}")
    assert charge["payment_intent"] == intent["id"]
    assert of_object(standin.get("/v1/invoice_payments")["data"][0]) == []


def test_default_incomplete_waits_for_its_first_payment(standin: StandIn) -> None:
    subscription = subscribe(
        standin,
        customer=customer(standin, None)["id"],
        payment_behavior="default_incomplete",
        payment_settings={"save_default_payment_method": "on_subscription"},
        expand=["latest_invoice.confirmation_secret"],
    )
    assert subscription["status"] == "incomplete"
    secret = subscription["latest_invoice"]["confirmation_secret"]["client_secret"]
    intent = standin.post(
        f"/v1/payment_intents/{secret.partition('_secret')[0]}/confirm", payment_method="pm_card_visa"
    )
    assert intent["status"] == "succeeded"
    after = standin.get(f"/v1/subscriptions/{subscription['id']}", expand=["latest_invoice.confirmation_secret"])
    assert after["status"] == "active"
    assert after["default_payment_method"] == intent["payment_method"]
    assert after["latest_invoice"]["status"] == "paid"
    assert after["latest_invoice"]["confirmation_secret"] is None
    assert of_object({**after, "latest_invoice": after["latest_invoice"]["id"]}) == []


def test_without_a_card_a_subscription_that_isnt_default_incomplete_is_refused(standin: StandIn) -> None:
    status, _, body = standin.request(
        "POST",
        "/v1/subscriptions",
        {"customer": customer(standin, None)["id"], "items": [{"price": price(standin)["id"]}]},
    )
    assert (status, body["error"]["code"]) == (400, "resource_missing")


def test_a_first_payment_that_is_declined_leaves_an_open_invoice_and_its_intent(standin: StandIn) -> None:
    subscription = subscribe(
        standin, customer=customer(standin, "pm_card_chargeCustomerFail")["id"], expand=["latest_invoice.payments"]
    )
    assert subscription["status"] == "incomplete"
    (payment,) = subscription["latest_invoice"]["payments"]["data"]
    intent = standin.get(f"/v1/payment_intents/{payment['payment']['payment_intent']}")
    assert (payment["status"], intent["status"]) == ("open", "requires_payment_method")
    assert intent["last_payment_error"]["decline_code"] == "generic_decline"


def test_a_payment_that_asks_for_3d_secure_waits_until_it_is_completed(standin: StandIn) -> None:
    subscription = subscribe(
        standin, customer=customer(standin, "pm_card_authenticationRequired")["id"], expand=["latest_invoice.payments"]
    )
    intent = subscription["latest_invoice"]["payments"]["data"][0]["payment"]["payment_intent"]
    assert standin.get(f"/v1/payment_intents/{intent}")["status"] == "requires_action"
    assert standin.control("authenticate", payment_intent=intent)["status"] == "succeeded"
    assert standin.get(f"/v1/subscriptions/{subscription['id']}")["status"] == "active"


def test_a_3d_secure_that_fails_wants_another_card(standin: StandIn) -> None:
    intent = standin.post(
        "/v1/payment_intents",
        amount=500,
        currency="eur",
        payment_method="pm_card_authenticationRequired",
        confirm=True,
    )
    failed = standin.control("authenticate", payment_intent=intent["id"], outcome="fail")
    assert failed["status"] == "requires_payment_method"
    assert failed["last_payment_error"]["code"] == "payment_intent_authentication_failure"
    assert standin.try_control("authenticate", payment_intent=intent["id"])[0] == 400


def test_a_customer_is_deleted_once(standin: StandIn) -> None:
    path = f"/v1/customers/{customer(standin, None)['id']}"
    assert standin.request("DELETE", path)[2]["deleted"] is True
    assert standin.request("DELETE", path)[0] == 404


def test_a_repeated_key_returns_the_first_answer_and_does_nothing_again(standin: StandIn) -> None:
    params = {"customer": customer(standin)["id"], "items": [{"price": price(standin)["id"]}]}
    first = standin.request("POST", "/v1/subscriptions", params, headers={"Idempotency-Key": "one"})
    again = standin.request("POST", "/v1/subscriptions", params, headers={"Idempotency-Key": "one"})
    assert again[2] == first[2]
    assert (first[1].get("idempotent-replayed"), again[1].get("idempotent-replayed")) == (None, "true")
    assert len(standin.get("/v1/subscriptions")["data"]) == 1
    status, _, body = standin.request(
        "POST", "/v1/subscriptions", params | {"description": "other"}, headers={"Idempotency-Key": "one"}
    )
    assert (status, body["error"]["type"]) == (400, "idempotency_error")


def test_a_test_cards_name_in_a_repeated_request_makes_no_second_card(standin: StandIn) -> None:
    owner = customer(standin, None)["id"]
    for _ in range(2):
        status, _, _ = standin.request(
            "POST", "/v1/payment_methods/pm_card_visa/attach", {"customer": owner}, headers={"Idempotency-Key": "one"}
        )
        assert status == 200
    assert len(standin.get("/v1/payment_methods", customer=owner)["data"]) == 1
