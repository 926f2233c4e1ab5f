"""Events of any age are taken, applied and done, with Stripe out of reach."""

from __future__ import annotations

from typing import Any

import pytest
from djstripe.models import Charge, Customer, Invoice, Subscription

from django_finances.models import InboxEvent
from django_finances.testing import make_event

from .conftest import Deliver
from .older_events import EVENTS, T

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("order", [1, -1], ids=["as they happened", "backwards"])
@pytest.mark.parametrize("api_version", ["2014-01-31", "2018-02-28", "2022-11-15", None])
def test_events_of_any_age_are_applied_without_a_call(
    deliver: Deliver, settings: Any, api_version: str | None, order: int
) -> None:
    settings.STRIPE_API_HOST = "http://127.0.0.1:9"  # nobody listens there
    for number, (event_type, obj) in enumerate(EVENTS[::order]):
        event = make_event(event_type, obj, api_version=api_version, created=T + number * 2)
        if api_version == "2014-01-31":
            event["request"] = "iar_1"  # the id alone, as it was then
        assert deliver(event).status_code == 200, event_type
    assert list(InboxEvent.objects.exclude(status="done").values_list("type", "last_error")) == []
    assert Customer.objects.get(id="cus_1").email == "a@example.com"
    assert Subscription.objects.get(id="sub_1").current_period_end.timestamp() == T + 2_592_000
    assert Invoice.objects.get(id="in_1").stripe_data["paid"] is True
    assert Charge.objects.count() == 4
