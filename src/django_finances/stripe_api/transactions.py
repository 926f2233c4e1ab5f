"""No call to Stripe inside a database transaction: a rollback would forget what Stripe has done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connections

from ..exceptions import InsideTransaction

_allowed: ContextVar[bool] = ContextVar("django_finances_call_in_transaction", default=False)


@contextmanager
def allow_in_transaction() -> Iterator[None]:
    """Let calls in this block be made inside a database transaction.

    If that transaction is rolled back, the database no longer knows of what Stripe did: a customer exists twice, a
    payment has no record. While the call lasts (up to 30 s) the transaction's locks are held.
    """
    token = _allowed.set(True)
    try:
        yield
    finally:
        _allowed.reset(token)


def refuse_inside_transaction() -> None:
    """
    Raises:
        InsideTransaction: an ``atomic`` block is open, on whichever database. The blocks that Django's ``TestCase``
            wraps around a test don't count, or nobody could test with it; the same exception as for
            ``atomic(durable=True)``.
    """
    if _allowed.get():
        return
    for connection in connections.all(initialized_only=True):
        # Looked at, never opened: `atomic_blocks` is kept on our side of the connection.
        if any(not block._from_testcase for block in connection.atomic_blocks):  # type: ignore[attr-defined]
            raise InsideTransaction(
                f"A call to Stripe inside a transaction (database {connection.alias!r}) was refused: a rollback would "
                "forget what Stripe has done. Call it outside transaction.atomic(): mark the view "
                "@transaction.non_atomic_requests, or defer the call with transaction.on_commit()."
            )
