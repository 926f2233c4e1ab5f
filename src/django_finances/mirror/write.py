"""From drafts to tables: every row of a transaction in one order, so that two transactions never wait crosswise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from django.db import models

from . import versions
from .columns import Link, links_of, unique_fields, updated_fields
from .deletion import set_deleted
from .drafts import CannotHold, Draft, Drafts, Strength
from .marks import PLACEHOLDER_LOOKUP
from .registry import model_for, object_name_of

Model = type[models.Model]
_Ids = dict[str, Draft]

#: Models that others refer to by primary key come first: their rows must stand when that key is looked up.
_FIRST: Final = ("Customer", "Product", "Price", "Subscription", "PaymentIntent", "Charge", "Payout", "TaxRate")


def write(drafts: Drafts) -> None:
    """Write all rows of *drafts*. Belongs into a transaction.

    Raises:
        CannotHold: The object's own row would refer to nothing; nothing was written.
    """
    _drop_links_to_nowhere(drafts)
    for model in sorted(drafts.rows, key=_rank):
        _write_model(model, drafts.rows[model], drafts.livemode)
    _write_tax_rates(drafts)


def _rank(model: Model) -> tuple[int, str]:
    name = model.__name__
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)


def _write_model(model: Model, rows: _Ids, livemode: bool) -> None:
    by_strength: dict[Strength, list[models.Model]] = defaultdict(list)
    embedded = {stripe_id for stripe_id, draft in rows.items() if draft.strength is Strength.EMBEDDED}
    to_overwrite = _placeholders(model, embedded)
    for stripe_id in versions.gone(object_name_of(model), embedded, livemode=livemode) if embedded else ():
        set_deleted(rows[stripe_id].instance)  # what is gone isn't brought back by what embeds it
    _look_up_keys(draft for draft in rows.values() if draft.strength is not Strength.OWN)
    for stripe_id, draft in sorted(rows.items()):
        overwrite = draft.strength is Strength.OWN or stripe_id in to_overwrite
        by_strength[Strength.OWN if overwrite else Strength.PLACEHOLDER].append(draft.instance)
    if absent := by_strength[Strength.PLACEHOLDER]:
        model._base_manager.bulk_create(absent, ignore_conflicts=True)
    _look_up_keys(draft for draft in rows.values() if draft.strength is Strength.OWN)
    if own := by_strength[Strength.OWN]:
        model._base_manager.bulk_create(
            own, update_conflicts=True, unique_fields=unique_fields(model), update_fields=updated_fields(model)
        )


def _placeholders(model: Model, ids: set[str]) -> set[str]:
    """Those of *ids* whose rows are placeholders, locked: an embedded object may take their place."""
    if not ids:
        return set()
    held = model._base_manager.filter(id__in=ids, **{PLACEHOLDER_LOOKUP: True}).order_by("id")
    return set(held.select_for_update().values_list("id", flat=True))


def _look_up_keys(drafts: Iterable[Draft]) -> None:
    """Fill the columns that hold another row's primary key."""
    wanted: dict[Model, set[str]] = defaultdict(set)
    linked = [(draft.instance, link, target_id) for draft in drafts for link, target_id in draft.by_pk]
    for _, link, target_id in linked:
        wanted[link.target].add(target_id)
    keys = {target: _keys(target, ids) for target, ids in wanted.items()}
    for instance, link, target_id in linked:
        key = keys[link.target].get(target_id)
        free = key is not None and not (link.field.unique and _taken(instance, link, key))
        setattr(instance, link.field.attname, key if free else None)


def _keys(model: Model, ids: set[str]) -> dict[str, int]:
    return dict(model._base_manager.filter(id__in=ids).values_list("id", "pk"))


def _taken(instance: models.Model, link: Link, key: int) -> bool:
    """Whether another row holds a one-to-one link: Stripe lets two invoices share a payment, dj-stripe doesn't."""
    others = type(instance)._base_manager.exclude(id=instance.id)  # type: ignore[attr-defined]
    return others.filter(**{link.field.attname: key}).exists()


def _drop_links_to_nowhere(drafts: Drafts) -> None:
    """Clear links to rows for which no placeholder could be made, unless they stand already."""
    absent = {
        (model, stripe_id) for model, stripe_id in drafts.unmakeable if stripe_id not in drafts.rows.get(model, {})
    }
    while absent := absent - _standing(absent):
        # A placeholder that must refer to one of these can't be made either, nor what must refer to that.
        absent = {dropped for model, rows in drafts.rows.items() for dropped in _clear(model, rows, absent, drafts)}


def _standing(wanted: set[tuple[Model, str]]) -> set[tuple[Model, str]]:
    standing: set[tuple[Model, str]] = set()
    for model in {model for model, _ in wanted}:
        ids = {stripe_id for owner, stripe_id in wanted if owner is model}
        there = model._base_manager.filter(id__in=ids).values_list("id", flat=True)
        standing |= {(model, stripe_id) for stripe_id in there}
    return standing


def _clear(model: Model, rows: _Ids, absent: set[tuple[Model, str]], drafts: Drafts) -> set[tuple[Model, str]]:
    """Clear the links to *absent* rows, and drop the rows that can't do without. Returns which were dropped."""
    dropped = set()
    for stripe_id, draft in list(rows.items()):
        for link in links_of(model):
            if link.by_pk or (link.target, getattr(draft.instance, link.field.attname)) not in absent:
                continue
            if link.field.null:
                setattr(draft.instance, link.field.attname, None)
            elif stripe_id == drafts.subject and draft.strength is Strength.OWN:
                raise CannotHold(f"{model.__name__}.{link.field.name}")
            else:
                del rows[stripe_id]
                dropped.add((model, stripe_id))
                break
    return dropped


def _write_tax_rates(drafts: Drafts) -> None:
    rates = model_for("tax_rate")
    assert rates is not None
    for model in sorted(drafts.rows, key=_rank):
        for _, draft in sorted(drafts.rows[model].items()):
            if draft.tax_rates is not None and draft.strength is Strength.OWN:
                name, ids = draft.tax_rates
                _replace_members(draft.instance, name, _keys(rates, set(ids)) if ids else {})


def _replace_members(instance: Any, name: str, keys: dict[str, int]) -> None:
    getattr(instance, name).set(sorted(keys.values()))
