"""An account's clock. It runs with real time, can be moved forward, and never runs backwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from seahaven.clock import Clock


class AccountClock(Clock):
    """The base package's clock with an offset, and a moment at which it can be held."""

    offset = timedelta(0)
    held: datetime | None = None

    def now(self) -> datetime:
        if self.held is not None:
            return self.held
        real = datetime.now(UTC) + self.offset
        return real.replace(microsecond=real.microsecond // 1000 * 1000)

    def hold(self, moment: datetime) -> None:
        """Stand still at *moment*, or where the clock is if that is later."""
        self.held = max(moment, self.now())

    def go_on(self) -> None:
        """Run again, from where the clock stands."""
        if self.held is not None:
            self.offset = self.held - datetime.now(UTC)
            self.held = None


def install(instance: Any) -> AccountClock:
    """Let an instance go by a clock of this kind. Its connections hold on to the clock they were made with, so that
    one changes its class."""
    instance.clock.__class__ = AccountClock
    clock: AccountClock = instance.clock
    return clock
