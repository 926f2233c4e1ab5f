"""The row that remembers what was applied to an object last, and that whoever writes the object holds locked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from ..models import ObjectVersion
from .freshness import AsOf

#: The oldest API version whose payloads our fixtures cover: https://docs.stripe.com/changelog/basil
OLDEST_COVERED_API_VERSION: Final = "2025-03-31"


@dataclass(frozen=True, slots=True, order=True)
class ObjectKey:
    """Which object: ids are unique only within an account and a mode."""

    object: str
    object_id: str
    livemode: bool
    account: str = ""


def lock(key: ObjectKey) -> ObjectVersion:
    """The version row of an object, locked until the transaction ends; made on first sight."""
    ObjectVersion.objects.bulk_create([ObjectVersion(**asdict(key))], ignore_conflicts=True)
    return ObjectVersion.objects.select_for_update().get(**asdict(key))


def generation(key: ObjectKey) -> int:
    """How often something was applied to an object; 0 for never. Read it before a request, compare afterwards."""
    return ObjectVersion.objects.filter(**asdict(key)).values_list("generation", flat=True).first() or 0


def gone(object_name: str, ids: Collection[str], *, livemode: bool) -> set[str]:
    """Those of the platform's own objects that are known to be gone."""
    there = ObjectVersion.objects.filter(
        account="", livemode=livemode, object=object_name, object_id__in=ids, deleted=True
    )
    return set(there.values_list("object_id", flat=True))


def remember(version: ObjectVersion, as_of: AsOf, *, digest: str, deleted: bool, api_version: str) -> None:
    """Note what is being applied. A deletion never moves the clock back: it may be told late."""
    version.earliest = as_of.earliest
    version.latest = max(as_of.latest, version.latest) if deleted else as_of.latest
    version.generation += 1
    version.digest = digest
    version.deleted = deleted
    version.api_version = api_version[:64]
    version.refresh_due = not deleted and api_version < OLDEST_COVERED_API_VERSION
    version.save()


def digest_of(payload: Mapping[str, Any]) -> str:
    """A hash of a payload, the same however its keys are ordered."""
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
