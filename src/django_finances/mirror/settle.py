"""Settling a tie: what only Stripe can tell, asked outside any transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .. import stripe_api
from ..exceptions import FinancesError, NotFound
from . import versions
from .freshness import AsOf
from .versions import ObjectKey


class Unsettled(Exception):
    """Stripe couldn't be asked, or the object changed under each answer. Try again later."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An object as Stripe told it just now, to be applied only if nobody has written it since *generation*."""

    payload: dict[str, Any]
    as_of: AsOf
    generation: int


def fetch(key: ObjectKey, *, timeout: float = 10.0) -> Fetched:
    """Ask Stripe for an object of the platform's own. One call, never inside a transaction.

    Args:
        timeout: Seconds for the whole answer.

    Raises:
        NotFound: Stripe doesn't have it. That alone is no deletion: a wrong key finds nothing at all.
        Unsettled: Stripe couldn't be asked.
    """
    generation = versions.generation(key)  # before the request: what is written meanwhile may be newer
    try:
        answer = stripe_api.retrieve(key.object, key.object_id, livemode=key.livemode, timeout=timeout)
    except NotFound:
        raise
    except FinancesError as error:
        raise Unsettled(f"{key.object} {key.object_id} is tied, and Stripe can't be asked: {error}") from error
    return Fetched(answer.object, AsOf.answer(answer.interval), generation)
