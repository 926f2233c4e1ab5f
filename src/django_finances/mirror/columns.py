"""How each column of dj-stripe's models is read from a payload.

Everything is derived from the models' own fields, so that a column which dj-stripe adds is filled without a
release of ours. Only what the API has moved elsewhere is named, in `_MOVED`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Final

from django.db import models

from ..money import to_major
from .payloads import dig, listed, reference

Payload = Mapping[str, Any]
Reader = Callable[[Payload], Any]

#: Columns that no payload fills: dj-stripe's bookkeeping, links that a host or we set, and secrets. A customer's
#: `date_purged` isn't among them: what Stripe shows isn't gone, so that each payload empties it (see `deletion`).
_NOT_FROM_PAYLOAD: Final = frozenset(
    {"djstripe_id", "id", "stripe_data", "subscriber", "secret"}
    | {"djstripe_created", "djstripe_updated", "djstripe_owner_account", "djstripe_uuid"}
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Column:
    """A column that holds a value."""

    field: models.Field[Any, Any]
    read: Reader

    def value(self, payload: Payload) -> Any:
        """The value for the column; a default where the payload has none and the column must have one."""
        value = _converted(self.field, self.read(payload), payload)
        return default_of(self.field) if value is None and not self.field.null else value


@dataclass(frozen=True, slots=True)
class Link:
    """A column that refers to another of dj-stripe's rows."""

    field: models.ForeignKey[Any, Any]
    read: Reader
    prefixes: tuple[str, ...] = ()

    @property
    def target(self) -> type[models.Model]:
        """The model that it refers to."""
        target: type[models.Model] = self.field.related_model
        return target

    @property
    def by_pk(self) -> bool:
        """Whether the column holds the other row's primary key, which only the database knows, not its Stripe id."""
        return self.field.target_field.name == "djstripe_id"

    def target_id(self, payload: Payload) -> str | None:
        """The Stripe id that it refers to. Ids of a kind that the column can't hold are left out."""
        found = reference(self.read(payload))
        return found if found and (not self.prefixes or found.startswith(self.prefixes)) else None


def _first(*paths: tuple[str, ...]) -> Reader:
    """Reads the first of several places that has a value: today's, then those of earlier API versions."""

    def read(payload: Payload) -> Any:
        return next((value for path in paths if (value := dig(payload, *path))), None)

    return read


def _invoice_payment(kind: str) -> Reader:
    """The PaymentIntent or Charge that pays an invoice. https://docs.stripe.com/api/invoice-payment"""

    def read(payload: Payload) -> Any:
        payments = listed(payload, "payments")
        default = next((row for row in payments if row.get("is_default")), payments[0] if payments else None)
        return payload.get(kind) or dig(default, "payment", kind)

    return read


def _dispute_balance_transaction(payload: Payload) -> Any:
    return payload.get("balance_transaction") or next(iter(payload.get("balance_transactions") or []), None)


_OF_ITEM: Final = ("parent", "subscription_item_details")
_OF_INVOICE_ITEM: Final = ("parent", "invoice_item_details")
_OF_SUBSCRIPTION: Final = ("parent", "subscription_details", "subscription")

_MOVED: Final[dict[tuple[str, str], Reader]] = {
    ("Customer", "default_payment_method"): _first(("invoice_settings", "default_payment_method")),
    ("Dispute", "balance_transaction"): _dispute_balance_transaction,
    ("Invoice", "subscription"): _first(("subscription",), _OF_SUBSCRIPTION),
    ("Invoice", "payment_intent"): _invoice_payment("payment_intent"),
    ("Invoice", "charge"): _invoice_payment("charge"),
    ("InvoiceItem", "created"): _first(("created",), ("date",)),
    ("InvoiceItem", "price"): _first(("price",), ("pricing", "price_details", "price")),
    ("InvoiceItem", "subscription"): _first(("subscription",), _OF_SUBSCRIPTION),
    ("LineItem", "invoice_item"): _first(
        ("invoice_item",), (*_OF_INVOICE_ITEM, "invoice_item"), (*_OF_ITEM, "invoice_item")
    ),
    ("LineItem", "subscription"): _first(
        ("subscription",), (*_OF_ITEM, "subscription"), (*_OF_INVOICE_ITEM, "subscription")
    ),
    ("LineItem", "subscription_item"): _first(("subscription_item",), (*_OF_ITEM, "subscription_item")),
}
#: Columns whose field may also name objects of a kind that the referred table doesn't hold.
_PREFIXES: Final = {("Payout", "destination"): ("ba_",)}


@cache
def columns_of(model: type[models.Model]) -> tuple[Column, ...]:
    """The columns of a model that hold values from a payload."""
    fields = [field for field in _filled(model) if not isinstance(field, models.ForeignKey)]
    return tuple(Column(field, _reader(model, field)) for field in fields)


@cache
def links_of(model: type[models.Model]) -> tuple[Link, ...]:
    """The columns of a model that refer to other rows."""
    fields = [field for field in _filled(model) if isinstance(field, models.ForeignKey)]
    return tuple(
        Link(field, _reader(model, field), _PREFIXES.get((model.__name__, field.name), ())) for field in fields
    )


@cache
def updated_fields(model: type[models.Model]) -> tuple[str, ...]:
    """What a newer payload overwrites: all that payloads fill, and dj-stripe's note of the time."""
    return (
        *(field.name for field in _filled(model) if not _identifies(model, field)),
        "stripe_data",
        "djstripe_updated",
    )


def unique_fields(model: type[models.Model]) -> tuple[str, ...]:
    """By what dj-stripe tells a model's rows apart: Stripe's id, and for a coupon the mode too."""
    return ("id", "livemode") if model.__name__ == "Coupon" else ("id",)


def default_of(field: models.Field[Any, Any]) -> Any:
    """A value for a column that must have one where Stripe has sent none."""
    if field.null:
        return None
    if field.has_default():
        return field.get_default()
    if isinstance(field, models.DateTimeField):
        return _EPOCH
    if isinstance(field, models.JSONField):
        return {}
    if isinstance(field, models.BooleanField):
        return False
    return 0 if isinstance(field, models.IntegerField | models.DecimalField) else ""


def _filled(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if field.name not in _NOT_FROM_PAYLOAD]


def _identifies(model: type[models.Model], field: models.Field[Any, Any]) -> bool:
    return field.name in unique_fields(model)


def _reader(model: type[models.Model], field: models.Field[Any, Any]) -> Reader:
    return _MOVED.get((model.__name__, field.name)) or _first_key(field.name)


def _first_key(name: str) -> Reader:
    return lambda payload: payload.get(name)


def _converted(field: models.Field[Any, Any], value: Any, payload: Payload) -> Any:
    if value is None:
        return None
    if isinstance(field, models.DateTimeField):
        return _time(value)
    if isinstance(field, models.DecimalField):
        return _major_units(value, payload)
    if isinstance(field, models.BooleanField):
        return bool(value)
    if isinstance(field, models.CharField | models.TextField):
        return _text(value, field.max_length if isinstance(field, models.CharField) else None)
    return value


def _time(value: Any) -> datetime | None:
    """Seconds since 1970 (UTC), or RFC 3339 in objects of API v2."""
    if isinstance(value, str):
        return datetime.fromisoformat(value) if value else None
    return datetime.fromtimestamp(value, UTC)


def _major_units(value: Any, payload: Payload) -> Decimal | None:
    """dj-stripe's decimal amounts are in major units; integers of Stripe's are in the currency's minor unit."""
    if isinstance(value, int):
        return to_major(value, str(payload.get("currency") or ""))
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _text(value: Any, longest: int | None) -> str:
    text = value if isinstance(value, str) else (reference(value) or str(value))
    return text[:longest]
