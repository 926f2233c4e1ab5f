"""What hosts hang on events: how often it runs, what it sees, and what happens when it fails."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from djstripe.event_handlers import djstripe_receiver
from djstripe.models import Event, Product

from django_finances import mirror, webhooks
from django_finances.models import EventDelivery, InboxEvent
from django_finances.models.work import MAX_ATTEMPTS, Status
from django_finances.testing import make_event
from django_finances.webhooks import handlers

from .conftest import Deliver

pytestmark = pytest.mark.django_db(transaction=True)


def let_time_pass() -> None:
    """Everything that waits for its next attempt is due now."""
    for model in (InboxEvent, EventDelivery):
        model.objects.update(run_at=timezone.now() - timedelta(seconds=1), leased_until=None)


def test_a_handler_runs_once_however_often_the_event_comes(deliver: Deliver, product: dict[str, Any]) -> None:
    seen: list[str] = []
    webhooks.on("product.created")(lambda event: seen.append(event.event_id))
    event = make_event("product.created", product)
    for _ in range(3):
        deliver(event)
    webhooks.process_due()
    assert seen == [event["id"]]


def test_a_handler_sees_the_mirror_as_it_is_now_and_the_payload_as_it_was(
    deliver: Deliver, product: dict[str, Any]
) -> None:
    seen: list[tuple[str, str]] = []

    @webhooks.on("product.updated")
    def look(event: InboxEvent) -> None:
        seen.append((mirror.get(Product, event.object_id).name, event.data["object"]["name"]))

    deliver(make_event("product.updated", product | {"name": "new"}, created=2000))
    deliver(make_event("product.updated", product | {"name": "old"}, created=1000))
    assert seen == [("new", "new"), ("new", "old")]


def test_handlers_run_for_stale_unknown_and_bodiless_events_too(deliver: Deliver, product: dict[str, Any]) -> None:
    seen: list[str] = []
    webhooks.on("*")(lambda event: seen.append(event.type))
    deliver(make_event("product.updated", product, created=2000))
    deliver(make_event("product.created", product, created=1000))
    deliver(make_event("starship.launched", {"id": "ship_1", "object": "starship"}))
    deliver(make_event("balance.available", {"object": "balance"}))
    assert seen == ["product.updated", "product.created", "starship.launched", "balance.available"]


def test_no_handler_runs_for_an_event_of_the_other_mode(deliver: Deliver, product: dict[str, Any]) -> None:
    webhooks.on("*")(lambda event: pytest.fail("a handler ran"))
    assert deliver(make_event("product.created", product, livemode=True)).status_code == 200
    assert webhooks.process_due() == 0


def test_one_function_may_serve_several_types_and_is_registered_once(deliver: Deliver, product: dict[str, Any]) -> None:
    seen: list[str] = []

    def note(event: InboxEvent) -> None:
        seen.append(event.type)

    for _ in range(2):  # an app that is imported twice
        webhooks.on("product.created", "product.updated")(note)
    deliver(make_event("product.created", product, created=1000))
    deliver(make_event("product.updated", product, created=2000))
    assert seen == ["product.created", "product.updated"]


def test_a_handler_without_a_type_is_refused_with_advice() -> None:
    with pytest.raises(ValueError, match="at least one event type"):
        webhooks.on()


def test_what_a_plain_handler_writes_is_committed_with_the_event_or_not_at_all(
    deliver: Deliver, product: dict[str, Any], django_user_model: Any
) -> None:
    fails = [True]

    @webhooks.on("product.created")
    def write(event: InboxEvent) -> None:
        assert connection.in_atomic_block
        django_user_model.objects.create(username=event.event_id)
        if fails[0]:
            raise RuntimeError("a host's bug")

    event = make_event("product.created", product)
    assert deliver(event).status_code == 200
    assert not django_user_model.objects.exists()
    fails[0] = False
    let_time_pass()
    webhooks.process_due()
    assert django_user_model.objects.get().username == event["id"]


def test_a_handler_that_fails_keeps_neither_the_mirror_wrong_nor_other_events_waiting(
    deliver: Deliver, product: dict[str, Any]
) -> None:
    @webhooks.on("product.created")
    def fail(event: InboxEvent) -> None:
        raise RuntimeError("a host's bug")

    deliver(make_event("product.created", product))
    poisoned = InboxEvent.objects.get()
    assert (poisoned.status, poisoned.attempts) == (Status.PENDING, 1)
    assert "a host's bug" in poisoned.last_error
    assert Product.objects.get().name == "Pro"
    assert Event.objects.exists()
    deliver(make_event("product.updated", product | {"id": "prod_2"}))
    assert InboxEvent.objects.get(object_id="prod_2").status == Status.DONE


def test_retries_run_the_handlers_but_write_the_mirror_no_more(deliver: Deliver, product: dict[str, Any]) -> None:
    runs: list[str] = []

    @webhooks.on("product.created")
    def fail_once(event: InboxEvent) -> None:
        runs.append(event.event_id)
        if len(runs) == 1:
            raise RuntimeError("a host's bug")

    deliver(make_event("product.created", product, created=1000))
    deliver(make_event("product.updated", product | {"name": "newer"}, created=2000))
    let_time_pass()
    webhooks.process_due()
    assert len(runs) == 2
    assert Product.objects.get().name == "newer"
    assert set(InboxEvent.objects.values_list("status", flat=True)) == {Status.DONE}


def test_an_event_whose_handler_always_fails_is_parked_where_a_person_sees_it(
    deliver: Deliver, product: dict[str, Any]
) -> None:
    @webhooks.on("product.created")
    def fail(event: InboxEvent) -> None:
        raise RuntimeError("a host's bug")

    deliver(make_event("product.created", product))
    for _ in range(MAX_ATTEMPTS + 3):
        let_time_pass()
        webhooks.process_due()
    parked = InboxEvent.objects.get()
    assert (parked.status, parked.attempts) == (Status.DEAD, MAX_ATTEMPTS)
    assert parked.finished_at is not None


def test_the_error_that_is_kept_holds_no_traceback_and_has_a_bound(deliver: Deliver, product: dict[str, Any]) -> None:
    @webhooks.on("product.created")
    def fail(event: InboxEvent) -> None:
        raise RuntimeError("x" * 100_000 + "\x00")

    deliver(make_event("product.created", product))
    error = InboxEvent.objects.get().last_error
    assert error.startswith("RuntimeError: xxx")
    assert len(error) <= 2000


def test_an_after_commit_handler_runs_outside_any_transaction_with_the_event_done(
    deliver: Deliver, product: dict[str, Any]
) -> None:
    seen: list[tuple[bool, str]] = []

    @webhooks.on("product.created", after_commit=True)
    def look(event: InboxEvent) -> None:
        seen.append((connection.in_atomic_block, event.status))

    deliver(make_event("product.created", product))
    assert seen == [(False, Status.DONE)]
    assert EventDelivery.objects.get().status == Status.DONE


def test_an_after_commit_handler_that_fails_is_retried_alone(deliver: Deliver, product: dict[str, Any]) -> None:
    runs: dict[str, int] = {"good": 0, "bad": 0}

    @webhooks.on("product.created", after_commit=True)
    def good(event: InboxEvent) -> None:
        runs["good"] += 1

    @webhooks.on("product.created", after_commit=True)
    def bad(event: InboxEvent) -> None:
        runs["bad"] += 1
        if runs["bad"] < 3:
            raise RuntimeError("the mail server is down")

    deliver(make_event("product.created", product))
    assert InboxEvent.objects.get().status == Status.DONE
    for _ in range(4):
        let_time_pass()
        webhooks.process_due()
    assert runs == {"good": 1, "bad": 3}
    assert set(EventDelivery.objects.values_list("status", flat=True)) == {Status.DONE}


def test_a_delivery_to_a_handler_that_is_gone_says_so(deliver: Deliver, product: dict[str, Any]) -> None:
    @webhooks.on("product.created", after_commit=True)
    def fail(event: InboxEvent) -> None:
        raise RuntimeError("not now")

    deliver(make_event("product.created", product))
    handlers.forget(fail)
    let_time_pass()
    webhooks.process_due()
    assert "isn't registered any more" in EventDelivery.objects.get().last_error


def test_a_plain_handler_that_fails_doesnt_hold_back_the_deliveries(deliver: Deliver, product: dict[str, Any]) -> None:
    seen: list[str] = []
    webhooks.on("product.created", after_commit=True)(lambda event: seen.append(event.event_id))

    @webhooks.on("product.created")
    def fail(event: InboxEvent) -> None:
        raise RuntimeError("a host's bug")

    deliver(make_event("product.created", product))
    assert len(seen) == 1


def test_receivers_of_djstripes_signals_get_djstripes_event_and_djstripes_own_are_left_out(
    deliver: Deliver, product: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str]] = []

    @djstripe_receiver("product.created")
    def receive(sender: Any, event: Event, **kwargs: Any) -> None:
        assert not connection.in_atomic_block
        seen.append((event.id, event.data["object"]["name"]))

    monkeypatch.setattr(  # what dj-stripe's own receiver of this signal would do first
        Product, "sync_from_stripe_data", lambda *args, **kwargs: pytest.fail("dj-stripe's receiver ran")
    )
    event = make_event("product.created", product)
    deliver(event)
    deliver(event)
    assert seen == [(event["id"], "Pro")]
    assert EventDelivery.objects.get().handler.endswith("receive")


def test_a_receiver_of_djstripes_signals_that_fails_is_retried(deliver: Deliver, product: dict[str, Any]) -> None:
    runs: list[str] = []

    @djstripe_receiver("product.updated")
    def receive(sender: Any, event: Event, **kwargs: Any) -> None:
        runs.append(event.id)
        if len(runs) == 1:
            raise RuntimeError("a host's bug")

    deliver(make_event("product.updated", product))
    let_time_pass()
    webhooks.process_due()
    assert len(runs) == 2
    assert EventDelivery.objects.get().status == Status.DONE


def test_an_asynchronous_receiver_of_djstripes_signals_is_awaited(deliver: Deliver, product: dict[str, Any]) -> None:
    seen: list[str] = []

    @djstripe_receiver("product.deleted")
    async def receive(sender: Any, event: Event, **kwargs: Any) -> None:
        seen.append(event.id)

    deliver(make_event("product.deleted", product))
    assert len(seen) == 1


def test_a_handler_may_open_transactions_of_its_own(deliver: Deliver, product: dict[str, Any]) -> None:
    @webhooks.on("product.created", after_commit=True)
    def write(event: InboxEvent) -> None:
        with transaction.atomic(durable=True):
            pass

    deliver(make_event("product.created", product))
    assert EventDelivery.objects.get().status == Status.DONE
