"""What is gone at Stripe stays gone, and its row stays where it is."""

from __future__ import annotations

from typing import Any

import pytest
from djstripe.models import Coupon, Customer, Invoice, PaymentMethod, Product, Subscription

from django_finances import mirror
from django_finances.mirror import Verdict, marks
from django_finances.models import StripeObject

from ..fixtures.validate import fixture
from .conftest import NOON, answer, row_of, tell, version_of

pytestmark = pytest.mark.django_db

BARE = {"id": "cus_1", "object": "customer", "deleted": True}
#: How Stripe tells that something is gone: (payload, options of the event, the object).
DELETIONS = [
    pytest.param(BARE, {}, id="deleted: true"),
    pytest.param(fixture("customer"), {"event_type": "customer.deleted"}, id="customer.deleted"),
    pytest.param(fixture("payment_method"), {"event_type": "payment_method.detached"}, id="payment_method.detached"),
    pytest.param(fixture("product"), {"event_type": "product.deleted"}, id="product.deleted"),
    pytest.param(fixture("tax_id"), {"event_type": "customer.tax_id.deleted"}, id="customer.tax_id.deleted"),
    pytest.param(fixture("discount"), {"event_type": "customer.discount.deleted"}, id="customer.discount.deleted"),
    pytest.param(fixture("quote"), {"event_type": "quote.deleted"}, id="of an object that dj-stripe has no model for"),
]


def is_marked_deleted(row: Any) -> bool:
    return bool(row.deleted if isinstance(row, StripeObject) else row.stripe_data.get("deleted"))


@pytest.mark.parametrize(("payload", "options"), DELETIONS)
def test_a_deletion_marks_the_row_and_keeps_what_it_says(payload: dict[str, Any], options: dict[str, Any]) -> None:
    whole = fixture(payload["object"])
    tell(whole, NOON)
    before = row_of(whole)
    assert not is_marked_deleted(before)
    assert tell(payload, NOON + 1, **options).verdict is Verdict.APPLIED
    after = row_of(whole)
    assert is_marked_deleted(after)
    assert after.pk == before.pk
    kept = after.data if isinstance(after, StripeObject) else marks.untouched(after.stripe_data)
    assert {**kept, "deleted": None} == {**whole, "deleted": None}


@pytest.mark.parametrize("second", [NOON - 1, NOON])
@pytest.mark.parametrize(("payload", "options"), DELETIONS)
def test_nothing_older_or_equal_brings_it_back(payload: dict[str, Any], options: dict[str, Any], second: int) -> None:
    whole = fixture(payload["object"])
    tell(whole, NOON - 10)
    tell(payload, NOON, **options)
    assert tell(whole | {"metadata": {"late": "1"}}, second).verdict is Verdict.STALE
    assert is_marked_deleted(row_of(whole))
    assert version_of(whole).deleted


@pytest.mark.parametrize(("payload", "options"), DELETIONS)
def test_what_is_told_before_it_is_known_never_comes_back_from_older_news(
    payload: dict[str, Any], options: dict[str, Any]
) -> None:
    whole = fixture(payload["object"])
    tell(payload, NOON, **options)
    assert tell(whole, NOON).verdict is Verdict.STALE
    row = row_of(whole)
    assert row is None or is_marked_deleted(row)


@pytest.mark.parametrize(("payload", "options"), DELETIONS)
def test_a_newer_second_may_bring_it_back(payload: dict[str, Any], options: dict[str, Any]) -> None:
    whole = fixture(payload["object"])
    tell(whole, NOON - 10)
    tell(payload, NOON, **options)
    assert tell(whole, NOON + 1).verdict is Verdict.APPLIED
    assert not is_marked_deleted(row_of(whole))
    assert not version_of(whole).deleted
    assert getattr(row_of(whole), "date_purged", None) is None


def test_a_deletion_within_the_second_of_a_change_is_no_tie() -> None:
    tell(fixture("customer"), NOON)
    assert tell(BARE, NOON).verdict is Verdict.APPLIED


def test_a_deletion_older_than_what_is_known_is_stale() -> None:
    tell(fixture("coupon"), NOON)  # ids of coupons are chosen by their makers, who may use one again
    assert tell(fixture("coupon"), NOON - 1, event_type="coupon.deleted").verdict is Verdict.STALE
    assert not is_marked_deleted(Coupon.objects.get(id="COUP1"))


def test_a_deletion_that_is_told_late_doesnt_move_the_clock_back() -> None:
    mirror.apply_answer(answer(fixture("product"), NOON, NOON + 10), livemode=False)
    tell(fixture("product"), NOON + 2, event_type="product.deleted")
    assert tell(fixture("product") | {"name": "late"}, NOON + 5).verdict is Verdict.STALE
    assert is_marked_deleted(Product.objects.get(id="prod_1"))


def test_our_own_deletion_is_one_too() -> None:
    tell(fixture("customer"), NOON)
    mirror.apply_answer(answer(BARE, NOON + 1, NOON + 2), livemode=False)
    customer = Customer.objects.get(id="cus_1")
    assert customer.deleted
    assert customer.date_purged is not None
    assert customer.email == "a@example.com"


def test_a_customer_that_is_gone_leaves_its_invoices_and_subscriptions() -> None:
    for kind in ("customer", "subscription", "invoice"):
        tell(fixture(kind), NOON)
    tell(fixture("customer"), NOON + 1, event_type="customer.deleted")
    assert Invoice.objects.get(id="in_1").customer.id == "cus_1"
    assert Subscription.objects.get(id="sub_1").customer.id == "cus_1"


def test_a_subscription_that_was_deleted_is_still_there_canceled() -> None:
    tell(fixture("subscription"), NOON)
    canceled = fixture("subscription") | {"status": "canceled", "canceled_at": NOON, "ended_at": NOON}
    tell(canceled, NOON + 1, event_type="customer.subscription.deleted")
    subscription = Subscription.objects.get(id="sub_1")
    assert subscription.status == "canceled"
    assert not is_marked_deleted(subscription)
    assert not version_of(canceled).deleted
    assert tell(canceled | {"metadata": {"a": "b"}}, NOON + 1).verdict is Verdict.TIED


def test_a_detached_payment_method_says_so_and_belongs_to_nobody() -> None:
    tell(fixture("payment_method"), NOON)
    tell(fixture("payment_method") | {"customer": None}, NOON + 1, event_type="payment_method.detached")
    row = PaymentMethod.objects.get(id="pm_1")
    assert row.customer is None
    assert is_marked_deleted(row)


def test_what_is_gone_under_a_test_clock_stays_gone() -> None:
    customer = fixture("customer") | {"test_clock": "clock_1"}
    tell(customer, NOON)
    assert tell(customer, NOON - 86400, event_type="customer.deleted").verdict is Verdict.APPLIED
    assert tell(customer | {"name": "B"}, NOON + 86400).verdict is Verdict.STALE


def test_an_embedded_object_that_is_gone_isnt_brought_back_by_what_embeds_it() -> None:
    tell(BARE, NOON)
    tell(fixture("charge") | {"customer": fixture("customer")}, NOON - 1)
    customer = Customer.objects.get(id="cus_1")
    assert is_marked_deleted(customer)


def test_an_embedded_object_whose_placeholder_is_gone_isnt_brought_back_by_what_embeds_it() -> None:
    tell(fixture("payment_method"), NOON - 10)  # makes the customer's placeholder
    tell(BARE, NOON)
    tell(fixture("charge") | {"customer": fixture("customer")}, NOON - 1)
    assert is_marked_deleted(Customer.objects.get(id="cus_1"))
