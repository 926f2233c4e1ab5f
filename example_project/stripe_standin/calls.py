"""How often each route was called, and how often that had an effect: to see that nothing is done twice."""

from __future__ import annotations

import re
import threading
from collections import Counter

#: Ids have a capital or a digit somewhere; the names of Stripe's resources have neither, but for "v1".
ID = re.compile(r"(?!v\d$)\w*[A-Z0-9]\w*")


class Calls:
    """Counts, by route, such as ``POST /v1/customers/{id}``."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: Counter[str] = Counter()
        self._effects: Counter[str] = Counter()

    def called(self, method: str, path: str) -> None:
        with self._lock:
            self._calls[route(method, path)] += 1

    def had_effect(self, method: str, path: str) -> None:
        with self._lock:
            self._effects[route(method, path)] += 1

    def show(self) -> dict[str, dict[str, int]]:
        with self._lock:
            return {"calls": dict(self._calls), "effects": dict(self._effects)}


def route(method: str, path: str) -> str:
    """A call without its ids."""
    parts = ["{id}" if ID.fullmatch(part) else part for part in path.rstrip("/").split("/")]
    return f"{method} {'/'.join(parts)}"
