"""An account's clock, and what falls due when it is moved."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from itertools import pairwise
from typing import Any

import pytest

from .process import StandIn
from .test_billing import customer, price, subscribe
from .test_checkout import open_session

DAY = 24 * 3600


def events(standin: StandIn, **filters: Any) -> list[dict[str, Any]]:
    """All events of an account, oldest first."""
    found: list[dict[str, Any]] = []
    while True:
        after = {"starting_after": found[-1]["id"]} if found else {}
        page = standin.get("/v1/events", limit=100, **filters, **after)
        found += page["data"]
        if not page["has_more"]:
            return found[::-1]


def subscription(standin: StandIn, body: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = standin.get(f"/v1/subscriptions/{body['id']}")
    return found


def test_the_clock_rules_created_and_the_date_of_answers(standin: StandIn) -> None:
    before = standin.control("clock", advance=0)["now"]
    after = standin.control("clock", advance=400 * DAY)["now"]
    assert after - before in range(400 * DAY, 400 * DAY + 10)
    _, headers, body = standin.request("POST", "/v1/customers", {"email": "a@example.com"})
    assert body["created"] in range(after, after + 10)
    assert int(parsedate_to_datetime(headers["date"]).timestamp()) in range(after, after + 10)
    assert events(standin)[-1]["created"] in range(after, after + 10)


def test_the_clock_never_runs_backwards(standin: StandIn) -> None:
    now = standin.control("clock", advance=DAY)["now"]
    status, body = standin.try_control("clock", to=now - 100)
    assert (status, body["error"]["code"]) == (400, "standin_bad_control")
    assert standin.control("clock", advance=0)["now"] >= now


@pytest.mark.parametrize("body", [{}, {"advance": "soon"}, {"to": 1.5}, {"to": True}])
def test_a_move_that_makes_no_sense_is_refused(standin: StandIn, body: dict[str, Any]) -> None:
    assert standin.try_control("clock", **body)[0] == 400


def test_another_accounts_clock_stands_where_it_stood(standin: StandIn) -> None:
    standin.control("clock", advance=400 * DAY)
    other = StandIn(standin.port)
    assert other.control("clock", advance=0)["now"] < standin.control("clock", advance=0)["now"] - 399 * DAY


def test_a_year_of_renewals_each_at_its_own_moment(standin: StandIn) -> None:
    body = subscribe(standin, customer=customer(standin)["id"])
    standin.control("clock", advance=366 * DAY)
    invoices = standin.get("/v1/invoices", subscription=body["id"], limit=100)["data"]
    assert len(invoices) == 13
    assert {invoice["status"] for invoice in invoices} == {"paid"}
    moments = [invoice["created"] for invoice in invoices][::-1]
    assert moments == sorted(set(moments))
    assert all(26 * DAY < later - earlier < 32 * DAY for earlier, later in pairwise(moments))
    paid = events(standin, type="invoice.paid")
    assert [event["created"] for event in paid] == moments
    assert subscription(standin, body)["status"] == "active"


def test_a_renewal_that_fails_is_tried_again_until_the_subscription_ends(standin: StandIn) -> None:
    owner = customer(standin)
    body = subscribe(standin, customer=owner["id"])
    card = standin.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", customer=owner["id"])
    standin.post(f"/v1/customers/{owner['id']}", invoice_settings={"default_payment_method": card["id"]})
    standin.control("clock", advance=32 * DAY)
    assert subscription(standin, body)["status"] == "past_due"
    failed = standin.get(f"/v1/invoices/{subscription(standin, body)['latest_invoice']}")
    assert failed["attempt_count"] >= 1
    assert failed["next_payment_attempt"]
    standin.control("clock", advance=20 * DAY)
    assert subscription(standin, body)["status"] == "canceled"
    assert len(events(standin, type="invoice.payment_failed")) == 8
    assert events(standin, type="customer.subscription.deleted")


def test_a_retry_with_a_card_that_works_mends_the_subscription(standin: StandIn) -> None:
    owner = customer(standin)
    body = subscribe(standin, customer=owner["id"])
    bad = standin.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", customer=owner["id"])
    standin.post(f"/v1/customers/{owner['id']}", invoice_settings={"default_payment_method": bad["id"]})
    standin.control("clock", advance=31 * DAY)
    assert subscription(standin, body)["status"] == "past_due"
    good = standin.post("/v1/payment_methods/pm_card_visa/attach", customer=owner["id"])
    standin.post(f"/v1/customers/{owner['id']}", invoice_settings={"default_payment_method": good["id"]})
    standin.control("clock", advance=3 * DAY)
    assert subscription(standin, body)["status"] == "active"


def test_an_incomplete_subscription_expires_after_23_hours(standin: StandIn) -> None:
    body = subscribe(standin, customer=customer(standin, None)["id"], payment_behavior="default_incomplete")
    standin.control("clock", advance=23 * 3600 - 60)
    assert subscription(standin, body)["status"] == "incomplete"
    standin.control("clock", advance=120)
    assert subscription(standin, body)["status"] == "incomplete_expired"


def test_a_trial_is_announced_three_days_before_it_ends_and_then_paid(standin: StandIn) -> None:
    body = subscribe(standin, customer=customer(standin)["id"], trial_period_days=14)
    assert body["status"] == "trialing"
    standin.control("clock", advance=10 * DAY)
    assert events(standin, type="customer.subscription.trial_will_end") == []
    standin.control("clock", advance=2 * DAY)
    (announced,) = events(standin, type="customer.subscription.trial_will_end")
    assert announced["created"] == body["trial_end"] - 3 * DAY
    standin.control("clock", advance=3 * DAY)
    assert subscription(standin, body)["status"] == "active"
    assert standin.get("/v1/invoices", subscription=body["id"])["data"][0]["amount_paid"] == 1200


def test_a_cancellation_at_the_periods_end_happens_then(standin: StandIn) -> None:
    body = subscribe(standin, customer=customer(standin)["id"])
    standin.post(f"/v1/subscriptions/{body['id']}", cancel_at_period_end=True)
    standin.control("clock", advance=27 * DAY)
    assert subscription(standin, body)["status"] == "active"
    standin.control("clock", advance=5 * DAY)
    assert subscription(standin, body)["status"] == "canceled"
    assert len(standin.get("/v1/invoices", subscription=body["id"])["data"]) == 1


def test_a_checkout_session_that_nobody_pays_expires_after_a_day(standin: StandIn) -> None:
    session = open_session(standin)
    standin.control("clock", advance=DAY + 60)
    assert standin.get(f"/v1/checkout/sessions/{session['id']}")["status"] == "expired"
    assert [event["created"] for event in events(standin, type="checkout.session.expired")] == [session["expires_at"]]


def test_two_subscriptions_renew_in_the_order_of_time(standin: StandIn) -> None:
    owner = customer(standin)["id"]
    weekly = price(standin, recurring={"interval": "week"})
    standin.post("/v1/subscriptions", customer=owner, items=[{"price": weekly["id"]}])
    standin.control("clock", advance=3 * DAY)
    subscribe(standin, customer=owner)
    standin.control("clock", advance=60 * DAY)
    moments = [event["created"] for event in events(standin)]
    assert moments == sorted(moments)
