"""Every kind of object, in the shape that Stripe documents, finds its place whatever comes first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from django.db import transaction

from django_finances import mirror
from django_finances.mirror import marks
from django_finances.mirror.registry import all_models, model_for
from django_finances.models import StripeObject
from django_finances.stripe_api import API_VERSION

from ..fixtures.make_schema import NOT_IN_THE_DOCUMENT
from ..fixtures.validate import fixture, fixtures, problems, schema
from .conftest import row_of, tell

KINDS = tuple(fixtures())
#: What dj-stripe's models require and Stripe doesn't send, so that the object goes to `StripeObject`.
CANNOT_HOLD = {
    "product_feature": "the product, which the current API doesn't name",
}
#: What dj-stripe's models require and can't be made up for a placeholder: these wait in `StripeObject` for the parent.
CANNOT_STAND_ALONE = {
    "fee_refund": "the fee's own charge",
    "subscription_item": "the subscription's customer",
}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in NOT_IN_THE_DOCUMENT])
def test_the_fixture_has_the_shape_that_stripe_documents(kind: str) -> None:
    assert problems(fixture(kind)) == []


def test_the_fixtures_have_the_api_version_that_we_send() -> None:
    assert schema()["version"] == API_VERSION


def test_every_model_of_djstripes_has_a_fixture() -> None:
    # `file_upload` is the name that files had until 2018.
    assert set(all_models()) - set(KINDS) == {"file_upload"}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"name": 1}, "product.name: 1 is no string"),
        ({"active": None}, "product.active: None is no boolean"),
        ({"created": True}, "product.created: True is no integer"),
        ({"colour": "red"}, "product: colour is unknown"),
        ({"object": "product", "images": "x"}, "product.images: 'x' is no list"),
        ({"metadata": []}, "product.metadata: [] is no object"),
    ],
)
def test_the_validator_names_what_is_mistyped_or_unknown(change: dict[str, Any], problem: str) -> None:
    assert problems(fixture("product") | change) == [problem]


def test_the_validator_names_what_is_missing_or_no_member_of_an_enum() -> None:
    product, subscription = fixture("product"), fixture("subscription")
    del product["active"]
    assert problems(product) == ["product: active is missing"]
    subscription["status"] = "lapsed"
    subscription["items"]["data"][0]["quantity"] = "1"
    found = problems(subscription)
    assert len(found) == 2
    assert found[0].startswith("subscription.items.data[0].quantity: '1' is no integer")
    assert found[1].startswith("subscription.status: 'lapsed' is none of")


def _tell_all(kinds: Iterable[str]) -> None:
    for kind in kinds:
        assert tell(fixture(kind)).verdict is mirror.Verdict.APPLIED, kind


def _is_there_as_told(kind: str, held_elsewhere: Iterable[str] = tuple(CANNOT_HOLD)) -> None:
    payload, row = fixture(kind), row_of(fixture(kind))
    assert row is not None, kind
    if isinstance(row, StripeObject):
        assert model_for(kind) is None or kind in held_elsewhere
        assert {"secret": None, **row.data} == {"secret": None, **payload}
    else:
        assert not marks.is_placeholder(row.stripe_data), kind
        assert marks.untouched(row.stripe_data) == payload
        assert row == mirror.get(type(row), payload["id"])


@pytest.mark.django_db
@pytest.mark.parametrize("kinds", [KINDS, tuple(reversed(KINDS))], ids=["in the order of the alphabet", "backwards"])
def test_every_kind_enters_an_empty_database_without_a_call(kinds: tuple[str, ...]) -> None:
    _tell_all(kinds)
    for kind in kinds:
        _is_there_as_told(kind)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_enters_an_empty_database_alone(kind: str) -> None:
    applied = tell(fixture(kind))
    assert applied.verdict is mirror.Verdict.APPLIED
    assert applied.row == row_of(fixture(kind))
    _is_there_as_told(kind, {**CANNOT_HOLD, **CANNOT_STAND_ALONE})


@pytest.mark.django_db
def test_both_orders_leave_the_same_rows() -> None:
    def told(kinds: Iterable[str]) -> dict[str, Any]:
        with transaction.atomic():
            _tell_all(kinds)
            seen = {kind: _columns(row_of(fixture(kind))) for kind in KINDS}
            transaction.set_rollback(True)
        return seen

    forwards, backwards = told(KINDS), told(reversed(KINDS))
    for kind in KINDS:
        assert forwards[kind] == backwards[kind]


def _columns(row: Any) -> dict[str, Any]:
    """What the row says, with the links that are primary keys turned into Stripe's ids."""
    ours = {row._meta.pk.name, "djstripe_created", "djstripe_updated", "updated_at"}
    found = {}
    for field in row._meta.concrete_fields:
        if field.name not in ours:
            value = getattr(row, field.name)
            found[field.name] = getattr(value, "id", value) if field.is_relation else value
    return found | {"stripe_data": marks.untouched(found.get("stripe_data", {}))}
