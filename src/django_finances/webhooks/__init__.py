"""Stripe's events, from the request to the handlers. The way of an event, in the order in which it travels:

`endpoint` (HTTP) → `signature` (is it Stripe's?) → `inbox` (stored once) → `worker` (applied to the mirror)
→ `handlers` (what hosts and upper layers do about it). `deliveries` carries it to those that run after the commit.
"""

from .handlers import on
from .worker import process_due

__all__ = ["on", "process_due"]
