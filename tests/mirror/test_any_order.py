"""However events arrive (late, twice, in any order), the mirror ends where Stripe is."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from djstripe.models import Customer
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from django_finances import mirror
from django_finances.mirror import ObjectKey, Verdict, marks

from ..fixtures.validate import fixture
from .conftest import NOON, Stripe, tell

pytestmark = pytest.mark.django_db

KEY = ObjectKey("customer", "cus_1", livemode=False)
MOST_FETCHES = 3


@dataclass(frozen=True)
class Step:
    """What happens next: a change at Stripe some seconds later, and the events that arrive after it."""

    later: int
    arrivals: tuple[int, ...]


steps = st.builds(Step, st.integers(0, 2), st.lists(st.integers(0, 9), max_size=4).map(tuple))
#: Changes of an object, and in which order those of its events arrive that haven't arrived by then.
lives = st.tuples(st.lists(steps, min_size=1, max_size=6), st.randoms(use_true_random=False), st.booleans())


@dataclass(frozen=True)
class Event:
    second: int
    payload: dict[str, Any]
    type: str


def arrive(event: Event) -> None:
    """What the worker does with an event."""
    applied = tell(event.payload, event.second, event_type=event.type)
    for _ in range(MOST_FETCHES):
        if applied.settled:
            return
        fetched = mirror.fetch(KEY)
        applied = mirror.apply(
            fetched.payload,
            as_of=fetched.as_of,
            livemode=False,
            unless_changed_since=fetched.generation,
        )
    assert applied.settled


def live(life: list[Step], stripe: Stripe, *, dies: bool) -> list[Event]:
    """Let the changes happen at Stripe, and some of their events arrive meanwhile."""
    events: list[Event] = []
    stripe.now = NOON
    for number, step in enumerate(life):
        last = dies and number == len(life) - 1
        stripe.now += step.later
        payload = fixture("customer") | {"name": f"state {number}"}
        stripe.objects["cus_1"] = {"id": "cus_1", "object": "customer", "deleted": True} if last else payload
        events.append(Event(stripe.now, payload, "customer.deleted" if last else "customer.updated"))
        for chosen in step.arrivals:
            arrive(events[chosen % len(events)])
    return events


@given(life=lives)
@example(life=([Step(0, (0,)), Step(0, (1, 0)), Step(0, ())], random.Random(0), False))
@settings(
    max_examples=150,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_life_told_in_any_order_with_repetitions_ends_as_stripe_says(life: Any, stripe: Stripe) -> None:
    happened, order, dies = life
    with transaction.atomic():
        events = live(happened, stripe, dies=dies)
        remaining = events + order.choices(events, k=3)
        order.shuffle(remaining)
        for event in remaining:
            arrive(event)
        row = Customer._base_manager.get(id="cus_1")
        if dies:
            assert row.deleted
        else:
            assert marks.untouched(row.stripe_data) == stripe.objects["cus_1"]
            assert not row.deleted
        transaction.set_rollback(True)


@given(st.permutations(range(5)))
@settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_events_whose_seconds_differ_need_no_call_in_any_order(stripe: Stripe, order: list[int]) -> None:
    stripe.calls.clear()
    with transaction.atomic():
        for number in order:
            payload = fixture("customer") | {"name": f"state {number}"}
            assert tell(payload, NOON + number).verdict in {Verdict.APPLIED, Verdict.STALE}
        assert mirror.get(Customer, "cus_1").name == "state 4"
        transaction.set_rollback(True)
    assert stripe.calls == []
