"""What the API has moved elsewhere is found, whichever version sent it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from djstripe.models import Charge, Invoice, InvoiceItem, LineItem, PaymentIntent, PromotionCode, Subscription

from django_finances import mirror
from django_finances.models import ObjectVersion

from ..fixtures.validate import fixture
from .conftest import NOON, row_of, tell, version_of

pytestmark = pytest.mark.django_db

START, END = 1767225600, 1769904000
Shape = Callable[[], dict[str, Any]]


def plan_of(price: dict[str, Any]) -> dict[str, Any]:
    return fixture("plan") | {"id": price["id"], "product": price["product"]}


def subscription_of_2022() -> dict[str, Any]:
    """2022-11-15: the period and, for one item, the plan stand on the subscription; no periods on its items."""
    payload = fixture("subscription")
    for item in payload["items"]["data"]:
        del item["current_period_start"], item["current_period_end"]
        item["plan"] = plan_of(item["price"])
    del payload["billing_mode"]
    return payload | {
        "current_period_start": START,
        "current_period_end": END,
        "discount": None,
        "plan": plan_of(payload["items"]["data"][0]["price"]),
        "quantity": 1,
    }


def subscription_of_basil() -> dict[str, Any]:
    """2025-03-31: the periods stand on the items, the plan still does too."""
    payload = fixture("subscription")
    for item in payload["items"]["data"]:
        item["plan"] = plan_of(item["price"])
    return payload


def subscription_of_now() -> dict[str, Any]:
    return fixture("subscription")


SUBSCRIPTIONS = [
    pytest.param(subscription_of_2022, "2022-11-15", id="2022-11-15"),
    pytest.param(subscription_of_basil, "2025-03-31.basil", id="2025-03-31"),
    pytest.param(subscription_of_now, "2026-08-26.dahlia", id="now"),
]


@pytest.mark.parametrize(("shape", "api_version"), SUBSCRIPTIONS)
def test_a_subscription_has_the_same_period_in_every_shape(shape: Shape, api_version: str) -> None:
    tell(shape(), api_version=api_version)
    subscription = Subscription.objects.get(id="sub_1")
    assert subscription.current_period_start.timestamp() == START
    assert subscription.current_period_end.timestamp() == END
    assert subscription.customer_id == "cus_1"
    assert [item.price.id for item in subscription.items.all()] == ["price_1"]


@pytest.mark.parametrize(("shape", "api_version"), SUBSCRIPTIONS)
def test_a_subscription_of_a_version_that_no_fixture_covers_is_to_be_refreshed(shape: Shape, api_version: str) -> None:
    tell(shape(), api_version=api_version)
    assert version_of(fixture("subscription")).refresh_due is (api_version < "2025")
    tell(subscription_of_now(), NOON + 1)
    assert not ObjectVersion.objects.filter(refresh_due=True).exists()


def test_a_subscription_whose_items_renew_apart_is_paid_until_the_first_of_them_ends() -> None:
    payload = fixture("subscription")
    second = payload["items"]["data"][0] | {
        "id": "si_2",
        "current_period_start": START + 86400,
        "current_period_end": END + 86400,
    }
    payload["items"]["data"].append(second)
    tell(payload)
    subscription = Subscription.objects.get(id="sub_1")
    assert subscription.current_period_start.timestamp() == START + 86400
    assert subscription.current_period_end.timestamp() == END


def invoice_of_2022() -> dict[str, Any]:
    """2022-11-15: subscription, payment and charge stand on the invoice, and a line says itself what it is for."""
    payload = fixture("invoice")
    del payload["parent"], payload["payments"]
    line = payload["lines"]["data"][0]
    price = fixture("price")
    line = {name: value for name, value in line.items() if name not in {"parent", "pricing", "taxes"}} | {
        "plan": plan_of(price),
        "price": price,
        "proration": False,
        "subscription": "sub_1",
        "subscription_item": "si_1",
        "tax_amounts": [],
        "tax_rates": [],
        "type": "subscription",
    }
    payload["lines"]["data"] = [line]
    return payload | {
        "charge": "ch_1",
        "paid": True,
        "payment_intent": "pi_1",
        "subscription": "sub_1",
        "tax": None,
    }


def invoice_of_now() -> dict[str, Any]:
    return fixture("invoice")


def invoice_paid_by_a_charge() -> dict[str, Any]:
    payload = fixture("invoice")
    payload["payments"]["data"][0]["payment"] = {"type": "charge", "charge": "ch_1"}
    return payload


INVOICES = [
    pytest.param(invoice_of_2022, id="2022-11-15"),
    pytest.param(invoice_of_now, id="now"),
]


@pytest.mark.parametrize("shape", INVOICES)
def test_an_invoice_knows_its_subscription_in_every_shape(shape: Shape) -> None:
    tell(fixture("subscription"))
    tell(shape())
    invoice = Invoice.objects.get(id="in_1")
    assert invoice.subscription.id == "sub_1"
    assert invoice.stripe_data["subscription"] == "sub_1"
    assert invoice.stripe_data["paid"] is True
    line = LineItem.objects.get(id="il_1")
    assert (line.subscription.id, line.subscription_item.id) == ("sub_1", "si_1")
    assert line.type == "subscription"


@pytest.mark.parametrize("shape", INVOICES)
def test_an_invoice_knows_the_payment_in_every_shape(shape: Shape) -> None:
    tell(shape())
    assert Invoice.objects.get(id="in_1").payment_intent.id == "pi_1"
    assert PaymentIntent._base_manager.filter(id="pi_1").exists()


@pytest.mark.parametrize("shape", [invoice_of_2022, invoice_paid_by_a_charge])
def test_an_invoice_that_names_its_charge_knows_it(shape: Shape) -> None:
    tell(fixture("charge"))
    tell(shape())
    assert Invoice.objects.get(id="in_1").charge == Charge.objects.get(id="ch_1")


def test_the_default_payment_of_an_invoice_is_the_one_that_counts() -> None:
    payload = fixture("invoice")
    failed = payload["payments"]["data"][0] | {
        "id": "inpay_0",
        "is_default": False,
        "payment": {"type": "payment_intent", "payment_intent": "pi_0"},
    }
    payload["payments"]["data"].insert(0, failed)
    tell(payload)
    assert Invoice.objects.get(id="in_1").payment_intent.id == "pi_1"


def test_an_invoice_item_knows_its_price_in_every_shape() -> None:
    tell(fixture("price"))
    tell(fixture("invoiceitem"))
    old = fixture("invoiceitem") | {"id": "ii_2", "price": fixture("price"), "subscription": "sub_1"}
    del old["pricing"], old["parent"]
    tell(old, api_version="2022-11-15")
    assert [item.price.id for item in InvoiceItem.objects.order_by("id")] == ["price_1", "price_1"]


def test_a_promotion_code_shows_its_coupon_in_every_shape() -> None:
    old = fixture("promotion_code") | {"id": "promo_2", "coupon": fixture("coupon")}
    del old["promotion"]
    tell(fixture("promotion_code"))
    tell(old, api_version="2022-11-15")
    now, before = PromotionCode.objects.order_by("id")
    assert now.stripe_data["coupon"] == "COUP1"
    assert before.stripe_data["coupon"]["id"] == "COUP1"


def test_a_key_that_stripe_sends_is_never_computed_over() -> None:
    tell(fixture("invoice") | {"paid": False, "subscription": None})
    row = row_of(fixture("invoice"))
    assert row.stripe_data["paid"] is False
    assert row.stripe_data["subscription"] is None


def test_a_reference_may_be_expanded_or_an_id() -> None:
    tell(fixture("subscription") | {"customer": fixture("customer")})
    subscription = Subscription.objects.get(id="sub_1")
    assert subscription.customer.email == "a@example.com"
    assert subscription.customer_id == "cus_1"
    tell(fixture("charge") | {"payment_intent": fixture("payment_intent")})
    assert mirror.get(PaymentIntent, "pi_1") == Charge.objects.get(id="ch_1").payment_intent
