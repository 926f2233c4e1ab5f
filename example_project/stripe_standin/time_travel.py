"""Moving an account's clock: everything that falls due on the way happens, in order, each at its own moment.

Renewals, ends of trials and their announcement, retries of failed payments and their end, incomplete subscriptions that
expire, drafts that are finalized, scheduled cancellations, Checkout Sessions that expire.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import seahaven
from seahaven_stripe_world import _time
from seahaven_stripe_world.billing import dunning, invoicing
from seahaven_stripe_world.billing import subscription_lifecycle as lifecycle

from . import documents
from .checkout import sessions
from .events import emit

if TYPE_CHECKING:
    from .accounts import Account

HOUR, DAY = 3600, 24 * 3600
EXPIRES_AFTER = 23 * HOUR
TRIAL_ENDS_SOON = 3 * DAY
MOST_STEPS = 100_000


class NeverBackwards(ValueError):
    """A clock was asked to run backwards."""


@dataclass(frozen=True, order=True)
class Due:
    """Something that happens at a moment (seconds since 1970)."""

    at: int
    key: str
    happen: Callable[[seahaven.Ctx], None]


def move(account: Account, to: int) -> int:
    """Move the clock of *account* to a moment, in seconds; returns how many things happened on the way.

    Each step is a transaction of its own, whose events go out before the next.
    """
    with account.transaction() as ctx:
        if to < _time.to_unix(ctx.clock.iso()):
            raise NeverBackwards("The clock never runs backwards.")
    clock, steps = account.clock, 0
    try:
        while steps < MOST_STEPS and _step(account, to):
            steps += 1
        clock.hold(datetime.fromtimestamp(to, UTC))
    finally:
        clock.go_on()
    return steps


def _step(account: Account, to: int) -> bool:
    with account.transaction() as ctx:
        due = min((each for each in _all_due(ctx) if each.at <= to), key=lambda each: (each.at, each.key), default=None)
        if due is None:
            return False
        account.clock.hold(datetime.fromtimestamp(due.at, UTC))
        due.happen(ctx)
    return True


def _all_due(ctx: seahaven.Ctx) -> Iterator[Due]:
    for row in ctx.db.rows("SELECT * FROM subscriptions WHERE status NOT IN ('canceled', 'incomplete_expired')"):
        yield from _of_subscription(ctx, row)
    drafts = "SELECT * FROM invoices WHERE status = 'draft' AND auto_advance = 1"
    for row in ctx.db.rows(f"{drafts} AND automatically_finalizes_at IS NOT NULL"):
        yield Due(_time.to_unix(row["automatically_finalizes_at"]), row["id"], _finalizing(row["id"]))
    for session in documents.all_of(ctx, sessions.KIND):
        if session["status"] == "open":
            yield Due(session["expires_at"], session["id"], _expiring(session["id"]))


def _of_subscription(ctx: seahaven.Ctx, row: dict[str, Any]) -> Iterator[Due]:
    id, status = row["id"], row["status"]
    if status == "incomplete":
        at = _time.to_unix(row["created"]) + EXPIRES_AFTER
        yield Due(at, id, lambda ctx: ignore(lifecycle.expire_incomplete(ctx, id)))
        return
    if row["cancel_at"] and not row["cancel_at_period_end"]:
        yield Due(_time.to_unix(row["cancel_at"]), id, lambda ctx: ignore(lifecycle.cancel_subscription(ctx, id, {})))
    if status == "trialing" and not _announced(ctx, id):
        at = max(_time.to_unix(row["trial_end"]) - TRIAL_ENDS_SOON, _time.to_unix(row["created"]))
        yield Due(at, id, lambda ctx: _announce_trial_end(ctx, id))
    if status == "past_due" and (retry := _retry(ctx, row)) is not None:
        yield retry
    end = lifecycle._period_end(ctx, id)
    if status in lifecycle.RENEWING_STATUSES and end is not None:
        yield Due(_time.to_unix(end), id, lambda ctx: ignore(lifecycle.advance_cycle(ctx, id)))


def ignore(result: object) -> None:
    """What happened shows in the account; what the base package returns is for its own tests."""


def _retry(ctx: seahaven.Ctx, row: dict[str, Any]) -> Due | None:
    invoice = ctx.db.one("SELECT * FROM invoices WHERE id = ?", row["latest_invoice"])
    if invoice is None or invoice["status"] != "open" or not invoice["next_payment_attempt"]:
        return None
    at = _time.to_unix(invoice["next_payment_attempt"])
    return Due(at, invoice["id"], lambda ctx: _try_again(ctx, row["id"], invoice["id"]))


def _try_again(ctx: seahaven.Ctx, subscription_id: str, invoice_id: str) -> None:
    """One automatic retry (https://docs.stripe.com/billing/revenue-recovery/smart-retries)."""
    before = ctx.db.one("SELECT attempt_count FROM invoices WHERE id = ?", invoice_id)
    outcome = invoicing.pay_invoice(ctx, invoice_id, sub_row=lifecycle._re_read(ctx, subscription_id))
    if outcome["outcome"] == "paid":
        return
    policy = dunning.policy(ctx)
    count = dunning.next_attempt_number(before["attempt_count"] if before else 0, automatic=True)
    following = dunning.next_attempt_at(ctx.clock.iso(), count, policy)
    ctx.db.execute(
        "UPDATE invoices SET attempted = 1, attempt_count = ?, next_payment_attempt = ? WHERE id = ?",
        count,
        following,
        invoice_id,
    )
    if dunning.schedule_exhausted(count, policy):
        dunning.apply_end_of_schedule(ctx, subscription_id)


def _announced(ctx: seahaven.Ctx, subscription_id: str) -> bool:
    return documents.find(ctx, "trial announced", f"{subscription_id} trial") is not None


def _announce_trial_end(ctx: seahaven.Ctx, subscription_id: str) -> None:
    documents.insert(ctx, "trial announced", {"id": f"{subscription_id} trial"})
    row = lifecycle._re_read(ctx, subscription_id)
    emit(ctx, "customer.subscription.trial_will_end", lifecycle._serialize(ctx, row))


def _finalizing(invoice_id: str) -> Callable[[seahaven.Ctx], None]:
    return lambda ctx: ignore(invoicing.finalize_and_settle(ctx, invoice_id))


def _expiring(session_id: str) -> Callable[[seahaven.Ctx], None]:
    return lambda ctx: ignore(sessions.expire_session(ctx, documents.get(ctx, sessions.KIND, session_id)))
