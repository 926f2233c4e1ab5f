"""What a payload takes along: placeholders for what it names, what it embeds, and the parts that are its own."""

from __future__ import annotations

from typing import Any

import pytest
from djstripe.models import (
    Charge,
    Customer,
    Invoice,
    LineItem,
    PaymentIntent,
    Price,
    Product,
    Refund,
    Subscription,
    SubscriptionItem,
    TaxRate,
)

from django_finances import mirror
from django_finances.mirror import Verdict, marks
from django_finances.models import ObjectVersion

from ..fixtures.validate import fixture
from .conftest import NOON, djstripe_models, row_of, tell

pytestmark = pytest.mark.django_db


def page(*items: dict[str, Any], more: bool = False) -> dict[str, Any]:
    return {"object": "list", "has_more": more, "url": "/v1/things", "data": list(items)}


def item(item_id: str, **changes: Any) -> dict[str, Any]:
    return fixture("subscription_item") | {"id": item_id} | changes


def line(line_id: str, **changes: Any) -> dict[str, Any]:
    return fixture("line_item") | {"id": line_id} | changes


def is_gone(model: Any, stripe_id: str) -> bool:
    return bool(model.objects.get(id=stripe_id).stripe_data.get("deleted"))


def test_what_is_only_named_has_a_placeholder_that_no_query_of_ours_returns() -> None:
    tell(fixture("payment_method"))
    held = Customer._base_manager.get(id="cus_1")
    assert marks.is_placeholder(held.stripe_data)
    assert not mirror.real(Customer._base_manager.all()).exists()
    with pytest.raises(Customer.DoesNotExist):
        mirror.get(Customer, "cus_1")


def test_every_placeholder_of_every_kind_is_left_out_by_every_query_of_ours() -> None:
    for kind in ("charge", "invoice", "invoiceitem", "checkout.session", "refund", "payout", "discount", "tax_id"):
        tell(fixture(kind))
    held = 0
    for model in djstripe_models():
        if not any(field.name == "stripe_data" for field in model._meta.fields):
            continue
        for row in model._base_manager.all():
            if marks.is_placeholder(row.stripe_data):
                held += 1
                assert row not in mirror.real(model._base_manager.all())
                with pytest.raises(model.DoesNotExist):  # type: ignore[attr-defined]
                    mirror.get(model, row.id)
            else:
                assert mirror.get(model, row.id) == row
    assert held > 3


def test_a_placeholder_can_be_printed() -> None:
    for kind in ("charge", "invoiceitem", "checkout.session", "refund", "payout", "discount", "tax_id", "review"):
        tell(fixture(kind))
    for model in djstripe_models():
        for row in model._base_manager.all():
            assert isinstance(str(row), str)


def test_the_object_takes_the_place_that_was_held_for_it() -> None:
    tell(fixture("payment_method"), NOON)
    held = Customer._base_manager.get(id="cus_1")
    assert tell(fixture("customer"), NOON - 86400).verdict is Verdict.APPLIED  # a place has no version
    assert mirror.get(Customer, "cus_1").pk == held.pk
    assert mirror.get(Customer, "cus_1").email == "a@example.com"


def test_a_placeholder_never_takes_the_place_of_the_object() -> None:
    tell(fixture("customer"), NOON)
    tell(fixture("payment_method"), NOON + 10)
    assert mirror.get(Customer, "cus_1").email == "a@example.com"


def test_the_placeholder_of_a_price_has_its_product_from_what_names_both() -> None:
    tell(fixture("invoiceitem"))
    assert Price._base_manager.get(id="price_1").product_id == "prod_1"
    assert marks.is_placeholder(Product._base_manager.get(id="prod_1").stripe_data)


def test_what_cant_have_a_placeholder_is_left_out_of_the_row_and_so_is_what_needs_it() -> None:
    tell(fixture("line_item"))  # names a subscription and its item, and no customer that they could belong to
    row = LineItem.objects.get(id="il_1")
    assert (row.subscription_id, row.subscription_item_id) == (None, None)
    assert not Subscription._base_manager.exists()
    assert not SubscriptionItem._base_manager.exists()


def test_an_embedded_object_is_inserted_if_it_is_absent() -> None:
    tell(fixture("charge") | {"refunds": page(fixture("refund")), "customer": fixture("customer")})
    assert mirror.get(Refund, "re_1").stripe_data["amount"] == 500
    assert mirror.get(Customer, "cus_1").email == "a@example.com"
    assert not ObjectVersion.objects.filter(object="refund").exists()


def test_an_embedded_object_takes_the_place_of_a_placeholder() -> None:
    tell(fixture("payment_method"), NOON)
    tell(fixture("charge") | {"customer": fixture("customer")}, NOON - 10)
    assert mirror.get(Customer, "cus_1").email == "a@example.com"


@pytest.mark.parametrize("second", [NOON - 10, NOON, NOON + 10])
def test_an_embedded_object_never_overwrites(second: int) -> None:
    tell(fixture("customer"), NOON)
    tell(fixture("refund"), NOON)
    embedding = fixture("charge") | {
        "customer": fixture("customer") | {"email": "embedded@example.com"},
        "refunds": page(fixture("refund") | {"status": "failed"}),
    }
    tell(embedding, second)
    assert mirror.get(Customer, "cus_1").email == "a@example.com"
    assert mirror.get(Refund, "re_1").status == "succeeded"


def test_an_embedded_object_never_overwrites_one_that_came_embedded() -> None:
    for second, email in ((NOON, "first@example.com"), (NOON + 1, "second@example.com")):
        tell(fixture("charge") | {"customer": fixture("customer") | {"email": email}}, second)
    assert mirror.get(Customer, "cus_1").email == "first@example.com"


def test_the_objects_own_payload_overwrites_what_came_embedded() -> None:
    tell(fixture("charge") | {"customer": fixture("customer") | {"email": "embedded@example.com"}}, NOON)
    assert tell(fixture("customer"), NOON - 10).verdict is Verdict.APPLIED
    assert mirror.get(Customer, "cus_1").email == "a@example.com"


def test_the_price_in_a_subscriptions_item_never_overwrites() -> None:
    tell(fixture("price"), NOON)
    tell(fixture("subscription") | {"items": page(item("si_1", price=fixture("price") | {"active": False}))}, NOON + 1)
    assert mirror.get(Price, "price_1").active is True


def test_a_part_takes_its_parents_version() -> None:
    tell(fixture("subscription"), NOON)
    tell(fixture("subscription") | {"items": page(item("si_1", quantity=7))}, NOON + 1)
    assert SubscriptionItem.objects.get(id="si_1").quantity == 7
    tell(fixture("subscription") | {"items": page(item("si_1", quantity=3))}, NOON - 1)
    assert SubscriptionItem.objects.get(id="si_1").quantity == 7


def test_items_that_a_subscription_no_longer_lists_are_marked_deleted() -> None:
    tell(fixture("subscription") | {"items": page(item("si_1"), item("si_2"))}, NOON)
    assert not is_gone(SubscriptionItem, "si_2")
    tell(fixture("subscription") | {"items": page(item("si_1"))}, NOON + 1)
    assert is_gone(SubscriptionItem, "si_2")
    assert not is_gone(SubscriptionItem, "si_1")


def test_lines_that_an_invoice_no_longer_lists_are_marked_deleted() -> None:
    tell(fixture("invoice") | {"lines": page(line("il_1"), line("il_2"))}, NOON)
    tell(fixture("invoice") | {"lines": page(line("il_2"))}, NOON + 1)
    assert is_gone(LineItem, "il_1")
    assert not is_gone(LineItem, "il_2")


def test_only_a_complete_list_tells_what_is_gone() -> None:
    tell(fixture("subscription") | {"items": page(item("si_1"), item("si_2"))}, NOON)
    tell(fixture("subscription") | {"items": page(item("si_1"), more=True)}, NOON + 1)
    assert not is_gone(SubscriptionItem, "si_2")


def test_an_item_beyond_the_first_page_is_marked_deleted_when_the_list_is_complete_again() -> None:
    tell(fixture("subscription") | {"items": page(item("si_1"), item("si_2"))}, NOON)
    tell(fixture("subscription") | {"items": page(item("si_1"), more=True)}, NOON + 1)
    tell(fixture("subscription") | {"items": page(item("si_1"))}, NOON + 2)
    assert is_gone(SubscriptionItem, "si_2")


def test_an_older_list_marks_nothing() -> None:
    tell(fixture("subscription") | {"items": page(item("si_1"), item("si_2"))}, NOON)
    tell(fixture("subscription") | {"items": page(item("si_1"))}, NOON - 1)
    assert not is_gone(SubscriptionItem, "si_2")


def test_a_part_that_is_listed_again_is_back() -> None:
    both = fixture("subscription") | {"items": page(item("si_1"), item("si_2"))}
    tell(both, NOON)
    tell(fixture("subscription"), NOON + 1)
    tell(both, NOON + 2)
    assert not is_gone(SubscriptionItem, "si_2")


def test_the_items_of_another_subscription_are_left_alone() -> None:
    tell(fixture("subscription") | {"id": "sub_2", "items": page(item("si_9", subscription="sub_2"))}, NOON)
    tell(fixture("subscription"), NOON)
    tell(fixture("subscription"), NOON + 1)
    assert not is_gone(SubscriptionItem, "si_9")


def test_what_we_tell_a_part_of_its_parent_isnt_taken_for_stripes() -> None:
    tell(fixture("invoice"))
    assert marks.untouched(LineItem.objects.get(id="il_1").stripe_data) == fixture("line_item")


def test_a_dispute_brings_its_balance_transactions() -> None:
    tell(fixture("dispute"))
    row = row_of(fixture("dispute"))
    assert row.balance_transaction.id == "txn_d1"
    assert mirror.get(type(row.balance_transaction), "txn_d1").amount == -500


def test_tax_rates_are_linked_and_replaced() -> None:
    def told(*rates: str) -> set[str]:
        nonlocal second
        second += 1
        tell(fixture("invoice") | {"default_tax_rates": [fixture("tax_rate") | {"id": rate} for rate in rates]}, second)
        return set(Invoice.objects.get(id="in_1").default_tax_rates.values_list("id", flat=True))

    second = NOON
    assert told("txr_1", "txr_2") == {"txr_1", "txr_2"}
    assert told("txr_2", "txr_3") == {"txr_2", "txr_3"}
    assert told() == set()
    assert mirror.real(TaxRate.objects.all()).count() == 3


def test_two_invoices_may_share_a_payment() -> None:
    tell(fixture("payment_intent"))
    tell(fixture("invoice"))
    second = fixture("invoice") | {"id": "in_2", "lines": page(), "number": "F-2"}
    assert tell(second).verdict is Verdict.APPLIED
    assert PaymentIntent.objects.get(id="pi_1") == Invoice.objects.get(id="in_1").payment_intent
    assert Invoice.objects.get(id="in_2").payment_intent is None


def test_a_charge_links_what_it_names() -> None:
    tell(fixture("charge"))
    charge = Charge.objects.get(id="ch_1")
    assert (charge.customer_id, charge.payment_intent.id, charge.balance_transaction_id) == ("cus_1", "pi_1", "txn_1")
