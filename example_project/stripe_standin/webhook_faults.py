"""What can go wrong between Stripe and a host's webhook: events lost, doubled, late, out of order, or never made."""

from __future__ import annotations

import random
import re
from dataclasses import asdict, dataclass
from typing import Any

from .faults import BadFault


@dataclass
class WebhookFaults:
    """How an account's events travel.

    Attributes:
        types: A regular expression: which types of events are met.
        drop: Every *n*-th of them is never sent (0: none is dropped).
        double: Every *n*-th is sent twice.
        delay: Seconds that each waits.
        shuffle: Whether those of one request leave in another order than they were made.
        record_only: Whether nothing is sent at all; events are listed and can be sent again by hand.
    """

    types: str = ".*"
    drop: int = 0
    double: int = 0
    delay: float = 0.0
    shuffle: bool = False
    record_only: bool = False

    def __post_init__(self) -> None:
        self._count = 0

    @classmethod
    def of(cls, wanted: dict[str, Any]) -> WebhookFaults:
        """Raises `BadFault`."""
        try:
            re.compile(str(wanted.get("types", "")))
            return cls(**wanted)
        except (TypeError, re.error) as error:
            raise BadFault(f"Not a webhook fault: {error}") from None

    def show(self) -> dict[str, Any]:
        return asdict(self)

    def copies(self, event: dict[str, Any]) -> int:
        """How often an event is sent."""
        if self.record_only:
            return 0
        if not re.search(self.types, event["type"]):
            return 1
        self._count += 1
        if self.drop and self._count % self.drop == 0:
            return 0
        return 2 if self.double and self._count % self.double == 0 else 1

    def delay_of(self, event: dict[str, Any]) -> float:
        """Seconds before an event is sent."""
        return self.delay if re.search(self.types, event["type"]) else 0.0

    def order(self, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The events of one request as they leave."""
        return random.sample(events, len(events)) if self.shuffle else events
