"""An account for each secret key, made on first use: a world of its own, one request at a time."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import seahaven
from seahaven_stripe_world import _json, world
from seahaven_stripe_world.startup import open_account

from . import account_clock, documents, engine
from .calls import Calls
from .deliveries import Deliveries
from .faults import Faults
from .webhook_faults import WebhookFaults

MAX_ACCOUNTS = 1000


class TooManyAccounts(RuntimeError):
    """Somebody makes keys in a loop."""


class Account:
    """What one secret key sees. Its id follows from the key, so that it is the same after a restart."""

    def __init__(self, key: str, origin: str, deliveries: Deliveries) -> None:
        self.origin = origin
        self.livemode = key[3:].startswith("live")
        self.faults = Faults()
        self.webhook_faults = WebhookFaults()
        self.calls = Calls()
        self._deliveries = deliveries
        self._lock = threading.RLock()
        self._instance: Any = world.instance(
            seed=secrets.randbits(32), clock_mode="wall", startup={"livemode": self.livemode}
        )
        self.clock = account_clock.install(self._instance)
        with self._instance.bulk() as ctx:
            _name(ctx, f"acct_{hashlib.sha256(key.encode()).hexdigest()[:16]}", self.livemode)
            documents.create_table(ctx)
            engine.create_tables(ctx)

    @contextmanager
    def transaction(self) -> Iterator[seahaven.Ctx]:
        """The account for one request. Commits unless an exception leaves it; then its events go out."""
        with self._lock:
            with self._instance.bulk() as ctx:
                yield ctx
            self._deliveries.enqueue(self._instance, self.webhook_faults)

    def send_again(self, event_id: str) -> int:
        """Send an event to every enabled endpoint that wants it; returns to how many. Raises `StripeApiError`."""
        with self.transaction() as ctx:
            return self._deliveries.send_again(ctx, event_id)

    def close(self) -> None:
        with self._lock:
            self._instance.destroy()


class Accounts:
    """All accounts of the process, by key."""

    def __init__(self, origin: str, deliveries: Deliveries) -> None:
        self._origin = origin
        self._deliveries = deliveries
        self._lock = threading.Lock()
        self._by_key: dict[str, Account] = {}

    def get(self, key: str) -> Account:
        """The account of *key*; raises `TooManyAccounts`."""
        with self._lock:
            if key not in self._by_key:
                if len(self._by_key) >= MAX_ACCOUNTS:
                    raise TooManyAccounts(f"The stand-in has {MAX_ACCOUNTS} accounts; start it anew.")
                self._by_key[key] = Account(key, self._origin, self._deliveries)
            return self._by_key[key]

    def all(self) -> list[Account]:
        with self._lock:
            return list(self._by_key.values())

    def close(self) -> None:
        for account in self.all():
            account.close()


def _name(ctx: seahaven.Ctx, id: str, livemode: bool) -> None:
    row = ctx.db.one("SELECT object FROM account")
    body: Any = _json.loads(row["object"] if row else None)
    body |= {"id": id, "charges_enabled": True, "payouts_enabled": True, "details_submitted": True}
    body["settings"]["dashboard"]["display_name"] = "Stand-in"
    ctx.db.execute("UPDATE account SET id = ?, object = ?", id, _json.dumps(body))
    ctx.state["account"] = open_account(ctx, livemode=livemode)
