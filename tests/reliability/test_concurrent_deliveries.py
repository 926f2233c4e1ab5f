"""Many requests at once, on a real database. PostgreSQL shows races; SQLite shows that a lock is waited for."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest
from django.db import connection, connections
from django.test import Client
from djstripe.models import Customer, Invoice, Product, Subscription

from django_finances import webhooks
from django_finances.models import InboxEvent, ObjectVersion
from django_finances.models.work import Status
from django_finances.testing import make_event, signature_header
from django_finances.webhooks import handlers

pytestmark = pytest.mark.django_db(transaction=True)

URL: Final = "/api/finances/stripe/webhook/"
SECRET: Final = "whsec_of_the_tests"

Event = dict[str, Any]


@pytest.fixture(autouse=True)
def _configured(settings: Any) -> None:
    settings.DJSTRIPE_WEBHOOK_SECRET = SECRET
    settings.STRIPE_LIVE_MODE = False


@pytest.fixture
def on_product_created() -> Iterator[Counter[str]]:
    runs: Counter[str] = Counter()

    def count(event: InboxEvent) -> None:
        runs[event.event_id] += 1

    webhooks.on("product.created")(count)
    yield runs
    handlers.forget(count)


def all_at_once(tasks: Sequence[Callable[[], int]], *, at_once: int) -> list[int]:
    def run(task: Callable[[], int]) -> int:
        try:
            return task()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(run, tasks))


def post(event: Event) -> int:
    body = json.dumps(event).encode()
    client = Client(raise_request_exception=False)
    header = signature_header(body, SECRET)
    answer = client.generic("POST", URL, body, content_type="application/json", HTTP_STRIPE_SIGNATURE=header)
    return answer.status_code


def product(number: int, **fields: Any) -> Event:
    return {"id": f"prod_{number}", "object": "product", "active": True, "created": 1, "name": "Pro", **fields}


def test_sixty_four_copies_at_once_make_one_row_and_run_handlers_once(on_product_created: Counter[str]) -> None:
    event = make_event("product.created", product(1))
    assert all_at_once([lambda: post(event)] * 64, at_once=16) == [200] * 64
    assert InboxEvent.objects.get().status == Status.DONE
    assert on_product_created == {event["id"]: 1}


def test_events_of_one_object_in_any_order_at_once_leave_the_newest() -> None:
    events = [
        make_event("product.updated", product(number, name=f"version {second}"), created=second)
        for number in range(6)
        for second in range(1000, 1010)
    ]
    random.Random(7).shuffle(events)
    tasks = [lambda event=event: post(event) for event in events]
    assert set(all_at_once(tasks, at_once=8)) == {200}
    webhooks.process_due()
    assert set(InboxEvent.objects.values_list("status", flat=True)) == {Status.DONE}
    assert set(Product.objects.values_list("name", flat=True)) == {"version 1009"}
    assert ObjectVersion.objects.count() == 6


def test_objects_that_refer_to_each_other_at_once_neither_deadlock_nor_lose_a_row() -> None:
    events = [event for number in range(12) for event in _a_customers_objects(number)]
    random.Random(11).shuffle(events)
    tasks = [lambda event=event: post(event) for event in events]
    assert set(all_at_once(tasks, at_once=8)) == {200}
    webhooks.process_due()
    assert not InboxEvent.objects.exclude(status=Status.DONE).exists()
    assert (Customer.objects.count(), Subscription.objects.count(), Invoice.objects.count()) == (12, 12, 12)
    assert not Customer.objects.exclude(email__startswith="customer").exists()
    assert Invoice.objects.filter(subscription__customer__email__startswith="customer").count() == 12


def test_the_database_under_this_test_is_the_one_that_was_asked_for() -> None:
    import os

    assert connection.vendor == os.environ.get("TEST_DATABASE", "sqlite")


def _a_customers_objects(number: int) -> list[Event]:
    customer = {
        "id": f"cus_{number}",
        "object": "customer",
        "created": 1,
        "email": f"customer-{number}@example.com",
        "invoice_settings": {"default_payment_method": f"pm_{number}"},
    }
    method = {
        "id": f"pm_{number}",
        "object": "payment_method",
        "created": 1,
        "customer": f"cus_{number}",
        "type": "card",
    }
    subscription = {
        "id": f"sub_{number}",
        "object": "subscription",
        "created": 1,
        "customer": f"cus_{number}",
        "default_payment_method": f"pm_{number}",
        "status": "active",
        "items": {"object": "list", "data": [], "has_more": False},
    }
    invoice = {
        "id": f"in_{number}",
        "object": "invoice",
        "created": 1,
        "customer": f"cus_{number}",
        "default_payment_method": f"pm_{number}",
        "status": "paid",
        "parent": {"subscription_details": {"subscription": f"sub_{number}"}, "type": "subscription_details"},
    }
    return [
        make_event("customer.created", customer),
        make_event("payment_method.attached", method),
        make_event("customer.subscription.created", subscription),
        make_event("invoice.paid", invoice),
    ]
