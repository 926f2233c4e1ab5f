"""Observers are told of every change in the transaction that makes it, whatever brought it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from djstripe.models import Customer, Event, Product, Subscription, SubscriptionItem

from django_finances import mirror
from django_finances.mirror import Verdict, observers
from django_finances.models import InboxEvent, ObjectVersion, StripeObject
from django_finances.testing import make_event

from ..fixtures.validate import fixture
from .conftest import NOON, answer, tell

pytestmark = pytest.mark.django_db

Seen = list[tuple[Any, Any]]


def watch(model: Any) -> Seen:
    """What observers of a model are told from now on."""
    seen: Seen = []

    @mirror.observe(model)
    def note(before: Any, after: Any) -> None:
        assert connection.in_atomic_block
        seen.append((before, after))

    return seen


@pytest.fixture
def names() -> Iterator[list[tuple[str | None, str | None]]]:
    """The names of products, before and after."""
    seen: list[tuple[str | None, str | None]] = []

    def note(before: Product | None, after: Product) -> None:
        seen.append((before and before.name, after.name))

    mirror.observe(Product)(note)
    yield seen
    observers.forget(Product, note)


def product(name: str) -> dict[str, Any]:
    return fixture("product") | {"name": name}


def inbox_event(payload: dict[str, Any], event_type: str, **envelope: Any) -> InboxEvent:
    body = make_event(event_type, payload, **envelope)
    return InboxEvent.objects.create(
        event_id=body["id"],
        account=body.get("account", ""),
        livemode=body["livemode"],
        type=body["type"],
        api_version=body["api_version"],
        created=body["created"],
        payload=json.dumps(body),
    )


def test_an_observer_is_told_what_was_and_what_is(names: list[Any]) -> None:
    tell(product("one"), NOON)
    tell(product("two"), NOON + 1)
    assert names == [(None, "one"), ("one", "two")]


def test_an_observer_is_told_of_answers_and_of_events_alike(names: list[Any]) -> None:
    mirror.apply_answer(answer(product("answered"), NOON, NOON), livemode=False)
    mirror.apply_event(inbox_event(product("told"), "product.updated", created=NOON + 1))
    assert names == [(None, "answered"), ("answered", "told")]


def test_an_observer_isnt_told_what_isnt_written(names: list[Any]) -> None:
    tell(product("one"), NOON)
    for text, second in (("one", NOON), ("other", NOON), ("old", NOON - 1)):
        assert tell(product(text), second).verdict is not Verdict.APPLIED
    assert names == [(None, "one")]


def test_a_placeholder_is_nothing_to_an_observer(names: list[Any]) -> None:
    tell(fixture("price"))
    assert Product._base_manager.filter(id="prod_1").exists()
    assert names == []
    tell(product("one"))
    assert names == [(None, "one")]


def test_an_observer_is_told_of_a_deletion() -> None:
    seen = watch(Customer)
    tell(fixture("customer"), NOON)
    tell({"id": "cus_1", "object": "customer", "deleted": True}, NOON + 1)
    before, after = seen[-1]
    assert (before.deleted, after.deleted) == (False, True)


def test_an_observer_sees_the_parts_as_they_are_afterwards() -> None:
    quantities: list[int] = []
    items: list[set[str]] = []

    @mirror.observe(Subscription)
    def note(before: Subscription | None, after: Subscription) -> None:
        there = SubscriptionItem.objects.filter(subscription=after)
        quantities.append(there.get(id="si_1").quantity)
        items.append({item.id for item in there if not item.stripe_data.get("deleted")})

    item = fixture("subscription_item")
    page = fixture("subscription")["items"]
    both = page | {"data": [item, item | {"id": "si_2"}]}
    tell(fixture("subscription") | {"items": both}, NOON)
    tell(fixture("subscription") | {"items": page | {"data": [item | {"quantity": 5}]}}, NOON + 1)
    assert quantities == [1, 5]
    assert items == [{"si_1", "si_2"}, {"si_1"}]


def test_an_observer_of_our_own_table_is_told_too() -> None:
    seen = watch(StripeObject)
    tell(fixture("quote"), NOON)
    tell(fixture("quote") | {"status": "open"}, NOON + 1)
    tell(product("of another account"), account="acct_1")
    assert [(before and before.data["status"], after.data.get("status")) for before, after in seen] == [
        (None, "draft"),
        ("draft", "open"),
        (None, None),
    ]


def test_an_observer_of_djstripes_table_isnt_told_of_other_accounts_objects(names: list[Any]) -> None:
    tell(product("of another account"), account="acct_1")
    tell(product("of the other mode"), livemode=True)
    assert names == []


def test_an_observer_that_raises_rolls_everything_back() -> None:
    tell(product("one"), NOON)

    @mirror.observe(Product)
    def refuse(before: Any, after: Any) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        tell(product("two"), NOON + 1)
    assert Product.objects.get(id="prod_1").name == "one"
    assert ObjectVersion.objects.get(object_id="prod_1").latest == NOON

    observers.forget(Product, refuse)
    assert tell(product("two"), NOON + 1).verdict is Verdict.APPLIED


def test_an_observer_that_raises_at_an_event_takes_its_row_back_too() -> None:
    @mirror.observe(Product)
    def refuse(before: Any, after: Any) -> None:
        raise ValueError("no")

    event = inbox_event(product("one"), "product.created", created=NOON)
    with pytest.raises(ValueError, match="no"), transaction.atomic():
        mirror.apply_event(event)
    assert not Product._base_manager.exists()
    assert not Event._base_manager.exists()
    assert not ObjectVersion.objects.exists()


def test_observers_are_called_in_the_order_in_which_they_registered_and_once() -> None:
    order: list[str] = []

    def first(before: Any, after: Any) -> None:
        order.append("first")

    def second(before: Any, after: Any) -> None:
        order.append("second")

    for observer in (first, second, first):
        mirror.observe(Product)(observer)
    tell(product("one"))
    assert order == ["first", "second"]


def test_an_accepted_event_leaves_djstripes_row_as_stripe_sent_it() -> None:
    event = inbox_event(product("one"), "product.created", created=NOON)
    mirror.apply_event(event)
    mirror.apply_event(event)
    row = Event.objects.get()
    assert (row.id, row.type, row.api_version) == (event.event_id, "product.created", event.api_version)
    assert row.stripe_data == event.body
    assert row.created.timestamp() == NOON
    assert mirror.djstripe_event.get(event) == row


def test_the_event_of_a_connected_account_stays_out_of_djstripes_tables() -> None:
    mirror.apply_event(inbox_event(product("one"), "product.created", created=NOON, account="acct_1"))
    assert not Event._base_manager.exists()
    assert not Product._base_manager.exists()
    assert StripeObject.objects.get().account == "acct_1"


def test_an_event_settled_by_a_fetch_is_told_as_one_change(names: list[Any]) -> None:
    tell(product("one"), NOON)
    event = inbox_event(product("other"), "product.updated", created=NOON)
    assert mirror.apply_event(event).verdict is Verdict.TIED
    key = mirror.key_of_event(event)
    assert key is not None
    fetched = mirror.Fetched(product("true"), mirror.AsOf.event(NOON), mirror.versions.generation(key))
    assert mirror.apply_event(event, fetched).verdict is Verdict.APPLIED
    assert names == [(None, "one"), ("one", "true")]
