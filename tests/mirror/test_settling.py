"""A tie that Stripe answers with 404: no deletion by itself, settled when one is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from djstripe.models import Customer

from django_finances import mirror
from django_finances.models import InboxEvent
from django_finances.models.work import Status
from django_finances.testing import make_event
from django_finances.webhooks import worker

from ..fixtures.validate import fixture
from .conftest import NOON, Stripe

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level("CRITICAL", "django_finances"):
        yield


def arrive(payload: dict[str, Any], event_type: str, second: int) -> InboxEvent:
    body = make_event(event_type, payload, created=second)
    event = InboxEvent.objects.create(
        event_id=body["id"],
        livemode=False,
        type=event_type,
        api_version=body["api_version"],
        created=second,
        payload=json.dumps(body),
    )
    return process(event)


def process(event: InboxEvent) -> InboxEvent:
    InboxEvent.objects.filter(pk=event.pk).update(run_at=timezone.now())
    worker.process_due()
    event.refresh_from_db()
    return event


def customer(name: str) -> dict[str, Any]:
    return fixture("customer") | {"name": name}


def test_a_404_is_no_deletion(stripe: Stripe) -> None:
    arrive(customer("one"), "customer.updated", NOON)
    tied = arrive(customer("other"), "customer.updated", NOON)
    assert stripe.calls == ["cus_1"]
    assert tied.status == Status.PENDING
    row = mirror.get(Customer, "cus_1")
    assert (row.name, row.deleted) == ("one", False)


def test_a_404_is_settled_by_the_deletion_that_was_pending(stripe: Stripe) -> None:
    arrive(customer("one"), "customer.updated", NOON)
    tied = arrive(customer("other"), "customer.updated", NOON)
    assert arrive(customer("other"), "customer.deleted", NOON).status == Status.DONE
    assert process(tied).status == Status.DONE
    assert stripe.calls == ["cus_1"]  # once it is known to be gone, nobody asks again
    assert Customer.objects.get(id="cus_1").deleted


def test_what_stripe_answers_settles_it(stripe: Stripe) -> None:
    arrive(customer("one"), "customer.updated", NOON)
    stripe.now, stripe.objects["cus_1"] = NOON + 5, customer("true")
    assert arrive(customer("other"), "customer.updated", NOON).status == Status.DONE
    assert mirror.get(Customer, "cus_1").name == "true"
