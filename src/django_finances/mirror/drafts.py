"""From a payload to the rows that it takes: its own, those of its parts, and those that it refers to.

Nothing here touches the database.

* The object's own row, and its parts (a subscription's items, an invoice's lines: what has no events of its own),
  are written over what is there.
* Objects that the payload embeds, but that have events of their own, only fill a gap: they are inserted if absent.
* Where a payload refers to an object by id, a placeholder is inserted if absent, because dj-stripe's foreign keys
  are real and Stripe tells things in any order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

from django.db import models
from django.utils import timezone

from . import compatibility, marks
from .columns import Column, Link, columns_of, links_of
from .payloads import dig, expanded, listed, reference
from .registry import model_for, object_name_of

Payload = Mapping[str, Any]

#: (object, field of parts) → what the parts are, and what each is told of its parent where it doesn't say it itself.
PARTS: Final[dict[tuple[str, str], tuple[str, dict[str, str]]]] = {
    ("subscription", "items"): ("subscription_item", {"subscription": "id"}),
    ("invoice", "lines"): ("line_item", {"invoice": "id", "customer": "customer"}),
    ("dispute", "balance_transactions"): ("balance_transaction", {}),
}
#: (object, field) of embedded lists whose members have events of their own.
_EMBEDDED: Final = (
    ("application_fee", "refunds"),
    ("charge", "refunds"),
    ("payment_intent", "charges"),
    ("transfer", "reversals"),
)
#: dj-stripe's many-to-many columns. Its subscriptions and lines have none.
_TAX_RATES: Final = {"invoice": "default_tax_rates", "invoiceitem": "tax_rates", "subscription_item": "tax_rates"}


class Strength(IntEnum):
    """Which of two drafts of one row prevails."""

    PLACEHOLDER = 1
    EMBEDDED = 2
    OWN = 3


class CannotHold(Exception):
    """dj-stripe's model requires a reference that the payload doesn't have."""


@dataclass
class Draft:
    """A row to be."""

    instance: models.Model
    strength: Strength
    #: Links whose columns need the other row's primary key, looked up when that row stands.
    by_pk: list[tuple[Link, str]] = field(default_factory=list)
    #: The ids of tax rates for the many-to-many column of that name, or None to leave it alone.
    tax_rates: tuple[str, list[str]] | None = None


@dataclass
class Drafts:
    """The rows that one payload takes, by model and id."""

    livemode: bool
    #: The id of the object that all this is about; its row is the one that must not be left out.
    subject: str = ""
    rows: dict[type[models.Model], dict[str, Draft]] = field(default_factory=dict)
    #: Rows that are referred to and for which no placeholder can be made: their own parents aren't known.
    unmakeable: set[tuple[type[models.Model], str]] = field(default_factory=set)

    @classmethod
    def of(cls, payload: Payload, *, livemode: bool) -> Drafts:
        """All rows for an object.

        Raises:
            CannotHold: dj-stripe's model can't hold this object.
        """
        drafts = cls(livemode, str(payload["id"]))
        drafts._add(payload, Strength.OWN)
        return drafts

    def _add(self, payload: Payload, strength: Strength) -> None:
        model = model_for(str(payload.get("object")))
        if model is None or not reference(payload):
            return
        draft = self._draft(model, payload, strength)
        self._keep(model, draft)
        for link in links_of(model):
            self._refer(link, payload)
        for part in self._parts(payload):
            self._add_leniently(part, strength)
        for embedded in self._embedded(payload):
            self._add_leniently(embedded, Strength.EMBEDDED)
        self._add_tax_rates(draft, payload)

    def _add_leniently(self, payload: Payload, strength: Strength) -> None:
        """A part that dj-stripe can't hold is still in its parent's payload: it needn't keep the parent out."""
        try:
            self._add(payload, strength)
        except CannotHold:
            return

    def _draft(self, model: type[models.Model], payload: Payload, strength: Strength) -> Draft:
        instance = _filled(model, payload, self.livemode)
        draft = Draft(instance, strength)
        for link in links_of(model):
            target_id = link.target_id(payload)
            if target_id is None and not link.field.null:
                raise CannotHold(f"{model.__name__}.{link.field.name}")
            if link.by_pk and target_id:
                draft.by_pk.append((link, target_id))
            elif not link.by_pk:
                setattr(instance, link.field.attname, target_id)
        return draft

    def _keep(self, model: type[models.Model], draft: Draft) -> None:
        rows = self.rows.setdefault(model, {})
        stripe_id = str(draft.instance.pk if _is_pointer(model) else draft.instance.id)  # type: ignore[attr-defined]
        there = rows.get(stripe_id)
        if there is None or there.strength < draft.strength:
            rows[stripe_id] = draft

    def _refer(self, link: Link, payload: Payload) -> None:
        target_id = link.target_id(payload)
        if target_id is None or target_id in self.rows.get(link.target, {}):
            return
        full = expanded(link.read(payload))
        if full is not None and model_for(str(full["object"])) is link.target:
            self._add_leniently(full, Strength.EMBEDDED)
        if target_id not in self.rows.get(link.target, {}):
            self._hold_place(link.target, target_id, payload)

    def _hold_place(self, model: type[models.Model], stripe_id: str, referrer: Payload) -> None:
        """A placeholder for an object that *referrer* names. What it must refer to itself is taken from there."""
        if _is_pointer(model):
            self._keep(model, Draft(model(pk=stripe_id, type=_pointer_type(stripe_id)), Strength.PLACEHOLDER))
            return
        known = {link.field.name: _named_by(referrer, link.field.name) for link in _required_links(model)}
        if not all(known.values()):
            self.unmakeable.add((model, stripe_id))
            return
        name = object_name_of(model)
        payload = {"id": stripe_id, "object": name, "livemode": self.livemode, **_INDEXED.get(name, {}), **known}
        draft = self._draft(model, payload, Strength.PLACEHOLDER)
        draft.instance.stripe_data = marks.mark(compatibility.complete(payload), placeholder=True)  # type: ignore[attr-defined]
        self._keep(model, draft)
        for link in _required_links(model):
            self._refer(link, payload)

    def _parts(self, payload: Payload) -> Iterator[Payload]:
        for (object_name, key), (_, told) in PARTS.items():
            if payload.get("object") == object_name:
                parent = {name: reference(payload.get(source)) for name, source in told.items()}
                for part in listed(payload, key):
                    added = {name: value for name, value in parent.items() if not part.get(name)}
                    yield marks.mark({**part, **added}, added=sorted(added))

    def _embedded(self, payload: Payload) -> Iterator[Payload]:
        for object_name, key in _EMBEDDED:
            if payload.get("object") == object_name:
                yield from listed(payload, key)

    def _add_tax_rates(self, draft: Draft, payload: Payload) -> None:
        key = _TAX_RATES.get(str(payload.get("object")), "")
        if not isinstance(payload.get(key), list):
            return
        model = model_for("tax_rate")
        assert model is not None
        ids = []
        for rate in payload[key]:
            if isinstance(rate, Mapping):
                self._add_leniently(rate, Strength.EMBEDDED)
            if rate_id := reference(rate):
                ids.append(rate_id)
                if rate_id not in self.rows.get(model, {}):
                    self._hold_place(model, rate_id, payload)
        draft.tax_rates = (key, ids)


#: What dj-stripe's ``__str__`` and its admin's pages index in ``stripe_data`` without asking.
_INDEXED: Final[dict[str, dict[str, Any]]] = {
    "balance_transaction": {"type": "balancetransaction"},  # no type of Stripe's, but the name of some model
    "dispute": {"amount": 0, "currency": "", "status": "needs_response"},
    "entitlements.active_entitlement": {"lookup_key": ""},
    "entitlements.feature": {"lookup_key": "", "name": ""},
    "file": {"filename": ""},
    "invoice": {"currency": "", "status": "draft", "total": 0},
    "promotion_code": {"active": False, "code": ""},
    "tax_id": {"type": "unknown"},
    "transfer": {"amount": 0, "currency": ""},
}


def _named_by(referrer: Payload, key: str) -> str | None:
    """The id that *referrer* gives under a key. A price's product stands beside it, deeper down."""
    return reference(referrer.get(key)) or reference(dig(referrer, "pricing", "price_details", key))


def _filled(model: type[models.Model], payload: Payload, livemode: bool) -> models.Model:
    now = timezone.now()
    instance = model(id=payload["id"])
    for column in columns_of(model):
        setattr(instance, column.field.attname, _value(column, payload, livemode))
    instance.stripe_data = compatibility.complete(payload)  # type: ignore[attr-defined]
    instance.djstripe_created = instance.djstripe_updated = now  # type: ignore[attr-defined]
    return instance


def _value(column: Column, payload: Payload, livemode: bool) -> Any:
    # Parts such as subscription items don't say their mode; a coupon's row isn't unique without it.
    if column.field.name == "livemode" and payload.get("livemode") is None:
        return livemode
    return column.value(payload)


def _required_links(model: type[models.Model]) -> list[Link]:
    return [link for link in links_of(model) if not link.field.null]


def _is_pointer(model: type[models.Model]) -> bool:
    """dj-stripe's DjstripePaymentMethod: a table of ids and kinds, whose primary key is Stripe's id."""
    return isinstance(model._meta.pk, models.CharField)


def _pointer_type(stripe_id: str) -> str:
    kinds = {"card": "card", "src": "source", "ba": "bank_account", "acct": "account"}
    return kinds.get(stripe_id.split("_", maxsplit=1)[0], "UNSUPPORTED")
