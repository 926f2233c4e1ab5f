"""One call of an account's API, as the handlers of this package see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import seahaven
from seahaven_stripe_world import _time

Handler = Callable[["Call"], dict[str, Any]]


@dataclass(frozen=True)
class Call:
    """What came in. *params* are strings, lists and dicts: Stripe's form encoding has no other types.

    Attributes:
        origin: Where the stand-in is reached, for the URLs of its pages.
        livemode: The mode of the account.
    """

    origin: str
    livemode: bool
    ctx: seahaven.Ctx
    ids: tuple[str, ...]
    params: dict[str, Any]
    expand: tuple[str, ...]

    @property
    def now(self) -> int:
        """Seconds since 1970, by the account's clock."""
        return _time.to_unix(self.ctx.clock.iso())


def lists(value: Any) -> Any:
    """Form encoding's ``{"0": a, "1": b}`` as ``[a, b]``, at every depth."""
    if isinstance(value, list):
        return [lists(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value and all(name.isdigit() for name in value):
        return [lists(value[name]) for name in sorted(value, key=int)]
    return {name: lists(each) for name, each in value.items()}
