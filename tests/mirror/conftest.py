from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from django_finances import mirror, stripe_api
from django_finances.exceptions import NotFound
from django_finances.mirror import observers
from django_finances.mirror.registry import model_for
from django_finances.models import ObjectVersion, StripeObject
from django_finances.stripe_api import Answer

#: A second of Stripe's clock, a while after the fixtures' objects were made.
NOON = 1767268800

Tell = Callable[..., mirror.Applied]


@pytest.fixture(autouse=True)
def _test_mode(settings: Any) -> None:
    settings.STRIPE_LIVE_MODE = False


@pytest.fixture(autouse=True)
def _stripe_is_never_called(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **options: Any) -> Answer:
        raise AssertionError(f"Stripe was called: {args}")

    for name in ("retrieve", "get", "post", "delete"):
        monkeypatch.setattr(stripe_api, name, refuse)


@pytest.fixture(autouse=True)
def _no_observers_left() -> Iterator[None]:
    before = {model: list(registered) for model, registered in observers._observers.items()}
    yield
    observers._observers.clear()
    observers._observers.update(before)


def tell(payload: Mapping[str, Any], at: int = NOON, **options: Any) -> mirror.Applied:
    """Apply a payload as an event of a second brings it."""
    return mirror.apply(payload, as_of=mirror.AsOf.event(at), **{"livemode": False, **options})


def answer(payload: Mapping[str, Any], first: int, last: int) -> Answer:
    """An answer of Stripe's that was true somewhere from one second to another."""
    return Answer(object=dict(payload), status=200, request_id="req_1", interval=(first, last), idempotency_key="")


def row_of(payload: Mapping[str, Any]) -> Any:
    """The row of dj-stripe's, or the `StripeObject`, that holds an object; None where none does."""
    model = model_for(payload["object"])
    row = model and model._base_manager.filter(id=payload["id"]).first()
    return row or StripeObject.objects.filter(object=payload["object"], object_id=payload["id"]).first()


def version_of(payload: Mapping[str, Any]) -> ObjectVersion:
    return ObjectVersion.objects.get(object=payload["object"], object_id=payload["id"])


def djstripe_models() -> list[type[models.Model]]:
    return list(apps.get_app_config("djstripe").get_models())


class Stripe:
    """A Stripe that has some objects, and answers retrieves with them as they are in its present second."""

    def __init__(self) -> None:
        self.now = NOON
        self.objects: dict[str, dict[str, Any]] = {}
        self.calls: list[str] = []

    def retrieve(self, object_name: str, object_id: str, **options: Any) -> Answer:
        self.calls.append(object_id)
        if object_id not in self.objects:
            raise NotFound(f"No such {object_name}: {object_id}")
        return answer(self.objects[object_id], self.now, self.now)


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch, _stripe_is_never_called: None) -> Stripe:
    stripe = Stripe()
    monkeypatch.setattr(stripe_api, "retrieve", stripe.retrieve)
    return stripe
