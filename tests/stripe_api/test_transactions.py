"""No call inside a transaction, but tests of hosts are no transaction."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from django_finances import stripe_api
from django_finances.exceptions import InsideTransaction

from .conftest import Loopback


@pytest.mark.django_db(transaction=True)
def test_a_call_inside_atomic_is_refused_before_anything_is_sent(stripe_server: Loopback) -> None:
    with transaction.atomic(), pytest.raises(InsideTransaction, match="on_commit"):
        stripe_api.get("/v1/customers")
    assert stripe_server.requests == []


@pytest.mark.django_db(transaction=True)
def test_a_call_after_the_commit_is_made(stripe_server: Loopback) -> None:
    stripe_server.will_answer({"id": "cus_1"})
    answers: list[Any] = []
    with transaction.atomic():
        transaction.on_commit(lambda: answers.append(stripe_api.get("/v1/customers/cus_1").object))
        assert answers == []
    assert answers == [{"id": "cus_1"}]


@pytest.mark.django_db
def test_the_transaction_of_a_test_case_does_not_count(stripe_server: Loopback) -> None:
    stripe_server.will_answer()
    assert stripe_api.get("/v1/customers").status == 200


@pytest.mark.django_db
def test_atomic_inside_a_test_case_counts(stripe_server: Loopback) -> None:
    with transaction.atomic(), pytest.raises(InsideTransaction):
        stripe_api.get("/v1/customers")


@pytest.mark.django_db
def test_whoever_knows_better_can_allow_it(stripe_server: Loopback) -> None:
    stripe_server.will_answer()
    with transaction.atomic():
        with stripe_api.allow_in_transaction():
            assert stripe_api.get("/v1/customers").status == 200
        with pytest.raises(InsideTransaction):
            stripe_api.get("/v1/customers")
