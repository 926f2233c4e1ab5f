"""Is a payload news? Decided by Stripe's clock alone, and by nobody's order of arrival.

Stripe's ``created`` has whole seconds, so two events of one second can't be ordered, and neither can an event and
an answer that was read in the same seconds: such a tie is settled by asking Stripe.
See https://docs.stripe.com/webhooks#event-ordering
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol, Self


class Verdict(Enum):
    """What becomes of a payload."""

    APPLIED = "applied"
    UNCHANGED = "unchanged"  # the very payload that was applied last
    STALE = "stale"  # older than what was applied, or of an object that is gone
    TIED = "tied"  # only Stripe can tell: `mirror.fetch`, then apply that
    NOT_MIRRORED = "not_mirrored"  # an object without an id: there is nothing to keep


@dataclass(frozen=True, slots=True)
class AsOf:
    """When a payload was true: an interval in whole seconds on Stripe's clock (UTC)."""

    earliest: int
    latest: int

    @classmethod
    def event(cls, created: int) -> Self:
        """The payload of an event, true when the event was made."""
        return cls(created, created)

    @classmethod
    def answer(cls, interval: tuple[int, int]) -> Self:
        """The body of an answer of Stripe's API: read somewhere between the request and its ``Date`` header."""
        return cls(*interval)


class Version(Protocol):
    """What is remembered of the last payload applied (see `ObjectVersion`)."""

    earliest: int
    latest: int
    generation: int
    digest: str
    deleted: bool


def judge(
    version: Version, as_of: AsOf, *, digest: str, deleted: bool, own_clock: bool = False, can_ask: bool = True
) -> Verdict:
    """What to do with a payload, given what was applied last.

    Args:
        digest: A hash of the payload: the same payload again is never a tie.
        deleted: The payload says that the object is gone. That is final within its second.
        own_clock: The object lives under a test clock, whose time says nothing beside real time.
        can_ask: Stripe's API can retrieve such an object. Where it can't, a tie goes to who comes last.
    """
    if version.generation == 0:
        return Verdict.APPLIED
    if deleted:
        return Verdict.STALE if as_of.latest < version.earliest and not own_clock else Verdict.APPLIED
    newer = as_of.earliest > version.latest
    if version.deleted:
        return Verdict.APPLIED if newer and not own_clock else Verdict.STALE
    if version.digest == digest and not newer:
        return Verdict.UNCHANGED
    if newer and not own_clock:
        return Verdict.APPLIED
    if as_of.latest < version.earliest and not own_clock:
        return Verdict.STALE
    return Verdict.TIED if can_ask else Verdict.APPLIED
