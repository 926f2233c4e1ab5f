"""`apply`: one object of Stripe's enters the database, if it is news."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from .. import conf
from ..models import StripeObject
from ..stripe_api import API_VERSION, is_retrievable
from . import observers, versions
from .deletion import is_bare, mark_deleted, mark_parts_no_longer_named, tells_deletion
from .drafts import CannotHold, Drafts
from .freshness import AsOf, Verdict, judge
from .marks import is_placeholder
from .payloads import reference
from .registry import model_for
from .text import storable
from .versions import ObjectKey
from .write import write

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a payload."""

    verdict: Verdict
    #: The row as it stands now, one of dj-stripe's or a `StripeObject`, where the payload was written.
    row: models.Model | None = None

    @property
    def settled(self) -> bool:
        """Whether the mirror is as fresh as this payload: all but a tie."""
        return self.verdict is not Verdict.TIED


def key_of(payload: Payload, *, livemode: bool, account: str = "") -> ObjectKey | None:
    """Which object a payload is of, or None: without an id (``balance``, an upcoming invoice) nothing can be kept."""
    object_name, object_id = payload.get("object"), reference(payload)
    if not isinstance(object_name, str) or not object_name or not object_id:
        return None
    return ObjectKey(storable(object_name)[:255], storable(object_id)[:255], livemode, account)


def apply(
    payload: Payload,
    *,
    as_of: AsOf,
    livemode: bool,
    account: str = "",
    api_version: str = API_VERSION,
    event_type: str = "",
    unless_changed_since: int | None = None,
) -> Applied:
    """Write an object of Stripe's into dj-stripe's tables, or `StripeObject`, if it is news. Calls nothing.

    Args:
        payload: The object, as Stripe sent it.
        as_of: When it was true, on Stripe's clock.
        livemode: The mode of the event or the key that brought it.
        account: The connected account that it is of; empty for the platform's own.
        api_version: The API version whose shape it has.
        event_type: The type of the event that brought it: ``customer.deleted`` carries a whole customer.
        unless_changed_since: For what was fetched: the object's generation before the request. If somebody has
            written meanwhile, the verdict is a tie again.

    Returns:
        The verdict, and the row where one was written. ``TIED``: fetch the object, outside any transaction, and
        apply that.
    """
    key = key_of(payload, livemode=livemode, account=account)
    if key is None:
        return Applied(Verdict.NOT_MIRRORED)
    payload = storable(payload)
    deleted = tells_deletion(payload, event_type)
    digest = versions.digest_of(payload)
    with transaction.atomic():
        version = versions.lock(key)
        if unless_changed_since is None:
            verdict = judge(
                version,
                as_of,
                digest=digest,
                deleted=deleted,
                own_clock=bool(payload.get("test_clock")),
                # Our key asks for the platform's objects only: another account's coupon may have the same id.
                can_ask=is_retrievable(key.object) and not key.account,
            )
        else:
            verdict = Verdict.APPLIED if version.generation == unless_changed_since else Verdict.TIED
        if verdict is not Verdict.APPLIED:
            return Applied(verdict)
        versions.remember(version, as_of, digest=digest, deleted=deleted, api_version=api_version)
        return Applied(verdict, _write(key, payload, deleted=deleted))


def _write(key: ObjectKey, payload: Payload, *, deleted: bool) -> models.Model | None:
    model = model_for(key.object)
    if model is None or key.account or key.livemode is not conf.live_mode():
        return _write_stripe_object(key, payload, deleted=deleted)
    before = model._base_manager.filter(id=key.object_id).first()
    try:
        if not (deleted and is_bare(payload)):
            write(Drafts.of(payload, livemode=key.livemode))
    except CannotHold:
        return _write_stripe_object(key, payload, deleted=deleted)
    mark_parts_no_longer_named(before, payload)
    after = model._base_manager.filter(id=key.object_id).first()
    if deleted and after is not None:
        mark_deleted(after)
    _notify(model, None if before is None or is_placeholder(getattr(before, "stripe_data", {})) else before, after)
    return after


def _write_stripe_object(key: ObjectKey, payload: Payload, *, deleted: bool) -> StripeObject:
    identity: dict[str, Any] = {
        "account": key.account,
        "livemode": key.livemode,
        "object": key.object,
        "object_id": key.object_id,
    }
    before = StripeObject.objects.filter(**identity).first()
    data = {name: value for name, value in payload.items() if name != "secret"}  # a new webhook endpoint tells its own
    if deleted and is_bare(payload) and before is not None:
        data = before.data
    after, _ = StripeObject.objects.update_or_create(**identity, defaults={"data": data, "deleted": deleted})
    _notify(StripeObject, before, after)
    return after


def _notify(model: type[models.Model], before: models.Model | None, after: models.Model | None) -> None:
    if after is not None:
        for observer in observers.of(model):
            observer(before, after)
