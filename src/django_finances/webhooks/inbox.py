"""Stored once: a verified body becomes a row, committed, before Stripe gets its answer."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from django.db import transaction
from django.utils import timezone

from .. import conf
from ..models import InboxEvent
from ..models.work import Status

#: Stripe's events nest about ten deep. JSON libraries and databases give up somewhere in the thousands.
_DEEPEST: Final = 100
_LONGEST_TEXT: Final = 255
_LATEST: Final = 253_402_300_799  # the last second of the year 9999, as far as a datetime goes
_THIN: Final = "v2.core.event"


class NotAnEvent(Exception):
    """The body is signed, but no event of Stripe's. The message holds nothing of the body."""


def parse(body: bytes) -> InboxEvent:
    """A verified body as an inbox row, not yet stored.

    Raises:
        NotAnEvent: It isn't JSON, nests too deep, holds numbers that JSON doesn't have, or is no event.
    """
    try:
        text = body.decode()
        event = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
    except RecursionError:
        raise NotAnEvent("the body nests too deep") from None
    except ValueError:
        raise NotAnEvent("the body is no JSON") from None
    if not isinstance(event, dict):
        raise NotAnEvent("the body is no JSON object")
    if _depth_exceeds(event, _DEEPEST):
        raise NotAnEvent("the body nests too deep")
    return _thin(event, text) if event.get("object") == _THIN else _snapshot(event, text)


def store(incoming: InboxEvent) -> InboxEvent | None:
    """Insert a row, committed when this returns. None: it was there already.

    An event of the other mode, and a thin one, is kept as ignored: a live endpoint of a Connect platform receives
    test events, and refusing them would mean three days of retries.
    """
    if incoming.livemode is not conf.live_mode() or incoming.body.get("object") == _THIN:
        incoming.status = Status.IGNORED
        incoming.finished_at = timezone.now()
    with transaction.atomic():
        InboxEvent.objects.bulk_create([incoming], ignore_conflicts=True)
        stored = InboxEvent.objects.filter(account=incoming.account, event_id=incoming.event_id)
        row = stored.filter(status=Status.PENDING, attempts=0).first()
    return row


def _snapshot(event: dict[str, Any], text: str) -> InboxEvent:
    data = event.get("data")
    subject = data.get("object") if isinstance(data, dict) else None
    if event.get("object") != "event" or not isinstance(subject, dict):
        raise NotAnEvent("the body is JSON, but no event")
    return InboxEvent(
        **_envelope(event),
        created=_seconds(event.get("created")),
        api_version=_word(event.get("api_version") or "", 64),
        object=_word(subject.get("object") or ""),
        object_id=_word(subject.get("id") or ""),
        payload=text,
    )


def _thin(event: dict[str, Any], text: str) -> InboxEvent:
    """A thin event, https://docs.stripe.com/event-destinations#thin-events: it has no object, and isn't processed."""
    return InboxEvent(**_envelope(event), created=0, payload=text)


def _envelope(event: Mapping[str, Any]) -> dict[str, Any]:
    livemode = event.get("livemode")
    if not isinstance(livemode, bool):
        raise NotAnEvent("the event doesn't say its mode")
    return {
        "account": _word(event.get("account") or ""),
        "event_id": _word(event.get("id"), required=True),
        "type": _word(event.get("type"), required=True),
        "livemode": livemode,
    }


def _word(value: Any, longest: int = _LONGEST_TEXT, *, required: bool = False) -> str:
    """A text that a column can hold, or `NotAnEvent`."""
    if not isinstance(value, str) or len(value) > longest or not value.isprintable() or (required and not value):
        raise NotAnEvent("the event's id, type, account, version or object isn't Stripe's kind of text")
    return value


def _seconds(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LATEST:
        raise NotAnEvent("the event's time is no number of seconds")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _depth_exceeds(value: Any, limit: int) -> bool:
    """Whether a JSON value nests deeper than *limit*; without recursion, which is what it guards against."""
    level = [value]
    for _ in range(limit):
        level = [child for item in level for child in _children(item)]
        if not level:
            return False
    return True


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [child for child in value.values() if isinstance(child, dict | list)]
    return [child for child in value if isinstance(child, dict | list)]
