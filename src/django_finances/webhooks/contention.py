"""Transactions that the database itself breaks off are tried again at once: it is nobody's fault."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

from django.db import OperationalError

_Result = TypeVar("_Result")

_TRIES: Final = 4
#: Serialization failure, deadlock, lock not available: https://www.postgresql.org/docs/current/errcodes-appendix.html
_SQLSTATES: Final = frozenset({"40001", "40P01", "55P03"})


def retried(transaction: Callable[[], _Result]) -> _Result:
    """Call *transaction*, up to three times more while it loses against others."""
    for left in reversed(range(_TRIES)):
        try:
            return transaction()
        except OperationalError as error:
            if not left or not _is_contention(error):
                raise
            time.sleep(random.uniform(0.005, 0.05))  # noqa: S311 - lets the other one finish
    raise AssertionError("unreachable")


def _is_contention(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", None) in _SQLSTATES or "database is locked" in str(error)
