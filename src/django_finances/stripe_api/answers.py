"""What Stripe answered, and when it was so."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any


@dataclass(frozen=True)
class Answer:
    """A 2xx answer of Stripe.

    Attributes:
        object: What Stripe sent, as plain dicts, lists, strings and numbers: never the SDK's objects.
            Not in the ``repr``: it may hold a client secret or a signing secret.
        status: The HTTP status.
        request_id: Stripe's id of the request (``req_…``), or an empty string.
        interval: When the object was as it says: from and to, both included, in whole seconds UTC **of Stripe's
            clock**, never of ours.
        idempotency_key: What was sent with a POST, or an empty string.
        replayed: Stripe gave the stored answer of an earlier request with the same key, without doing anything.
            The object may have changed since, so `interval` begins at 0.
    """

    object: dict[str, Any] = field(repr=False)
    status: int
    request_id: str
    interval: tuple[int, int]
    idempotency_key: str = ""
    replayed: bool = False


def json_object(body: str) -> dict[str, Any] | None:
    """The JSON object in *body*, or None when there is none."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def make_answer(
    body: dict[str, Any], status: int, headers: Mapping[str, str], *, elapsed: float, idempotency_key: str
) -> Answer:
    """An `Answer` from what came *elapsed* seconds after the first attempt began (*headers* in lower case)."""
    # https://docs.stripe.com/api/idempotent_requests
    replayed = headers.get("idempotent-replayed", "").lower() == "true"
    earliest, latest = interval_of(headers.get("date", ""), elapsed)
    return Answer(
        object=body,
        status=status,
        request_id=headers.get("request-id", ""),
        interval=(0 if replayed else earliest, latest),
        idempotency_key=idempotency_key,
        replayed=replayed,
    )


def interval_of(date: str, elapsed: float) -> tuple[int, int]:
    """The whole seconds of Stripe's clock in which an answer with this ``Date`` header can have been true.

    Without a readable date it is (0, 0): older than anything, so that it never overwrites what is known.
    """
    try:
        latest = int(parsedate_to_datetime(date).timestamp())
    except ValueError:
        return 0, 0
    # `Date` is rounded down, so the start is rounded down too: outwards.
    return max(0, latest - math.ceil(elapsed)), latest
