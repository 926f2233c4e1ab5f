"""From the inbox to the mirror, when things don't come as they should."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone
from djstripe.models import Product

from django_finances import mirror, stripe_api, webhooks
from django_finances.exceptions import StripeUnavailable
from django_finances.models import InboxEvent
from django_finances.models.work import LEASE, Status, pause_after
from django_finances.stripe_api import Answer
from django_finances.testing import make_event
from django_finances.webhooks import contention, inbox, worker

from .conftest import Deliver

pytestmark = pytest.mark.django_db(transaction=True)

Truth = Callable[..., None]


@pytest.fixture
def stripe_says(monkeypatch: pytest.MonkeyPatch) -> Truth:
    """Let Stripe answer a retrieve with an object read in a second of its clock; with None it can't be reached."""

    def says(obj: dict[str, Any] | None, *, at: int = 0, meanwhile: Callable[[], Any] = lambda: None) -> None:
        def retrieve(object_name: str, object_id: str, *args: Any, **options: Any) -> Answer:
            assert not connection.in_atomic_block, "Stripe was called inside a transaction"
            meanwhile()
            if obj is None:
                raise StripeUnavailable("Stripe can't be reached.")
            assert (object_name, object_id) == (obj["object"], obj["id"])
            return Answer(object=obj, status=200, request_id="req_1", interval=(at, at), idempotency_key="")

        monkeypatch.setattr(stripe_api, "retrieve", retrieve)

    return says


def name() -> str:
    return str(Product.objects.get(id="prod_1").name)


def test_two_events_of_one_second_end_as_stripe_says(
    deliver: Deliver, product: dict[str, Any], stripe_says: Truth
) -> None:
    stripe_says(product | {"name": "true"}, at=1001)
    deliver(make_event("product.updated", product | {"name": "one"}, created=1000))
    deliver(make_event("product.updated", product | {"name": "other"}, created=1000))
    assert name() == "true"
    assert set(InboxEvent.objects.values_list("status", flat=True)) == {Status.DONE}


def test_two_events_of_one_second_that_say_the_same_need_no_call(
    deliver: Deliver, product: dict[str, Any], stripe_says: Truth
) -> None:
    stripe_says(None)
    for event_type in ("product.created", "product.updated"):
        deliver(make_event(event_type, product, created=1000))
    assert set(InboxEvent.objects.values_list("status", flat=True)) == {Status.DONE}


def test_a_tie_while_stripe_is_down_waits_and_nothing_else_waits_with_it(
    deliver: Deliver, product: dict[str, Any], stripe_says: Truth
) -> None:
    stripe_says(None)
    deliver(make_event("product.updated", product | {"name": "one"}, created=1000))
    assert deliver(make_event("product.updated", product | {"name": "other"}, created=1000)).status_code == 200
    waiting = InboxEvent.objects.get(status=Status.PENDING)
    assert waiting.attempts == 0  # waiting isn't failing: it must never be parked for it
    assert "Stripe can't be reached" in waiting.last_error
    deliver(make_event("product.updated", product | {"id": "prod_2"}, created=1000))
    assert InboxEvent.objects.filter(status=Status.PENDING).get() == waiting

    stripe_says(product | {"name": "true"}, at=1005)
    InboxEvent.objects.filter(pk=waiting.pk).update(run_at=timezone.now())
    call_command("finances_process_webhooks")
    assert name() == "true"
    assert not InboxEvent.objects.filter(status=Status.PENDING).exists()


def test_what_was_written_between_the_question_and_the_answer_isnt_overwritten_by_the_answer(
    deliver: Deliver, product: dict[str, Any], stripe_says: Truth
) -> None:
    deliver(make_event("product.updated", product | {"name": "one"}, created=1000))
    calls: list[int] = []

    def newer_event_arrives() -> None:
        calls.append(1)
        if len(calls) == 1:
            late = product | {"name": "newest"}
            mirror.apply(late, as_of=mirror.AsOf.event(3000), livemode=False)
            stripe_says(late, at=3001, meanwhile=newer_event_arrives)

    stripe_says(product | {"name": "read too early"}, at=1001, meanwhile=newer_event_arrives)
    deliver(make_event("product.updated", product | {"name": "other"}, created=1000))
    assert name() == "newest"


def test_an_object_that_changes_under_every_answer_is_left_for_later(
    deliver: Deliver, product: dict[str, Any], stripe_says: Truth
) -> None:
    deliver(make_event("product.updated", product | {"name": "one"}, created=1000))
    seconds = iter(range(2000, 3000))

    def always_changing() -> None:
        at = next(seconds)
        mirror.apply(product | {"name": str(at)}, as_of=mirror.AsOf.event(at), livemode=False)

    stripe_says(product | {"name": "read too early"}, at=1001, meanwhile=always_changing)
    deliver(make_event("product.updated", product | {"name": "other"}, created=1000))
    assert name() == "2002"
    assert "changed under each of 3 answers" in InboxEvent.objects.get(status=Status.PENDING).last_error


def test_an_inline_request_takes_a_few_leftovers_along(deliver: Deliver, product: dict[str, Any]) -> None:
    for number in range(7):
        incoming = inbox.parse(_body(make_event("product.created", product | {"id": f"prod_left_{number}"})))
        inbox.store(incoming)
    deliver(make_event("product.created", product))
    assert InboxEvent.objects.filter(status=Status.DONE).count() == 6
    assert InboxEvent.objects.get(object_id="prod_1").status == Status.DONE


def test_with_a_worker_the_request_only_stores(deliver: Deliver, product: dict[str, Any], settings: Any) -> None:
    settings.FINANCES_WEBHOOK_EXECUTION = "worker"
    deliver(make_event("product.created", product))
    assert InboxEvent.objects.get().status == Status.PENDING
    assert not Product.objects.exists()
    call_command("finances_process_webhooks")
    assert name() == "Pro"


def test_an_event_that_somebody_holds_isnt_taken_until_the_lease_is_over(product: dict[str, Any]) -> None:
    inbox.store(inbox.parse(_body(make_event("product.created", product))))
    pk = InboxEvent.objects.get().pk
    assert InboxEvent.objects.claim(pk)
    assert not InboxEvent.objects.claim(pk)
    assert webhooks.process_due() == 0
    InboxEvent.objects.update(leased_until=timezone.now() - timedelta(seconds=1))  # its holder was killed
    assert webhooks.process_due() == 1
    assert InboxEvent.objects.get().attempts == 2


def test_a_lease_outlasts_the_slowest_piece_of_work() -> None:
    assert timedelta(seconds=(1 + 3) * 10) < LEASE  # three fetches and the rest


def test_an_event_that_another_finished_meanwhile_is_left_alone(product: dict[str, Any]) -> None:
    inbox.store(inbox.parse(_body(make_event("product.created", product))))
    event = InboxEvent.objects.get()
    InboxEvent.objects.get().finish()
    webhooks.on("product.created")(lambda event: pytest.fail("it ran twice"))
    worker._attempt(event)
    assert not Product.objects.exists()


def test_an_event_that_the_mirror_cant_take_is_retried_and_answered_with_200(
    deliver: Deliver, product: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **options: Any) -> Any:
        raise ValueError("no column for this")

    with monkeypatch.context() as patched:
        patched.setattr(mirror, "apply_event", broken)
        assert deliver(make_event("product.created", product)).status_code == 200
    event = InboxEvent.objects.get()
    assert (event.status, event.attempts, event.last_error) == (Status.PENDING, 1, "ValueError: no column for this")
    InboxEvent.objects.update(run_at=timezone.now())
    assert webhooks.process_due() == 1
    assert name() == "Pro"


def test_a_transaction_that_the_database_broke_off_is_tried_again_at_once() -> None:
    tries: list[int] = []

    def locked() -> str:
        tries.append(1)
        if len(tries) < 4:
            raise OperationalError("database is locked")
        return "done"

    assert contention.retried(locked) == "done"


def test_any_other_fault_of_the_database_isnt_tried_again() -> None:
    tries: list[int] = []

    def broken() -> None:
        tries.append(1)
        raise OperationalError("disk full")

    with pytest.raises(OperationalError, match="disk full"):
        contention.retried(broken)
    assert len(tries) == 1


def test_pauses_grow_are_spread_and_have_a_bound() -> None:
    assert pause_after(1) <= timedelta(seconds=10)
    assert all(timedelta(minutes=30) <= pause_after(n) <= timedelta(hours=1) for n in (10, 100))
    assert len({pause_after(5) for _ in range(20)}) > 10


def _body(event: dict[str, Any]) -> bytes:
    import json

    return json.dumps(event).encode()
