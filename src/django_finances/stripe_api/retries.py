"""Which attempts a call makes, and until when: Stripe's rules, our clock.

The SDK's own retries are off, so that every attempt is known and all of them end with one deadline.
Rules: https://docs.stripe.com/error-low-level and https://docs.stripe.com/rate-limits
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

#: Seconds that an operation may take: all of its attempts and the pauses between them.
OPERATION: Final = 30.0
#: Seconds that one attempt may take, from the connection to the last byte of the answer.
ATTEMPT: Final = 20.0
#: Seconds below which another attempt isn't worth beginning.
SHORTEST_ATTEMPT: Final = 1.0
#: Attempts in all. A person is often waiting; what must be done in the end is tried again by whoever recorded it.
ATTEMPTS: Final = 3
#: Seconds before the second attempt; twice as long before each further one.
FIRST_PAUSE = 0.5
LONGEST_PAUSE: Final = 5.0


@dataclass(frozen=True)
class Deadline:
    """When an operation must be over."""

    seconds: float = OPERATION
    began: float = field(default_factory=time.monotonic)

    def left(self) -> float:
        """Seconds that are left; not below 0."""
        return max(0.0, self.began + self.seconds - time.monotonic())

    def for_attempt(self) -> float:
        """Seconds that an attempt beginning now may take."""
        return min(ATTEMPT, self.left())


def may_be_repeated(status: int, headers: Mapping[str, str]) -> bool:
    """Whether an answer asks for another attempt. *status* 0: no answer came. *headers* in lower case."""
    advice = headers.get("stripe-should-retry", "").lower()
    if advice in {"true", "false"}:
        return advice == "true"
    # 409: another request with this idempotency key, or on this object, is running. 429: slow down.
    return status in {0, 409, 429} or status >= 500


def pause_before(attempt: int, headers: Mapping[str, str]) -> float:
    """Seconds to wait before attempt number *attempt* (2, 3, …): growing, with jitter, and what Stripe asks for."""
    grown: float = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 2))
    jittered = grown * random.uniform(0.5, 1.0)  # noqa: S311 - spreads clients over time, hides nothing
    asked = headers.get("retry-after", "")
    return max(jittered, float(asked)) if asked.isascii() and asked.isdigit() else jittered


def another_fits(deadline: Deadline, attempt: int, pause: float) -> bool:
    """Whether attempt number *attempt* can still be made after *pause* seconds."""
    return attempt <= ATTEMPTS and pause + SHORTEST_ATTEMPT <= deadline.left()
