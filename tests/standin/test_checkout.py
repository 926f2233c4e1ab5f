"""Checkout Sessions, and the page on which a person pays."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from .listener import Listener
from .process import StandIn
from .specification import of_object
from .test_billing import customer, price

SUCCESS = "http://127.0.0.1:1/done/?session={CHECKOUT_SESSION_ID}"


def open_session(standin: StandIn, mode: str = "subscription", **fields: Any) -> dict[str, Any]:
    params: dict[str, Any] = {"mode": mode, "success_url": SUCCESS, "cancel_url": "http://127.0.0.1:1/back/"}
    if mode == "subscription":
        params["line_items"] = [{"price": price(standin)["id"], "quantity": 2}]
    elif mode == "payment":
        once = standin.post(
            "/v1/prices", unit_amount=500, currency="jpy", product=standin.post("/v1/products", name="Mug")["id"]
        )
        params["line_items"] = [{"price": once["id"], "quantity": 1}]
    body: dict[str, Any] = standin.post("/v1/checkout/sessions", **(params | fields))
    return body


def visit(standin: StandIn, session: dict[str, Any], form: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Status, where it leads, and the page."""
    connection = http.client.HTTPConnection("127.0.0.1", standin.port, timeout=20)
    path = urlsplit(session["url"] or f"/c/pay/{session['id']}").path
    if form is None:
        connection.request("GET", path)
    else:
        connection.request("POST", path, urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"})
    response = connection.getresponse()
    page = response.read().decode()
    connection.close()
    return response.status, response.headers.get("Location", ""), page


GOOD = {"number": "4242424242424242", "email": "payer@example.com"}
DECLINED = {"number": "4000000000000341", "email": "payer@example.com"}


@pytest.mark.parametrize("mode", ["subscription", "payment", "setup"])
def test_a_session_has_stripes_shape_before_and_after(standin: StandIn, mode: str) -> None:
    session = open_session(standin, mode, customer=customer(standin, None)["id"])
    assert (session["status"], of_object(session)) == ("open", [])
    assert visit(standin, session, GOOD)[0] == 303
    after = standin.get(f"/v1/checkout/sessions/{session['id']}")
    assert (after["status"], of_object(after)) == ("complete", [])


def test_a_person_subscribes_and_is_led_back(standin: StandIn, listener: Listener) -> None:
    standin.post(
        "/v1/webhook_endpoints", url=listener.url, enabled_events=["checkout.session.completed", "invoice.paid"]
    )
    owner = customer(standin, None)
    session = open_session(standin, customer=owner["id"], client_reference_id="17")
    status, _, page = visit(standin, session)
    assert status == 200
    assert "24.00 EUR / month" in page
    assert "a@example.com" in page
    status, location, _ = visit(standin, session, GOOD)
    assert (status, location) == (303, SUCCESS.replace("{CHECKOUT_SESSION_ID}", session["id"]))
    after = standin.get(f"/v1/checkout/sessions/{session['id']}")
    assert (after["status"], after["payment_status"], after["url"]) == ("complete", "paid", None)
    subscription = standin.get(f"/v1/subscriptions/{after['subscription']}")
    assert (subscription["status"], subscription["customer"]) == ("active", owner["id"])
    assert subscription["items"]["data"][0]["quantity"] == 2
    came = {json.loads(body)["type"] for _, body in listener.wait_for(2)}
    assert came == {"checkout.session.completed", "invoice.paid"}


def test_a_declined_card_leaves_the_session_open_and_nothing_behind(standin: StandIn) -> None:
    session = open_session(standin, customer=customer(standin, None)["id"])
    status, _, page = visit(standin, session, DECLINED)
    assert status == 402
    assert "declined" in page
    assert standin.get("/v1/subscriptions")["data"] == []
    assert standin.get(f"/v1/checkout/sessions/{session['id']}")["status"] == "open"
    assert visit(standin, session, GOOD)[0] == 303


def test_a_guest_becomes_a_customer(standin: StandIn) -> None:
    session = open_session(standin)
    visit(standin, session, GOOD)
    after = standin.get(f"/v1/checkout/sessions/{session['id']}")
    assert standin.get(f"/v1/customers/{after['customer']}")["email"] == "payer@example.com"


def test_a_payment_is_paid_with_an_intent(standin: StandIn) -> None:
    session = open_session(standin, "payment")
    assert "500 JPY" in visit(standin, session)[2]
    visit(standin, session, GOOD)
    after = standin.get(f"/v1/checkout/sessions/{session['id']}")
    assert standin.get(f"/v1/payment_intents/{after['payment_intent']}")["status"] == "succeeded"
    assert after["customer"] is None


def test_going_back_leads_to_the_host_and_leaves_the_session_open(standin: StandIn) -> None:
    session = open_session(standin)
    assert 'href="http://127.0.0.1:1/back/"' in visit(standin, session)[2]
    assert standin.get(f"/v1/checkout/sessions/{session['id']}")["status"] == "open"


def test_paying_twice_makes_one_subscription(standin: StandIn) -> None:
    session = open_session(standin)
    first = visit(standin, session, GOOD)
    again = visit(standin, session, GOOD)
    assert (first[0], again[0]) == (303, 303)
    assert len(standin.get("/v1/subscriptions")["data"]) == 1


def test_an_expired_session_cant_be_paid(standin: StandIn) -> None:
    session = open_session(standin)
    assert standin.post(f"/v1/checkout/sessions/{session['id']}/expire")["status"] == "expired"
    assert visit(standin, session, GOOD)[0] == 410
    assert standin.get("/v1/subscriptions")["data"] == []


@pytest.mark.parametrize("form", [{**GOOD, "email": "nobody"}, {**GOOD, "number": "1"}, {}])
def test_a_form_that_isnt_filled_in_is_shown_again(standin: StandIn, form: dict[str, str]) -> None:
    session = open_session(standin)
    status, _, page = visit(standin, session, form)
    assert status == 402
    assert 'role="alert"' in page


def test_what_a_host_or_a_person_writes_is_only_text_on_the_page(standin: StandIn) -> None:
    product = standin.post("/v1/products", name="<script>alert(1)</script>")
    monthly = standin.post(
        "/v1/prices", unit_amount=100, currency="eur", recurring={"interval": "month"}, product=product["id"]
    )
    session = open_session(standin, line_items=[{"price": monthly["id"], "quantity": 1}])
    assert "<script>" not in visit(standin, session)[2]
    assert "<b>" not in visit(standin, session, {"email": '"><b>', "number": "1"})[2]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"mode": "other"}, 400),
        ({"customer": "cus_nobody"}, 404),
        ({"line_items": [{"price": "price_nobody", "quantity": 1}]}, 404),
        ({"allow_promotion_codes": True}, 501),
        ({"ui_mode": "custom"}, 501),
    ],
)
def test_a_session_that_cant_be_had_is_refused(standin: StandIn, fields: dict[str, Any], status: int) -> None:
    params = {
        "mode": "subscription",
        "success_url": SUCCESS,
        "line_items": [{"price": price(standin)["id"], "quantity": 1}],
    }
    assert standin.request("POST", "/v1/checkout/sessions", params | fields)[0] == status


def test_line_items_are_listed_and_expanded(standin: StandIn) -> None:
    session = open_session(standin)
    (line,) = standin.get(f"/v1/checkout/sessions/{session['id']}/line_items")["data"]
    assert of_object(line) == []
    assert line["amount_total"] == 2400
    expanded = standin.get(f"/v1/checkout/sessions/{session['id']}", expand=["line_items"])
    assert expanded["line_items"]["data"] == [line]


def test_an_unknown_session_has_no_page(standin: StandIn) -> None:
    assert visit(standin, {"id": "cs_test_nobody", "url": None})[0] == 404
